#!/bin/bash
# What the simulated network shows, as docs/network.md has it: the tests of the interop runner, flows that share a line,
# and the goodput of each congestion control beside the C library's. Takes some minutes.
#
# usage: tools/bench/network.sh     with the variables of goodput.py
set -eu -o pipefail
cd "$(dirname "$0")/../.."

# The lines that the tests of a part of tests/sim print.
figures() {
  echo '```'
  cargo test --locked --release --quiet --test sim -- --nocapture --test-threads 1 "scenario::$1" |
    sed 's/^test .* \.\.\. //; s/^\.*//' | sed -n "s/^$1 //p"
  echo '```'
}

printf '## Interop runner\n\n'
figures interop
printf '\n## Flows that share a line\n\n'
figures sharing
printf '\n## Goodput\n'
tools/bench/goodput.py --all
