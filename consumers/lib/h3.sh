# h3.sh: our HTTP/3 examples (examples-c/tiny), with our core and our crypto helper, on sid's nghttp3.
#
# HELPER: our crypto helper.

# h3_build: compiles h3_server and h3_client in sid's root, from the sources
h3_build() {
  local top; top=$(realpath "$HERE/../..")
  mkdir "$B/src"
  cp -r "$top/include" "$top/examples-c" "$B/src/"
  cp "$HELPER" "$B/swap/libngtcp2_crypto_rustls.so.0"
  cp "$SWAP" "$B/src/libngtcp2.so.16"
  # shellcheck disable=SC2016
  sid sh -ec 'cd /bed/src/examples-c
    for name in h3_server h3_client; do
      gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -I../include -o /bed/swap/$name tiny/$name.c tiny/endpoint.c folder.c \
        /bed/swap/libngtcp2_crypto_rustls.so.0 ../libngtcp2.so.16 -lnghttp3
    done' >"$B/log/build" 2>&1 || fail "the examples do not compile"
}
# h3_serve HOST: our server of /bed/www on UDP port 4433, in H3_SERVER
h3_serve() {
  server "$ROOT_SID" /bed/swap/h3_server "$1" 4433 /bed/chain.pem /bed/key.pem /bed/www >"$B/log/h3_server-$1" 2>&1 &
  H3_SERVER=$!; wait_udp 4433
}
# h3_fetch FILE: our client, from whatever serves /bed/www on port 4433
h3_fetch() {
  client "$ROOT_SID" timeout 30 /bed/swap/h3_client localhost 4433 /bed/ca.pem "/$1" >"$B/out/h3" 2>"$B/log/h3_client" &&
    grep -q '^:status: 200$' "$B/log/h3_client" && cmp -s "$B/out/h3" "$B/www/$1"
}
