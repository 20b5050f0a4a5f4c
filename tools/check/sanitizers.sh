#!/bin/bash
# What `make check` has no time for: the C programs under UBSan, many of them on the release library under valgrind, the
# examples and the simulator on libraries with AddressSanitizer, the latter with the compiler's checks of undefined behaviour
# and of overflow as well, and every injected fault with AddressSanitizer. A line and the seconds it took for each; leaks are
# failures. AddressSanitizer for the other C programs runs in `make check` (c_api_asan).
#
# usage: tools/check/sanitizers.sh [STEP..]       all of them, about half an hour: ubsan valgrind faults examples simulator
set -u
cd "$(dirname "$0")/../.." || exit 1
host=x86_64-unknown-linux-gnu
wanted=${*:-ubsan valgrind faults examples simulator}
failed=0
export RUSTC_BOOTSTRAP=1 INCDIR=$PWD/include

# step NAME COMMAND..: one line for what may print many.
step() {
  local name=$1 log=build/check/sanitizers-${1// /-} start=$SECONDS
  shift
  if "$@" >"$log" 2>&1 && ! grep -qE 'runtime error|ERROR: (Address|Leak)Sanitizer' "$log"; then
    echo "PASS $name, $((SECONDS - start)) s"
  else
    echo "FAIL $name, $((SECONDS - start)) s: see $log"
    failed=1
  fi
}

ubsan() {
  step "C programs under UBSan" env CC="cc -fsanitize=undefined -fno-sanitize-recover=all" sh capi-tests/run.sh
  step "C programs of the helper under UBSan" env CFLAGS="-fsanitize=undefined -fno-sanitize-recover=all" \
    LIBDIR="$PWD/build/lib" sh capi-tests/crypto/run.sh
}

# Twenty to fifty times slower: the programs whose tests are not thousands of runs. Not the helper: memcheck takes the tags
# that ring's assembly makes of defined bytes for undefined.
valgrind() {
  local program memcheck="valgrind --quiet --error-exitcode=9 --leak-check=full"
  for program in handshake echo streams datagrams close early_data first_packets key_update packets parameters paths path_mtu \
    timers settings generations getters logging writing aggregate values newer_callbacks allocator; do
    step "valgrind $program" env RUNNER="$memcheck" sh capi-tests/run.sh $program
  done
}

faults() { step "every injected fault" sh capi-tests/run.sh --asan --faults; }

# The runtime comes with the programs.
examples() {
  local lib=$PWD/build/asan/lib release=build/asan/$host/release
  RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=$PWD/build/asan cargo build --quiet --locked --release -p ngtcp2 \
    -p ngtcp2-crypto-rustls --target $host || return
  mkdir -p "$lib"
  cp "$release/libngtcp2.so" "$lib/libngtcp2.so.16"
  cp "$release/libngtcp2_crypto_rustls.so" "$lib/libngtcp2_crypto_rustls.so.0"
  ln -sf libngtcp2.so.16 "$lib/libngtcp2.so"
  ln -sf libngtcp2_crypto_rustls.so.0 "$lib/libngtcp2_crypto_rustls.so"
  local name
  for name in test loops-test tiny-test; do
    step "examples, $name" env LIBDIR="$lib" BUILD="$PWD/build/asan/examples" CFLAGS="-O1 -g -fsanitize=address,undefined" \
      LDFLAGS=-fsanitize=address,undefined UBSAN_OPTIONS=halt_on_error=1 ASAN_OPTIONS=verify_asan_link_order=0 sh examples-c/$name.sh
  done
}

simulator() {
  step "simulator" env CARGO_TARGET_DIR="$PWD/build/asan" CARGO_PROFILE_RELEASE_LTO=off \
    RUSTFLAGS="-Zsanitizer=address -Zub-checks=yes -Coverflow-checks=on -Cdebug-assertions=on" \
    cargo test --locked --release --target $host --test sim
}

mkdir -p build/check
make --no-print-directory libraries >build/check/sanitizers-libraries 2>&1 || exit 1
for part in $wanted; do
  $part || failed=1
done
exit $failed
