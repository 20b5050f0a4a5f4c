#!/bin/bash
# Debian's C library and ours, side by side, in one run: tables in Markdown on standard output; and tables.md,
# instructions.svg and memory.svg in build/bench.
#
# usage: tools/bench/run.sh [ROW..]     rows of tools/bench/rows.txt; all by default
#   C_LIB    folder that holds the C library's libngtcp2.so.16; by default that of the root build/roots/sid (make roots)
#   LIB      folder that holds ours; by default build/lib
#   INC      folder that holds the headers; by default include
#   ROUNDS   how often the libraries take turns for the CPU times; by default 5
set -eu -o pipefail
cd "$(dirname "$0")/../.."
LIB=$(realpath "${LIB:-build/lib}")
INC=$(realpath "${INC:-include}")
OUT=${OUT:-$PWD/build/bench}
ROUNDS=${ROUNDS:-5}
. tools/bench/parts.sh

# The folder of the C library, or nothing.
find_c_library() {
  local folder
  for folder in "${C_LIB:-}" build/roots/sid/usr/lib/*-linux-gnu; do
    [ -z "$folder" ] || [ ! -e "$folder/libngtcp2.so.16" ] || {
      realpath "$folder"
      return
    }
  done
}

# pick NAME FOLDER: makes build/bench/NAME with that libngtcp2.so.16 alone. A Debian root's folder holds a libc as well, which
# must not become this machine's.
pick() {
  mkdir -p "$OUT/$1"
  ln -sf "$2/libngtcp2.so.16" "$OUT/$1/libngtcp2.so.16"
}

# count LIBRARY ROW OPTION..: instructions and allocations.
count() {
  local result=$results/$2.$1
  callgrind "$OUT/$1" "$result" "${@:3}" && $here/instructions.py "$result.callgrind" >"$result.instructions" &&
    over "$OUT/$1" "$bench" "${@:3}" --repetitions 0 >"$result.json" || echo "$1: $2 failed" >&2
}

# measure ROW OPTION..: all figures of a row. What callgrind counts does not depend on the load of the machine, but CPU time
# does: the libraries take turns. With loss it is the goodput that matters, and at rest nothing takes time.
measure() {
  local row=$1 library
  shift
  for library in $libraries; do
    count "$library" "$row" "$@" &
  done
  wait
  case $row in lossy-* | idle) return ;; esac
  for _ in $(seq "$ROUNDS"); do
    for library in $libraries; do
      over "$OUT/$library" "$bench" "$@" --repetitions 3 >>"$results/$row.$library.times" 2>/dev/null || true
    done
  done
}

libraries=
c_library=$(find_c_library)
if [ -n "$c_library" ]; then
  pick c "$c_library"
  libraries=c
else
  echo "no C library to compare with: set C_LIB, or make roots" >&2
fi
pick ours "$LIB"
libraries="$libraries ours"

build_bench "$INC" "$LIB"
results=$OUT/results
rm -rf "$results"
mkdir -p "$results"
for row in ${*:-$(all_rows)}; do
  options=$(options_of "$row")
  [ -n "$options" ] || {
    echo "no row $row in $here/rows.txt" >&2
    exit 2
  }
  echo "measuring $row" >&2
  # shellcheck disable=SC2086 # a list of words
  measure "$row" $options
done
$here/tables.py "$results" | tee "$OUT/tables.md"
$here/pictures.py "$results" "$OUT"
