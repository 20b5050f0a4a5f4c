# bed.sh: sourced first by every scenario in consumers/.
#
# Environment
#   ROOT_TRIXIE, ROOT_SID  chroot folders made by setup-roots.sh
#   SWAP        a libngtcp2.so.16 to put under the programs; empty: Debian's own (the baseline)
#   SWAP_SIDE   both (default), client or server: which of the programs get SWAP
#   BED_LIMIT   seconds for the whole scenario (each scenario has its own default)
#   BED_KEEP    folder to copy the logs to at the end
#
# The scenario re-runs itself in namespaces of its own: a network with loopback only (so
# ports are free and nothing leaves the machine), processes (all end with the scenario)
# and mounts. Both chroots see the same scratch folder as /bed.
set -eu -o pipefail
: "${ROOT_TRIXIE:?}" "${ROOT_SID:?}"
SWAP=${SWAP:-} SWAP_SIDE=${SWAP_SIDE:-both}
if [ -z "${BED_INSIDE:-}" ]; then
  [ -z "$SWAP" ] || SWAP=$(realpath -e "$SWAP")
  export BED_INSIDE=1 SWAP ROOT_TRIXIE ROOT_SID
  exec timeout -k 5 "${BED_LIMIT:-${LIMIT:-120}}" \
    unshare --net --pid --mount --fork --kill-child --mount-proc bash "$0" "$@"
fi

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NAME=$(basename "$0" .sh)
B=$(mktemp -d "${TMPDIR:-/tmp}/bed.XXXXXX"); chmod 755 "$B"
mkdir -m 777 "$B/ld" "$B/log" "$B/www" "$B/out" "$B/tmp"; mkdir "$B/swap"
ip link set lo up 2>/dev/null || chroot "$ROOT_SID" ip link set lo up
for r in "$ROOT_TRIXIE" "$ROOT_SID"; do
  mkdir -p "$r/bed" "$r/dev/shm"
  mount --bind "$B" "$r/bed"
  mount -t proc proc "$r/proc"
  mount -t tmpfs tmpfs "$r/dev/shm"
done
[ -z "$SWAP" ] || cp "$SWAP" "$B/swap/libngtcp2.so.16"

finish() {
  rc=$?; set +e
  if [ $rc != 0 ]; then
    echo "FAIL $NAME: exit $rc"
    for f in "$B"/log/*; do [ -s "$f" ] && { echo "--- ${f##*/}"; tail -n 15 "$f"; }; done
  fi
  [ -z "${BED_KEEP:-}" ] || { mkdir -p "$BED_KEEP"; cp -r "$B/log" "$B/ld" "$BED_KEEP/"; }
  rm -rf "$B"
  exit $rc
}
trap finish EXIT

fail() { echo "FAIL $NAME: $*"; exit 1; }
say() { echo "  $*"; }

# sid CMD.. / trixie CMD..: a program whose QUIC is not under test
sid() { chroot "$ROOT_SID" env HOME=/bed/tmp "$@"; }
trixie() { chroot "$ROOT_TRIXIE" env HOME=/bed/tmp "$@"; }

# client ROOT CMD.. / server ROOT CMD..: a program linked to libngtcp2; the loader's own
# trace of which file it took goes to /bed/ld, for check_loaded
linked() {
  local side=$1 root=$2 path=; shift 2
  case "$SWAP:$SWAP_SIDE" in :*) ;; *:both | *:"$side") path=/bed/swap ;; esac
  chroot "$root" env HOME=/bed/tmp ${path:+LD_LIBRARY_PATH=$path} \
    LD_DEBUG=libs LD_DEBUG_OUTPUT="/bed/ld/$side.${path:+swap}" "$@"
}
client() { linked client "$@"; }
server() { linked server "$@"; }

# stop PID: end a program started in the background ($! may be the shell around it)
stop() {
  local p i all; all="$1 $(cat "/proc/$1/task/$1/children")"
  # shellcheck disable=SC2086
  kill $all 2>/dev/null || true
  wait "$1" 2>/dev/null || true
  for i in $(seq 50); do
    for p in $all; do [ ! -d "/proc/$p" ] || { sleep 0.1; continue 2; }; done
    return 0
  done
  fail "a program did not end within 5 s of its signal"
}

# check_loaded: every linked program took libngtcp2 from where it should
check_loaded() {
  local f got n=0 lib='libngtcp2\.so\.16'
  for f in "$B"/ld/*; do
    got=$(grep -a "calling init: .*/$lib" "$f" | sed 's/.*calling init: //' | sort -u) || continue
    case "$f:$got" in
      *.swap.*:/bed/swap/libngtcp2.so.16) n=$((n + 1)) ;;
      *.swap.*) fail "swapped program loaded $got" ;;
      *:/bed/*) fail "unswapped program loaded $got" ;;
    esac
  done
  if [ -n "$SWAP" ]; then
    [ $n -gt 0 ] || fail "no program loaded the swapped library"
    LOADED="swapped ($SWAP_SIDE) in $n processes"
  else
    grep -aq "calling init: .*/$lib" "$B"/ld/* || fail "no program loaded libngtcp2"
    LOADED="Debian's libngtcp2"
  fi
}

# check_alive: no program left in the background died of a signal
check_alive() {
  local p rc
  for p in $(jobs -p); do
    [ ! -d "/proc/$p" ] || continue
    rc=0; wait "$p" || rc=$?
    [ $rc -lt 128 ] || fail "a background program died with status $rc"
  done
}

# pass FIGURE: the last line
pass() { check_alive; check_loaded; echo "PASS $NAME: $* [$LOADED]"; exit 0; }

# wait_udp PORT / wait_tcp PORT: until something listens there
wait_on() {
  local hex i; hex=$(printf ':%04X' "$2")
  for i in $(seq 100); do
    awk -v p="$hex" '$2 ~ p"$"' "/proc/net/$1" "/proc/net/${1}6" | grep -q . && return 0
    sleep 0.1
  done
  fail "nothing listens on $1 port $2"
}
wait_udp() { wait_on udp "$1"; }
wait_tcp() { wait_on tcp "$1"; }

# make_certs: a CA and a certificate for localhost, 127.0.0.1 and ::1 in /bed
make_certs() {
  sid sh -ec 'cd /bed
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 \
      -subj /CN=bed-ca -keyout ca.key -out ca.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
      -keyout key.pem -out csr.pem
    printf "subjectAltName=DNS:localhost,DNS:h3.test,IP:127.0.0.1,IP:::1\n" >ext
    openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -days 9 -extfile ext -out cert.pem
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 \
      -subj /CN=other -keyout other.key -out other.pem
    cat cert.pem ca.pem >chain.pem; cat key.pem chain.pem >haproxy.pem
    chmod 644 *.pem *.key' >"$B/log/certs" 2>&1
}

# make_file NAME BYTES: random bytes in /bed/www
make_file() { head -c "$2" /dev/urandom >"$B/www/$1"; chmod 644 "$B/www/$1"; }
sum() { sha256sum "$1" | cut -c1-64; }
same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
