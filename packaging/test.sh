#!/bin/bash
# Installs into a temporary DESTDIR and builds a program against it with each tool that is there: a line for each check.
set -u
cd "$(dirname "$0")/.." || exit 1
. packaging/names.sh
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
triplet=$(cc -print-multiarch)
export DESTDIR=$work/root PREFIX=/usr LIBDIR=/usr/lib/$triplet
lib=$DESTDIR$LIBDIR
program=$PWD/packaging/test-program.c
expected="ngtcp2 $VERSION"
bad=0

pass() { echo "PASS install: $*"; }
fail() { echo "FAIL install: $*"; bad=1; }
have() { command -v "$1" >/dev/null || { echo "SKIP install: $2 (no $1)"; return 1; }; }
# expect NAME PROGRAM: it runs on the installed libraries.
expect() {
  local output
  output=$(LD_LIBRARY_PATH=$lib "$2" 2>&1)
  if [ "$output" = "$expected" ]; then pass "$1"; else fail "$1: $output"; fi
}
# pc ARGUMENTS: what pkg-config says when / is DESTDIR.
pc() { PKG_CONFIG_LIBDIR=$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$DESTDIR pkg-config "$@"; }

files() {
  local file
  sh packaging/install.sh >"$work/log" 2>&1 || { cat "$work/log"; fail "make install"; exit 1; }
  for file in "$lib/$FILE" "$lib/$HELPER_FILE" "$lib/libngtcp2.a" "$lib/libngtcp2_crypto_rustls.a" \
    "$DESTDIR/usr/include/ngtcp2/ngtcp2.h" "$DESTDIR/usr/include/ngtcp2/rngtcp2.h" \
    "$DESTDIR/usr/share/man/man3/ngtcp2_conn_read_pkt.3" "$DESTDIR/usr/share/man/man3/ngtcp2.3" \
    "$DESTDIR/usr/share/man/man3/rngtcp2_version.3"; do
    [ -f "$file" ] || fail "$file is missing"
  done
  [ "$(readlink "$lib/libngtcp2.so")" = "$SONAME" ] && [ "$(readlink "$lib/$SONAME")" = "$FILE" ] &&
    readelf -d "$lib/$FILE" | grep -q "SONAME.*\[$SONAME\]" || fail "the links of libngtcp2"
  ldconfig -N -r "$DESTDIR" "$LIBDIR" 2>/dev/null; [ -L "$lib/$SONAME" ] || fail "ldconfig breaks the links"
  [ $bad = 0 ] && pass "files, links and sonames"
}

pkg_config() {
  have pkg-config "pkg-config" || return
  # shellcheck disable=SC2046 # lists of words
  cc -Wall -Wextra -Werror "$program" -o "$work/pkg" $(pc --cflags --libs libngtcp2_crypto_rustls libngtcp2) &&
    expect "pkg-config" "$work/pkg" || fail "pkg-config"
  [ "$(pc --modversion libngtcp2)" = "$VERSION" ] || fail "the version of libngtcp2.pc"
  pc --atleast-version=1.12 libngtcp2 || fail "configure scripts ask for 1.12 and more"
}

static_libraries() {
  cc "$program" -I"$DESTDIR/usr/include" -o "$work/static" "$lib/libngtcp2_crypto_rustls.a" "$lib/libngtcp2.a" -lgcc_s &&
    expect "static libraries" "$work/static" || fail "static libraries"
}

cmake_package() {
  have cmake "CMake" || return
  mkdir "$work/cmake"
  cat >"$work/cmake/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.16)
project(demo C)
find_package(ngtcp2 1.20 CONFIG REQUIRED)
add_executable(shared $program)
target_link_libraries(shared ngtcp2::ngtcp2_crypto_rustls ngtcp2::ngtcp2)
add_executable(static $program)
target_link_libraries(static ngtcp2::ngtcp2_crypto_rustls_static ngtcp2::ngtcp2_static)
END
  # The tree stands elsewhere than it was installed for: it may be moved.
  if cmake -S "$work/cmake" -B "$work/cmake/build" -DCMAKE_PREFIX_PATH="$DESTDIR/usr" \
    -DCMAKE_LIBRARY_ARCHITECTURE="$triplet" >"$work/log" 2>&1 && cmake --build "$work/cmake/build" >>"$work/log" 2>&1; then
    expect "CMake, shared" "$work/cmake/build/shared"
    expect "CMake, static" "$work/cmake/build/static"
  else
    cat "$work/log"
    fail "CMake"
  fi
}

meson_project() {
  have meson "meson" && have ninja "meson" || return
  mkdir "$work/meson"
  cp "$program" "$work/meson/demo.c"
  cat >"$work/meson/meson.build" <<'END'
project('demo', 'c')
executable('demo', 'demo.c',
  dependencies: [dependency('libngtcp2', version: '>= 1.20'), dependency('libngtcp2_crypto_rustls')])
END
  # With DESTDIR in its environment, meson would install elsewhere; it does not install here, but takes no chances.
  if (unset DESTDIR; PKG_CONFIG_LIBDIR=$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$work/root meson setup "$work/meson/build" \
    "$work/meson" >"$work/log" 2>&1 && ninja -C "$work/meson/build" >>"$work/log" 2>&1); then
    expect "meson" "$work/meson/build/demo"
  else
    cat "$work/log"
    fail "meson"
  fi
}

autoconf_project() {
  have autoreconf "autoconf" && have aclocal "autoconf" || return
  mkdir "$work/autoconf"
  cp "$program" "$work/autoconf/demo.c"
  cat >"$work/autoconf/configure.ac" <<'END'
AC_INIT([demo], [1])
AC_PROG_CC
PKG_CHECK_MODULES([NGTCP2], [libngtcp2 >= 1.20 libngtcp2_crypto_rustls])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
END
  printf 'demo: demo.c\n\t@CC@ @NGTCP2_CFLAGS@ -o $@ demo.c @NGTCP2_LIBS@\n' >"$work/autoconf/Makefile.in"
  if (cd "$work/autoconf" && export PKG_CONFIG_LIBDIR=$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$DESTDIR &&
    autoreconf -i && ./configure && make demo) >"$work/log" 2>&1; then
    expect "autoconf" "$work/autoconf/demo"
  else
    cat "$work/log"
    fail "autoconf"
  fi
}

# commands CHAPTER: those that this chapter of the guide tells its reader to type.
commands() { sed -n "/^## $1\$/,/^## /{/^\`\`\`sh\$/,/^\`\`\`\$/{//!p}}" docs/guide.md; }

# The guide word for word, but for the port.
guide() {
  have pkg-config "the guide" && have openssl "the guide" || return
  mkdir -p "$work/guide/examples-c"
  cp -r examples-c/tiny examples-c/stats.[ch] "$work/guide/examples-c"
  { echo "trap 'kill \$!' EXIT" && commands Build && commands "13. Try it" | sed "s/ 4433/ $((20000 + $$ % 10000))/"; } \
    >"$work/guide/commands"
  if (export LD_LIBRARY_PATH=$lib PKG_CONFIG_LIBDIR=$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$DESTDIR
    cd "$work/guide" && timeout 60 bash -e commands) >"$work/log" 2>&1 && grep -qx hello "$work/log"; then
    pass "the guide, word for word"
  else
    cat "$work/log"
    fail "the guide"
  fi
}

files
pkg_config
guide
static_libraries
cmake_package
meson_project
autoconf_project
exit $bad
