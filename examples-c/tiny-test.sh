#!/bin/sh
# The smallest programs: echo on streams and in datagrams, and HTTP/3. A line for each test; exit status 0 if none failed.
#
#   INCDIR, LIBDIR, BUILD: as for demo.sh
set -u

cd "$(dirname "$0")" || exit 1
FAILED=0
. ./scripting.sh
set_up

# check NAME COMMAND...: the command's exit status decides.
check() {
    name=$1
    shift
    if "$@"; then
        echo "PASS $name"
    else
        echo "FAIL $name"
        cat "$WORK/log"
        FAILED=$((FAILED + 1))
    fi
}

# start PROGRAM [ARGUMENT...]: a server of ours on a free port, PORT.
start() {
    program=$1
    shift
    : >"$WORK/log" # the port in it is that of the server before
    "$BUILD/$program" localhost 0 "$WORK/localhost.pem" "$WORK/localhost.key" "$@" --stats >"$WORK/log" 2>&1 &
    SERVER_PID=$!
    tries=100
    while ! PORT=$(sed -n 's/^listening on port //p' "$WORK/log" | grep .) && [ $tries -gt 0 ]; do
        sleep 0.05
        tries=$((tries - 1))
    done
}
stop() {
    kill -INT $SERVER_PID
    wait $SERVER_PID
    status=$?
    SERVER_PID=
    return $status
}

echoed() { # echoed BYTES: as many come back as they went
    head -c "$1" /dev/urandom >"$WORK/in"
    timeout 20 "$BUILD/echo_client" localhost "$PORT" "$WORK/authority.pem" --stats <"$WORK/in" >"$WORK/out" \
        2>"$WORK/stats" && cmp -s "$WORK/in" "$WORK/out" && grep -q 'packets sent' "$WORK/stats"
}
several_at_once() {
    done=0
    for i in 1 2 3 4 5; do
        echo "line $i" | timeout 20 "$BUILD/echo_client" localhost "$PORT" "$WORK/authority.pem" >"$WORK/out.$i" &
        clients="${clients:-} $!"
    done
    # shellcheck disable=SC2086 # a list of words
    wait $clients
    for i in 1 2 3 4 5; do [ "$(cat "$WORK/out.$i")" = "line $i" ] && done=$((done + 1)); done
    [ $done = 5 ]
}
pinged() {
    timeout 20 "$BUILD/datagram_ping" localhost "$PORT" "$WORK/authority.pem" 10 --stats >"$WORK/ping" 2>"$WORK/stats" &&
        grep -q 'congestion window' "$WORK/stats" && grep -q '^10 sent, 10 returned, 10 acknowledged, 0 lost$' "$WORK/ping"
}
fetched() { # fetched PATH FILE
    timeout 20 "$BUILD/h3_client" localhost "$PORT" "$WORK/authority.pem" "$1" --stats >"$WORK/out" 2>"$WORK/headers" &&
        cmp -s "$2" "$WORK/out" && grep -q '^:status: 200$' "$WORK/headers" && grep -q 'packets sent' "$WORK/headers"
}
refused() { # refused PATH STATUS
    ! timeout 20 "$BUILD/h3_client" localhost "$PORT" "$WORK/authority.pem" "$1" >"$WORK/out" 2>"$WORK/headers" &&
        grep -q "^:status: $2\$" "$WORK/headers"
}

make --no-print-directory INCDIR="$INCDIR" LIBDIR="$LIBDIR" OUTDIR="$BUILD" -j2 tiny >"$WORK/log" 2>&1 || {
    cat "$WORK/log"
    exit 1
}
make_authority authority && make_authority stranger && make_certificate authority localhost DNS:localhost,IP:127.0.0.1 || exit 1

start echo_server
check "echo: nothing" echoed 0
check "echo: a little" echoed 10
check "echo: more than any window" echoed 3000000
check "echo: several clients at once" several_at_once
check "datagrams: ten there and back" pinged
mv "$WORK/authority.pem" "$WORK/kept" && cp "$WORK/stranger.pem" "$WORK/authority.pem"
check "echo: a server that nobody vouches for" eval '! echoed 10'
mv "$WORK/kept" "$WORK/authority.pem"
check "echo: the server goes on, and stops, with tables of figures" eval 'echoed 10 && stop && grep -q "packets sent" "$WORK/log"'
check "echo: no server" eval '! echoed 10'

if [ -x "$BUILD/h3_server" ]; then
    mkdir "$WORK/www"
    head -c 5000000 /dev/urandom >"$WORK/www/large"
    : >"$WORK/www/empty"
    start h3_server "$WORK/www"
    check "HTTP/3: a large file" fetched /large "$WORK/www/large"
    check "HTTP/3: an empty one" fetched /empty "$WORK/www/empty"
    check "HTTP/3: 404" refused /missing 404
    check "HTTP/3: 403" refused /../authority.key 403
    check "HTTP/3: the server stops, with a table for each client" eval 'stop && [ "$(grep -c "packets sent" "$WORK/log")" = 4 ]'
else
    echo "SKIP HTTP/3: nghttp3 is not installed"
fi
[ $FAILED -eq 0 ]
