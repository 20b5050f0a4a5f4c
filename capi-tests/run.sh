#!/bin/sh
# Builds and runs the C programs that use only the installed headers and library. Prints PASS or FAIL for
# each test; the exit status tells whether all passed.
#
#   run.sh [--asan] [--faults] [PROGRAM...]
#
#   INCDIR  directory with ngtcp2/ngtcp2.h (default: include)
#   LIBDIR  directory with libngtcp2.so.16 (default: build/lib); not with --asan
#   CC      compiler (default: cc)
#   RUNNER  a command that runs each program, as "valgrind -q --error-exitcode=9"
#   ONLY    names of tests, of which a part is enough: runs no others
#   ROOT    if set, a root directory with ngtcp2's C library: the programs of connection/ run inside it, to show that both
#           libraries do the same. They are built with REFERENCE, which leaves out what is meant to differ
#
# --asan builds the library with AddressSanitizer as well, static, in build/asan, and looks for leaks.
# --faults builds one that panics on demand, static, in build/faults, and runs the programs of panics/ and misuse/nonsense.c
# on a connection that did.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/.." && pwd)
: "${INCDIR:=$top/include}" "${LIBDIR:=$top/build/lib}" "${CC:=cc}" "${ONLY:=}" "${RUNNER:=}" "${ROOT:=}"
target=x86_64-unknown-linux-gnu
flags="-std=gnu11 -O1 -g -Wall -Wextra -Werror -I$INCDIR -I$here/support"

asan= faults=
while :; do
  case ${1:-} in
  --asan) asan=yes ;;
  --faults) faults=yes ;;
  *) break ;;
  esac
  shift
done

work=$(mktemp -d "$ROOT/tmp/capi-tests.XXXXXX")
trap 'rm -rf "$work"' EXIT

if [ -n "$asan" ]; then
  # The sanitizer is unstable in the compiler; no test needs it but this one.
  RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR="$top/build/asan" \
    cargo rustc --quiet --manifest-path "$top/Cargo.toml" --locked --release -p ngtcp2 --lib \
    ${faults:+--features fault-injection} --target $target --crate-type staticlib || exit 1
  flags="$flags -fsanitize=address -fno-omit-frame-pointer"
  library="$top/build/asan/$target/release/libngtcp2.a -lpthread -ldl -lm"
  export ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1:detect_stack_use_after_return=1"
elif [ -n "$faults" ]; then
  CARGO_TARGET_DIR="$top/build/faults" CARGO_PROFILE_DEV_OPT_LEVEL=1 \
    cargo rustc --quiet --manifest-path "$top/Cargo.toml" --locked -p ngtcp2 --lib --features fault-injection \
    --crate-type staticlib || exit 1
  library="$top/build/faults/debug/libngtcp2.a -lpthread -ldl -lm"
else
  library="$LIBDIR/libngtcp2.so.16"
  export LD_LIBRARY_PATH="$LIBDIR"
fi

objects=
for file in "$here"/support/*.c; do
  object=$work/$(basename "$file" .c).o
  # shellcheck disable=SC2086
  $CC $flags -c "$file" -o "$object" || exit 1
  objects="$objects $object"
done

# The calls of misuse/nonsense.c.
awk -f "$here/misuse/calls.awk" "$INCDIR/ngtcp2/ngtcp2.h" >"$work/calls.h" || exit 1
flags="$flags -I$work"

files="$here/connection/*.c"
if [ -n "$ROOT" ]; then
  flags="$flags -DREFERENCE"
  case " $* " in *" failures "*) files="$files $here/upstream/failures.c" ;; esac
elif [ -n "$faults" ]; then
  flags="$flags -DFAULT_INJECTION"
  files="$here/panics/*.c $here/misuse/nonsense.c"
  ONLY=${ONLY:-panic}
else
  files="$files $here/upstream/*.c $here/memory/*.c $here/reentry/*.c $here/misuse/*.c"
fi

# run PROGRAM: with the library that it was linked to, or the one that the root has.
run() {
  # shellcheck disable=SC2086
  if [ -n "$ROOT" ]; then
    env -u LD_LIBRARY_PATH chroot "$ROOT" "${work#"$ROOT"}/$1" $ONLY
  else
    $RUNNER "$work/$1" $ONLY
  fi
}

failures=0
# The matrix of reentry/ is whole: api_calls.c calls each function of a connection, which its declaration only names.
# shellcheck disable=SC2086
missing=$($CC $flags -E -P "$here/support/api_calls.c" | grep -o '\<ngtcp2_conn_[a-z0-9_]*(' | sort | uniq -c |
  awk '$1 == 1 && $2 !~ /_(client|server)_new_versioned|_conn_del|\(\*/ { print $2 }')
if [ -n "$missing" ]; then
  echo "FAIL functions that are called in no callback:" $missing
  failures=1
fi
# shellcheck disable=SC2086
for file in $files; do
  program=$(basename "$file" .c)
  # What no release of the C library has yet.
  case $ROOT:$program in ?*:send_limit) continue ;; esac
  if [ $# -gt 0 ]; then
    case " $* " in *" $program "*) ;; *) continue ;; esac
  fi
  # shellcheck disable=SC2086
  if ! $CC $flags "$file" $objects $library -o "$work/$program"; then
    echo "FAIL $program: does not build"
    failures=$((failures + 1))
    continue
  fi
  run "$program" || failures=$((failures + 1))
done

[ "$failures" -eq 0 ]
