#!/bin/sh
# What the two programs do when things go wrong, and that they do their work when they do not. A line for each
# test, PASS or FAIL; exit status 0 if none failed.
#
#   INCDIR, LIBDIR, BUILD: as for demo.sh
set -u

cd "$(dirname "$0")" || exit 1
FAILED=0
. ./scripting.sh
set_up

pass() { echo "PASS $1"; }
fail() { # fail NAME WHY
    echo "FAIL $1: $2"
    for log in client.log server.log garbage.log; do
        tail -n 10 "$WORK/$log" 2>/dev/null | sed "s/^/     $log | /"
    done
    FAILED=$((FAILED + 1))
}

# client [OPTION...] PATH...: fetches from the running server into $WORK/out; output and status are kept.
client() {
    rm -rf "$WORK/out"
    timeout 60 "$BUILD/qclient" --ca "$WORK/authority.pem" -o "$WORK/out" "$@" >"$WORK/client.log" 2>&1
    STATUS=$?
}

arrived() { # arrived FILE...: each is in out as it is in www
    for file in "$@"; do
        cmp -s "$WORK/www/$file" "$WORK/out/$file" || return 1
    done
}

# Each file of the list has arrived, and the client says so.
expect_success() { # expect_success NAME FILE...
    name=$1
    shift
    if [ $STATUS -ne 0 ]; then
        fail "$name" "exit status $STATUS"
    elif ! arrived "$@"; then
        fail "$name" "a file is not what was sent"
    else
        pass "$name"
    fi
}

