#!/bin/bash
# The packages in a Debian root: they go in, Debian's programs run on them, and purging them leaves what was there before.
# The root itself is not touched: everything happens in an overlay of it.
#
# Environment: ROOT_SID, ROOT_TRIXIE (made by consumers/lib/setup-roots.sh), LIB (where the libraries are)
set -eu
cd "$(dirname "$0")/.."
if [ -z "${DEB_TEST_INSIDE:-}" ]; then
  export DEB_TEST_INSIDE=1
  exec unshare --mount bash packaging/deb-test.sh
fi
. packaging/names.sh
: "${ROOT_SID:?}" "${ROOT_TRIXIE:?}"
triplet=$(cc -print-multiarch)
scenarios=$PWD/consumers/scenarios
work=$(mktemp -d)
# The overlay's layers need a file system of their own that allows it: memory does.
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/work" "$work/root" "$work/log" "$work/debs"
trap 'cd /; umount -l "$work/root" "$work" 2>/dev/null; rmdir "$work"' EXIT
bad=0
pass() { echo "PASS packages: $*"; }
fail() { echo "FAIL packages: $*"; bad=1; }
# listing: every file and link where packages put theirs, with its content.
listing() {
  (cd "$root" && find usr/lib usr/include usr/share/man etc/ld.so.cache -path '*/python3/*' -prune -o \
    \( -type l -printf '%p -> %l\n' -o -type f -name '*ngtcp2*' -exec sha256sum {} + -o -path '*ngtcp2*' -print \) | sort)
}
scenario() { # scenario NAME: one of consumers/ on what is installed now
  local figure
  if SWAP='' ROOT_SID=$root ROOT_TRIXIE=$ROOT_TRIXIE bash "$scenarios/$1.sh" >"$work/log/$1" 2>&1; then
    figure=$(tail -n 1 "$work/log/$1")
    figure=${figure#PASS }
    pass "${figure% \[*} on ours"
  else
    cat "$work/log/$1"
    fail "$1"
  fi
}

DEB_COMPRESSION="-Zgzip -z1" bash packaging/deb.sh "$work/debs" >"$work/log/deb" 2>&1 || { cat "$work/log/deb"; fail "they do not build"; exit 1; }
mount -t overlay overlay -o "lowerdir=$ROOT_SID,upperdir=$work/upper,workdir=$work/work" "$work/root"
root=$work/root
mkdir -p "$root/debs"
cp "$work/debs/"*.deb "$root/debs/"
chroot "$root" ldconfig
listing >"$work/before"
debian=$(readlink -f "$root/usr/lib/$triplet/$SONAME")

chroot "$root" sh -c 'dpkg -i /debs/*.deb' >"$work/log/install" 2>&1 || { cat "$work/log/install"; fail "dpkg -i"; exit 1; }
link=$(readlink "$root/usr/lib/$triplet/$SONAME")
if [ "$link" = "$FILE" ] && chroot "$root" ldconfig && [ "$(readlink "$root/usr/lib/$triplet/$SONAME")" = "$FILE" ]; then
  pass "ours in the place of Debian's ${debian##*/}"
else
  fail "$SONAME leads to $link"
fi
chroot "$root" dpkg --audit >"$work/log/audit" && [ ! -s "$work/log/audit" ] || fail "dpkg --audit complains"
chroot "$root" sh -c 'dpkg -i /debs/*.deb' >"$work/log/again" 2>&1 && pass "installed once more on top" || fail "dpkg -i twice"
scenario curl-gtlsserver
scenario kdig-knotd

chroot "$root" curl --version | grep -q 'ngtcp2/1.25' || fail "curl does not run on ours"
chroot "$root" dpkg --purge librngtcp2-dev libngtcp2-crypto-rustls0 librngtcp2-16 >"$work/log/purge" 2>&1 ||
  { cat "$work/log/purge"; fail "dpkg --purge"; }
listing >"$work/after"
if cmp -s "$work/before" "$work/after"; then
  pass "purging brings Debian's back"
else
  diff "$work/before" "$work/after" | head -n 20
  fail "purging leaves a difference"
fi
chroot "$root" curl --version | grep -q 'ngtcp2/1.24' || fail "curl after the purge"
exit $bad
