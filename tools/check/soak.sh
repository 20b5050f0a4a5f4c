#!/bin/bash
# The example server on libevent under load for a time: thousands of connections at once (examples-c/tests/load), which ask,
# idle, say goodbye or vanish at random, others in their place at once, and one datagram in a hundred is junk. No connection
# and no answer may go wrong, and when all are gone the server's memory has to be what it was.
#
# usage: tools/check/soak.sh [SECONDS [CONNECTIONS]]          60 seconds, 10,000 connections
#   SEED   of an earlier run, for the same decisions
#   IDLE   the idle timeout, 60 seconds; the longest pause of a connection is 4/5 of it
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${1:-60} connections=${2:-10000} idle=${IDLE:-60}
export BUILD=$PWD/build/examples INCDIR=$PWD/include LIBDIR=${LIB:-$PWD/build/lib}
. examples-c/scripting.sh
set_up
failed=0

# What the heap may hold more after than before: the helper keeps 256 sessions, in a table that has one of two sizes, 29 and
# 58 KB, and they differ by some bytes each.
HEAP_TOLERANCE=40000
# And resident memory, in KB: the blocks of those sessions, about 800, and the free ones that malloc's thread cache keeps lie
# scattered, and each holds back a page, now more of them, now less.
PAGES_TOLERANCE=2048

verdict() { # verdict NAME COMMAND..: the command's exit status decides
  local name=$1
  shift
  if "$@"; then echo "PASS $name"; else
    echo "FAIL $name"
    failed=1
  fi
}

# heap SIGNAL: sends it, and reads what heap.so adds to its file: bytes in use.
heap() {
  local lines tries=100
  lines=$(wc -l <"$HEAP")
  kill "-$1" "$SERVER_PID"
  while [ "$(wc -l <"$HEAP")" = "$lines" ] && [ $tries -gt 0 ]; do
    sleep 0.05
    tries=$((tries - 1))
  done
  awk 'END { print $3 }' "$HEAP"
}
status() { awk "/^$1:/ { print \$2 }" "/proc/$SERVER_PID/status"; }
processor() { awk '{ print $14 + $15 }' "/proc/$SERVER_PID/stat"; }

# load SECONDS: the load; what it says is in load.log.
load() {
  "$BUILD/load" localhost "$SERVER_PORT" "$WORK/authority.pem" "$WORK/www" --callers "$connections" --seconds "$1" \
    --idle-timeout "$idle" --pause $((idle * 4 / 5)) --junk 1 ${SEED:+--seed "$SEED"} >"$WORK/load.log" 2>&1
}
# The server has forgotten those that vanished: after the idle timeout, or three probe timeouts of a second.
rest() { sleep $(((idle > 3 ? idle : 3) + 2)); }

make --no-print-directory -C examples-c INCDIR="$INCDIR" LIBDIR="$LIBDIR" OUTDIR="$BUILD" all load \
  >"$WORK/build.log" 2>&1 || {
  cat "$WORK/build.log"
  exit 1
}
mkdir "$WORK/www"
head -c 2000 /dev/urandom >"$WORK/www/small"
head -c 40000 /dev/urandom >"$WORK/www/large"
make_authority authority && make_certificate authority localhost DNS:localhost,IP:127.0.0.1,IP:::1 || exit 1
export HEAP=$WORK/heap
: >"$HEAP"
# Room for those that are gone without a word, until their time is over.
LD_PRELOAD=$BUILD/heap.so start_server localhost --idle-timeout "$idle" --connections $((connections * 2)) || exit 1

# A first rush, after which the server has what it keeps.
load 1 || cat "$WORK/load.log"
rest
heap_before=$(heap USR2) pages_before=$(status RssAnon)

work_before=$(processor)
rm "$WORK/load.log"
load "$seconds" &
LOAD=$!
until grep -qs 'open at once' "$WORK/load.log" || ! kill -0 $LOAD 2>/dev/null; do sleep 0.2; done
sleep $((seconds / 2))
heap_held=$(heap USR1) pages_held=$(status RssAnon)
wait $LOAD
answered=$?
work=$(($(processor) - work_before))
cat "$WORK/load.log"
rest
heap_after=$(heap USR2) pages_after=$(status RssAnon)
verdict "$connections connections for $seconds s: all there at once, none failed, every answer right" [ $answered = 0 ]

echo "$(nproc) processors, load average $(cut -d ' ' -f 2 /proc/loadavg)"
echo "server: $((work / 100)) s of processor time; in the middle $((heap_held / 1000)) KB in use, $pages_held KB resident"
echo "at rest: in use $heap_before bytes before, $heap_after after; resident $pages_before KB before, $pages_after after"
verdict "memory in use is what it was, but for at most $HEAP_TOLERANCE bytes" \
  [ "$heap_after" -le $((heap_before + HEAP_TOLERANCE)) ]
verdict "resident memory is what it was, but for at most $PAGES_TOLERANCE KB" \
  [ "$pages_after" -le $((pages_before + PAGES_TOLERANCE)) ]

# A line for each connection: how many files, or that a handshake has been left alone.
echo "the server's lines:"
grep '^qserver: .* port ' "$WORK/server.log" | sed -E 's/^qserver: [^ ]+ port [0-9]+: //; s/[0-9]+/N/g' | sort | uniq -c
verdict "the server stops when asked" stop_server
exit $failed
