#!/bin/bash
# Unmodified programs of Debian on our libngtcp2.so.16: one PASS or FAIL line per scenario and side.
#
# Environment: ROOT_TRIXIE, ROOT_SID (made by lib/setup-roots.sh), LIB (folder of our libraries), EXAMPLES (folder of qserver and
# qclient), OUT (folder for logs).
set -u
cd "$(dirname "$0")/scenarios" || exit 1
OUT=${OUT:-$(mktemp -d)}
mkdir -p "$OUT"
SWAP=$(realpath -e "$LIB/libngtcp2.so.16") || exit 1
HELPER=$(realpath -e "$LIB/libngtcp2_crypto_rustls.so.0") || exit 1
export SWAP ROOT_TRIXIE ROOT_SID
bad=0

# run SCENARIO SIDE [VARIABLE=VALUE..]
run() {
  local scenario=$1 side=$2 log; shift 2
  log=$OUT/$scenario-$side.log
  if env SWAP_SIDE="$side" "$@" bash "$scenario.sh" >"$log" 2>&1; then
    tail -n 1 "$log"
  else
    bad=1
    grep -a '^FAIL' "$log" | head -n 1 || echo "FAIL $scenario ($side): no verdict"
  fi
}

run gtls-transfer both
run gtls-transfer client
run gtls-transfer server
run curl-gtlsserver both
run curl-nginx client
run kdig-knotd both
run kdig-knotd-trixie both
run foreign-stacks both EXAMPLES="$EXAMPLES" HELPER="$HELPER"
[ $bad = 0 ]
