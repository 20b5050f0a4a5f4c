#!/bin/sh
# Sees to it that the tools of the build and of `make demo` are there. As root on Debian: installs what is missing.
# Otherwise: names the packages. Rust itself is expected (README.md says which).
#
# usage: tools/check/prerequisites.sh [--all]    --all: also those of the checks
set -u

missing=
wanted=
need() { # need PACKAGE COMMAND...: the package is missing if the command fails
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
want() { # want PACKAGE COMMAND...: the same for a package that not everything rests on
    package=$1
    shift
    "$@" >/dev/null 2>&1 || wanted="$wanted $package"
}
links() { # links HEADER LIBRARY: whether a program with both compiles
    program=$(mktemp) || return 1
    printf '#include <%s>\nint main(void) { return 0; }\n' "$1" | cc -x c -o "$program" - "$2"
    status=$?
    rm -f "$program"
    return $status
}

need gcc cc --version
need make make --version
need openssl openssl version
need libevent-dev links event2/event.h -levent_core
need coreutils sha256sum --version

if [ "${1:-}" = --all ]; then
    need g++ g++ --version
    need clang clang --version
    need valgrind valgrind --version
    need python3 python3 --version
    need binutils nm --version
    want libuv1-dev links uv.h -luv
    want liburing-dev links liburing.h -luring
    want libnghttp3-dev links nghttp3/nghttp3.h -lnghttp3
    want pkg-config pkg-config --version
    want cmake cmake --version
    want meson meson --version
    want ninja-build ninja --version
    want autoconf autoreconf --version
    want automake aclocal --version
    want golang-go go version
    want python3-cffi /usr/bin/python3 -c 'import cffi'
    want librsvg2-bin rsvg-convert --version
fi

command -v cargo >/dev/null || {
    echo "cargo is missing: install Rust 1.95 or later" >&2
    exit 1
}
if [ "${1:-}" = --all ] && ! command -v cargo-deny >/dev/null && [ ! -x build/cargo-deny/bin/cargo-deny ]; then
    echo "the stage dependencies leaves cargo deny out: install it with \`make cargo-deny\` (some minutes)" >&2
fi

# install PACKAGE...: fails, having shown why, if that is not possible.
install() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    echo "installing: $*"
    log=$(mktemp)
    (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@") >"$log" 2>&1
    status=$?
    [ $status -eq 0 ] || tail -n 20 "$log" >&2
    rm -f "$log"
    return $status
}

# shellcheck disable=SC2086 # lists of words
if [ -n "$wanted" ] && ! install $wanted; then
    echo "some checks will be skipped without these Debian packages:$wanted" >&2
fi
# shellcheck disable=SC2086
if [ -n "$missing" ] && ! install $missing; then
    echo "missing; please install these Debian packages:$missing" >&2
    exit 1
fi
