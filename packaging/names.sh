# Versions and file names. Sourced from the project's folder.
# shellcheck shell=sh disable=SC2034

# The release of ngtcp2 whose interface this is; Cargo.toml has it once for the whole workspace.
VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
SONAME=libngtcp2.so.16
HELPER_SONAME=libngtcp2_crypto_rustls.so.0
# ldconfig points the soname at the file with the highest number: ours begins above upstream's of the same release.
minor=${VERSION#*.}
FILE=$SONAME.$minor
HELPER_FILE=$HELPER_SONAME.$minor
