# Finds LLVM's tools for what rustc writes; they must be of its LLVM version, since older ones cannot read it. Sourced.
# shellcheck shell=bash
#
# They are looked for in LLVM_BIN, then in the compiler's own folder (rustup component add llvm-tools), then on the path with
# the version behind their names, as Debian has them. tools/coverage/llvm.sh gets them from a Debian root.

# llvm_tool NAME: prints its path.
llvm_tool() {
  local version own
  version=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
  own=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/$1
  if [ -n "${LLVM_BIN:-}" ]; then
    echo "$LLVM_BIN/$1"
  elif [ -x "$own" ]; then
    echo "$own"
  elif ! command -v "$1-$version"; then
    echo "no $1 of LLVM $version: set LLVM_BIN (see tools/coverage/find.sh)" >&2
    return 1
  fi
}
