#!/bin/bash
# A `&mut` that is not unique is what a compiler may turn into a wrong program. The same simulation, compiled with and
# without that freedom, takes the same course to the last log line.
set -eu
cd "$(dirname "$0")/../.."

trace() {
  RUSTC_BOOTSTRAP=1 RUSTFLAGS="$1" CARGO_TARGET_DIR=$PWD/build/noalias-$2 \
    cargo test --locked --release --test sim -- --exact scenario::journal::a_course_has_one_number --nocapture |
    sed -n 's/^trace //p'
}

trusting=$(trace "" yes)
doubting=$(trace -Zmutable-noalias=no no)
if [ -n "$trusting" ] && [ "$trusting" = "$doubting" ]; then
  echo "PASS the same course with and without noalias: $trusting"
else
  echo "FAIL with noalias: $trusting, without: $doubting"
  exit 1
fi
