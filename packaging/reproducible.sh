#!/bin/sh
# Builds the libraries twice, in two folders, and compares the hashes.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git archive --format=tar HEAD >"$work/source.tar"
for name in first a-folder/with-another/name; do
    mkdir -p "$work/$name"
    tar -xf "$work/source.tar" -C "$work/$name"
    sh "$work/$name/packaging/build.sh" "$work/$name/out" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    (cd "$work/$name/out/release" && sha256sum libngtcp2.so libngtcp2_crypto_rustls.so) | tee -a "$work/sums"
done
[ "$(sort -u "$work/sums" | wc -l)" = 2 ] || { echo "FAIL reproducible: the builds differ"; exit 1; }
echo "PASS reproducible: two builds in two folders are equal, byte by byte"
