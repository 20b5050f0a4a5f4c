#!/bin/bash
# tools/qlog-plot on the traces of a transfer of ours, and on the other forms of such files.
#
# Environment: LIB (our libraries), BUILD (qserver and qclient), ROOT (if set: a Debian root with gtlsserver and gtlsclient,
# which run on ngtcp2's C library)
set -u
cd "$(dirname "$0")" || exit 1
WORK=$(mktemp -d) || exit 1
SERVER_PID=
FAILED=0
export LD_LIBRARY_PATH=$LIB PYTHONDONTWRITEBYTECODE=1
. ../../examples-c/scripting.sh
INSIDE=
trap '[ -z "$SERVER_PID" ] || kill -KILL $SERVER_PID 2>/dev/null; rm -rf "$WORK" ${INSIDE:+"$INSIDE"}' EXIT

check() { # check NAME COMMAND...
  local name=$1
  shift
  if "$@" >"$WORK/log" 2>&1; then
    echo "PASS qlog-plot: $name"
  else
    echo "FAIL qlog-plot: $name"
    cat "$WORK/log"
    FAILED=1
  fi
}

# draws TRACE TEXT...: the page is well formed, and has these in it.
draws() {
  local trace=$1 text
  shift
  python3 main.py "$trace" "$WORK/page.svg" || return 1
  python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$WORK/page.svg" || return 1
  if command -v rsvg-convert >/dev/null; then
    rsvg-convert -o "$WORK/page.png" "$WORK/page.svg" || return 1
  fi
  for text in "$@"; do
    grep -q -- "$text" "$WORK/page.svg" || { echo "no $text"; return 1; }
  done
}

mkdir "$WORK/www" "$WORK/traces"
head -c 8000000 /dev/urandom >"$WORK/www/file"
make_authority authority && make_certificate authority localhost DNS:localhost,IP:127.0.0.1 || exit 1
export FAULTS=loss LD_PRELOAD=$BUILD/faults.so
start_server localhost --qlog "$WORK/traces" || exit 1
unset LD_PRELOAD
"$BUILD/qclient" --ca "$WORK/authority.pem" --qlog "$WORK/client.sqlog" localhost "$SERVER_PORT" /file >/dev/null ||
  exit 1
stop_server
check "our server" draws "$(echo "$WORK/traces/"*.sqlog)" \
  "congestion window" "smoothed" "stream 0 sent" "HANDSHAKE_DONE sent" "[0-9] packets* lost" \
  "client_initial_secret discarded" "server_1rtt_secret 0 updated"
check "our client" draws "$WORK/client.sqlog" "stream 0 received" "first 1RTT received" "NEW_CONNECTION_ID"

cat >"$WORK/document.qlog" <<'END'
{"qlog_version": "0.3", "traces": [{"vantage_point": {"name": "other", "type": "server"}, "events": [
  {"time": 1.5, "name": "transport:packet_sent", "data": {"header": {"packet_type": "1RTT", "packet_number": 1},
    "frames": [{"frame_type": "stream", "stream_id": 4, "offset": 10, "length": 90}, {"frame_type": "path_challenge"}]}},
  {"time": 9, "name": "security:key_updated", "data": {"key_type": "client_1rtt_secret", "key_phase": 1, "trigger": "remote_update"}},
  {"time": 9.5, "name": "security:key_discarded", "data": {"key_type": "client_1rtt_secret", "generation": 0}},
  {"time": 12, "name": "something:unknown", "data": {}}]}]}
END
check "one JSON document" draws "$WORK/document.qlog" "other server" "PATH_CHALLENGE sent" \
  "client_1rtt_secret 1 updated by the peer" "client_1rtt_secret 0 discarded" "stream 4 sent"
# A new path begins with an assumption about its RTT, which is no measurement.
cat >"$WORK/paths.qlog" <<'END'
{"qlog_version": "0.3", "traces": [{"events": [
  {"time": 1, "name": "recovery:metrics_updated", "data": {"smoothed_rtt": 333, "latest_rtt": 0}},
  {"time": 2, "name": "recovery:metrics_updated", "data": {"min_rtt": 2, "smoothed_rtt": 3, "latest_rtt": 3}},
  {"time": 3, "name": "recovery:metrics_updated", "data": {"smoothed_rtt": 333, "latest_rtt": 0}},
  {"time": 4, "name": "transport:packet_sent", "data": {}}]}]}
END
undrawn() { draws "$WORK/paths.qlog" ">3 ms<" && ! grep '>[0-9]00 ms<' "$WORK/page.svg"; }
check "the assumed RTT of a new path is left out" undrawn
tr '\036' ' ' <"$WORK/client.sqlog" | head -c 20000 | sed '$d' >"$WORK/lines.qlog"
check "JSON lines" draws "$WORK/lines.qlog" "congestion window"
head -c 20000 "$WORK/client.sqlog" >"$WORK/cut.sqlog"
check "a trace that breaks off" draws "$WORK/cut.sqlog" "congestion window"
check "what is no trace" sh -c "! python3 main.py '$WORK/www/file' '$WORK/x.svg'"

# Traces that the C library writes, of a client whose address changes.
theirs() {
  mkdir "$INSIDE/www" "$INSIDE/traces" && cp "$WORK/www/file" "$INSIDE/www" && cp "$WORK"/localhost.{key,pem} "$INSIDE" &&
    env -u LD_LIBRARY_PATH unshare --net chroot "$ROOT" sh -c '
      cd "$1" && ip link set lo up || exit 1
      gtlsserver -q --qlog-dir=traces -t 0.01 -d www 127.0.0.1 4433 localhost.key localhost.pem &
      sleep 0.3
      timeout 20 gtlsclient -q --qlog-file=client.sqlog --change-local-addr=5ms --exit-on-all-streams-close \
        127.0.0.1 4433 https://localhost/file
      status=$?
      kill $!
      wait
      exit $status' sh "${INSIDE#"$ROOT"}"
}
if [ -n "${ROOT:-}" ]; then
  INSIDE=$(mktemp -d "$ROOT/tmp/qlog-plot.XXXXXX") || exit 1
  check "a transfer on the C library" theirs
  check "the C library's server" draws "$(echo "$INSIDE/traces/"*.sqlog)" "ngtcp2 server" "congestion window" "smoothed" \
    "stream 0 sent" "packets* lost" "PATH_CHALLENGE received" "HANDSHAKE_DONE sent"
  check "the C library's client" draws "$INSIDE/client.sqlog" "ngtcp2 client" "stream 0 received" "PATH_CHALLENGE sent" \
    "first 1RTT received"
fi
exit $FAILED
