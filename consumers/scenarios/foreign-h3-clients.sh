#!/bin/bash
# Foreign HTTP/3 clients from our server (examples-c/tiny): sid's curl (ngtcp2's C library and OpenSSL), trixie's curl
# (OpenSSL's own QUIC stack) and aioquic.
LIMIT=120
HELPER=$(realpath "${HELPER:-build/lib/libngtcp2_crypto_rustls.so.0}")
export HELPER
. "$(dirname "$0")/../lib/bed.sh"; . "$HERE/curl-cases.sh"; . "$HERE/h3.sh"
make_certs; make_file 10m 10485760; make_file 1m 1048576; make_file 1k 1024
h3_build
h3_serve ::1; V6=$H3_SERVER
h3_serve 127.0.0.1
# ok WHAT COMMAND..
ok() { local what=$1 t; t=$(now); shift; "$@" 2>>"$B/log/client" || fail "$what"; say "$what: $(since "$t") s"; CASES=$((CASES + 1)); }
RESUME=session
curl_cases get ipv6 parallel many resume bad_cert

ocurl() { trixie curl -sS -f --http3-only -4 --cacert /bed/ca.pem --max-time 60 "$@"; }
ok "OpenSSL's QUIC GET 10 MB" ocurl -o /bed/out/o10m "$H3/10m"
same "$B/out/o10m" "$B/www/10m"
ok "OpenSSL's QUIC 50 GETs on one connection" ocurl -o "/bed/out/o#1" "$H3/1k?[1-50]"
for i in $(seq 50); do same "$B/out/o$i" "$B/www/1k"; done
! ocurl -o /bed/out/none "$H3/missing" 2>"$B/log/missing" && grep -q 404 "$B/log/missing" || fail "not 404"

ok "aioquic GET 10 MB" sid python3 /bed/tmp/aio.py get 127.0.0.1 /10m /bed/out/a4 1
same "$B/out/a4" "$B/www/10m"
ok "aioquic 10 GETs of 1 MB in parallel, IPv6" sid python3 /bed/tmp/aio.py get ::1 /1m /bed/out/a6 10
same "$B/out/a6" "$B/www/1m"
stop "$V6"; stop "$H3_SERVER"
pass "$CASES of 10 cases"
