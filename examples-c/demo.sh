#!/bin/sh
# Builds the example programs and shows them at work: a server on loopback, a client that fetches one large
# file and 200 small ones from it at the same time, over one connection. Exit status 0 only if every file
# has arrived as it was sent.
#
#   INCDIR  the headers          default: ../include
#   LIBDIR  the libraries        default: ../target/release
set -u

cd "$(dirname "$0")" || exit 1
. ./scripting.sh
set_up

step() { printf '\n-- %s\n' "$1"; }
fail() {
    echo "FAILED: $1" >&2
    exit 1
}

make_files() {
    mkdir "$WORK/www" &&
        head -c 67108864 /dev/urandom >"$WORK/www/large" &&
        echo /large >"$WORK/paths" || return 1
    i=1
    while [ $i -le 200 ]; do
        head -c $((i * 150)) /dev/urandom >"$WORK/www/small-$i" && echo "/small-$i" >>"$WORK/paths" || return 1
        i=$((i + 1))
    done
    (cd "$WORK/www" && sha256sum -- *) >"$WORK/sums"
}

../tools/check/prerequisites.sh || exit 1

step "building qserver and qclient"
make --no-print-directory INCDIR="$INCDIR" LIBDIR="$LIBDIR" OUTDIR="$BUILD" >"$WORK/build.log" 2>&1 || {
    cat "$WORK/build.log" >&2
    fail "the programs do not build"
}

step "making a certificate, a random file of 64 MiB and 200 small ones"
make_authority authority && make_certificate authority localhost DNS:localhost,IP:127.0.0.1,IP:::1 || {
    cat "$WORK/openssl.log" >&2
    fail "no certificate"
}
make_files || fail "no files"

step "fetching all of them at once"
start_server localhost || fail "no server"
"$BUILD/qclient" --ca "$WORK/authority.pem" -o "$WORK/out" --paths-from "$WORK/paths" localhost "$SERVER_PORT" ||
    fail "the client did not get everything"
stop_server || fail "the server did not end well"
grep files "$WORK/server.log"

step "comparing SHA-256"
(cd "$WORK/out" && sha256sum --check --quiet ../sums) || fail "what came is not what was sent"
echo "$(wc -l <"$WORK/sums") files: each SHA-256 is equal"
