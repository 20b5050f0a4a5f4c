# Shell functions that the scripts here share. They expect BUILD (where the programs are) and WORK (a folder of
# their own), take another server than qserver from QSERVER, and keep the server's process id in SERVER_PID, its
# port in SERVER_PORT.

# set_up: the folders, by default those of this checkout, for a script that stands in examples-c; all is cleaned up at its end.
set_up() {
    INCDIR=${INCDIR:-$PWD/../include}
    LIBDIR=${LIBDIR:-$PWD/../target/release}
    BUILD=${BUILD:-$PWD/build}
    export LD_LIBRARY_PATH="$LIBDIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    WORK=$(mktemp -d) || exit 1
    SERVER_PID=
    trap clean_up EXIT
    trap 'exit 130' INT TERM
}

clean_up() {
    [ -z "$SERVER_PID" ] || kill -KILL "$SERVER_PID" 2>/dev/null
    rm -rf "$WORK"
}

# make_authority NAME: a certificate authority, NAME.pem and NAME.key.
make_authority() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$WORK/$1.key" &&
        openssl req -x509 -new -key "$WORK/$1.key" -days 30 -subj "/CN=$1" -out "$WORK/$1.pem" 2>"$WORK/openssl.log"
}

# make_certificate AUTHORITY NAME ALTERNATIVES: a server's certificate, NAME.pem and NAME.key.
make_certificate() {
    printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' "$3" >"$WORK/$2.ext" &&
        openssl ecparam -name prime256v1 -genkey -noout -out "$WORK/$2.key" &&
        openssl req -new -key "$WORK/$2.key" -subj "/CN=$2" -out "$WORK/$2.csr" 2>"$WORK/openssl.log" &&
        openssl x509 -req -in "$WORK/$2.csr" -CA "$WORK/$1.pem" -CAkey "$WORK/$1.key" -CAcreateserial -days 30 \
            -extfile "$WORK/$2.ext" -out "$WORK/$2.pem" 2>"$WORK/openssl.log"
}

# start_server CERTIFICATE [OPTION...]: serves $WORK/www on any free port of localhost; the log is server.log.
start_server() {
    certificate=$1
    shift
    # Without standard input of the terminal, and emptied here: the old log must not name the port.
    : >"$WORK/server.log"
    "$BUILD/${QSERVER:-qserver}" --cert "$WORK/$certificate.pem" --key "$WORK/$certificate.key" --listen localhost "$@" \
        0 "$WORK/www" </dev/null >>"$WORK/server.log" 2>&1 &
    SERVER_PID=$!
    SERVER_PORT=
    tries=100
    while [ -z "$SERVER_PORT" ] && [ $tries -gt 0 ] && kill -0 $SERVER_PID 2>/dev/null; do
        sleep 0.05
        tries=$((tries - 1))
        SERVER_PORT=$(sed -n 's/.*listening on .* port \([0-9]*\)$/\1/p' "$WORK/server.log" | head -n 1)
    done
    if [ -z "$SERVER_PORT" ]; then
        echo "the server did not start:" >&2
        cat "$WORK/server.log" >&2
        return 1
    fi
}

# stop_server: asks it to stop, as Ctrl-C does, and waits; its exit status.
stop_server() {
    [ -n "${SERVER_PID:-}" ] || return 0
    kill -INT "$SERVER_PID" 2>/dev/null
    wait "$SERVER_PID"
    status=$?
    SERVER_PID=
    return $status
}
