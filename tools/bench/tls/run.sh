#!/bin/bash
# Full TLS handshakes on our core with the rustls helper, and on Debian's C library with its helpers, in one run inside a
# Debian root: CPU time of both sides together, and memory of an idle connection.
#
#   ROOT     the root, which has a compiler (make roots)
#   LIB      folder with our libraries; by default build/lib
#   GROUPS_  key exchange groups to measure; by default X25519
#   ROUNDS   how often the libraries take turns; by default 5
set -eu
cd "$(dirname "$0")/../../.."
LIB=${LIB:-build/lib} ROOT=${ROOT:-build/roots/sid}
work=$(mktemp -d "$ROOT/tmp/tls-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
inside=${work#"$ROOT"}
mkdir -p "$work/certs" "$work/include/ngtcp2"
sh capi-tests/crypto/certificates.sh "$work/certs"
cp capi-tests/crypto/foreign/*.[ch] tools/bench/tls/handshakes.c "$work"
cp include/ngtcp2/*.h "$work/include/ngtcp2"
cp "$LIB/libngtcp2.so.16" "$LIB/libngtcp2_crypto_rustls.so.0" "$work"

build() { chroot "$ROOT" sh -c "cd $inside && gcc -std=c11 -D_DEFAULT_SOURCE -O2 -Wall -Wextra $*"; }
build handshakes.c -o handshakes -rdynamic
build foreign.c rustls.c -shared -fPIC -Iinclude -o rustls.so ./libngtcp2_crypto_rustls.so.0 ./libngtcp2.so.16 \
  "-Wl,-rpath,$inside" -Wl,--allow-shlib-undefined
build foreign.c ossl.c -shared -fPIC -o ossl.so -lngtcp2_crypto_ossl -lngtcp2 -lssl -lcrypto
build foreign.c gnutls.c -shared -fPIC -o gnutls.so -lngtcp2_crypto_gnutls -lngtcp2 -lgnutls

for group in ${GROUPS_:-X25519}; do
  for _ in $(seq "${ROUNDS:-5}"); do
    for name in rustls ossl gnutls; do
      [ $name != gnutls ] || [ "$group" = X25519 ] || continue
      chroot "$ROOT" env LD_BIND_NOW=1 CERTS="$inside/certs" FOREIGN="$inside/$name.so" "$inside/handshakes" 500 "$group"
    done
  done
done | sort | awk '
  { key = $1 " " $2; if (!(key in least) || $3 < least[key]) least[key] = $3; rest[key] = $0; sub(/^.*, idle/, "idle", rest[key]) }
  END { for (key in least) printf "%s: %.1f us of both sides (the least of all rounds); %s\n", key, least[key], rest[key] }' | sort
