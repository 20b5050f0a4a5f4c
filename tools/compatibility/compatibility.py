#!/usr/bin/env python3
"""Writes the tables at the end of COMPATIBILITY.md from the headers, the sources and the tests.

usage: compatibility.py [--check]

--check  writes nothing, and fails if the document is not what would be written. In either case something that is not
implemented, or that no test names, is an error. Where a row differs from ngtcp2 stands in differences.txt.
"""

import re
import sys

import sources
from sources import ROOT, read

DOCUMENT = ROOT / "COMPATIBILITY.md"
BEGIN = "<!-- From here on written by tools/compatibility/compatibility.py: `make compatibility`. -->\n"
# Enough to look it up. What is listed stays as long as it is true: new tests change no row that has its two.
SHOWN = 2

PLACES = (
    ("capi-tests/", ""),
    ("tests/sim/scenario/", "sim/"),
    ("tests/sim/", "sim/"),
    ("src/ffi/tests/", "unit/"),
    ("src/", "unit/"),
)

complaints = []
# The tests that the document lists now, by the heading of their table and the first cells of their row.
listed = {}


def note_listed(text):
    heading, column = None, None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("## "):
            heading = line
        elif "tested in" in cells:
            column = cells.index("tested in")
        elif line.startswith("| `") and column is not None and column < len(cells):
            listed[heading, cells[0], cells[1]] = cells[column].split(", ")


def short(name):
    """A test's place without what goes without saying."""
    for prefix, label in PLACES:
        if name.startswith(prefix):
            name = label + name[len(prefix) :]
            break
    return re.sub(r"/?(mod|tests)?\.(rs|c)$", "", name)


def tested(tests, what, row, *words):
    found = [short(name) for name in tests.that_name(*words)]
    kept = [name for name in listed.get(row, ()) if name in found]
    found = kept + [name for name in found if name not in kept]
    if not found:
        complaints.append(f"no test names {what}")
        return "**no test**"
    return ", ".join(found[:SHOWN])


def implemented(what, place):
    if not place:
        complaints.append(f"nothing implements {what}")
        return "**missing**"
    return place


def differences():
    rows = {}
    for line in read(ROOT / "tools/compatibility/differences.txt").splitlines():
        if line and not line.startswith("#"):
            name, text = line.split(":", 1)
            rows[name.strip()] = text.strip()
    return rows


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def function_rows(tests, differs):
    places = sources.definitions()
    for name, since, instead in sources.functions():
        note = differs.pop(name, "")
        place = implemented(name, places.pop(name, None)).removeprefix("src/")
        age = f"{since}, now `{instead.removeprefix('ngtcp2_')}`" if instead else since
        row = ("## Every function", f"`{name}`", age)
        # C programs call versioned functions by a macro without the ending.
        tests_cell = tested(tests, name, row, name, name.removesuffix("_versioned"))
        yield f"`{name}`", age, place, tests_cell, note
    for name, _, _ in sources.functions("own"):
        tested(tests, name, None, name)
        implemented(name, places.pop(name, None))
    for name in places:
        complaints.append(f"{name} is defined but not in symbols.txt")


def callback_rows(tests, differs):
    versions = sources.field_versions("ngtcp2_callbacks", "CALLBACKS") | sources.upcoming_callbacks()
    calls = "\n".join(read(path) for path in sorted((ROOT / "src/session").rglob("*.rs"))) + read(ROOT / "src/session.rs")
    callouts = read(ROOT / "capi-tests/support/endpoint.h")
    for name, version in versions.items():
        found = re.search(rf"callbacks\.{name}\b|self\.callbacks\.{name}\b", calls)
        implemented(f"callback {name}", found)
        words = [f"CALLED_{name}", f"callbacks.{name}"]
        if f"X({name})" in callouts:
            # Called in scripted lives, which are tested callback by callback.
            words.append("CALLOUT_COUNT")
        row = ("## Every callback", f"`{name}`", f"V{version}")
        yield *row[1:], tested(tests, f"callback {name}", row, *words), differs.pop(name, "")


def version_rows(tests):
    rows = sources.struct_versions()
    rows += [("callbacks", version, "1.26") for version in sources.upcoming_callbacks().values()]
    for kind, version, since in sorted(rows):
        word = {"transport_params": "NGTCP2_TRANSPORT_PARAMS_VERSION", "pkt_info": "ngtcp2_pkt_info"}.get(
            kind, f"newest_{kind}_version"
        )
        row = ("## Every struct version", f"`ngtcp2_{kind}`", f"V{version}")
        yield *row[1:], since, tested(tests, f"version {version} of {kind}", row, word)


def field_rows(tests, differs, heading, struct, macro, owner):
    decoders = "\n".join(read(path) for path in sorted((ROOT / "src").rglob("*.rs")) if "/tests" not in path.as_posix())
    for name, version in sources.field_versions(struct, macro).items():
        note = differs.pop(f"{owner}.{name}", "")
        # What has no effect says so in its note.
        implemented(f"{owner} {name}", note.startswith("no effect") or re.search(rf"\b\w+\.{name}\b", decoders))
        row = (heading, f"`{name}`", f"V{version}")
        yield *row[1:], tested(tests, f"{owner} {name}", row, f".{name}"), note


def document():
    tests, differs = sources.Tests(), differences()
    parts = [
        BEGIN,
        "## Every function\n",
        "Since which release of ngtcp2, defined where (in `src`), tested where: a name alone stands for a C program in\n"
        "`capi-tests`, `sim/` for `tests/sim/scenario`, `unit/` for tests beside the code.\n",
        table(("function", "since", "in", "tested in", "differs"), function_rows(tests, differs)),
        "## Every callback\n",
        table(("callback", "version", "tested in", "differs"), callback_rows(tests, differs)),
        "## Every struct version\n",
        table(("struct", "version", "since", "tested in"), version_rows(tests)),
        "## Every setting\n",
        table(
            ("setting", "version", "tested in", "differs"),
            field_rows(tests, differs, "## Every setting", "ngtcp2_settings", "SETTINGS", "settings"),
        ),
        "## Every transport parameter\n",
        table(
            ("parameter", "version", "tested in", "differs"),
            field_rows(
                tests, differs, "## Every transport parameter", "ngtcp2_transport_params", "TRANSPORT_PARAMS", "params"
            ),
        ),
    ]
    complaints.extend(f"differences.txt names {name}, which is nothing" for name in differs)
    return "\n".join(parts)


def main():
    present = read(DOCUMENT)
    note_listed(present)
    wanted = present.split(BEGIN)[0].rstrip("\n") + "\n\n" + document()
    for complaint in complaints:
        print(f"FAIL {complaint}")
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(wanted, encoding="utf-8")
    elif wanted != present:
        print("FAIL COMPATIBILITY.md is not what its script writes: make compatibility")
        return 1
    if complaints:
        return 1
    print("PASS every function, callback, struct version and setting is implemented, tested and listed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
