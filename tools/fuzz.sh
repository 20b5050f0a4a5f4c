#!/bin/bash
# Runs the fuzz targets one after the other with libFuzzer and AddressSanitizer. The stable compiler serves, told to allow
# what its flags need; cargo-fuzz is not needed. New inputs go to build/fuzz/corpus, findings to build/fuzz/findings.
#
# usage: tools/fuzz.sh [SECONDS [TARGET..]]          60 seconds for each of all targets
#   SANITIZER=none    five times as many executions, with overflow checks and debug assertions alone
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
targets=${*:-packet_header frames params packets calls}

coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
sanitizer=${SANITIZER:-address}
host=x86_64-unknown-linux-gnu
RUSTC_BOOTSTRAP=1 RUSTFLAGS="--cfg fuzzing $(if [ $sanitizer = none ]; then echo -Cdebug-assertions; else echo -Zsanitizer=$sanitizer; fi) $(echo $coverage)" \
  CARGO_TARGET_DIR=$PWD/build/fuzz/$sanitizer \
  cargo build --quiet --release --manifest-path fuzz/Cargo.toml --locked --target $host

failed=0
for target in $targets; do
  corpus=build/fuzz/corpus/$target findings=build/fuzz/findings/$target log=build/fuzz/$target.log
  mkdir -p "$corpus" "$findings"
  status=0
  build/fuzz/$sanitizer/$host/release/"$target" "$corpus" "fuzz/corpus/$target" -artifact_prefix="$findings/" \
    -max_total_time="$seconds" -max_len=2048 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1 || status=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
  if [ $status = 0 ]; then
    echo "PASS fuzz $target: $runs executions, $edges edges, $(find "$corpus" -type f | wc -l) inputs"
  else
    echo "FAIL fuzz $target: see $log, inputs in $findings"
    failed=1
  fi
done
exit $failed
