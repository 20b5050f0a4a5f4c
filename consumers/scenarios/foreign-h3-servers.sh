#!/bin/bash
# Our HTTP/3 client (examples-c/tiny) from the servers of Debian that have a QUIC stack of their own: nginx (both suites),
# caddy, haproxy, aioquic.
LIMIT=120
HELPER=$(realpath "${HELPER:-build/lib/libngtcp2_crypto_rustls.so.0}")
export HELPER
. "$(dirname "$0")/../lib/bed.sh"; . "$HERE/servers.sh"; . "$HERE/h3.sh"
make_certs; make_file 10m 10485760; make_file 1k 1024; make_file 0 0
h3_build
n=0
# from NAME PID: a large file, a small one, an empty one, none, and a CA that does not know the server
from() {
  local t file; t=$(now)
  for file in 10m 1k 0; do h3_fetch $file || fail "h3_client from $1: /$file"; done
  ! h3_fetch missing && grep -q '^:status: 404$' "$B/log/h3_client" || fail "h3_client from $1: not 404"
  ! client "$ROOT_SID" timeout 30 /bed/swap/h3_client localhost 4433 /bed/other.pem /1k >"$B/out/h3" 2>"$B/log/h3_client" &&
    [ ! -s "$B/out/h3" ] || fail "h3_client from $1: believes a stranger"
  stop "$2"
  say "h3_client from $1: $(since "$t") s"; n=$((n + 1))
}
nginx_quic "$ROOT_SID"; from "sid's nginx" $!
nginx_quic "$ROOT_TRIXIE" 'quic_retry on;'; from "trixie's nginx, with Retry" $!
caddy_quic; from caddy $!
haproxy_quic h3; from haproxy $!; stop "$BEHIND"
aioquic_quic "$ROOT_SID" --retry; from "aioquic, with Retry" $!
pass "$n of 5 servers"
