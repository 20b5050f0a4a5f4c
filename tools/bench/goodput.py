#!/usr/bin/env python3
"""Goodput of each congestion control in one simulation, over our library and over the C library: the library is the only
difference. A point fails below 0.97 of the C library's goodput.

usage: goodput.py [POINT..]    points like cubic-100-40-1: controller, Mbit/s, ms of round-trip time, per cent lost; by
                               default the named ones of NAMED. Lines `PASS name figures` or `FAIL name figures`.
       goodput.py --all        all combinations with a bandwidth-delay product up to 32 MB, as tables in Markdown
       goodput.py --update     the same, and writes goodput.json anew: what the C library reached

  LIB     folder that holds our libngtcp2.so.16, by default build/lib
  INC     folder that holds the headers, by default include
  C_LIB   folder that holds the C library's; by default that of the root in ROOTS, or in build/roots. Without one its
          figures are those of goodput.json: the clock is virtual, so they are the same on every machine.
  JOBS    how many runs at a time, by default 2
"""
import collections
import concurrent.futures
import glob
import itertools
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OUT = os.environ.get("OUT", os.path.join(ROOT, "build", "bench"))
KEPT = os.path.join(HERE, "goodput.json")

LEAST_RATIO = 0.97
LARGEST_PRODUCT = 32e6
# More runs where losses are random: their order decides a few per cent.
SEEDS_WITH_LOSS = 4

CONTROLLERS = ("reno", "cubic", "bbr")
RATES = (1, 10, 100, 1000, 10000)  # Mbit/s
ROUND_TRIPS = (10, 40, 200, 600)  # ms
LOSSES = (0, 1, 5)  # per cent

NAMED = ("reno-100-40-5", "cubic-100-40-1", "cubic-100-200-0", "cubic-1000-10-0", "bbr-100-40-1", "bbr-10-600-0")


class Point(collections.namedtuple("Point", "controller rate round_trip loss")):
    """One path and the controller that is tried on it."""

    @staticmethod
    def parse(name):
        controller, *numbers = name.split("-")
        return Point(controller, *map(int, numbers))

    def name(self):
        return "-".join(map(str, self))

    def product(self):
        """Bytes under way when the path is full."""
        return self.rate * self.round_trip * 1e3 / 8

    def options(self, seed):
        # Enough round trips to see more than slow start; where losses decide the rate, fewer bytes tell as much.
        lost_for_loss = self.loss > 0 and self.controller != "bbr"
        mib = min(max(60 * self.product() / 2**20, 8), 64 if lost_for_loss else 512)
        window = int(max(8 * self.product() / 1024, 16384))
        return {
            "cc": self.controller,
            "rate-mbps": self.rate,
            "delay-us": self.round_trip * 500,
            "loss": self.loss,
            # One product, but not less than some packets.
            "queue-kib": int(max(self.product(), 32768) / 1024),
            "mib": f"{mib:.2f}",
            "inflight-kib": window,
            "stream-kib": 2 * window,
            "connection-kib": 2 * window,
            "seed": seed,
            "repetitions": 0,
        }


def all_points():
    points = (Point(*point) for point in itertools.product(CONTROLLERS, RATES, ROUND_TRIPS, LOSSES))
    return [point for point in points if point.product() <= LARGEST_PRODUCT]


class Library:
    """A libngtcp2.so.16 in a folder of its own: beside Debian's stands a libc that must not become this machine's."""

    def __init__(self, name, folder):
        self.folder = os.path.join(OUT, name)
        os.makedirs(self.folder, exist_ok=True)
        link = os.path.join(self.folder, "libngtcp2.so.16")
        if os.path.lexists(link):
            os.remove(link)
        os.symlink(os.path.join(os.path.realpath(folder), "libngtcp2.so.16"), link)

    def goodput(self, point):
        """Mbit/s over all runs of a point; None if the library fails."""
        received = milliseconds = 0
        for seed in range(1, 1 + (SEEDS_WITH_LOSS if point.loss else 1)):
            words = [word for name, value in point.options(seed).items() for word in ("--" + name, str(value))]
            run = subprocess.run([os.path.join(OUT, "bench"), "lossy", *words], capture_output=True, text=True,
                                 env={**os.environ, "LD_LIBRARY_PATH": self.folder})
            if run.returncode != 0:
                print(f"{self.folder}: {point.name()}: {run.stderr.strip()}", file=sys.stderr)
                return None
            figures = json.loads(run.stdout)
            received += figures["received"]
            milliseconds += figures["virtual_ms"]
        return received * 8e-3 / milliseconds


