#!/bin/bash
# A source tarball with everything that cargo would fetch, so that it builds without a network: the files that git knows,
# vendor/ and a .cargo/config.toml that points there.
#
# usage: packaging/dist.sh OUTPUT_FOLDER    (XZ_LEVEL: -0 to -9)
set -eu
command -v xz >/dev/null || { echo "make dist: xz is missing (Debian: xz-utils)" >&2; exit 1; }
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/.."
. packaging/names.sh
name=rngtcp2-$VERSION
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/$name"
git archive --format=tar HEAD | tar -xf - -C "$work/$name"
# Every dependency of the workspace, those of other systems included: the lock file stays as it is.
(cd "$work/$name" && "${CARGO:-cargo}" vendor --locked --quiet vendor >/dev/null)
mkdir -p "$work/$name/.cargo"
cat >>"$work/$name/.cargo/config.toml" <<'END'
[source.crates-io]
replace-with = "vendored-sources"

[source.vendored-sources]
directory = "vendor"
END
tar --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -C "$work" -cf - "$name" |
  xz -T2 "${XZ_LEVEL:--6}" >"$out/$name.tar.xz"
(cd "$out" && sha256sum "$name.tar.xz")
