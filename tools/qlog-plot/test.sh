#!/bin/bash
# tools/qlog-plot on the traces of a transfer of ours, and on the other forms of such files.
#
# Environment: LIB (our libraries), BUILD (qserver and qclient)
set -u
cd "$(dirname "$0")" || exit 1
WORK=$(mktemp -d) || exit 1
SERVER_PID=
FAILED=0
export LD_LIBRARY_PATH=$LIB PYTHONDONTWRITEBYTECODE=1
. ../../examples-c/scripting.sh
trap '[ -z "$SERVER_PID" ] || kill -KILL $SERVER_PID 2>/dev/null; rm -rf "$WORK"' EXIT

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
  "congestion window" "smoothed" "stream 0 sent" "HANDSHAKE_DONE sent" "packets lost (red)" \
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
tr '\036' ' ' <"$WORK/client.sqlog" | head -c 20000 | sed '$d' >"$WORK/lines.qlog"
check "JSON lines" draws "$WORK/lines.qlog" "congestion window"
head -c 20000 "$WORK/client.sqlog" >"$WORK/cut.sqlog"
check "a trace that breaks off" draws "$WORK/cut.sqlog" "congestion window"
check "what is no trace" sh -c "! python3 main.py '$WORK/www/file' '$WORK/x.svg'"
exit $FAILED
