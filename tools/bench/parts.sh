# What the scripts of the benchmark share. Sourced, from the root of the repository.
# shellcheck shell=bash

here=tools/bench
bench=$OUT/bench

# build_bench INCLUDE_FOLDER LIBRARY_FOLDER
build_bench() { make --no-print-directory -s -C "$here" INCDIR="$(realpath "$1")" LIBDIR="$(realpath "$2")" OUTDIR="$OUT"; }

# over FOLDER COMMAND..: runs it over the libngtcp2.so.16 of a folder that holds nothing else. Symbols are bound at the
# start, or callgrind would count that.
over() { LD_BIND_NOW=1 LD_LIBRARY_PATH=$1 "${@:2}"; }

# options_of ROW: what bench is to do for it.
options_of() { awk -v row="$1" '$1 == row { $1 = ""; print }' $here/rows.txt; }

# callgrind FOLDER FILE OPTION..: one pass. Leaves FILE.callgrind, and what bench says in FILE.json.
callgrind() {
  over "$1" valgrind --quiet --tool=callgrind --collect-atstart=no --log-file="$2.log" --callgrind-out-file="$2.callgrind" \
    "$bench" "${@:3}" >"$2.json"
}
