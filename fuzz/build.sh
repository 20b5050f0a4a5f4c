#!/bin/bash
# Builds the fuzz targets with libFuzzer's counters in our libraries. The stable compiler serves, told to allow what its
# flags need; cargo-fuzz is not needed. Prints the folder of the programs.
#
# usage: fuzz/build.sh decoders|connection     SANITIZER=address (the default) or none
#   decoders      comparisons are traced as well, so that magic numbers are found
#   connection    they are not: it would halve the executions, and the inputs are made of frames already
set -eu
cd "$(dirname "$0")/.."
sanitizer=${SANITIZER:-address}
host=x86_64-unknown-linux-gnu
folder=build/fuzz/$sanitizer-$1

counters="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table"
if [ "$1" = decoders ]; then
  counters="$counters -Cllvm-args=-sanitizer-coverage-trace-compares"
  programs="packet_header frames params exported client_hello tokens"
else
  programs="packets calls"
fi
flags="--cfg fuzzing"
[ "$sanitizer" = none ] || flags="$flags -Zsanitizer=$sanitizer"
FUZZ_COUNTERS=$(echo $counters) RUSTC_WRAPPER=$PWD/fuzz/rustc.sh RUSTC_BOOTSTRAP=1 RUSTFLAGS=$flags CARGO_TARGET_DIR=$PWD/$folder \
  cargo build --quiet --release --manifest-path fuzz/Cargo.toml --locked --target $host \
  $(printf -- '--bin %s ' $programs)
echo "$folder/$host/release"
