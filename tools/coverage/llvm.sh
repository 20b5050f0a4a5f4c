#!/bin/bash
# Gets llvm-profdata and llvm-cov of the compiler's LLVM version from the Debian root of `make roots`, whose suite has it,
# into a folder of its own; the root is left as it is. They run with the root's C library.
#
# usage: tools/coverage/llvm.sh ROOT FOLDER      then LLVM_BIN=FOLDER/bin make coverage       (as root)
set -eu
root=$(realpath "$1")
mkdir -p "$2"/{packages,bin}
folder=$(realpath "$2")
version=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')

chroot "$root" apt-get -qq update
wanted=$(chroot "$root" apt-get install --print-uris -qq --no-install-recommends "llvm-$version" | cut -d' ' -f2 | cut -d_ -f1)
work=$(mktemp -d "$root/tmp/llvm.XXXXXX")
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2086
chroot "$root" sh -c "cd '${work#"$root"}' && apt-get -q download $(echo $wanted)" 2>/dev/null
for package in "$work"/*.deb; do
  dpkg-deb -x "$package" "$folder/packages"
done
for tool in llvm-profdata llvm-cov; do
  cat >"$folder/bin/$tool" <<EOF
#!/bin/sh
exec $root/lib64/ld-linux-x86-64.so.2 \\
  --library-path $folder/packages/usr/lib/x86_64-linux-gnu:$folder/packages/usr/lib/llvm-$version/lib:$root/usr/lib/x86_64-linux-gnu \\
  $folder/packages/usr/lib/llvm-$version/bin/$tool "\$@"
EOF
  chmod +x "$folder/bin/$tool"
  "$folder/bin/$tool" --version | sed -n 1p
done