class KeptFigures:
    """What the C library reached where it was at hand."""

    def __init__(self):
        with open(KEPT) as file:
            self.figures = json.load(file)

    def goodput(self, point):
        return self.figures.get(point.name())


def c_library():
    roots = os.environ.get("ROOTS", os.path.join(ROOT, "build", "roots"))
    folders = [os.environ.get("C_LIB", ""), *glob.glob(f"{roots}/sid/usr/lib/*-linux-gnu")]
    found = [folder for folder in folders if os.path.exists(os.path.join(folder, "libngtcp2.so.16"))]
    return Library("c", found[0]) if found else None


def measure(points, libraries):
    """For each point the goodput over each library."""
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as runs:
        pairs = [[runs.submit(library.goodput, point) for library in libraries] for point in points]
        for point, pair in zip(points, pairs):
            yield point, *(run.result() for run in pair)


def number(value):
    return "fails" if value is None else f"{value:.{2 if value < 10 else 1}f}"


def is_good(theirs, ours):
    return ours is not None and (theirs is None or ours >= theirs * LEAST_RATIO)


def print_lines(results):
    passed = True
    for point, theirs, ours in results:
        ratio = f"{ours / theirs:.3f}" if theirs and ours else "-"
        good = is_good(theirs, ours)
        print("PASS" if good else "FAIL", "goodput", point.name(), number(ours), "Mbit/s, C", number(theirs) + ",", ratio)
        passed &= good
    return passed


def print_tables(results):
    passed, low, last = True, [], None
    for point, theirs, ours in results:
        if last != point.controller:
            print(f"\n### {point.controller}\n\n| Mbit/s | RTT, ms | loss, % | C library | ours | ratio |\n|---:|---:|---:|---:|---:|---:|")
            last = point.controller
        ratio = f"{ours / theirs:.3f}" if theirs and ours else "-"
        print(f"| {point.rate} | {point.round_trip} | {point.loss} | {number(theirs)} | {number(ours)} | {ratio} |", flush=True)
        if not is_good(theirs, ours):
            low.append(point.name())
    print(f"\n{len(low)} points are below {LEAST_RATIO}" + ": " + " ".join(low) if low else
          f"\nNo point is below {LEAST_RATIO}.")
    return not low


def keep(results):
    figures = {point.name(): theirs and round(theirs, 4) for point, theirs, _ in results}
    with open(KEPT, "w") as file:
        json.dump(figures, file, indent=1)
        file.write("\n")


def main():
    ours = os.path.realpath(os.environ.get("LIB", os.path.join(ROOT, "build", "lib")))
    headers = os.path.realpath(os.environ.get("INC", os.path.join(ROOT, "include")))
    subprocess.run(["make", "--no-print-directory", "-s", "-C", HERE, f"INCDIR={headers}", f"LIBDIR={ours}", f"OUTDIR={OUT}"], check=True)
    arguments = sys.argv[1:]
    theirs = c_library()
    libraries = [theirs or KeptFigures(), Library("ours", ours)]
    if arguments in (["--all"], ["--update"]):
        results = []
        passed = print_tables(results.append(result) or result for result in measure(all_points(), libraries))
        if arguments == ["--update"] and theirs:
            keep(results)
        return passed
    return print_lines(measure([Point.parse(name) for name in arguments or NAMED], libraries))


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
