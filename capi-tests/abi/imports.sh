#!/bin/sh
# Checks that a crypto helper asks for nothing that ngtcp2 RELEASE did not have.
#
# usage: capi-tests/abi/imports.sh LIBRARY RELEASE
set -u
here=$(cd "$(dirname "$0")" && pwd)
library=$1
release=$2

too_new=$(nm -D --undefined-only "$library" | awk -v release="$release" '
  function number(version, parts) { split(version, parts, "."); return parts[1] * 1000000 + parts[2] * 1000 + parts[3] }
  NR == FNR { if (/^ngtcp2_/) since[$1] = $2; next }
  $NF ~ /^ngtcp2_/ && (!($NF in since) || number(since[$NF]) > number(release)) { print "  " $NF " (" since[$NF] ")" }
  ' "$here/symbols.txt" -)
if [ -z "$too_new" ]; then
  echo "PASS $(basename "$library") asks for nothing newer than ngtcp2 $release"
else
  echo "FAIL $(basename "$library") asks for functions newer than ngtcp2 $release"
  echo "$too_new"
  exit 1
fi
