#!/bin/bash
# gtlsclient against gtlsserver, ngtcp2's own example programs in Debian trixie (GnuTLS helper): plain transfers.
LIMIT=120
. "$(dirname "$0")/../lib/bed.sh"
make_certs; make_file 10m 10485760; make_file 1k 1024
R=$ROOT_TRIXIE

serve() {
  server "$R" gtlsserver --no-quic-dump --no-http-dump -d /bed/www "$@" '*' 4433 \
    /bed/key.pem /bed/chain.pem >"$B/log/server" 2>&1 &
  SRV=$!; wait_udp 4433
}
req() {
  local host=$1 path=$2; shift 2
  client "$R" timeout 60 gtlsclient --no-quic-dump --no-http-dump --exit-on-all-streams-close "$@" \
    "$host" 4433 "https://localhost:4433/$path" >"$B/log/client" 2>&1 || fail "$path from $host"
}
get() {
  rm -f "$B/out/$2"; req "$@" --download=/bed/out; same "$B/out/$2" "$B/www/$2"
}

t=$(now)
serve; get 127.0.0.1 10m; say "GET 10 MB, IPv4: $(since "$t") s"
get ::1 10m; say "GET 10 MB, IPv6"
req 127.0.0.1 1k -m POST -d /bed/www/10m; say "POST 10 MB"
req 127.0.0.1 1k -n 1000
[ "$(grep -ac '\[:status: 200\]' "$B/log/client")" = 1000 ] || fail "1000 streams"
say "1000 streams"
pass "4 of 4 cases"
