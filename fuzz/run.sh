#!/bin/bash
# Runs the fuzz targets one after the other. New inputs go to build/fuzz/corpus, findings to build/fuzz/findings.
#
# usage: fuzz/run.sh [SECONDS [TARGET..]]      60 seconds for each of all targets
#   SANITIZER=none    several times as many executions, with overflow checks and debug assertions but no AddressSanitizer
#   RUNS=20000000     ends a target after so many executions, if that is before SECONDS
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
targets=${*:-packet_header frames params exported client_hello tokens packets calls}
sanitizer=${SANITIZER:-address}
export ASAN_OPTIONS=quarantine_size_mb=16:malloc_context_size=4${ASAN_OPTIONS:+:$ASAN_OPTIONS}

# How large an input is worth trying.
longest() {
  case $1 in
    packets | calls) echo 512 ;;
    *) echo 2048 ;;
  esac
}

kind_of() {
  case $1 in
    packets | calls) echo connection ;;
    *) echo decoders ;;
  esac
}

failed=0
for target in $targets; do
  programs=$(fuzz/build.sh "$(kind_of "$target")")
  corpus=build/fuzz/corpus/$target findings=build/fuzz/findings/$target log=build/fuzz/$target-$sanitizer.log
  mkdir -p "$corpus" "$findings"
  status=0
  "$programs/$target" "$corpus" "fuzz/corpus/$target" -artifact_prefix="$findings/" -max_total_time="$seconds" \
    -runs="${RUNS:--1}" -max_len="$(longest "$target")" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1 || status=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  took=$(sed -n 's/^Done [0-9]* runs in \([0-9]*\) second.*/\1/p' "$log")
  edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
  if [ $status = 0 ]; then
    echo "PASS fuzz $target ($sanitizer): $runs executions in $took s, $edges edges, $(find "$corpus" -type f | wc -l) inputs"
  else
    echo "FAIL fuzz $target: see $log, inputs in $findings"
    failed=1
  fi
done
exit $failed
