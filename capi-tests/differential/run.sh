#!/bin/sh
# Builds the driver and plays seeds: random plans on random lines, a client on one library and a server on another.
#
#   run.sh [OPTION...]   options of the driver, -v for one
#
#   INCDIR  directory with ngtcp2/ngtcp2.h (default: include)
#   LIBDIR  directory with our libngtcp2.so.16 (default: build/lib)
#   THEIRS  another library, as a path, inside ROOT if that is set (default: the one that ROOT has)
#   ROOT    a root directory to run in, if their library needs its C library
#   ROLES   who is who, of `self` (ours to ours), `client` (ours to theirs), `server` (theirs to ours) and `none` (theirs to
#           theirs) (default: self)
#   SEEDS   how many (default: 300), from FIRST on (default: 1)
#   CC      compiler (default: cc)
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
: "${INCDIR:=$top/include}" "${LIBDIR:=$top/build/lib}" "${CC:=cc}"
: "${ROOT:=}" "${THEIRS:=}" "${ROLES:=self}" "${SEEDS:=300}" "${FIRST:=1}"
support=$top/capi-tests/support

work=$(mktemp -d "$ROOT/tmp/differential.XXXXXX")
trap 'rm -rf "$work"' EXIT

# One list of functions, as a table and as redirections into it.
awk '/^\[/ { core = $1 == "[core]"; next } core && /^ngtcp2_/ { print $1 }' "$top/capi-tests/abi/symbols.txt" >"$work/symbols"
sed 's/.*/X(&)/' "$work/symbols" >"$work/functions.h"
sed 's/.*/#define & (*library_in_use->&)/' "$work/symbols" >"$work/redirections.h"

sources="$here/*.c"
for name in allocator callbacks check endpoint network null_crypto numbers tls; do
  sources="$sources $support/$name.c"
done
# shellcheck disable=SC2086
$CC -std=gnu11 -O1 -g -Wall -Wextra -Werror -Wno-deprecated-declarations -I"$INCDIR" -I"$support" -I"$here" -I"$work" \
  -include "$here/library.h" $sources -ldl -o "$work/differential" || exit 1
cp "$LIBDIR/libngtcp2.so.16" "$work/ours.so"

# play ARGUMENT..: in the root, if there is one.
inside=${work#"$ROOT"}
play() {
  if [ -n "$ROOT" ]; then
    chroot "$ROOT" "$inside/differential" -f "$FIRST" -n "$SEEDS" "$@"
  else
    "$work/differential" -f "$FIRST" -n "$SEEDS" "$@"
  fi
}

if [ -n "$ROOT" ] && [ -z "$THEIRS" ]; then
  THEIRS=/$(cd "$ROOT" && ls usr/lib/*/libngtcp2.so.16) || exit 1
fi
ours=$inside/ours.so name=${ROOT:+ of ${ROOT##*/}}
failures=0
for role in $ROLES; do
  case $role in
  self) play -t "ours to ours" -c "$ours" -s "$ours" "$@" ;;
  client) play -t "ours to theirs$name" -c "$ours" -s "$THEIRS" -u s "$@" ;;
  server) play -t "theirs$name to ours" -c "$THEIRS" -s "$ours" -u c "$@" ;;
  none) play -t "theirs$name to theirs" -c "$THEIRS" -s "$THEIRS" -u b "$@" ;;
  *) echo "unknown role: $role" >&2 && false ;;
  esac || failures=$((failures + 1))
done
[ "$failures" -eq 0 ]
