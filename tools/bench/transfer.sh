#!/bin/bash
# One file over loopback, from a server process to a client process: our examples beside ngtcp2's own, gtlsserver and
# gtlsclient of Debian trixie (C library, GnuTLS), in turns. Prints CPU time, user and system, of both processes per GB.
#
#   ROOT     the Debian root that has them (make roots)
#   LIB      folder with our libraries; by default build/lib
#   LOOP     which of the event loops of examples-c; by default epoll
#   MIB      size of the file; by default 1024. It lies in /dev/shm
#   ROUNDS   how often they take turns; by default 7
#   OUT      where programs, result and picture go; by default build/bench-transfer
#
# Both have GSO and GRO, the same packet size, AES-128-GCM alone, and throw away what arrives. Before that, each transfers a
# file that is kept and compared. All of it happens in a network of its own. Needs root.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
[ -n "${TRANSFER_INSIDE:-}" ] || TRANSFER_INSIDE=1 exec unshare --net --mount "$0" "$@"
export LIB OUT ROOT LOOP
LIB=$(realpath "${LIB:-build/lib}") OUT=$(realpath -m "${OUT:-build/bench-transfer}")
ROOT=$(realpath "${ROOT:-build/roots/trixie}") LOOP=${LOOP:-epoll}
make --no-print-directory -s -C examples-c INCDIR="$PWD/include" LIBDIR="$LIB" OUTDIR="$OUT/examples" \
  "$OUT/examples/qserver-$LOOP" "$OUT/examples/qclient-$LOOP"

WORK=$(mktemp -d /dev/shm/transfer.XXXXXX)
export WORK
trap 'rm -rf "$WORK"' EXIT
mkdir "$WORK/www" "$WORK/certs" "$WORK/kept"
sh capi-tests/crypto/certificates.sh "$WORK/certs"
head -c $((${MIB:-1024} << 20)) /dev/urandom >"$WORK/www/large"
head -c $((16 << 20)) /dev/urandom >"$WORK/www/compared"
ip link set lo up 2>/dev/null || chroot "$ROOT" ip link set lo up
mkdir -p "$ROOT/dev/shm"
mount --bind /dev/shm "$ROOT/dev/shm"
tools/bench/transfer.py "${ROUNDS:-7}"
