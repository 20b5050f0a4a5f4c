#!/bin/sh
# Builds and runs the C tests of the crypto helper.
#
#   INCDIR     directory with ngtcp2/ngtcp2.h (and ngtcp2_crypto_rustls.h, unless INCDIR_RUSTLS has it)
#   LIBDIR     directory with libngtcp2.so.16
#   CRYPTODIR  directory with libngtcp2_crypto_rustls.so (default: target/release)
#   ROOT       if set, the programs run inside this root directory, on its C library
#   HELPER     if set, the path (inside ROOT) of another helper to compare with
#   VALGRIND   if set, the command that the programs run under
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${INCDIR:=$top/include}" "${INCDIR_RUSTLS:=$top/include}" "${CRYPTODIR:=$top/target/release}"
: "${LIBDIR:=$top/target/release}" "${CC:=cc}" "${ROOT:=}" "${VALGRIND:=}"

work=$(mktemp -d "$ROOT/tmp/crypto-tests.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/certs" "$work/include" "$work/include/ngtcp2"
sh "$here/certificates.sh" "$work/certs"
cp "$CRYPTODIR/libngtcp2_crypto_rustls.so" "$work/libngtcp2_crypto_rustls.so.0"
# Copies, as INCDIR may be that of a root with headers of another C library beside.
cp "$INCDIR"/ngtcp2/ngtcp2.h "$INCDIR"/ngtcp2/version.h "$INCDIR"/ngtcp2/ngtcp2_crypto.h \
  "$INCDIR_RUSTLS/ngtcp2/ngtcp2_crypto_rustls.h" "$INCDIR_RUSTLS/ngtcp2/rngtcp2.h" "$work/include/ngtcp2/"
ln -s libngtcp2_crypto_rustls.so.0 "$work/libngtcp2_crypto_rustls.so"
core=$LIBDIR/libngtcp2.so.16
test -e "$core" || core=$LIBDIR/libngtcp2.so
if [ -z "$ROOT" ]; then
  cp "$core" "$work/libngtcp2.so.16"
fi

inside=${work#"$ROOT"}
for program in ${PROGRAMS:-handshake refusal alerts resumption choices arguments primitives secrets ${HELPER:+helpers}}; do
  $CC -std=c11 -D_DEFAULT_SOURCE -O1 -g -Wall -Wextra -Werror ${ROOT:+-DREFERENCE} ${CFLAGS:-} -I"$work/include" \
    "$here/$program.c" "$here/pair.c" -o "$work/$program" \
    -L"$work" -lngtcp2_crypto_rustls "$core" -Wl,--allow-shlib-undefined -ldl -lpthread
  if [ -n "$ROOT" ]; then
    chroot "$ROOT" env LD_LIBRARY_PATH="$inside" CERTS="$inside/certs" PAIR_LOG="${PAIR_LOG:-}" HELPER="${HELPER:-}" \
      "$inside/$program"
  else
    LD_LIBRARY_PATH="$work" CERTS="$work/certs" $VALGRIND "$work/$program"
  fi
done
