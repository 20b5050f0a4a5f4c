# servers.sh: foreign HTTP/3 servers on UDP port 4433 that serve /bed/www

# nginx_conf LISTEN..: a config that serves /bed/www and stores PUT bodies there
nginx_conf() {
  printf '%s\n' 'daemon off; worker_processes 1; user root; pid /bed/tmp/nginx.pid;' \
    'error_log stderr notice; events {}' 'http { access_log off; client_body_temp_path /bed/tmp/body;' \
    'client_max_body_size 100m; proxy_temp_path /bed/tmp/p; fastcgi_temp_path /bed/tmp/f;' \
    'uwsgi_temp_path /bed/tmp/u; scgi_temp_path /bed/tmp/s; keepalive_requests 100000; http2_max_concurrent_streams 1000;' \
    'ssl_certificate /bed/chain.pem; ssl_certificate_key /bed/key.pem; ssl_early_data on;' \
    'server { root /bed/www; location / { dav_methods PUT; }'
  printf '%s\n' "$@" '} }'
}
# nginx_quic ROOT [DIRECTIVE..]: nginx's own QUIC stack
nginx_quic() {
  local root=$1; shift
  nginx_conf 'listen 127.0.0.1:4433 quic reuseport; listen [::1]:4433 quic reuseport;' "$@" >"$B/nginx.conf"
  chroot "$root" nginx -c /bed/nginx.conf >"$B/log/nginx" 2>&1 &
  wait_udp 4433
}
# aioquic_quic ROOT [OPTION..]: aioquic's HTTP/3 (aio.py)
aioquic_quic() {
  local root=$1; shift
  chroot "$root" python3 /bed/tmp/aio.py serve "$@" >"$B/log/aioquic" 2>&1 &
  wait_udp 4433
}
# haproxy_quic ALPN: haproxy's own QUIC stack, with nginx behind it
haproxy_quic() {
  nginx_conf 'listen 127.0.0.1:8080;' >"$B/nginx.conf"
  sid nginx -c /bed/nginx.conf >"$B/log/nginx" 2>&1 &
  BEHIND=$!; wait_tcp 8080
  printf '%s\n' 'global' 'defaults' ' mode http' ' timeout client 20s' ' timeout server 20s' ' timeout connect 5s' 'frontend f' \
    " bind quic4@127.0.0.1:4433,quic6@[::1]:4433 ssl crt /bed/haproxy.pem alpn $1" ' default_backend b' 'backend b' \
    ' server s 127.0.0.1:8080' >"$B/haproxy.cfg"
  sid haproxy -db -f /bed/haproxy.cfg >"$B/log/haproxy" 2>&1 &
  wait_udp 4433
}
# caddy_quic: caddy, whose QUIC stack is quic-go
caddy_quic() {
  printf '%s\n' '{' ' admin off' ' auto_https off' '}' 'https://localhost:4433 {' ' tls /bed/chain.pem /bed/key.pem' \
    ' root * /bed/www' ' file_server' '}' >"$B/Caddyfile"
  sid caddy run --config /bed/Caddyfile --adapter caddyfile >"$B/log/caddy" 2>&1 &
  wait_udp 4433
}
