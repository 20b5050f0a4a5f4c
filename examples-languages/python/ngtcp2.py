"""The libraries as cffi sees them: it reads the installed C headers themselves, so nothing is declared twice.

The preprocessor takes out comments and macros. Macros that stand for functions are gone with them: call the function that they
name, x_versioned with the number of the struct's version, which is among the constants read here.
"""

import os
import re
import subprocess
import tempfile

import cffi

HEADERS = ["ngtcp2", "ngtcp2_crypto", "ngtcp2_crypto_rustls"]
# cffi knows these types already.
SYSTEM_HEADERS = ["inttypes.h", "stdarg.h", "stddef.h", "stdlib.h", "sys/types.h"]
# Socket addresses as the header declares them itself, with the values that Linux has for the two families.
DEFINES = ["-DNGTCP2_USE_GENERIC_SOCKADDR", "-DNGTCP2_AF_INET=2", "-DNGTCP2_AF_INET6=10", "-D__attribute__(x)="]


def include_folder():
    """Where the headers are: INCDIR, or where pkg-config says."""
    if "INCDIR" in os.environ:
        return os.environ["INCDIR"]
    return subprocess.check_output(["pkg-config", "--variable=includedir", "libngtcp2"], text=True).strip()


def declarations(folder):
    """The headers after preprocessing, as one text."""
    with tempfile.TemporaryDirectory() as empty:
        for name in SYSTEM_HEADERS:
            os.makedirs(os.path.dirname(os.path.join(empty, name)), exist_ok=True)
            open(os.path.join(empty, name), "w").close()
        source = "".join(f"#include <ngtcp2/{name}.h>\n" for name in HEADERS)
        command = ["cc", "-E", "-P", "-x", "c", "-nostdinc", "-I", empty, "-I", folder, *DEFINES, "-"]
        return subprocess.run(command, input=source, text=True, check=True, capture_output=True).stdout


def constants(folder):
    """Macros that are plain numbers, or other names of such, in the one form of #define that cffi can read."""
    values = {}
    for name in HEADERS:
        with open(os.path.join(folder, "ngtcp2", f"{name}.h"), encoding="utf-8") as file:
            for macro, value in re.findall(r"^#define (NGTCP2_\w+) (\S+)$", file.read(), re.M):
                values[macro] = values.get(value, value)
    number = re.compile(r"(-?(?:0[xX][0-9a-fA-F]+|\d+))[uUlL]*")
    return "".join(f"#define {macro} {number.fullmatch(value).group(1)}\n"
                   for macro, value in values.items() if number.fullmatch(value))


_folder = include_folder()
ffi = cffi.FFI()
ffi.cdef(declarations(_folder) + constants(_folder))
quic = ffi.dlopen("libngtcp2.so.16")
tls = ffi.dlopen("libngtcp2_crypto_rustls.so.0")
