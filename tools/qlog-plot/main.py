"""Draws a qlog file as one SVG page.

usage: main.py TRACE.sqlog [PAGE.svg]    (default: the trace's name with .svg)
"""

import os
import sys

import page
import trace


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    source = sys.argv[1]
    target = sys.argv[2] if len(sys.argv) == 3 else os.path.splitext(source)[0] + ".svg"
    try:
        with open(source, encoding="utf-8") as file:
            read = trace.read(file.read())
    except (OSError, ValueError) as error:
        sys.exit(f"{source}: {error}")
    if not read.packets_sent and not read.packets_received:
        sys.exit(f"{source}: no QUIC packets in it")
    with open(target, "w", encoding="utf-8") as file:
        file.write(page.draw(read, os.path.basename(source)))
    print(target)


main()
