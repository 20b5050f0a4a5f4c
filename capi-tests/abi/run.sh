#!/bin/sh
# Checks that the headers in include/ngtcp2 declare the C API exactly, with every C and C++ compiler
# that is installed. Prints PASS or FAIL for each check; the exit status tells whether all passed.
#
# usage: capi-tests/abi/run.sh [INCLUDE_DIRECTORY]
set -u

here=$(cd "$(dirname "$0")" && pwd)
include=${1:-"$here/../../include"}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

warnings="-Wall -Wextra -Wpedantic -Werror"
generic="-DNGTCP2_USE_GENERIC_SOCKADDR -DNGTCP2_AF_INET=2 -DNGTCP2_AF_INET6=10"
failures=0

# verdict CHECK STATUS: prints one line, and what the check said if it failed.
verdict() {
  if [ "$2" -eq 0 ]; then
    echo "PASS $1"
  else
    echo "FAIL $1"
    sed 's/^/  /' "$work/log"
    failures=$((failures + 1))
  fi
}

# compile CHECK COMPILER OPTIONS... : compiles one file without linking it.
compile() {
  check=$1
  shift
  # shellcheck disable=SC2086
  "$@" $warnings -I "$include" -c -o "$work/object" >"$work/log" 2>&1
  verdict "$check" $?
}

for compiler in gcc clang; do
  command -v "$compiler" >/dev/null || continue
  for file in layout prototypes prototypes_crypto function_types; do
    compile "$compiler $file" "$compiler" -std=c11 "$here/$file.c"
    # shellcheck disable=SC2086
    compile "$compiler $file, generic sockaddr" "$compiler" -std=c11 $generic "$here/$file.c"
  done
  for standard in c99 c11 c17 gnu17; do
    compile "$compiler macros, $standard" "$compiler" -std=$standard "$here/macros.c"
  done
  # shellcheck disable=SC2086
  compile "$compiler macros, generic sockaddr" "$compiler" -std=c11 $generic "$here/macros.c"

  # shellcheck disable=SC2086
  "$compiler" -std=c11 $warnings -I "$include" "$here/constants.c" -o "$work/constants" \
    >"$work/log" 2>&1 && "$work/constants"
  verdict "$compiler constants" $?
done

for compiler in g++ clang++; do
  command -v "$compiler" >/dev/null || continue
  for file in prototypes prototypes_crypto function_types; do
    compile "$compiler $file" "$compiler" -std=c++17 -x c++ "$here/$file.c"
  done
  for standard in c++11 c++17 c++20; do
    compile "$compiler macros, $standard" "$compiler" -std=$standard "$here/macros.cc"
  done
  # shellcheck disable=SC2086
  compile "$compiler macros, generic sockaddr" "$compiler" -std=c++17 $generic "$here/macros.cc"
done

# Each header stands alone, and may be included twice.
for header in "$include"/ngtcp2/*.h; do
  name=ngtcp2/$(basename "$header")
  printf '#include <%s>\n#include <%s>\nint used;\n' "$name" "$name" >"$work/alone.c"
  for compiler in "gcc -std=c99" "clang -std=c99" "g++ -std=c++11 -x c++" "clang++ -std=c++11 -x c++"; do
    command -v "${compiler%% *}" >/dev/null || continue
    # shellcheck disable=SC2086
    compile "${compiler%% *} $name alone" $compiler "$work/alone.c"
  done
done

# names SECTION: the functions that symbols.txt lists there.
names() {
  awk -v section="[$1]" '/^\[/ { wanted = $1 == section } /^r?ngtcp2_/ && wanted { print $1 }' \
    "$here/symbols.txt" | sort
}

# declared HEADER: the functions that a header declares.
declared() {
  sed -n 's/^NGTCP2_EXTERN .*[ *]\(r\{0,1\}ngtcp2_[a-z0-9_]*\)(.*/\1/p' "$include/ngtcp2/$1" | sort
}

names core >"$work/expected"
declared ngtcp2.h | diff "$work/expected" - >"$work/log"
verdict "ngtcp2.h declares the functions of symbols.txt" $?

names own >"$work/expected"
declared rngtcp2.h | diff "$work/expected" - >"$work/log"
verdict "rngtcp2.h declares the functions of symbols.txt" $?

names crypto >"$work/expected"
declared ngtcp2_crypto.h | diff "$work/expected" - >"$work/log"
verdict "ngtcp2_crypto.h declares the functions of symbols.txt" $?

[ "$failures" -eq 0 ]
