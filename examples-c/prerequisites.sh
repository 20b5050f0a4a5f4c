#!/bin/sh
# Sees to it that what the examples need is there. As root on Debian: installs it. Otherwise: names it.
set -u

missing=
need() { # need PACKAGE COMMAND...: the package is missing if the command fails
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

has_libevent() {
    # A file that includes the header and links the library; the compiler may be missing as well.
    program=$(mktemp) || return 1
    printf '#include <event2/event.h>\nint main(void) { return event_get_version() == 0; }\n' |
        cc -x c -o "$program" - -levent_core
    status=$?
    rm -f "$program"
    return $status
}

need gcc cc --version
need make make --version
need openssl openssl version
need libevent-dev has_libevent
need coreutils sha256sum --version

[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "installing:$missing"
    # shellcheck disable=SC2086 # a list of words
    if (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing) \
        >/tmp/prerequisites.$$ 2>&1; then
        rm -f /tmp/prerequisites.$$
        exit 0
    fi
    cat /tmp/prerequisites.$$ >&2
    rm -f /tmp/prerequisites.$$
fi
echo "missing; please install these Debian packages:$missing" >&2
exit 1
