#!/bin/bash
# Debian packages from the files of packaging/install.sh, by dpkg-deb alone.
#
#   librngtcp2-16             libngtcp2.so.16 in the place of Debian's, which dpkg-divert puts aside: every program of the
#                             system runs on ours, and purging the package brings Debian's back
#   libngtcp2-crypto-rustls0  the TLS helper; Debian has none of this name
#   librngtcp2-dev            headers, static libraries, pkg-config, CMake and man pages, in the same way
#
# usage: packaging/deb.sh OUTPUT_FOLDER    (LIB: where the libraries are; DEB_COMPRESSION: options of dpkg-deb)
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/.."
. packaging/names.sh
triplet=$(cc -print-multiarch)
architecture=$(dpkg --print-architecture)
revision=${REVISION:-1}
# Times inside the packages: the last commit's, so that they are the same each time.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.toml)}
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

DESTDIR=$work/all PREFIX=/usr LIBDIR=/usr/lib/$triplet sh packaging/install.sh >/dev/null
gzip -9n "$work/all/usr/share/man/man3/"*.3
libdir=usr/lib/$triplet
strip --strip-unneeded "$work/all/$libdir/$FILE" "$work/all/$libdir/$HELPER_FILE"
strip --strip-debug --enable-deterministic-archives "$work/all/$libdir/libngtcp2.a" "$work/all/$libdir/libngtcp2_crypto_rustls.a"

# libc_needed FILE: the newest version of glibc that the library asks for.
libc_needed() { objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -n 1; }

# take PACKAGE PATH...: moves files of the installation into a package.
take() {
  local package=$1 path
  shift
  for path in "$@"; do
    mkdir -p "$work/$package/$(dirname "$path")"
    mv "$work/all/$path" "$work/$package/$path"
  done
}

# control PACKAGE SECTION FIELDS DESCRIPTION
control() {
  local tree=$work/$1 doc
  doc=$tree/usr/share/doc/$1
  mkdir -p "$tree/DEBIAN" "$doc"
  cp packaging/copyright "$doc/copyright"
  cp CHANGELOG.md "$doc/changelog"
  gzip -9n "$doc/changelog"
  cat >"$tree/DEBIAN/control" <<END
Package: $1
Version: $VERSION-$revision
Architecture: $architecture
Maintainer: the rngtcp2 maintainers <rngtcp2@localhost>
Section: $2
Priority: optional
Multi-Arch: same
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
$3
Description: $4
END
}

# diverting PACKAGE PATH...: scripts that put aside Debian's file of each path, and bring it back at the end.
diverting() {
  local package=$1 tree=$work/$1
  shift
  sed -e "s|@PACKAGE@|$package|" -e "s|@PATHS@|$*|" packaging/templates/preinst.in >"$tree/DEBIAN/preinst"
  sed -e "s|@PACKAGE@|$package|" -e "s|@PATHS@|$*|" packaging/templates/postrm.in >"$tree/DEBIAN/postrm"
  chmod 755 "$tree/DEBIAN/preinst" "$tree/DEBIAN/postrm"
}

# build PACKAGE
build() {
  (cd "$work/$1" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  find "$work/$1" -print0 | xargs -0 touch -h -d "@$SOURCE_DATE_EPOCH"
  # shellcheck disable=SC2086 # a list of words
  dpkg-deb --root-owner-group ${DEB_COMPRESSION:--Zxz} --build "$work/$1" "$out/$1_$VERSION-${revision}_$architecture.deb"
}

runtime=librngtcp2-16 helper=libngtcp2-crypto-rustls0 dev=librngtcp2-dev
libc="libc6 (>= $(libc_needed "$work/all/$libdir/$FILE"))"
helper_libc="libc6 (>= $(libc_needed "$work/all/$libdir/$HELPER_FILE"))"

take $runtime "$libdir/$FILE" "$libdir/$SONAME"
take $helper "$libdir/$HELPER_FILE" "$libdir/$HELPER_SONAME"
take $dev usr/include "$libdir" usr/share/man

control $runtime libs "Depends: $libc, libgcc-s1
Provides: libngtcp2-16 (= $VERSION-$revision)" "ngtcp2's QUIC library in Rust
 Takes the place of Debian's libngtcp2-16 for every program, with the same
 interface. Purging this package brings Debian's library back."
control $helper libs "Depends: $helper_libc, libgcc-s1, libngtcp2-16 (>= 1.11)" "TLS for ngtcp2 on rustls and ring
 Crypto helper library for ngtcp2. Runs on Debian's libngtcp2-16 as well."
control $dev libdevel "Depends: $runtime (= $VERSION-$revision), $helper (= $VERSION-$revision)
Provides: libngtcp2-dev (= $VERSION-$revision)" "ngtcp2's QUIC library in Rust, for development
 Headers, static libraries, pkg-config and CMake files and man pages. Takes the
 place of Debian's libngtcp2-dev. Purging this package brings that back."
diverting $runtime "/$libdir/$SONAME"
diverting $dev /usr/include/ngtcp2/ngtcp2.h /usr/include/ngtcp2/ngtcp2_crypto.h /usr/include/ngtcp2/version.h \
  "/$libdir/libngtcp2.so" "/$libdir/libngtcp2.a" "/$libdir/pkgconfig/libngtcp2.pc"
printf 'activate-noawait ldconfig\n' | tee "$work/$runtime/DEBIAN/triggers" >"$work/$helper/DEBIAN/triggers"
printf 'libngtcp2 16 %s (>= %s)\n' libngtcp2-16 "$VERSION" >"$work/$runtime/DEBIAN/shlibs"
printf 'libngtcp2_crypto_rustls 0 %s (>= %s)\n' $helper "$VERSION" >"$work/$helper/DEBIAN/shlibs"
for package in $runtime $helper $dev; do
  build $package
done
