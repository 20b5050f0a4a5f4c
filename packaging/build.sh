#!/bin/sh
# Builds both libraries so that the result depends on nothing but the sources and the compiler: no path of this machine
# gets into them. What packages and releases are made of.
#
# usage: packaging/build.sh TARGET_FOLDER
set -eu
target=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/.."
home=${CARGO_HOME:-$HOME/.cargo}
# Each piece of code of a dependency knows its file: in cargo's home, in vendor/, or made during the build.
RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$PWD=/rngtcp2 --remap-path-prefix=$home=/cargo"
RUSTFLAGS="$RUSTFLAGS --remap-path-prefix=$target=/target"
# The C and assembler parts of ring.
CFLAGS="${CFLAGS:-} -ffile-prefix-map=$PWD=/rngtcp2 -ffile-prefix-map=$home=/cargo -ffile-prefix-map=$target=/target"
export RUSTFLAGS CFLAGS CARGO_TARGET_DIR="$target"
exec sh packaging/compile.sh
