#!/usr/bin/env python3
"""The figures of baseline.sh.

usage: baseline.py measure RESULT UNIT INSTRUCTIONS    one line: name, instructions per unit, allocations in steady state
       baseline.py compare|--update FIGURES BASELINE   such lines against a committed file
"""
import json
import os
import sys

TOLERANCE = 0.02


def measure(result, unit, instructions):
    with open(result + ".json") as counted, open(result + ".allocations.json") as allocated:
        units = json.load(counted)[unit]
        allocations = json.load(allocated).get("steady_heap_calls", "-")
    print(os.path.basename(result), f"{int(instructions) / units:.1f}", allocations)


def read_figures(path):
    with open(path) as lines:
        return [line.split() for line in lines]


def update(figures, path):
    with open(path, "w") as file:
        json.dump({name: float(instructions) for name, instructions, _ in figures}, file, indent=2)
        file.write("\n")


def verdict(passed, *words):
    print("PASS" if passed else "FAIL", *words)
    return passed


def compare_instructions(name, figure, baseline):
    if figure > baseline * (1 + TOLERANCE):
        return verdict(False, name, figure, baseline)
    note = ["(better than the baseline: tools/bench/baseline.sh --update)"] if figure < baseline * (1 - TOLERANCE) else []
    return verdict(True, name, figure, *note)


def compare(figures, path):
    with open(path) as file:
        baseline = json.load(file)
    passed = True
    for name, instructions, allocations in figures:
        passed &= compare_instructions(name, float(instructions), baseline[name])
        if allocations != "-":
            passed &= verdict(allocations == "0", f"{name}-steady-allocations", allocations, *["0"] * (allocations != "0"))
    return passed


def main():
    command, arguments = sys.argv[1], sys.argv[2:]
    if command == "measure":
        measure(*arguments)
        return True
    figures = read_figures(arguments[0])
    if command == "--update":
        update(figures, arguments[1])
        return compare(figures, arguments[1])
    return compare(figures, arguments[1])


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
