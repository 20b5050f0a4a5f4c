#!/bin/bash
# The example server under load for a time: clients that fetch, clients that vanish in the middle, a rain of datagrams that
# mean nothing. Prints how many there were, the server's memory before and after, and how long an honest client took, from
# its start to its end, TLS handshake included.
#
# usage: tools/soak.sh [SECONDS [CLIENTS AT ONCE]]          60 seconds, 16 clients
set -u
cd "$(dirname "$0")/.." || exit 1
seconds=${1:-60} width=${2:-16}
BUILD=$PWD/build/examples
WORK=$(mktemp -d)
export LD_LIBRARY_PATH=$PWD/build/lib
. examples-c/scripting.sh
SERVER_PID=
trap '[ -z "$SERVER_PID" ] || kill -KILL "$SERVER_PID" 2>/dev/null; rm -rf "$WORK"' EXIT

make --no-print-directory -C examples-c INCDIR="$PWD/include" LIBDIR="$PWD/build/lib" OUTDIR="$BUILD" all tests \
  >"$WORK/build.log" 2>&1 || {
  cat "$WORK/build.log"
  exit 1
}
mkdir "$WORK/www"
head -c 20000 /dev/urandom >"$WORK/www/file"
truncate -s 1G "$WORK/www/endless"
make_authority authority && make_certificate authority localhost DNS:localhost,IP:127.0.0.1 || exit 1
# The C heap keeps what was freed, in pieces. On SIGUSR2, at rest, the server gives it back: memory then tells what is in use.
cat >"$WORK/trim.c" <<'C'
#include <malloc.h>
#include <signal.h>
static void trim(int signal_number) { (void)signal_number; malloc_trim(0); }
__attribute__((constructor)) static void prepare(void) { signal(SIGUSR2, trim); }
C
${CC:-cc} -shared -fPIC -o "$WORK/trim.so" "$WORK/trim.c" || exit 1
export LD_PRELOAD=$WORK/trim.so
start_server localhost --idle-timeout 3 || exit 1
unset LD_PRELOAD

memory() {
  kill -USR2 $SERVER_PID
  sleep 1
  awk '/^VmRSS/ { print $2 }' "/proc/$SERVER_PID/status"
}
client() { # client PATH FOLDER
  "$BUILD/qclient" --ca "$WORK/authority.pem" --idle-timeout 10 -o "$2" localhost "$SERVER_PORT" "$1" >/dev/null 2>&1
}

# honest NUMBER: fetches again and again; a line of milliseconds, or `failed`, for each.
honest() {
  while [ ! -e "$WORK/stop" ]; do
    local start=$(date +%s%N)
    if client /file "$WORK/out$1"; then echo $((($(date +%s%N) - start) / 1000000)); else echo failed; fi
    rm -rf "$WORK/out$1"
  done >>"$WORK/times$1"
}

# vanishing NUMBER: is killed in the middle of a transfer, each time.
vanishing() {
  while [ ! -e "$WORK/stop" ]; do
    timeout -s KILL 0.$((RANDOM % 8 + 1)) "$BUILD/qclient" --ca "$WORK/authority.pem" -o "$WORK/gone$1" localhost "$SERVER_PORT" \
      /endless >/dev/null 2>&1
    rm -rf "$WORK/gone$1"
    echo gone
  done >>"$WORK/vanished$1"
}

# load SECONDS: all of that at once, and a while for the server to forget those that vanished.
load() {
  local workers=
  rm -f "$WORK/stop"
  for n in $(seq $((width / 2))); do
    honest "$n" &
    workers="$workers $!"
    vanishing "$n" 2>/dev/null &
    workers="$workers $!"
  done
  "$BUILD/garbage" throw localhost "$SERVER_PORT" "$1" >/dev/null
  touch "$WORK/stop"
  wait $workers 2>/dev/null
  sleep 8
}

# A first round, after which the server has what it keeps.
load 10
before=$(memory)
load "$seconds"
after=$(memory)
most=$(awk '/^VmHWM/ { print $2 }' "/proc/$SERVER_PID/status")
stop_server
status=$?

sort -n "$WORK"/times* | grep -v failed >"$WORK/times"
count=$(wc -l <"$WORK/times") failed=$(cat "$WORK"/times[0-9]* | grep -c failed)
at() { sed -n "$(((count * $1 + 99) / 100))p" "$WORK/times"; }
echo "$count honest clients, $failed failed, $(cat "$WORK"/vanished* | wc -l) vanished; p50 $(at 50) ms, p99 $(at 99) ms"
echo "server's memory at rest: $before KB before, $after KB after, $most KB at most; exit status $status"
if [ "$failed" = 0 ] && [ "$status" = 0 ] && [ "$count" -gt 0 ] && [ "$after" -le $((before + 3000)) ]; then
  echo "PASS soak"
else
  echo "FAIL soak"
  exit 1
fi
