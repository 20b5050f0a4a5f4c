#!/bin/bash
# A download with TLS, both sides in one process over a wire in memory: our core with the rustls helper, and Debian's C
# library with its helpers, in turns inside a Debian root. Prints CPU time and instructions of the process per packet.
#
#   ROOT     the root, which has a compiler (make roots)
#   LIB      folder with our libraries; by default build/lib
#   ROUNDS   how often the libraries take turns; by default 5
#   OUT      where results and the picture go; by default build/bench-tls
set -eu -o pipefail
cd "$(dirname "$0")/../../.."
LIB=${LIB:-build/lib} ROOT=${ROOT:-build/roots/sid} OUT=${OUT:-build/bench-tls}
helpers="rustls ossl gnutls"
results=$OUT/bulk
work=$(mktemp -d "$ROOT/tmp/tls-bulk.XXXXXX")
trap 'rm -rf "$work"' EXIT
inside=${work#"$ROOT"}
rm -rf "$results"
mkdir -p "$results" "$work/certs" "$work/include/ngtcp2" "$work/bench/tls"
sh capi-tests/crypto/certificates.sh "$work/certs"
cp include/ngtcp2/*.h "$work/include/ngtcp2"
cp -r /usr/include/valgrind "$work/include"
cp tools/bench/*.[ch] "$work/bench"
cp tools/bench/tls/crypto.c capi-tests/crypto/foreign/{foreign.h,tls.h,rustls.c,ossl.c,gnutls.c} "$work/bench/tls"
rm "$work/bench/crypto.c" "$work/bench/uring-deadline.c"
mkdir "$work/ours"
cp "$LIB/libngtcp2.so.16" "$LIB/libngtcp2_crypto_rustls.so.0" "$work/ours"

# build HELPER LIBRARY..
build() {
  chroot "$ROOT" sh -c "cd $inside && gcc -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Iinclude -o bench-$1 bench/*.c \
    bench/tls/crypto.c bench/tls/$1.c ${*:2}"
}
build rustls ours/libngtcp2_crypto_rustls.so.0 ours/libngtcp2.so.16 "-Wl,-rpath,$inside/ours" -Wl,--allow-shlib-undefined
build ossl -lngtcp2_crypto_ossl -lngtcp2 -lssl -lcrypto
build gnutls -lngtcp2_crypto_gnutls -lngtcp2 -lgnutls

# The root's loader, so that valgrind need not be in the root.
loader=$(realpath "$ROOT"/lib64/ld-linux-*.so.2)
libraries=$(dirname "$(echo "$ROOT"/usr/lib/*/libngtcp2.so.16)")

# count HELPER ROW OPTION..: the instructions, of one short pass
count() {
  local folders=$libraries
  [ "$1" != rustls ] || folders=$work/ours:$libraries
  LD_BIND_NOW=1 CERTS=$work/certs valgrind --quiet --tool=callgrind --collect-atstart=no \
    --callgrind-out-file="$results/$2.$1.callgrind" --log-file="$results/$2.$1.log" \
    "$loader" --library-path "$folders" "$work/bench-$1" bulk --mib 8 "${@:3}" >"$results/$2.$1.counted"
}

# measure ROW OPTION..
measure() {
  local helper
  for helper in $helpers; do
    count "$helper" "$@"
  done
  for _ in $(seq "${ROUNDS:-5}"); do
    for helper in $helpers; do
      chroot "$ROOT" env LD_BIND_NOW=1 CERTS="$inside/certs" "$inside/bench-$helper" bulk --repetitions 3 "${@:2}" \
        >>"$results/$1.$helper.times"
    done
  done
}
measure single --payload 1452
measure aggregate --payload 1452 --burst 44 --aggregate 1
tools/bench/tls/tables.py "$results" "$OUT/bulk.svg" | tee "$OUT/bulk.md"
