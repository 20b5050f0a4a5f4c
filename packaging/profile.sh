#!/bin/bash
# Makes the profile that packaging/compile.sh builds libngtcp2 by (profile-guided optimisation): builds it with counters and
# lets the benchmark fill them. Both ends of each connection are in the benchmark, and nothing of it is timed: the counts, and
# so the library, are the same each time.
#
# usage: packaging/profile.sh FOLDER     a folder to work in
#   LLVM_BIN   the folder of llvm-profdata (tools/coverage/find.sh says where it is looked for without it)
set -eu -o pipefail
cd "$(dirname "$0")/.."
folder=$(mkdir -p "$1" && realpath "$1")
. tools/coverage/find.sh
OUT=$folder/bench
. tools/bench/parts.sh
profdata=$(llvm_tool llvm-profdata)

# What the counters see: each kind of traffic in about equal shares, with loss, and with both congestion controllers.
training() {
  cat <<'END'
bulk --mib 8
bulk --mib 8 --upload 1
bulk --mib 4 --burst 2
bulk --mib 4 --burst 44 --payload 1452 --aggregate 1
rr --requests 4000
rr --requests 1000 --concurrency 1
manystreams --count 1000 --mib 4
hs --count 50
dgram
lossy --mib 4
lossy --mib 4 --cc bbr --jitter-us 3000
END
}

rm -rf "$folder/counts"
CARGO_TARGET_DIR=$folder/counted ${CARGO:-cargo} rustc --release --locked -p ngtcp2 --lib -- "-Cprofile-generate=$folder/counts"
mkdir -p "$OUT"
cp -f "$folder/counted/release/libngtcp2.so" "$OUT/libngtcp2.so.16"
ln -sf libngtcp2.so.16 "$OUT/libngtcp2.so"
build_bench "$PWD/include" "$OUT"
training | while read -r options; do
  # shellcheck disable=SC2086 # a list of words
  over "$OUT" "$bench" $options --repetitions 1 >/dev/null
done
made=packaging/profiles/$(sh packaging/profiles/name.sh)
"$profdata" merge -o "$made" "$folder/counts"
echo "$made"
