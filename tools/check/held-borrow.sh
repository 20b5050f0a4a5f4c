#!/bin/bash
# No borrow of a connection's state can be held while C code runs: src/session/held_borrow.rs tries, and the compiler has
# to refuse each of its lines that says so, for that reason, and nothing else.
set -u
cd "$(dirname "$0")/../.." || exit 1

source=src/session/held_borrow.rs
log=build/check/held-borrow
mkdir -p build/check
cargo rustc --locked --quiet -p ngtcp2 --lib --crate-type rlib --message-format short -- \
  --cfg held_borrow -A dead_code >"$log" 2>&1 && { echo "FAIL a held borrow compiles"; exit 1; }

expected=$(grep -n 'REFUSED E0499' $source | sed 's/:.*//' | sort -n)
found=$(sed -n "s|^$source:\([0-9]*\):[0-9]*: error\[E0499\].*|\1|p" "$log" | sort -n)
others=$(grep -E '^[^ ]+: error' "$log" | grep -vc "^$source:.*error\[E0499\]")
if [ "$expected" != "$found" ] || [ "$others" != 0 ]; then
  echo "FAIL refused are lines: $found; should be: $expected; other errors: $others"
  cat "$log"
  exit 1
fi
echo "PASS no borrow of the state can be held across a call-out"
# And every call-out takes the session for itself.
if grep -nE 'fn [a-z_]+\(&self' src/session/callbacks.rs; then
  echo "FAIL a call-out that borrows the session only shared"
  exit 1
fi
