#!/usr/bin/env python3
"""Library instructions from what callgrind wrote.

usage: instructions.py FILE.callgrind           one number
       instructions.py FILE.callgrind PACKETS   per packet: by part, by function, and by what the library calls

The library's instructions are those in the library itself, and those of its calls straight into the C library (memcpy,
malloc). What its callbacks do is not counted, nor what they call.
"""
import os
import re
import sys
from collections import defaultdict

LIBRARY = "libngtcp2.so"
C_LIBRARY = re.compile(r"(libc|libm|ld-linux[^.]*)[.-]")
ALLOCATOR = {"malloc", "calloc", "realloc", "free", "posix_memalign", "aligned_alloc"}
SHOWN = 30


class Names:
    """Callgrind writes a name once, with a number, and then the number alone."""

    def __init__(self):
        self.by_number = {}

    def read(self, text):
        number, _, name = text.partition(" ")
        if not number.startswith("("):
            return text
        if name:
            self.by_number[number] = name
        return self.by_number[number]


class Profile:
    def __init__(self, path):
        self.own = defaultdict(int)  # (object, function): instructions
        self.calls = defaultdict(int)  # (caller object, object, function): instructions, with all that it calls
        with open(path, errors="replace") as lines:
            self.read(lines)

    def read(self, lines):
        objects, functions = Names(), Names()
        here_object = here_function = called_object = called_function = None
        in_call = False
        for line in lines:
            key, is_name, text = line.rstrip("\n").partition("=")
            if key == "ob":
                here_object = objects.read(text)
            elif key == "fn":
                here_function = functions.read(text)
            elif key == "cob":
                called_object = objects.read(text)
            elif key == "cfn":
                called_function = functions.read(text)
            elif key == "calls":
                in_call = True
            elif not is_name and line[0] in "0123456789+-*":
                cost = line.split()[1:2]
                instructions = int(cost[0]) if cost else 0
                if in_call:
                    self.calls[here_object, called_object or here_object, called_function] += instructions
                    in_call, called_object = False, None
                else:
                    self.own[here_object, here_function] += instructions

    def library_own(self):
        """By function."""
        return sum_by((function, n) for (place, function), n in self.own.items() if LIBRARY in place)

    def library_calls(self):
        """By function: of the C library and its allocator, and the rest, which are callbacks."""
        counted, others = [], []
        for (caller, place, function), n in self.calls.items():
            if LIBRARY not in caller or LIBRARY in place:
                continue
            name = function.split("'")[0]
            helps = name in ALLOCATOR or C_LIBRARY.match(os.path.basename(place))
            (counted if helps else others).append((name, n))
        return sum_by(counted), sum_by(others)

    def library(self):
        return sum(self.library_own().values()) + sum(self.library_calls()[0].values())


def sum_by(pairs):
    result = defaultdict(int)
    for name, n in pairs:
        result[name.split("'")[0]] += n
    return result


def show(title, by_name, packets):
    print(f"{sum(by_name.values()) / packets:10.1f}  {title}")
    for name, n in sorted(by_name.items(), key=lambda item: -item[1])[:SHOWN]:
        print(f"{n / packets:14.1f}  {name}")


def main():
    profile = Profile(sys.argv[1])
    if len(sys.argv) < 3:
        print(profile.library())
        return
    packets = int(sys.argv[2])
    counted, callbacks = profile.library_calls()
    print(f"{profile.library() / packets:10.1f}  library instructions per packet")
    show("in the library", profile.library_own(), packets)
    show("in the C library, called by the library", counted, packets)
    show("in callbacks (not counted)", callbacks, packets)


if __name__ == "__main__":
    main()
