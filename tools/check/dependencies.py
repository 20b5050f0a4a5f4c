#!/usr/bin/env python3
"""Checks the dependencies against deny.toml (licences, sources, duplicates) and SECURITY.md (advisories).

The table must name the versions of Cargo.lock and none that an advisory is about. `cargo deny`, which takes minutes to
install, checks all but the table once more, and more closely.
"""

import json
import re
import subprocess
import sys
import tomllib

CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index"
SHIPPED = ("ngtcp2", "ngtcp2-crypto-rustls")


def metadata():
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--all-features"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def allows(expression, allowed):
    """Whether an SPDX expression can be met with allowed licences."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def alternatives():
        met = conjunction()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            met = conjunction() or met
        return met

    def conjunction():
        met = licence()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            met = licence() and met
        return met

    def licence():
        name = tokens.pop(0)
        if name == "(":
            met = alternatives()
            tokens.pop(0)
            return met
        if tokens and tokens[0] == "WITH":
            name = f"{name} WITH {tokens[1]}"
            del tokens[:2]
        return name in allowed

    return alternatives()


def licences(packages, allowed):
    for package in packages:
        if not package["license"] or not allows(package["license"], allowed):
            yield f"{package['name']} {package['version']}: licence {package['license']!r}"


def sources(packages):
    for package in packages:
        if package["source"] not in (None, CRATES_IO):
            yield f"{package['name']} {package['version']}: from {package['source']}"


def wildcards(packages):
    for package in packages:
        if package["source"] is not None:
            continue
        for dependency in package["dependencies"]:
            if dependency["req"] == "*" and dependency["path"] is None:
                yield f"{package['name']}: any version of {dependency['name']} will do"


def duplicates(data):
    """What the libraries are made of, on Linux and without the tools of their builds and tests."""
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    packages = {package["id"]: package for package in data["packages"]}
    waiting = [package["id"] for package in data["packages"] if package["name"] in SHIPPED]
    seen, versions = set(), {}
    while waiting:
        identity = waiting.pop()
        if identity in seen:
            continue
        seen.add(identity)
        versions.setdefault(packages[identity]["name"], set()).add(packages[identity]["version"])
        for dependency in nodes[identity]["deps"]:
            if any(kind["kind"] is None and "windows" not in (kind["target"] or "") for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    for name, found in sorted(versions.items()):
        if len(found) > 1:
            yield f"{name}: {', '.join(sorted(found))}"


def number(version):
    return [int(part) for part in version.split(".")]


def advisories(packages):
    """Rows of SECURITY.md: | advisory | crate | fixed in | locked | status | ..."""
    locked = {package["name"]: package["version"] for package in packages}
    cell = r" (\S+) \|"
    rows = re.findall(rf"^\| (RUSTSEC-\S+) \|{cell * 4}", open("SECURITY.md").read(), re.MULTILINE)
    if not rows:
        yield "SECURITY.md has no table of advisories"
    for advisory, crate, fixed, stated, status in rows:
        if locked.get(crate) != stated:
            yield f"{advisory}: SECURITY.md names {crate} {stated}, Cargo.lock has {locked.get(crate)}"
        elif fixed != "withdrawn" and number(stated) < number(fixed):
            yield f"{advisory}: {crate} {stated} is older than {fixed}"
        elif status != ("withdrawn" if fixed == "withdrawn" else "fixed"):
            yield f"{advisory}: SECURITY.md gives {crate} the status {status}"


def main():
    data = metadata()
    packages = data["packages"]
    allowed = tomllib.load(open("deny.toml", "rb"))["licenses"]["allow"]
    failed = False
    for what, findings in (
        ("licences", licences(packages, allowed)),
        ("sources", sources(packages)),
        ("versions are stated", wildcards(packages)),
        ("one version of each crate in the libraries", duplicates(data)),
        ("advisories", advisories(packages)),
    ):
        findings = list(findings)
        failed = failed or bool(findings)
        print(f"{'FAIL' if findings else 'PASS'} {what} of {len(packages)} packages")
        for finding in findings:
            print(f"  {finding}")
    return failed


sys.exit(main())
