#!/usr/bin/env python3
"""Prints the line coverage of src/ by room, of each report in lcov's format, and writes the uncovered lines beside it.

Tests do not count: files and folders named `tests`, `testing.rs` and `fuzzing`, and what stands behind `#[cfg(test)]` at
the end of a file.
"""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
SRC = TOP / "src"
CODECS = ("wire", "packet", "frame", "params")
TEST = re.compile(r"(^|/)(tests|testing|fuzzing|architecture|held_borrow)(\.rs|/)")
GOALS = {"codecs": 95, "all": 85}


def last_line(file):
    """The line before the tests at a file's end."""
    lines = file.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        behind = lines[number:number + 1]
        if line == "#[cfg(test)]" and behind and re.match(r"(pub\(crate\) )?mod \w+ \{", behind[0]):
            return number - 1
    return len(lines)


def counts(report):
    """{file: {line: count}} of what counts."""
    files, file = {}, None
    for line in pathlib.Path(report).read_text().splitlines():
        kind, _, rest = line.partition(":")
        if kind == "SF":
            path = pathlib.Path(rest)
            name = path.relative_to(SRC).as_posix() if path.is_relative_to(SRC) else None
            file = None if name is None or TEST.search(name) else name
            end = last_line(path) if file else 0
        elif kind == "DA" and file:
            number, count = rest.split(",")[:2]
            if int(number) <= end:
                lines = files.setdefault(file, {})
                lines[int(number)] = max(lines.get(int(number), 0), int(count))
    return files


def room(file):
    return file.split("/")[0].removesuffix(".rs")


def summary(files):
    """{room: (covered, lines)}, with the codecs and all in the end."""
    rooms = {}
    for file, lines in sorted(files.items()):
        for name in (room(file), "codecs" if room(file) in CODECS else None, "all"):
            if name:
                covered, total = rooms.get(name, (0, 0))
                rooms[name] = (covered + sum(map(bool, lines.values())), total + len(lines))
    return {name: rooms[name] for name in [*(n for n in rooms if n not in GOALS), *(n for n in GOALS if n in rooms)]}


def write_uncovered(report, files):
    with open(pathlib.Path(report).with_suffix(".uncovered"), "w") as out:
        for file, lines in sorted(files.items()):
            for number, count in sorted(lines.items()):
                if not count:
                    text = (SRC / file).read_text().splitlines()[number - 1]
                    print(f"src/{file}:{number}: {text}", file=out)


def main():
    reports = {pathlib.Path(report).stem: counts(report) for report in sys.argv[1:]}
    for report in sys.argv[1:]:
        write_uncovered(report, reports[pathlib.Path(report).stem])
    tables = {name: summary(files) for name, files in reports.items()}
    print("| room | " + " | ".join(f"{name}, lines" for name in tables) + " |")
    print("|---|" + "---|" * len(tables))
    for name in next(iter(tables.values())):
        cells = [table.get(name, (0, 0)) for table in tables.values()]
        share = [f"{100 * covered / total:.1f} % of {total}" if total else "" for covered, total in cells]
        print(f"| {name} | " + " | ".join(share) + " |")
    first = next(iter(tables.values()))
    for name, goal in GOALS.items():
        covered, total = first.get(name, (0, 0))
        if total and 100 * covered < goal * total:
            print(f"{name}: below the goal of {goal} %")


main()
