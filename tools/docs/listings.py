"""The listings of docs/*.md: every block of C in them is compiled.

- A block after a line `<!-- FILE: NAME NAME .. -->` shows those functions or structs of a file that the checks compile and run.
  --update puts them there anew; --check fails if they differ.
- Any other ```c block is compiled on its own, after docs/listings.h, by --compile.

usage: listings.py --update | --check | --compile INCLUDE_FOLDER
"""

import glob
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
COMPILE = ["cc", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-c"]
BLOCK = re.compile(r"(?:^<!-- (?P<file>[\w./-]+): (?P<names>[^>]*) -->\n)?^```c\n(?P<code>.*?)^```$", re.M | re.S)


def excerpt(path, name):
    """The function, struct or macro `name` of a file, with the comment right above it."""
    lines = open(os.path.join(ROOT, path), encoding="utf-8").read().split("\n")
    function = rf"^(?:static |inline |const |_Noreturn )*[\w ]+[ *]{name}\([^;]*$"
    patterns = [function, rf"^struct {name} {{$", rf"^#define {name}\b"]
    start = next((i for i, line in enumerate(lines) if any(re.match(p, line) for p in patterns)), None)
    if start is None:
        sys.exit(f"{path} has no {name}")
    end = start
    if not lines[start].startswith("#define"):
        while not re.match(r"^}|.*\{.*\}$", lines[end]):
            end += 1
    if start > 0 and lines[start - 1].rstrip().endswith("*/"):
        start -= 1
        while "/*" not in lines[start]:
            start -= 1
    return "\n".join(lines[start : end + 1])


def expected(match):
    code = "\n\n".join(excerpt(match["file"], name) for name in match["names"].split())
    return f"<!-- {match['file']}: {match['names']} -->\n```c\n{code}\n```"


def pages():
    for path in sorted(glob.glob(os.path.join(ROOT, "docs", "*.md"))):
        yield path, open(path, encoding="utf-8").read()


def update(write):
    stale = []
    for path, text in pages():
        fresh = BLOCK.sub(lambda m: expected(m) if m["file"] else m.group(), text)
        if fresh != text:
            stale.append(os.path.basename(path))
            if write:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(fresh)
    if stale and not write:
        sys.exit(f"not as in the sources: {', '.join(stale)}; run tools/docs/listings.py --update")


def compile_all(include):
    count = failed = 0
    with tempfile.TemporaryDirectory() as work:
        for path, text in pages():
            for match in BLOCK.finditer(text):
                if match["file"]:
                    continue
                count += 1
                line = text[: match.start("code")].count("\n") + 1
                source = os.path.join(work, "listing.c")
                with open(source, "w", encoding="utf-8") as file:
                    file.write(f'#include "{os.path.join(ROOT, "docs", "listings.h")}"\n#line {line} "{path}"\n{match["code"]}')
                result = subprocess.run([*COMPILE, "-I", include, "-o", os.devnull, source], check=False)
                failed += result.returncode != 0
    print(f"{count} listings compiled, {failed} failed")
    sys.exit(1 if failed or not count else 0)


def main():
    arguments = sys.argv[1:]
    if arguments in (["--update"], ["--check"]):
        update(arguments == ["--update"])
    elif len(arguments) == 2 and arguments[0] == "--compile":
        compile_all(arguments[1])
    else:
        sys.exit(__doc__)


main()
