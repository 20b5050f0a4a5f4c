#!/bin/bash
# A client in each language fetches files from qserver, over the headers and libraries of an installation. PASS, FAIL or SKIP.
#
# Environment: LIB (where the libraries are), BUILD (where qserver is)
set -u
cd "$(dirname "$0")" || exit 1
WORK=$(mktemp -d) || exit 1
SERVER_PID=
FAILED=0
. ../examples-c/scripting.sh
trap '[ -z "$SERVER_PID" ] || kill -KILL $SERVER_PID 2>/dev/null; rm -rf "$WORK"' EXIT

# The installation is in a folder of this test's own, the same each time: Go's cache remembers it.
usr=$(cd .. && pwd)/build/languages
DESTDIR='' PREFIX=$usr LIBDIR=$usr/lib LIB=$LIB sh ../packaging/install.sh >"$WORK/log" 2>&1 || {
  cat "$WORK/log"
  exit 1
}
export PKG_CONFIG_PATH=$usr/lib/pkgconfig LD_LIBRARY_PATH=$usr/lib INCDIR=$usr/include
flags="-I$INCDIR"
libs="-L$usr/lib -lngtcp2_crypto_rustls -lngtcp2"

# try LANGUAGE COMMAND...: fetches three files, and learns that there is no fourth.
try() {
  local language=$1 file why=
  shift
  for file in large small empty; do
    timeout 60 "$@" localhost "$SERVER_PORT" "$WORK/authority.pem" "/$file" >"$WORK/out" 2>"$WORK/log" &&
      cmp -s "$WORK/out" "$WORK/www/$file" || why="$why $file"
  done
  timeout 60 "$@" localhost "$SERVER_PORT" "$WORK/authority.pem" /large --stats >"$WORK/out" 2>"$WORK/log" &&
    [ "$(grep -cE '^(packets (sent|received)|bytes received|smoothed RTT) +[0-9.]+( ms)?$' "$WORK/log")" = 4 ] || why="$why --stats"
  timeout 60 "$@" localhost "$SERVER_PORT" "$WORK/authority.pem" /missing >"$WORK/out" 2>>"$WORK/log" && why="$why missing"
  timeout 60 "$@" localhost "$SERVER_PORT" "$WORK/stranger.pem" /small >"$WORK/out" 2>>"$WORK/log" && why="$why trust"
  if [ -z "$why" ]; then
    echo "PASS $language: files fetched"
  else
    echo "FAIL $language:$why"
    cat "$WORK/log"
    FAILED=1
  fi
}

mkdir "$WORK/www"
head -c 3000000 /dev/urandom >"$WORK/www/large"
head -c 500 /dev/urandom >"$WORK/www/small"
: >"$WORK/www/empty"
make_authority authority && make_authority stranger &&
  make_certificate authority localhost DNS:localhost,IP:127.0.0.1,IP:::1 || exit 1
start_server localhost || exit 1

# shellcheck disable=SC2086 # lists of words
if g++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -O2 $flags -o "$WORK/cpp" cpp/qget.cc $libs 2>"$WORK/log"; then
  try "C++" "$WORK/cpp"
else
  cat "$WORK/log"
  echo "FAIL C++: does not compile"
  FAILED=1
fi

python=
for candidate in python3 /usr/bin/python3; do
  "$candidate" -c 'import cffi' 2>/dev/null && python=$candidate && break
done
if [ -n "$python" ]; then
  export PYTHONDONTWRITEBYTECODE=1
  try Python "$python" python/qget.py
else
  echo "SKIP Python: no cffi (python3-cffi)"
fi

if command -v go >/dev/null && command -v pkg-config >/dev/null; then
  export GOFLAGS=-mod=mod GOCACHE=${GOCACHE:-$PWD/../build/go-cache}
  if (cd go && go build -buildvcs=false -o "$WORK/go" .) >"$WORK/log" 2>&1; then
    try Go "$WORK/go"
  else
    cat "$WORK/log"
    echo "FAIL Go: does not compile"
    FAILED=1
  fi
else
  echo "SKIP Go: not installed (golang-go)"
fi

node_headers=
command -v node >/dev/null && for folder in "$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")/include/node" \
  /usr/include/node /usr/include/nodejs/src; do
  [ -f "$folder/node_api.h" ] && node_headers=$folder && break
done
if [ -n "$node_headers" ]; then
  # shellcheck disable=SC2086 # lists of words
  if cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -shared -fPIC $flags -isystem "$node_headers" -o "$WORK/quic.node" \
    node/addon.c $libs -lm 2>"$WORK/log"; then
    try Node.js node node/qget.js "$WORK/quic.node"
  else
    cat "$WORK/log"
    echo "FAIL Node.js: the addon does not compile"
    FAILED=1
  fi
else
  echo "SKIP Node.js: not installed, or without headers (nodejs, libnode-dev)"
fi
stop_server
exit $FAILED
