#!/bin/sh
# Installs both libraries, their headers, pkg-config and CMake files and man pages.
#
# Environment
#   LIB      where the libraries are (build/lib)
#   DESTDIR  put in front of every path; empty for this system
#   PREFIX   /usr/local
#   LIBDIR   $PREFIX/lib; Debian has $PREFIX/lib/x86_64-linux-gnu
set -eu

cd "$(dirname "$0")/.."
. packaging/names.sh
LIB=${LIB:-build/lib}
DESTDIR=${DESTDIR:-}
PREFIX=${PREFIX:-/usr/local}
LIBDIR=${LIBDIR:-$PREFIX/lib}

case "$PREFIX:$LIBDIR" in
/*:"$PREFIX"/*) ;;
*)
    echo "PREFIX has to be an absolute path, and LIBDIR below it" >&2
    exit 1
    ;;
esac

# The way from the CMake files back to PREFIX, so that the whole tree may be moved.
to_prefix=../..
below=${LIBDIR#"$PREFIX"/}
while [ "$below" != . ]; do
    to_prefix=$to_prefix/..
    below=$(dirname "$below")
done

fill() { # fill TEMPLATE TARGET
    sed -e "s|@PREFIX@|$PREFIX|" -e "s|@LIBDIR@|$LIBDIR|" -e "s|@VERSION@|$VERSION|" \
        -e "s|@CMAKE_TO_PREFIX@|$to_prefix|" "packaging/templates/$1" >"$2"
    chmod 644 "$2"
}

lib=$DESTDIR$LIBDIR
mkdir -p "$lib/pkgconfig" "$lib/cmake/ngtcp2" "$DESTDIR$PREFIX/include/ngtcp2"
install -m 644 include/ngtcp2/*.h "$DESTDIR$PREFIX/include/ngtcp2"

# library NAME SONAME FILE: the file, and the links by which loaders and linkers find it.
library() {
    install -m 644 "$LIB/$1.so" "$lib/$3"
    ln -sf "$3" "$lib/$2"
    ln -sf "$2" "$lib/$1.so"
    install -m 644 "$LIB/$1.a" "$lib/$1.a"
    fill "$1.pc.in" "$lib/pkgconfig/$1.pc"
}
library libngtcp2 "$SONAME" "$FILE"
library libngtcp2_crypto_rustls "$HELPER_SONAME" "$HELPER_FILE"
fill ngtcp2-config.cmake.in "$lib/cmake/ngtcp2/ngtcp2-config.cmake"
fill ngtcp2-config-version.cmake.in "$lib/cmake/ngtcp2/ngtcp2-config-version.cmake"

man=$DESTDIR$PREFIX/share/man
mkdir -p "$man/man3"
if command -v python3 >/dev/null; then
    python3 tools/api-reference/main.py --man "$man/man3" include/ngtcp2
else
    echo "no man pages: they are made by python3, which is missing" >&2
fi
case "$DESTDIR:$LIBDIR" in
:/usr/lib* | :/usr/local/lib* | :/lib*)
    [ "$(id -u)" != 0 ] || ldconfig # the loader learns of it
    ;;
esac
echo "installed ngtcp2 $VERSION in $DESTDIR$PREFIX"
