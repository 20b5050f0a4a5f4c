#!/bin/bash
# Puts the few inputs into fuzz/corpus that reach all that those of build/fuzz/corpus and fuzz/corpus reach together. Seeds,
# which have names, stay; WRITE_SEEDS=1 writes them (tests of src/fuzzing, crypto-rustls/src/fuzzing and scenario::corpora).
#
# usage: fuzz/minimise.sh TARGET..
set -eu
cd "$(dirname "$0")/.."
for target; do
  case $target in packets | calls) kind=connection ;; *) kind=decoders ;; esac
  programs=$(SANITIZER=none fuzz/build.sh $kind)
  merged=build/fuzz/merged/$target found=build/fuzz/found/$target
  rm -rf "$merged" "$found" && mkdir -p "$merged" "$found" "build/fuzz/corpus/$target"
  # A run that is under way replaces inputs by smaller ones.
  cp -a "build/fuzz/corpus/$target/." "$found/" 2>/dev/null || true
  "$programs/$target" -set_cover_merge=1 -use_counters=0 "$merged" "fuzz/corpus/$target" "$found" \
    2>"build/fuzz/merge-$target.log"
  find "fuzz/corpus/$target" -type f -regex '.*/[0-9a-f]*' -delete
  # The others are named by their SHA-1; a seed is there under a name of its own.
  seeds=$(sha1sum "fuzz/corpus/$target"/* 2>/dev/null | cut -d' ' -f1)
  for input in "$merged"/*; do
    case $seeds in *"${input##*/}"*) ;; *) cp "$input" "fuzz/corpus/$target/" ;; esac
  done
  echo "$target: $(find "fuzz/corpus/$target" -type f | wc -l) inputs, $(cat "fuzz/corpus/$target"/* | wc -c) bytes"
done
