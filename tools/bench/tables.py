#!/usr/bin/env python3
"""The tables of run.sh, in Markdown.

usage: tables.py FOLDER    FOLDER holds, for each row and library, ROW.LIBRARY.json, .instructions and .times
"""
import sys

from figures import INSTRUCTIONS, LOSS, MEMORY, divide, sides

NONE = "–"


def number(value, digits=0):
    return NONE if value is None else f"{value:,.{digits}f}"


def optional(value, digits):
    return "" if value is None else number(value, digits)


def reached(value, figure):
    if figure.limit is None:
        return ""
    return "aim" if value <= figure.aim else "limit" if value <= figure.limit else "above the limit"


def print_row(*cells):
    print("| " + " | ".join(cells) + " |")


def print_head(*cells):
    print()
    print_row(*cells)
    print_row("---", *["---:"] * (len(cells) - 1))


def print_instructions(c, ours):
    print_head("library instructions per packet", "C", "ours", "limit", "aim", "reached", "packets C", "packets ours",
               "all instructions, C ÷ ours", "CPU, C ÷ ours")
    for figure in INSTRUCTIONS:
        value = figure.value(ours)
        if value is None:
            continue
        comparison = ["", "", number(divide(figure.value(c), value), 2), ""]
        if figure.row:
            theirs, mine = c(figure.row), ours(figure.row)
            comparison = [number(theirs.get("packets")), number(mine.get("packets")),
                          number(divide(theirs.instructions, mine.instructions), 2),
                          number(divide(theirs.cpu_ns, mine.cpu_ns), 2)]
        print_row(figure.title, number(figure.value(c), figure.digits), number(value, figure.digits),
                  optional(figure.limit, figure.digits), optional(figure.aim, figure.digits), reached(value, figure),
                  *comparison)


def print_memory(c, ours):
    print_head("memory", "C", "ours", "limit", "aim", "reached")
    for figure in MEMORY:
        value = figure.value(ours)
        if value is not None:
            print_row(figure.title, number(figure.value(c), figure.digits), number(value, figure.digits),
                      number(figure.limit, figure.digits), number(figure.aim, figure.digits), reached(value, figure))


def print_loss(c, ours):
    if all(ours(row).get("packets") is None and c(row).get("packets") is None for _, row in LOSS):
        return
    print_head("100 Mbit/s, 40 ms, 32 MiB", "Mbit/s C", "Mbit/s ours", "ours ÷ C", "instructions per packet C", "ours")
    for title, row in LOSS:
        speeds = [side(row).get("goodput_mbps") for side in (c, ours)]
        costs = [side(row).instructions_per("packets") for side in (c, ours)]
        if speeds != [None, None]:
            print_row(title, *(number(speed, 2) for speed in speeds), number(divide(speeds[1], speeds[0]), 2),
                      *(number(cost) for cost in costs))


def main():
    results = sides(sys.argv[1])
    print_instructions(*results)
    print_memory(*results)
    print_loss(*results)


if __name__ == "__main__":
    main()
