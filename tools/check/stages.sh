# The stages of tools/check/run.sh in their order, with budgets in seconds. Sourced; each stage is a function.
# shellcheck shell=bash disable=SC2034

STAGES="format:60 compatibility:30 dependencies:60 lint:300 docs:180 borrows:120 unit:480 headers:180 abi:120 build:420
  symbols:30 install:120 packages:240 c_api:240 panics:120 c_api_asan:420 contract_on_c:120 differential:180 crypto:240 helper_on_c:240
  interop:180 examples:240 loops:120 tiny_programs:60 soak:60 languages:120 qlog_plot:60 guide:60 simulator:300 goodput:120
  real_programs:600 instructions:240"

LIB=${CHECK_LIB:-$PWD/build/lib}
INC=$PWD/include
export CARGO_TERM_COLOR=never

# verdict NAME STATUS: one line of a stage that makes several checks.
verdict() { if [ "$2" = 0 ]; then echo "PASS $1"; else echo "FAIL $1"; fi; }
# skip WHY: ends the stage, counted as skipped.
skip() {
  echo "skipped: $*"
  exit 77
}

stage_format() { cargo fmt --all --check; }
# The tables of COMPATIBILITY.md are what their script writes, and no function is without a test.
stage_compatibility() {
  command -v python3 >/dev/null || skip "no python3"
  python3 -B tools/compatibility/compatibility.py --check
}
# Our own script, and `cargo deny` from the PATH or from `make cargo-deny`.
stage_dependencies() {
  local failed=0 status
  tools/check/dependencies.py || failed=1
  PATH=$PATH:$PWD/build/cargo-deny/bin
  if ! command -v cargo-deny >/dev/null; then
    echo "SKIP cargo deny: not installed (make cargo-deny)"
    return $failed
  fi
  cargo deny --workspace --locked check licenses bans sources
  status=$?
  verdict "cargo deny check licenses bans sources" $status
  [ $status = 0 ] && [ $failed = 0 ]
}
stage_lint() {
  cargo clippy --locked --workspace --all-targets -- -D warnings &&
    cargo clippy --locked -p ngtcp2 --features fault-injection,fuzzing -- -D warnings
}
stage_docs() { RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items; }
stage_borrows() { tools/check/held-borrow.sh; }
stage_unit() { cargo test --locked --workspace --lib --bins && cargo test --locked --doc; }
stage_headers() {
  cargo run --quiet --locked -p header -- --check include/ngtcp2
  local headers=$?
  verdict "headers" $headers
  python3 tools/api-reference/main.py --check --markdown docs/api include/ngtcp2
  local status=$?
  verdict "API reference" $status
  [ $headers = 0 ] && [ $status = 0 ]
}
stage_abi() { sh capi-tests/abi/run.sh "$INC"; }
stage_build() { make --no-print-directory libraries; }
stage_symbols() {
  sh capi-tests/abi/symbols.sh core "$LIB/libngtcp2.so.16"
  local core=$?
  sh capi-tests/abi/symbols.sh crypto "$LIB/libngtcp2_crypto_rustls.so.0" ngtcp2_crypto_rustls_ \
    "$INC/ngtcp2/ngtcp2_crypto_rustls.h"
  local helper=$?
  no_panics || helper=1
  sh capi-tests/abi/imports.sh "$LIB/libngtcp2_crypto_rustls.so.0" 1.11.0 && [ $core = 0 ] && [ $helper = 0 ]
}
# What the lints promise, in the machine code.
no_panics() {
  if [ "$(uname -m)" != x86_64 ] || ! command -v addr2line >/dev/null; then
    echo "SKIP no panic can be reached: it takes x86-64 and binutils"
    return 0
  fi
  tools/check/panics.py "$LIB/libngtcp2.so.16"
}
stage_install() { LIB=$LIB bash packaging/test.sh; }
# Our Debian packages in a copy of a root: programs run on them, and purging brings Debian's back.
stage_packages() {
  local roots=${ROOTS:-$PWD/build/roots}
  [ -d "$roots/sid" ] && [ -d "$roots/trixie" ] || skip "no Debian roots (make roots)"
  [ "$(id -u)" = 0 ] || skip "packages are installed only by root"
  command -v dpkg-deb >/dev/null || skip "no dpkg-deb"
  LIB=$LIB ROOT_SID=$roots/sid ROOT_TRIXIE=$roots/trixie bash packaging/deb-test.sh
}
stage_c_api() { INCDIR=$INC LIBDIR=$LIB sh capi-tests/run.sh; }
# A library that panics on demand; those that are shipped cannot.
stage_panics() {
  INCDIR=$INC sh capi-tests/run.sh --faults
  local status=$? shipped=0 mark="injected fault" file
  grep -q "$mark" build/faults/debug/libngtcp2.a || shipped=1
  for file in "$LIB/libngtcp2.so.16" "$LIB/libngtcp2.a"; do
    if grep -q -e "$mark" -e ngtcp2_fault_ "$file"; then
      echo "$file has fault injection"
      shipped=1
    fi
  done
  verdict "what is shipped has no fault injection" $shipped
  [ $status = 0 ] && [ $shipped = 0 ]
}
stage_c_api_asan() { INCDIR=$INC sh capi-tests/run.sh --asan; }
# The same tests on ngtcp2's C library: what they ask for is what programs are used to.
stage_contract_on_c() {
  local root=${ROOTS:-$PWD/build/roots}/sid
  [ -d "$root" ] || skip "no Debian roots (make roots)"
  [ "$(id -u)" = 0 ] || skip "programs run in a root only as root"
  ROOT=$root INCDIR=$INC LIBDIR=$LIB sh capi-tests/run.sh
}
# Random plans on random lines; with ngtcp2's C library on the other end where there is a root with release 1.24 (older ones
# fail at too many plans by themselves).
stage_differential() {
  local root=${ROOTS:-$PWD/build/roots}/sid failed=0
  export INCDIR=$INC LIBDIR=$LIB
  SEEDS=500 sh capi-tests/differential/run.sh || failed=1
  if [ "$(id -u)" != 0 ] || [ ! -d "$root" ]; then
    echo "SKIP mixed with the C library: no Debian roots, or not root"
    return $failed
  fi
  ROOT=$root ROLES="client server" SEEDS=300 sh capi-tests/differential/run.sh || failed=1
  return $failed
}
# With AddressSanitizer in the programs, which also finds what the helper leaks or frees twice: it uses malloc.
stage_crypto() { CFLAGS=-fsanitize=address,undefined INCDIR=$INC LIBDIR=$LIB sh capi-tests/crypto/run.sh; }
# The crypto helper stands alone: it runs on the C library of both Debian roots as well.
stage_helper_on_c() {
  local roots=${ROOTS:-$PWD/build/roots} suite failed=0 libraries
  [ -d "$roots/sid" ] && [ -d "$roots/trixie" ] || skip "no Debian roots (make roots)"
  [ "$(id -u)" = 0 ] || skip "programs run in a root only as root"
  for suite in trixie sid; do
    libraries=$(dirname "$(echo "$roots/$suite"/usr/lib/*/libngtcp2.so.16)")
    ROOT=$roots/$suite HELPER=${libraries#"$roots/$suite"}/libngtcp2_crypto_gnutls.so.8 \
      INCDIR=$INC INCDIR_RUSTLS=$INC LIBDIR=$libraries sh capi-tests/crypto/run.sh
    local status=$?
    verdict "the helper on $suite's C library, tokens exchanged with its GnuTLS helper" $status
    [ $status = 0 ] || failed=1
  done
  ROOT=$roots/sid HELPER=${libraries#"$roots/sid"}/libngtcp2_crypto_ossl.so.0 PROGRAMS=helpers \
    INCDIR=$INC INCDIR_RUSTLS=$INC LIBDIR=$libraries sh capi-tests/crypto/run.sh
  status=$?
  verdict "tokens exchanged with the OpenSSL helper" $status
  [ $status = 0 ] || failed=1
  return $failed
}
# The helper on our core against the C library with its own helpers.
stage_interop() {
  local roots=${ROOTS:-$PWD/build/roots} name failed=0
  [ -d "$roots/sid" ] || skip "no Debian roots (make roots)"
  [ "$(id -u)" = 0 ] || skip "programs run in a root only as root"
  for name in gnutls ossl; do
    ROOT=$roots/sid FOREIGN=$name INCDIR=$INC LIBDIR=$LIB sh capi-tests/crypto/interop.sh
    local status=$?
    verdict "handshakes with the C library and its helper for $name" $status
    [ $status = 0 ] || failed=1
  done
  return $failed
}
stage_examples() { INCDIR=$INC LIBDIR=$LIB BUILD=$PWD/build/examples sh examples-c/test.sh; }
stage_loops() { INCDIR=$INC LIBDIR=$LIB BUILD=$PWD/build/examples sh examples-c/loops-test.sh; }
stage_tiny_programs() { INCDIR=$INC LIBDIR=$LIB BUILD=$PWD/build/examples sh examples-c/tiny-test.sh; }
# The load of `make soak`, small and short.
stage_soak() { IDLE=3 LIB=$LIB tools/check/soak.sh 4 300; }
stage_languages() { LIB=$LIB BUILD=$PWD/build/examples bash examples-languages/test.sh; }
# Traces of ours, and of ngtcp2's own programs where there is a root.
stage_qlog_plot() {
  local root=${ROOTS:-$PWD/build/roots}/trixie
  if [ "$(id -u)" != 0 ] || [ ! -x "$root/usr/sbin/gtlsserver" ]; then
    echo "SKIP traces of the C library: no Debian roots, or not root"
    root=
  fi
  LIB=$LIB BUILD=$PWD/build/examples ROOT=$root bash tools/qlog-plot/test.sh
}
# The listings of docs/ are those of the sources, or compile.
stage_guide() {
  python3 tools/docs/listings.py --check
  local excerpts=$? compiled
  verdict "excerpts are as in the sources" $excerpts
  python3 tools/docs/listings.py --compile "$INC"
  compiled=$?
  verdict "listings compile" $compiled
  [ $excerpts = 0 ] && [ $compiled = 0 ]
}
stage_simulator() { cargo test --locked --release --test sim; }
# Six points; `make sim` has them all.
stage_goodput() { LIB=$LIB INC=$INC tools/bench/goodput.py; }
stage_real_programs() {
  local roots=${ROOTS:-$PWD/build/roots} out=$PWD/build/check/real
  [ -d "$roots/sid" ] && [ -d "$roots/trixie" ] || skip "no Debian roots (make roots)"
  [ "$(id -u)" = 0 ] || skip "the real programs need root for their namespaces"
  make --no-print-directory -s -C examples-c INCDIR="$INC" LIBDIR="$LIB" OUTDIR="$PWD/build/examples" || return 1
  ROOT_TRIXIE=$roots/trixie ROOT_SID=$roots/sid OUT=$out LIB=$LIB EXAMPLES=$PWD/build/examples bash consumers/run.sh
}
stage_instructions() { LIB=$LIB INC=$INC bash tools/bench/baseline.sh; }
