#!/usr/bin/env python3
"""The tables of run.sh as pictures: instructions.svg and memory.svg.

usage: pictures.py RESULTS FOLDER

Every figure stands against that of the C library, which is a full bar: the units differ. A mark shows the limit.
"""
import os
import sys
from html import escape

from figures import INSTRUCTIONS, MEMORY, sides

TITLE_WIDTH, BAR_WIDTH, MARGIN = 430, 400, 20
BAR, GAP, HEAD = 12, 14, 50
LONGEST = 1.25  # a longer bar is cut
C_COLOUR, OUR_COLOUR, LIMIT_COLOUR = "#9a9a9a", "#b7410e", "#1b1b1b"


def text(x, y, words, anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(words)}</text>'


def bar(y, share, colour):
    width = BAR_WIDTH * min(share, LONGEST)
    return f'<rect x="{TITLE_WIDTH}" y="{y:.0f}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>'


def limit_mark(y, share):
    x = TITLE_WIDTH + BAR_WIDTH * share
    ends = f'x1="{x:.1f}" x2="{x:.1f}" y1="{y - 2:.0f}" y2="{y + 2 * BAR + 2:.0f}"'
    return f'<line {ends} stroke="{LIMIT_COLOUR}" stroke-width="2"/>'


def figure_lines(y, figure, c, ours):
    yield text(TITLE_WIDTH - 10, y + BAR + 4, figure.title, "end")
    yield bar(y, 1, C_COLOUR)
    yield bar(y + BAR, ours / c, OUR_COLOUR)
    end = TITLE_WIDTH + BAR_WIDTH * LONGEST + 10
    yield text(end, y + BAR - 2, f"{c:,.{figure.digits}f}")
    yield text(end, y + 2 * BAR, f"{ours:,.{figure.digits}f}")
    if figure.limit is not None:
        yield limit_mark(y, figure.limit / c)


def legend(heading):
    yield f'<text x="{MARGIN}" y="24" font-weight="bold">{escape(heading)}</text>'
    x = TITLE_WIDTH
    for name, colour in (("the C library", C_COLOUR), ("ours", OUR_COLOUR), ("limit", LIMIT_COLOUR)):
        yield f'<rect x="{x}" y="14" width="{BAR}" height="{BAR}" fill="{colour}"/>'
        yield text(x + BAR + 6, 24, name)
        x += 130


def picture(heading, figures, c, ours):
    lines, y = list(legend(heading)), HEAD
    for figure in figures:
        theirs, mine = figure.value(c), figure.value(ours)
        if theirs and mine is not None and figure.limit != 0:  # nothing to see where none is allowed
            lines += figure_lines(y, figure, theirs, mine)
            y += 2 * BAR + GAP
    width = TITLE_WIDTH + BAR_WIDTH * LONGEST + 110
    size = f'width="{width:.0f}" height="{y}"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#ffffff"/>', *lines, "</svg>", ""])


def main():
    results, folder = sides(sys.argv[1]), sys.argv[2]
    for name, heading, figures in (("instructions", "Library instructions per packet", INSTRUCTIONS),
                                   ("memory", "Memory and allocations", MEMORY)):
        with open(os.path.join(folder, name + ".svg"), "w") as file:
            file.write(picture(heading, figures, *results))


if __name__ == "__main__":
    main()
