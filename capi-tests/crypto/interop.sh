#!/bin/sh
# Runs the helper on our core against the helpers of the C library, in a Debian root that has both and a compiler.
#
#   ROOT       the root
#   INCDIR     directory with ngtcp2/ngtcp2_crypto_rustls.h
#   LIBDIR     directory with our libngtcp2.so.16 and libngtcp2_crypto_rustls.so.0
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${INCDIR:=$top/include}" "${LIBDIR:=$top/build/lib}" "${CC:=cc}"

work=$(mktemp -d "$ROOT/tmp/interop.XXXXXX")
trap 'rm -rf "$work"' EXIT
inside=${work#"$ROOT"}
mkdir "$work/certs"
sh "$here/certificates.sh" "$work/certs"
cp "$LIBDIR/libngtcp2.so.16" "$LIBDIR/libngtcp2_crypto_rustls.so.0" "$here"/foreign/*.[ch] "$work"
$CC -std=c11 -D_DEFAULT_SOURCE -O1 -g -Wall -Wextra -Werror ${CFLAGS:-} -I"$INCDIR" "$here/interop.c" "$here/foreign/thread.c" "$here/pair.c" \
  -o "$work/interop" "$work/libngtcp2_crypto_rustls.so.0" "$work/libngtcp2.so.16" "-Wl,-rpath,$inside" \
  -Wl,--allow-shlib-undefined -ldl -lpthread

foreign() { # name libraries..
  name=$1
  shift
  chroot "$ROOT" gcc -std=c11 -D_DEFAULT_SOURCE -O1 -g -Wall -Wextra -Werror -shared -fPIC "$inside/foreign.c" \
    "$inside/$name.c" -o "$inside/$name.so" "-lngtcp2_crypto_$name" -lngtcp2 "$@"
  chroot "$ROOT" env CERTS="$inside/certs" FOREIGN="$inside/$name.so" PAIR_LOG="${PAIR_LOG:-}" "$inside/interop"
}

for name in ${FOREIGN:-gnutls ossl}; do
  case $name in
  gnutls) foreign gnutls -lgnutls ;;
  ossl) foreign ossl -lssl -lcrypto ;;
  esac
done
