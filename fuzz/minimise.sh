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
  merged=build/fuzz/merged/$target
  rm -rf "$merged" && mkdir -p "$merged" "build/fuzz/corpus/$target"
  "$programs/$target" -set_cover_merge=1 -use_counters=0 "$merged" "fuzz/corpus/$target" "build/fuzz/corpus/$target" 2>"build/fuzz/merge-$target.log"
  find "fuzz/corpus/$target" -type f -regex '.*/[0-9a-f]*' -delete
  for input in "$merged"/*; do
    # A seed is there under its name.
    find "fuzz/corpus/$target" -type f -exec cmp -s "$input" {} \; -print | grep -q . || cp "$input" "fuzz/corpus/$target/"
  done
  echo "$target: $(find "fuzz/corpus/$target" -type f | wc -l) inputs, $(cat "fuzz/corpus/$target"/* | wc -c) bytes"
done
