# What the scripts of the benchmark share. Sourced, from the root of the repository, with OUT set.
# shellcheck shell=bash

here=tools/bench
bench=$OUT/bench
export PYTHONDONTWRITEBYTECODE=1

# build_bench INCLUDE_FOLDER LIBRARY_FOLDER
build_bench() { make --no-print-directory -s -C $here INCDIR="$1" LIBDIR="$2" OUTDIR="$OUT"; }

# over FOLDER COMMAND..: runs it over the libngtcp2.so.16 in a folder. Symbols are bound at the start, or callgrind would
# count that.
over() { LD_BIND_NOW=1 LD_LIBRARY_PATH=$1 "${@:2}"; }

all_rows() { awk '!/^#/ { print $1 }' $here/rows.txt; }

# options_of ROW: what bench is to do for it.
options_of() { awk -v row="$1" '$1 == row { $1 = ""; print }' $here/rows.txt; }

# callgrind FOLDER FILE OPTION..: one pass. Leaves FILE.callgrind, and what bench says in FILE.json.
callgrind() {
  over "$1" valgrind --quiet --tool=callgrind --collect-atstart=no --log-file="$2.log" --callgrind-out-file="$2.callgrind" \
    "$bench" "${@:3}" >"$2.json"
}
