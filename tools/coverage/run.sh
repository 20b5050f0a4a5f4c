#!/bin/bash
# Line coverage of src/ by the tests of `make check`, and by the fuzz corpora alone: builds with the compiler's own counters,
# runs, and prints a table by room. The lists of what no test reaches are left in build/coverage.
#
# usage: tools/coverage/run.sh [unit sim c corpora]      all four by default; the last is told apart, the others together
#   LLVM_BIN   the folder of llvm-profdata and llvm-cov (tools/coverage/find.sh says where they are looked for without it)
set -eu
cd "$(dirname "$0")/../.."
suites=${*:-unit sim c corpora}
out=$PWD/build/coverage
mkdir -p "$out"
. tools/coverage/find.sh
profdata=$(llvm_tool llvm-profdata)
cov=$(llvm_tool llvm-cov)

export RUSTFLAGS="-Cinstrument-coverage" CARGO_TARGET_DIR=$out/target
# Counters are put in before anything is optimised.
export CARGO_PROFILE_DEV_OPT_LEVEL=2 CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0
export LLVM_PROFILE_FILE=$out/build.profraw

# What cargo built last, of those with this name and a hash.
binary() { find "$CARGO_TARGET_DIR/debug/deps" -type f -executable -name "$1-*" -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2; }
profiles() { export LLVM_PROFILE_FILE=$out/$1/%8m.profraw; rm -rf "${out:?}/$1" && mkdir -p "$out/$1"; }

status=0
for suite in $suites; do
  echo "== $suite"
  case $suite in
    unit)
      cargo test --quiet --locked --lib --no-run
      profiles unit
      cargo test --quiet --locked --lib || status=1
      ;;
    sim)
      cargo test --quiet --locked --test sim --no-run
      profiles sim
      # What is left of secrets on the stack depends on the layout of frames: that test is for the release build.
      cargo test --quiet --locked --test sim -- --skip freed_memory_holds_no_secrets || status=1
      ;;
    c)
      cargo build --quiet --locked -p ngtcp2
      mkdir -p "$out/lib"
      cp -f "$CARGO_TARGET_DIR/debug/libngtcp2.so" "$out/lib/libngtcp2.so.16"
      profiles c
      LIBDIR=$out/lib sh capi-tests/run.sh || status=1
      ;;
    corpora)
      cargo test --quiet --locked --lib --test sim --no-run
      profiles corpora
      cargo test --quiet --locked --lib fuzzing || status=1
      cargo test --quiet --locked --test sim scenario::corpora || status=1
      ;;
  esac
done >"$out.log" 2>&1 || status=1
[ $status = 0 ] || echo "some tests failed: see $out.log"

# lcov NAME SUITE..: the lines of src/ with their counts in these suites, in build/coverage/NAME.lcov. Programs of other suites may
# be older than the sources.
lcov() {
  local name=$1 suite objects=() counts=()
  shift
  for suite; do
    counts+=("$out/$suite"/*.profraw)
    case $suite in
      unit) objects+=(-object "$(binary ngtcp2)") ;;
      sim) objects+=(-object "$(binary sim)") ;;
      c) objects+=(-object "$out/lib/libngtcp2.so.16") ;;
      corpora) objects+=(-object "$(binary ngtcp2)" -object "$(binary sim)") ;;
    esac
  done
  "$profdata" merge -sparse -o "$out/$name.profdata" "${counts[@]}"
  "$cov" export -format=lcov -instr-profile="$out/$name.profdata" "${objects[@]:1}" --sources "$PWD/src" >"$out/$name.lcov"
}
tests=$(printf '%s\n' $suites | grep -v '^corpora$' || true)
reports=()
if [ -n "$tests" ]; then
  # shellcheck disable=SC2086
  lcov tests $tests
  reports+=("$out/tests.lcov")
fi
case " $suites " in
  *" corpora "*)
    lcov corpora corpora
    reports+=("$out/corpora.lcov")
    ;;
esac
python3 -B tools/coverage/table.py "${reports[@]}"
exit $status
