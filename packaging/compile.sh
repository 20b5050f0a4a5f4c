#!/bin/sh
# Builds both libraries in release. Where packaging/profiles has a profile made with this compiler, libngtcp2 is built by it:
# the compiler then knows which ways are taken often. It changes nothing else, and what it does not fit is built without.
#
# Environment
#   PROFILE           a profile to take instead; empty: none
#   CARGO, RUSTC, RUSTFLAGS, CARGO_TARGET_DIR    as cargo's own
set -eu
cd "$(dirname "$0")/.."
profile=${PROFILE-$PWD/packaging/profiles/$(sh packaging/profiles/name.sh)}
if [ -n "$profile" ] && [ -f "$profile" ]; then
    set -- "-Cprofile-use=$profile"
else
    set --
fi
# The flag is for the core alone: no other crate has a profile.
${CARGO:-cargo} rustc --release --locked -p ngtcp2 --lib -- "$@"
exec ${CARGO:-cargo} build --release --locked -p ngtcp2-crypto-rustls
