#!/bin/bash
# Our example programs against other QUIC stacks over hq-interop: aioquic both ways, nginx and haproxy as servers.
# EXAMPLES is the folder of qserver and qclient, SWAP our core, HELPER our crypto helper.
LIMIT=120
EXAMPLES=$(realpath "${EXAMPLES:-build/examples}") HELPER=$(realpath "${HELPER:-build/lib/libngtcp2_crypto_rustls.so.0}")
export EXAMPLES HELPER
. "$(dirname "$0")/../lib/bed.sh"; . "$HERE/servers.sh"
make_certs; make_file 1m 1048576; make_file 1k 1024
cp "$EXAMPLES/qserver" "$EXAMPLES/qclient" "$HELPER" "$B/swap/"
R=$ROOT_SID cases=0
names=$(for i in $(seq 20); do make_file "f$i" $((i * 1000)); echo "/f$i"; done)

# fetched: everything came as it is
fetched() {
  local name
  for name in "$@"; do same "$B/out/${name#/}" "$B/www/${name#/}"; done
  rm -f "$B"/out/*
  cases=$((cases + 1))
}
# ours OPTION..: our client from whatever serves on port 4433
ours() {
  # shellcheck disable=SC2086
  client "$R" timeout 30 /bed/swap/qclient --ca /bed/ca.pem -o /bed/out "$@" localhost 4433 /1m $names \
    >"$B/log/qclient" 2>&1 || fail "qclient"
  # shellcheck disable=SC2086
  fetched /1m $names
}

# With Retry no early data: aioquic does not send again what it sent before the Retry.
for options in "" --retry; do
  [ -z "$options" ] && early=True || early=False
  # shellcheck disable=SC2086
  sid python3 /bed/tmp/hq.py server 4433 /bed/www /bed/chain.pem /bed/key.pem $options >"$B/log/aioquic" 2>&1 &
  wait_udp 4433; ours; stop $!
  say "qclient from aioquic $options"
  # shellcheck disable=SC2086
  server "$R" /bed/swap/qserver --cert /bed/chain.pem --key /bed/key.pem --listen 127.0.0.1 ${options:---early-data} \
    4433 /bed/www \
    >"$B/log/qserver" 2>&1 &
  wait_udp 4433
  # shellcheck disable=SC2086
  sid timeout 30 python3 /bed/tmp/hq.py client 4433 /bed/ca.pem /bed/out --resume /1m $names >"$B/log/client" 2>&1 ||
    fail "aioquic from qserver"
  # shellcheck disable=SC2086
  fetched /1m $names
  tail -n 1 "$B/log/client" | grep -q "resumed True, early data $early" || fail "aioquic: $(cat "$B/log/client")"
  stop $!
  say "aioquic from qserver, and again resumed, early data $early $options"
done

# Two servers with the same ticket keys.
head -c 64 /dev/urandom >"$B/keys"
servers=
for port in 4433 4434; do
  server "$R" /bed/swap/qserver --cert /bed/chain.pem --key /bed/key.pem --listen 127.0.0.1 --ticket-keys /bed/keys \
    $port /bed/www >"$B/log/qserver" 2>&1 &
  servers="$servers $!"
  wait_udp $port
done
sid timeout 30 python3 /bed/tmp/hq.py client 4433,4434 /bed/ca.pem /bed/out --resume /1m >"$B/log/client" 2>&1 ||
  fail "aioquic from two servers"
fetched /1m
tail -n 1 "$B/log/client" | grep -q "resumed True, early data False" || fail "aioquic: $(cat "$B/log/client")"
for server in $servers; do stop "$server"; done
say "aioquic from qserver, and again resumed at another one"

nginx_quic "$R" 'http3_hq on; listen 127.0.0.1:8080;'; ours
say "qclient from nginx"
NGINX=$!; stop $NGINX
haproxy_quic hq-interop; ours
say "qclient from haproxy"
pass "$cases of 7 cases"
