#!/usr/bin/env python3
"""No panic can be reached from our own code in the release library: no line of src/, inlined code included, calls what raises
a panic, nor a function of the standard library or a dependency that does. Additions that overflow do not panic in a release.
Calls through pointers are not followed: destructors and `Display` of other types in the log.

usage: panics.py LIBRARY      with its line tables, built in this folder; needs binutils, x86-64
"""
import bisect
import os
import re
import subprocess
import sys

RAISES = re.compile(
    r"core::panicking::|core::slice::index::|core::(option|result)::(unwrap|expect)_failed|core::str::slice_error"
    r"|core::cell::panic|.*(len_mismatch_fail|begin_panic|handle_alloc_error|capacity_overflow)"
)
# Who may call what, and why.
ALLOWED = [
    ("", "core::panicking::panic_cannot_unwind", "what unwinding would meet outside of the boundary"),
    ("", "core::panicking::panic_in_cleanup", "a panic of a destructor, of which none has any"),
    ("session/boundary.rs", "", "the boundary itself: hooks, catching"),
    ("mem/id_map.rs", "hashbrown::raw::RawTable", "room is made by try_reserve, and looked for before each insertion"),
]


def run(*command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout.splitlines()


class Library:
    def __init__(self, path):
        symbols = (re.match(r"([0-9a-f]+) [tTwW] (.*)", line) for line in run("nm", "-C", path))
        self.names = {int(match[1], 16): match[2] for match in symbols if match}
        self.starts = sorted(self.names)
        self.calls = list(self.find_calls(path))
        self.lines = self.find_lines(path)

    def find_calls(self, path):
        """(address, function that is called), also through the global offset table."""
        relocations = (re.match(r"([0-9a-f]+)\s+\S+\s+R_X86_64_RELATIVE\s+([0-9a-f]+)", line) for line in run("readelf", "-rW", path))
        slots = {int(match[1], 16): int(match[2], 16) for match in relocations if match}
        for line in run("objdump", "-d", "--no-show-raw-insn", path):
            match = re.match(r"\s+([0-9a-f]+):\s+(call|j[a-z]+)\s+(?:\*.*# )?([0-9a-f]+) <", line)
            if match:
                target = int(match[3], 16)
                target = slots.get(target, target)
                if target in self.names:
                    yield int(match[1], 16), target

    def find_lines(self, path):
        """Address of a call -> source lines, the inlined ones first."""
        found, current = {}, None
        for line in run("addr2line", "-a", "-i", "-e", path, text="\n".join(hex(address) for address, _ in self.calls)):
            if line.startswith("0x"):
                current = found.setdefault(int(line, 16), [])
            else:
                current.append(line)
        return found

    def caller(self, address):
        return self.starts[bisect.bisect_right(self.starts, address) - 1]


def reached_from(library, folder):
    """(line of the folder, function) for each call from there that may end in a panic."""
    raising = {address for address, name in library.names.items() if RAISES.match(name)}
    ours = {}
    for address, _ in library.calls:
        ours[address] = next((line[len(folder) :] for line in library.lines[address] if line.startswith(folder)), None)
    grown = True
    while grown:
        callers = {library.caller(address) for address, target in library.calls if target in raising and not ours[address]}
        grown = not callers <= raising
        raising |= callers
    return {(ours[address], library.names[target]) for address, target in library.calls if target in raising and ours[address]}


def is_allowed(line, name):
    return any(line.startswith(where) and name.startswith(what) for where, what, _ in ALLOWED)


def main():
    library = Library(sys.argv[1])
    found = reached_from(library, os.path.join(os.getcwd(), "src") + os.sep)
    wrong = sorted(entry for entry in found if not is_allowed(*entry))
    for line, name in wrong:
        print(f"FAIL a panic can be reached: src/{line} calls {name}")
    if len(found) == len(wrong):
        print("FAIL not even the boundary is found: are there symbols and line tables?")
        return 1
    if not wrong:
        print(f"PASS of {len(library.calls)} calls in the library, none of our own can raise a panic")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
