#!/bin/sh
# Prints the name of the profile that fits the compiler: names of functions are its own, and its LLVM reads no newer files.
set -eu
${RUSTC:-rustc} -vV | awk -F ': ' '
    /^release:/ { release = $2 }
    /^LLVM version:/ { split($2, llvm, ".") }
    END { printf "rustc-%s-llvm-%s.profdata\n", release, llvm[1] }'
