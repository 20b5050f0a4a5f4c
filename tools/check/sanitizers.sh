#!/bin/bash
# What `make check` has no time for: the C programs under UBSan, one of them on the release library under valgrind, and the
# simulator with the compiler's checks of undefined behaviour and of overflow. AddressSanitizer and LeakSanitizer run in
# `make check` (c_api_asan).
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

# step NAME COMMAND..: one line for what may print many.
step() {
  local name=$1 log=build/check/sanitizers-${1// /-}
  shift
  if "$@" >"$log" 2>&1 && ! grep -q "runtime error" "$log"; then
    echo "PASS $name"
  else
    echo "FAIL $name: see $log"
    failed=1
  fi
}

mkdir -p build/check
make --no-print-directory libraries || exit 1
step "C programs under UBSan" env CC="cc -fsanitize=undefined -fno-sanitize-recover=all" sh capi-tests/run.sh
for program in echo datagrams allocator; do
  step "valgrind $program" env RUNNER="valgrind --quiet --error-exitcode=9 --leak-check=full --trace-children=yes" \
    sh capi-tests/run.sh $program
done
step "simulator with ub-checks" env RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$PWD/build/ub" \
  RUSTFLAGS="-Zub-checks=yes -Coverflow-checks=on -Cdebug-assertions=on" CARGO_PROFILE_RELEASE_LTO=off \
  cargo test --locked --release --test sim
exit $failed
