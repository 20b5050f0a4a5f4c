#!/usr/bin/env python3
"""The table of bulk.sh, in Markdown.

usage: tables.py FOLDER SVG    FOLDER holds, for each row and helper, ROW.HELPER.times, .counted and .callgrind. Writes the
                               picture to SVG.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True

from figures import Figure  # noqa: E402
from instructions import Profile  # noqa: E402
from pictures import picture  # noqa: E402

ROWS = [("single", "single writes"), ("aggregate", "aggregated writes of 44")]
LIMIT = 1.4  # C with OpenSSL ÷ ours
HELPERS = [("gnutls", "C, GnuTLS"), ("ossl", "C, OpenSSL"), ("rustls", "ours, rustls")]
OPENSSL, OURS = 1, 2


def lines(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def nanoseconds(folder, row, helper):
    """Of the best pass, per packet."""
    return min(line["cpu_ns_best"] / line["packets"] for line in lines(f"{folder}/{row}.{helper}.times"))


def instructions(folder, row, helper):
    """Of the whole process, per packet; and those of the library itself."""
    profile = Profile(f"{folder}/{row}.{helper}.callgrind")
    packets = lines(f"{folder}/{row}.{helper}.counted")[-1]["packets"]
    return sum(profile.own.values()) / packets, profile.library() / packets


def print_row(title, values, digits=0):
    ratio = values[OPENSSL] / values[OURS]
    print(f"| {title} | " + " | ".join(f"{value:,.{digits}f}" for value in values) + f" | {ratio:.2f} |")


def main():
    folder = sys.argv[1]
    print("| per packet of 1452 bytes, both sides | " + " | ".join(title for _, title in HELPERS) + " | OpenSSL ÷ ours |")
    print("| --- |" + " ---: |" * (len(HELPERS) + 1))
    figures = []
    for row, title in ROWS:
        times = [nanoseconds(folder, row, helper) for helper, _ in HELPERS]
        figures.append(Figure(title, lambda side, times=times: times[side], times[OPENSSL] / LIMIT))
        print_row(f"{title}: CPU, ns", times)
        counted = [instructions(folder, row, helper) for helper, _ in HELPERS]
        print_row(f"{title}: instructions", [process for process, _ in counted])
        print_row(f"{title}: instructions of the QUIC library", [library for _, library in counted])
    with open(sys.argv[2], "w") as file:
        file.write(picture("A download with TLS, CPU ns per packet", figures, OPENSSL, OURS))


if __name__ == "__main__":
    main()
