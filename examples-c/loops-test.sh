#!/bin/sh
# The programs on each event loop: 100 connections at once, by IPv4 and by IPv6, then a large file and a polite end; and the
# server with several threads. A line for each test, PASS, FAIL or SKIP; exit status 0 if none failed.
#
#   INCDIR, LIBDIR, BUILD: as for demo.sh
set -u

cd "$(dirname "$0")" || exit 1
FAILED=0
CONNECTIONS=100
. ./scripting.sh
set_up

verdict() { # verdict NAME WHY: PASS if there is no reason against it
    if [ -z "$2" ]; then
        echo "PASS $1"
    else
        echo "FAIL $1: $2"
        tail -n 10 "$WORK/client.log" "$WORK/server.log"
        FAILED=$((FAILED + 1))
    fi
}

# many LOOP ADDRESS: every connection fetches both files; empty if all of them arrived as they were sent.
many() {
    rm -rf "$WORK/out"
    timeout 60 "$BUILD/qclient-$1" --ca "$WORK/authority.pem" --parallel $CONNECTIONS -o "$WORK/out" \
        "$2" "$SERVER_PORT" /one /two >"$WORK/client.log" 2>&1 || {
        echo "exit status $?"
        return
    }
    sums=$(cd "$WORK/out" && cat -- */one */two | sha256sum)
    i=0
    while [ $i -lt $CONNECTIONS ]; do cat "$WORK/www/one"; i=$((i + 1)); done >"$WORK/expected"
    i=0
    while [ $i -lt $CONNECTIONS ]; do cat "$WORK/www/two"; i=$((i + 1)); done >>"$WORK/expected"
    [ "$sums" = "$(sha256sum <"$WORK/expected")" ] || echo "a file is not what was sent"
}

# test_address LOOP NAME ADDRESS: a server there, and the connections to it.
test_address() {
    start_server localhost --stats --listen "$3" || exit 1
    verdict "$1: $CONNECTIONS connections, $2" "$(many "$1" "$3")"
    grep Mbit "$WORK/client.log"
    rm -rf "$WORK/out"
    timeout 60 "$BUILD/qclient-$1" --stats --ca "$WORK/authority.pem" -o "$WORK/out" "$3" "$SERVER_PORT" /large \
        >"$WORK/client.log" 2>&1 && cmp -s "$WORK/www/large" "$WORK/out/large" && grep -q 'congestion window' "$WORK/client.log"
    verdict "$1: a large file, with a table of figures" "$([ $? = 0 ] || echo "it did not arrive")"
    why=
    stop_server || why="exit status"
    [ "$(grep -c 'files, .* bytes sent' "$WORK/server.log")" = $((CONNECTIONS + 1)) ] || why="not every connection was reported"
    verdict "$1: the server stops when asked" "$why"
}

test_loop() {
    test_address "$1" IPv4 127.0.0.1
    test_address "$1" IPv6 ::1
}

# Connections are spread over all threads; and one whose address changes all the time stays with its thread.
test_threads() {
    QSERVER=qserver-$1
    start_server localhost --listen 127.0.0.1 --threads 4 || exit 1
    verdict "$1: four threads, $CONNECTIONS connections" "$(many "$1" 127.0.0.1)"
    "$BUILD/nat" "$SERVER_PORT" 50 >"$WORK/nat.port" &
    NAT=$!
    sleep 0.2
    rm -rf "$WORK/out"
    timeout 60 "$BUILD/qclient-$1" --ca "$WORK/authority.pem" -o "$WORK/out" 127.0.0.1 "$(cat "$WORK/nat.port")" \
        /large >"$WORK/client.log" 2>&1 && cmp -s "$WORK/www/large" "$WORK/out/large"
    verdict "$1: four threads, a client whose port changes" "$([ $? = 0 ] || echo "the file did not arrive")"
    kill $NAT
    why=
    stop_server || why="exit status"
    grep ': thread ' "$WORK/server.log"
    [ "$(grep -c 'thread [0-3]: [1-9][0-9]* connections' "$WORK/server.log")" = 4 ] || why="a thread has had no connection"
    verdict "$1: four threads all had work, and stop" "$why"
}

make --no-print-directory INCDIR="$INCDIR" LIBDIR="$LIBDIR" OUTDIR="$BUILD" -j2 loops tests >"$WORK/build.log" 2>&1 || {
    cat "$WORK/build.log"
    exit 1
}
mkdir "$WORK/www"
head -c 20000 /dev/urandom >"$WORK/www/one"
head -c 300 /dev/urandom >"$WORK/www/two"
head -c 8000000 /dev/urandom >"$WORK/www/large"
make_authority authority && make_certificate authority localhost DNS:localhost,IP:127.0.0.1,IP:::1 || exit 1
for loop in libevent epoll libuv uring kqueue; do
    if [ ! -x "$BUILD/qserver-$loop" ]; then
        echo "SKIP $loop: its headers are not installed"
        continue
    fi
    QSERVER=qserver-$loop
    if [ $loop = uring ] && [ "$(cat /proc/sys/kernel/io_uring_disabled 2>/dev/null || echo 0)" != 0 ]; then
        echo "SKIP uring: this system has switched io_uring off"
        continue
    fi
    test_loop $loop
done
test_threads epoll
test_threads libevent
[ $FAILED -eq 0 ]
