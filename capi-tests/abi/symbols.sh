#!/bin/sh
# Checks that a shared library exports exactly the functions that symbols.txt lists.
#
# usage: capi-tests/abi/symbols.sh core LIBRARY
#        capi-tests/abi/symbols.sh crypto LIBRARY [PREFIX]
#
# PREFIX stands for the functions that a crypto helper has beside those of all helpers, such as
# ngtcp2_crypto_rustls_.
set -u

here=$(cd "$(dirname "$0")" && pwd)
section=$1
library=$2
prefix=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

awk -v section="[$section]" '/^\[/ { wanted = $1 == section } /^ngtcp2_/ && wanted { print $1 }' \
  "$here/symbols.txt" | sort >"$work/expected"
nm -D --defined-only "$library" | awk '{ print $NF }' >"$work/exported"
if [ -n "$prefix" ]; then
  grep -v "^$prefix" "$work/exported" >"$work/common"
  mv "$work/common" "$work/exported"
fi

if sort "$work/exported" | diff "$work/expected" - >"$work/log"; then
  echo "PASS $(basename "$library") exports the functions of symbols.txt"
else
  echo "FAIL $(basename "$library") exports other functions than symbols.txt lists"
  sed 's/^/  /' "$work/log"
  exit 1
fi
