#!/bin/bash
# Unmodified programs of Debian on our libngtcp2.so.16: one PASS or FAIL line per scenario and side.
#
# Environment: ROOT_TRIXIE, ROOT_SID (made by lib/setup-roots.sh), LIB (folder of our libraries), EXAMPLES (folder of qserver and
# qclient), OUT (folder for logs), SIDES (`all`: ours on both sides, at the client alone, at the server alone).
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

# The sides of a scenario that ngtcp2 is on; the first is enough for `make check`.
each() {
  local scenario=$1 side; shift
  for side in "$@"; do
    run "$scenario" "$side"
    [ "${SIDES:-}" = all ] || break
  done
}

each gtls both client server
each curl-gtlsserver both client server
each curl-nginx client
each curl-aioquic client
each foreign-gtlsserver server
each kdig-knotd both client server
each kdig-knotd-trixie both client server
run foreign-stacks both EXAMPLES="$EXAMPLES" HELPER="$HELPER"
run foreign-h3-clients server HELPER="$HELPER"
run foreign-h3-servers client HELPER="$HELPER"
[ $bad = 0 ]
