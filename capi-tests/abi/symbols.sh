#!/bin/sh
# Checks that a shared library exports exactly the functions that symbols.txt lists: for the core, ngtcp2's and our own.
#
# usage: capi-tests/abi/symbols.sh core LIBRARY
#        capi-tests/abi/symbols.sh crypto LIBRARY PREFIX HEADER
#
# PREFIX stands for the functions that a crypto helper has beside those of all helpers, such as ngtcp2_crypto_rustls_, and
# that HEADER declares.
set -u

here=$(cd "$(dirname "$0")" && pwd)
section=$1
library=$2
prefix=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ "$section" = core ] && own="[own]" || own=
awk -v section="[$section]" -v own="$own" '
  /^\[/ { wanted = $1 == section || $1 == own } /^r?ngtcp2_/ && wanted { print $1 }' \
  "$here/symbols.txt" | sort >"$work/expected"
nm -D --defined-only "$library" | awk '{ print $NF }' >"$work/exported"
if [ -n "$prefix" ]; then
  grep -o "\b$prefix[a-z0-9_]*(" "$4" | tr -d '(' | sort -u >>"$work/expected"
  sort -o "$work/expected" "$work/expected"
fi

if sort "$work/exported" | diff "$work/expected" - >"$work/log"; then
  echo "PASS $(basename "$library") exports the functions of symbols.txt${prefix:+ and of its header}"
else
  echo "FAIL $(basename "$library") exports other functions than symbols.txt${prefix:+ and its header} list"
  sed 's/^/  /' "$work/log"
  exit 1
fi