# The client failed, and one line says why.
expect_failure() { # expect_failure NAME PATTERN
    if [ $STATUS -ne 1 ]; then
        fail "$1" "exit status $STATUS"
    elif ! grep -Eq "$2" "$WORK/client.log"; then
        fail "$1" "the message is not what it should be ($2)"
    elif ls "$WORK"/out/*.part >/dev/null 2>&1; then
        fail "$1" "half a file is left behind"
    else
        pass "$1"
    fi
}

expect_server_to_stop() { # expect_server_to_stop NAME
    if stop_server; then
        pass "$1"
    else
        fail "$1" "the server's exit status"
    fi
}

# eventually COMMAND...: waits until the command succeeds, ten seconds at most.
eventually() {
    tries=200
    until "$@" 2>/dev/null; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.05
    done
}

# start_endless_client [OPTION...]: one that is in the midst of a long transfer; its process id is CLIENT.
start_endless_client() {
    rm -rf "$WORK/out"
    "$BUILD/qclient" --ca "$WORK/authority.pem" -o "$WORK/out" "$@" localhost "$SERVER_PORT" /endless \
        >"$WORK/client.log" 2>&1 &
    CLIENT=$!
    eventually test -s "$WORK/out/endless.part"
}

prepare() {
    make --no-print-directory INCDIR="$INCDIR" LIBDIR="$LIBDIR" OUTDIR="$BUILD" all tests >"$WORK/build.log" 2>&1 || {
        cat "$WORK/build.log" >&2
        exit 1
    }
    mkdir "$WORK/www" "$WORK/www/folder" "$WORK/outside"
    head -c 8000000 /dev/urandom >"$WORK/www/large"
    head -c 5000 /dev/urandom >"$WORK/www/small"
    cp "$WORK/www/small" "$WORK/www/folder/inner"
    : >"$WORK/www/empty"
    truncate -s 20G "$WORK/www/endless" # takes no room on the disk, and longer to send than any test lasts
    echo secret >"$WORK/outside/secret"
    ln -s ../outside/secret "$WORK/www/link"
    ln -s ../outside "$WORK/www/linked"
    make_authority authority && make_authority stranger &&
        make_certificate authority localhost DNS:localhost,IP:127.0.0.1,IP:::1 &&
        make_certificate authority elsewhere DNS:elsewhere.example || {
        cat "$WORK/openssl.log" >&2
        exit 1
    }
}

test_transfers() {
    start_server localhost || exit 1
    client localhost "$SERVER_PORT" /large /small /empty
    expect_success "files of all sizes" large small empty
    client 127.0.0.1 "$SERVER_PORT" /large
    expect_success "IPv4" large
    client --no-gso localhost "$SERVER_PORT" /large
    expect_success "without GSO" large
    for i in 1 2 3 4 5 6 7 8; do
        timeout 60 "$BUILD/qclient" --ca "$WORK/authority.pem" localhost "$SERVER_PORT" /large /small \
            >"$WORK/client.$i.log" 2>&1 && touch "$WORK/done.$i" &
        CLIENTS="${CLIENTS:-} $!"
    done
    # shellcheck disable=SC2086 # a list of words
    wait $CLIENTS
    if [ "$(ls "$WORK"/done.* | wc -l)" -eq 8 ]; then
        pass "eight clients at once"
    else
        fail "eight clients at once" "some did not get everything"
    fi
    expect_server_to_stop "the server stops when asked"

    start_server localhost --keylog "$WORK/keys" || exit 1
    client --qlog "$WORK/qlog" --keylog "$WORK/keys" localhost "$SERVER_PORT" /small
    expect_success "qlog and key log are written" small
    if [ "$(head -c 2 "$WORK/qlog")" = "$(printf '\036{')" ] && [ "$(tail -c 2 "$WORK/qlog")" = "}" ]; then
        pass "the qlog has records"
    else
        fail "the qlog has records" "it does not look so"
    fi
    # Handshake and application secrets, of client and server, each told by both ends.
    grep TRAFFIC_SECRET "$WORK/keys" >"$WORK/secrets"
    if [ "$(wc -l <"$WORK/secrets")" -eq 8 ] && [ "$(sort -u "$WORK/secrets" | wc -l)" -eq 4 ]; then
        pass "both ends log the same secrets"
    else
        fail "both ends log the same secrets" "$(cat "$WORK/secrets")"
    fi
    stop_server

    start_server localhost --listen 127.0.0.1 || exit 1
    client localhost "$SERVER_PORT" /small
    expect_success "a name with two addresses, a server at one of them" small
    stop_server

    start_server localhost --listen ::1 || exit 1
    client ::1 "$SERVER_PORT" /large
    expect_success "IPv6" large
    stop_server

    start_server localhost --retry --ciphers TLS_CHACHA20_POLY1305_SHA256 || exit 1
    client localhost "$SERVER_PORT" /small
    expect_success "Retry, and a server with one cipher suite" small
    client --ciphers TLS_AES_128_GCM_SHA256 localhost "$SERVER_PORT" /small
    expect_failure "no cipher suite in common" "refused the handshake: TLS alert 40"
    client --ciphers nonsense localhost "$SERVER_PORT" /small
    expect_failure "a cipher suite that is none" "cannot use nonsense: "
    stop_server
}

test_unwelcome_servers() {
    start_server elsewhere || exit 1
    client localhost "$SERVER_PORT" /small
    expect_failure "a certificate for another name" "handshake with localhost failed: .*(name|owner)"
    client --server-name elsewhere.example localhost "$SERVER_PORT" /small
    expect_success "the name that the certificate has" small
    stop_server

    start_server localhost || exit 1
    client --ca "$WORK/stranger.pem" localhost "$SERVER_PORT" /small
    expect_failure "an unknown certificate authority" "handshake with localhost failed: .*(issuer|Issuer|authority)"
    client --insecure --ca "$WORK/stranger.pem" localhost "$SERVER_PORT" /small
    expect_success "anybody is trusted on demand" small
    client --ca "$WORK/www/small" localhost "$SERVER_PORT" /small
    expect_failure "an authority that is none" "cannot trust $WORK/www/small: "
    client --alpn nonsense localhost "$SERVER_PORT" /small
    expect_failure "no protocol in common" "speaks no protocol that we offer \(nonsense\)"
    client localhost "$SERVER_PORT" /small
    expect_success "the server goes on after all that" small
    expect_server_to_stop "the server stops after all that"
    client localhost "$SERVER_PORT" /small
    expect_failure "no server there" "no server at localhost port $SERVER_PORT"
    "$BUILD/garbage" mute 5 >"$WORK/mute.port" &
    MUTE=$!
    eventually test -s "$WORK/mute.port"
    client --idle-timeout 1 127.0.0.1 "$(cat "$WORK/mute.port")" /small
    expect_failure "no answer" "no answer from 127.0.0.1"
    kill $MUTE
    client nowhere.invalid 443 /small
    expect_failure "no such host" "cannot find nowhere.invalid"
}

test_unwelcome_paths() {
    start_server localhost || exit 1
    client localhost "$SERVER_PORT" /small /missing /folder/inner
    expect_failure "a missing file" "/missing: no such file on the server \(error 404\)"
    if arrived small && cmp -s "$WORK/www/small" "$WORK/out/inner"; then
        pass "the other files arrive all the same"
    else
        fail "the other files arrive all the same" "they did not"
    fi
    client localhost "$SERVER_PORT" /../outside/secret
    expect_failure "a path with .." "/../outside/secret: the server does not allow this path \(error 403\)"
    client localhost "$SERVER_PORT" /folder/../../outside/secret
    expect_failure "a path with .. further in" "the server does not allow this path \(error 403\)"
    client localhost "$SERVER_PORT" //etc/passwd
    expect_failure "a path with two slashes" "no such file on the server"
    client localhost "$SERVER_PORT" /link
    expect_failure "a symbolic link that leads out" "the server does not allow this path \(error 403\)"
    client localhost "$SERVER_PORT" /linked/secret
    expect_failure "a folder that leads out" "error 40[34]"
    client localhost "$SERVER_PORT" /folder
    expect_failure "a folder" "no such file on the server"
    client localhost "$SERVER_PORT" "/$(printf '%01500d' 0)"
    expect_failure "a path that is too long" "the path is too long"
    client -o /dev/null/x localhost "$SERVER_PORT" /small
    expect_failure "a folder that cannot be made" "cannot make /dev/null/x"
    mkdir -p "$WORK/out/small.part"
    timeout 60 "$BUILD/qclient" --ca "$WORK/authority.pem" -o "$WORK/out" localhost "$SERVER_PORT" /small \
        >"$WORK/client.log" 2>&1
    STATUS=$?
    rmdir "$WORK/out/small.part"
    expect_failure "a file that cannot be written" "/small: Is a directory"

    timeout 10 "$BUILD/qserver" --cert "$WORK/localhost.pem" --key "$WORK/localhost.key" --listen 127.0.0.1 "$SERVER_PORT" \
        "$WORK/www" >"$WORK/client.log" 2>&1
    STATUS=$?
    expect_failure "a port in use" "cannot listen on 127.0.0.1 port $SERVER_PORT: Address already in use"
    timeout 10 "$BUILD/qserver" --cert "$WORK/paths" --key "$WORK/localhost.key" 0 "$WORK/www" >"$WORK/client.log" 2>&1
    STATUS=$?
    expect_failure "a certificate that is not there" "cannot use $WORK/paths with "
    timeout 10 "$BUILD/qserver" --cert "$WORK/localhost.pem" --key "$WORK/localhost.key" 0 "$WORK/nothing" >"$WORK/client.log" 2>&1
    STATUS=$?
    expect_failure "a folder that is not there" "cannot serve $WORK/nothing: No such file or directory"
    client localhost "$SERVER_PORT" /small
    expect_success "the server goes on after all these" small
    stop_server
}

test_departures() {
    start_server localhost || exit 1
    start_endless_client --idle-timeout 2
    kill -KILL "$SERVER_PID"
    SERVER_PID=
    wait $CLIENT
    STATUS=$?
    expect_failure "a server that vanishes" "localhost has vanished"

    start_server localhost --idle-timeout 1 || exit 1
    start_endless_client
    kill -KILL $CLIENT
    wait $CLIENT 2>/dev/null
    client localhost "$SERVER_PORT" /large
    expect_success "a client that vanishes leaves the others alone" large
    if eventually grep -q "the client went silent" "$WORK/server.log"; then
        pass "a client that vanishes is forgotten"
    else
        fail "a client that vanishes is forgotten" "the server does not say so"
    fi

    start_endless_client
    kill -INT $CLIENT
    wait $CLIENT
    STATUS=$?
    expect_failure "a client that is interrupted" "interrupted"

    start_endless_client
    expect_server_to_stop "a server that is interrupted"
    wait $CLIENT
    STATUS=$?
    expect_failure "its client is told" "localhost ended the connection"
}

test_garbage() {
    start_server localhost || exit 1
    "$BUILD/garbage" throw localhost "$SERVER_PORT" 3 >"$WORK/garbage.log" &
    GARBAGE=$!
    sleep 0.2
    client localhost "$SERVER_PORT" /large /small /empty
    expect_success "a transfer in a rain of garbage" large small empty
    wait $GARBAGE
    if "$BUILD/garbage" probe localhost "$SERVER_PORT" >"$WORK/client.log"; then
        pass "Version Negotiation and stateless reset"
    else
        fail "Version Negotiation and stateless reset" "no answer"
    fi
    client localhost "$SERVER_PORT" /large
    expect_success "a transfer after the garbage" large
    expect_server_to_stop "the server stops after the garbage"
}

test_faults() {
    for faults in nogso block loss "nogso block loss"; do
        FAULTS=$faults
        export FAULTS
        LD_PRELOAD="$BUILD/faults.so"
        export LD_PRELOAD
        start_server localhost || exit 1
        client localhost "$SERVER_PORT" /large /small
        unset LD_PRELOAD
        expect_success "a network with faults: $faults" large small
        stop_server
    done
}

test_version() {
    "$BUILD/qclient" --version >"$WORK/client.log" && "$BUILD/qserver" --version >>"$WORK/client.log" &&
        [ "$(grep -c 'ngtcp2 1\.25\.[0-9]* by rngtcp2 [0-9.]*, TLS by rngtcp2 [0-9.]*$' "$WORK/client.log")" = 2 ] &&
        pass "--version" || fail "--version" "it does not tell the libraries"
}

prepare
test_version
test_transfers
test_unwelcome_servers
test_unwelcome_paths
test_departures
test_garbage
test_faults
[ $FAILED -eq 0 ]
