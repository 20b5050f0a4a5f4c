#!/bin/bash
# The tarball of packaging/dist.sh builds where there is no network and no cargo home, and is the same each time.
set -eu
cd "$(dirname "$0")/.."
. packaging/names.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XZ_LEVEL=-0
first=$(bash packaging/dist.sh "$work/a")
second=$(bash packaging/dist.sh "$work/b")
[ "$first" = "$second" ] || { echo "FAIL dist: two tarballs differ"; exit 1; }
tar -xf "$work/a/rngtcp2-$VERSION.tar.xz" -C "$work"
cd "$work/rngtcp2-$VERSION"
# With a cargo home that is empty; without a network where this system lets us take it away.
offline=
unshare --net true 2>/dev/null && offline="unshare --net"
# rustup, if cargo comes from there, needs to know where it lives.
export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup} CARGO_HOME=$work/home CARGO_TARGET_DIR=$work/out
$offline make --no-print-directory libraries BUILD="$work/build" >"$work/log" 2>&1 || {
  tail -n 20 "$work/log"
  echo "FAIL dist: no build"
  exit 1
}
[ -f "$work/build/lib/$SONAME" ] && [ -f "$work/build/lib/$HELPER_SONAME" ]
echo "PASS dist: builds offline from $first"
