"""What the repository says about itself: the public surface from the headers, and who implements and tests it.

Nothing here knows how the tables look.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "include/ngtcp2/ngtcp2.h"

# Where tests stand. The nonsense of capi-tests/misuse and the NULLs of src/ffi/tests/null.rs reach every function
# without knowing what it does, and capi-tests/abi looks at declarations only: they prove nothing about behaviour.
TESTS = ("capi-tests", "tests", "src", "examples-c/tests", "crypto-rustls/src")
NO_PROOF = (
    "capi-tests/abi/",
    "capi-tests/support/",
    "capi-tests/misuse/",
    "src/ffi/tests/null.rs",
    "src/ffi/tests/exports.rs",
)


def read(path):
    return path.read_text(encoding="utf-8")


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)


class Tests:
    """The words of all tests: names, and `.field` and `struct.field` for what is reached through a struct."""

    def __init__(self):
        self.words = {}
        for folder in TESTS:
            for path in sorted((ROOT / folder).rglob("*")):
                if path.suffix in (".c", ".rs"):
                    self.add(path)

    def add(self, path):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(NO_PROOF):
            return
        text = read(path)
        if name.startswith(("src/", "crypto-rustls/src/")) and "/tests" not in name:
            _, marker, text = text.partition("#[cfg(test)]\nmod tests {")
            if not marker:
                return
        text = without_comments(text)
        pairs = re.findall(r"(?=\b(\w+)\.(\w+))", text)
        self.words[name] = set(re.findall(r"\w+", text)).union(*((f".{field}", f"{of}.{field}") for of, field in pairs))

    def that_name(self, *wanted):
        """The tests with one of these words, C ones first."""
        found = [name for name, words in self.words.items() if words.intersection(wanted)]
        return sorted(found, key=lambda name: (not name.startswith("capi-tests"), name))


def functions(wanted="core"):
    """(name, since, deprecated for) of each function of the core library, or of another section of its list."""
    rows, section = [], None
    for line in read(ROOT / "capi-tests/abi/symbols.txt").splitlines():
        if line.startswith("["):
            section = line.split("]")[0][1:]
        elif line.startswith(("ngtcp2_", "rngtcp2_")) and section == wanted:
            name, since, deprecated, instead = line.split()[:4]
            rows.append((name, since, instead if deprecated != "-" else None))
    return rows


def definitions():
    """The file of src/ffi that defines each exported function; the older of two names may come from a macro."""
    found = {}
    for path in sorted((ROOT / "src/ffi").rglob("*.rs")):
        if path.name == "fault.rs":  # in no library that is shipped
            continue
        text = read(path)
        names = re.findall(r'#\[unsafe\(no_mangle\)\]\s+pub (?:unsafe )?extern "C" fn (\w+)', text)
        names += re.findall(r"older_twin!\(\s*(\w+)", text)
        for name in names:
            found[name] = path.relative_to(ROOT).as_posix()
    return found


def struct_fields(name):
    body = re.search(rf"typedef struct {name} {{(.*?)\n}} (?:NGTCP2_ALIGN\(\d+\) )?{name};", read(HEADER), re.S)
    fields = re.findall(r"(\w+)(?:\[\w+\])?;", without_comments(body.group(1)))
    return fields


def field_versions(name, macro):
    """The version in which each field appeared, from the sizes in abi/src/generations.rs."""
    text = read(ROOT / "abi/src/generations.rs")
    table = re.search(rf"pub const {macro}_GENERATIONS.*?= ?\n?(.*?);", text, re.S).group(1)
    lasts = re.findall(rf"through!\({name}, (\w+)\)", table)
    versions, version = {}, 1
    for field in struct_fields(name):
        versions[field] = version
        if version <= len(lasts) and field == lasts[version - 1]:
            version += 1
    return versions


def upcoming_callbacks():
    """Callbacks that are newer than the headers, with their version."""
    text = read(ROOT / "abi/src/upcoming.rs")
    return {
        field: int(version)
        for version, body in re.findall(r"pub struct CallbacksV(\d+) {(.*?)\n}", text, re.S)
        for field in re.findall(r"pub (\w+): ngtcp2_", body)
        if field != "released"
    }


def struct_versions():
    """(struct, version, since) of each struct that has versions."""
    text = read(HEADER)
    found = []
    for kind in ("SETTINGS", "CALLBACKS", "CONN_INFO", "TRANSPORT_PARAMS", "PKT_INFO"):
        for match in re.finditer(rf"#define NGTCP2_{kind}_V(\d+) \d+", text):
            comment = text[: match.start()].rsplit("/**", 1)[1]
            since = re.search(r"Since (\d+\.\d+)", comment)
            found.append((kind.lower(), int(match.group(1)), since.group(1) if since else "1.0"))
    return found
