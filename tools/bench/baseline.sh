#!/bin/bash
# Holds the instruction counts of the library to those in baseline.json, and its allocations in steady state to none.
# One line for each figure: `PASS name figure`, or `FAIL name figure baseline`.
#
# usage: LIB=FOLDER INC=FOLDER tools/bench/baseline.sh [--update]
#   LIB   holds libngtcp2.so.16, by default build/lib
#   INC   holds the headers, by default include
set -eu -o pipefail
cd "$(dirname "$0")/../.."
LIB=$(realpath "${LIB:-build/lib}")
INC=$(realpath "${INC:-include}")
OUT=${OUT:-$PWD/build/bench}
. tools/bench/parts.sh

# A name, what to run (enough for the figures to settle, little enough for every `make check`), and what one figure is per.
figures() {
  cat <<'END'
bulk1200 packets    bulk --mib 8
rr32     packets    rr --requests 2000
dgram    packets    dgram --count 5000
many1000 packets    manystreams --count 1000 --mib 4
hs       handshakes hs --count 50
END
}

# measure NAME UNIT OPTION..: writes NAME.json, with what callgrind counted and what was allocated.
measure() {
  callgrind "$LIB" "$results/$1" "${@:3}"
  over "$LIB" "$bench" "${@:3}" --repetitions 0 >"$results/$1.allocations.json"
  python3 $here/baseline.py measure "$results/$1" "$2" "$($here/instructions.py "$results/$1.callgrind")"
}

build_bench "$INC" "$LIB"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
while read -r name unit options; do
  # shellcheck disable=SC2086 # a list of words
  measure "$name" "$unit" $options
done < <(figures) >"$results/figures"

python3 $here/baseline.py "${1:-compare}" "$results/figures" $here/baseline.json
