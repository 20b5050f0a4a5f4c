#!/bin/bash
# Where the instructions of a row go: library functions, and what they call, per packet.
#
# usage: tools/bench/profile.sh ROW [OPTION..]    e.g. `bulk1200 --mib 8 --phase receiver-reads`
#   LIB   folder of the libngtcp2.so.16 to look at; by default build/lib
set -eu -o pipefail
cd "$(dirname "$0")/../.."
LIB=$(realpath "${LIB:-build/lib}")
OUT=${OUT:-$PWD/build/bench}
. tools/bench/parts.sh

build_bench "$PWD/include" "$LIB"
result=$OUT/profile
# shellcheck disable=SC2046 # a list of words
callgrind "$LIB" "$result" $(options_of "$1") "${@:2}"
$here/instructions.py "$result.callgrind" "$(python3 -c 'import json, sys; print(json.load(sys.stdin)["packets"])' <"$result.json")"
