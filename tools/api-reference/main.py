"""Makes the API reference from the headers: Markdown in docs/api, or man pages.

usage: main.py [--check] --markdown FOLDER HEADERS
       main.py --man FOLDER HEADERS

--check compares instead of writing, and fails on a difference.
"""

import argparse
import os
import re
import sys

import header

HEADERS = ["ngtcp2.h", "ngtcp2_crypto.h", "ngtcp2_crypto_rustls.h", "rngtcp2.h", "version.h"]
OVERVIEWS = HEADERS[:3]  # those with rules of their own
SECTIONS = [("function", "Functions"), ("callback", "Callbacks"), ("type", "Types"), ("macro", "Constants and macros")]


def anchor(name):
    return name.lower()


def linked(text, known, own):
    """Text with every known name in backticks made a link."""

    def link(match):
        name = match.group(1)
        base = re.sub(r"\(.*|_versioned$", "", name)
        if base == own or base not in known:
            return match.group()
        return f"[`{name}`]({known[base]}#{anchor(base)})"

    return re.sub(r"`([^`\n]+)`", link, text)


def markdown_of(name, intro, items, known):
    """One page for one header."""
    out = [f"# {name}", "", "Made from the header by `tools/api-reference`; do not edit.", "", intro, ""]
    for kind, title in SECTIONS:
        chosen = [item for item in items if item.kind == kind]
        if not chosen:
            continue
        out += [f"## {title}", ""]
        for item in chosen:
            out += [f"### {item.name}", "", "```c", item.declaration, "```", "", linked(item.text, known, item.name), ""]
            for declaration, text in item.members:
                if text:
                    out.append(f"- `{declaration.rstrip(';')}`: " + linked(" ".join(text.split()), known, item.name))
            if item.members:
                out.append("")
    return "\n".join(out).rstrip() + "\n"


def roff(text):
    """Text in which roff sees no commands."""
    text = text.replace("\\", "\\e").replace("`", "")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in text.split("\n"))


def roff_paragraphs(text):
    """Paragraphs and lists."""
    text = re.sub(r"^- (.*(?:\n  .*)*)", lambda m: ".IP \\(bu 3\n" + re.sub(r"\n  ", "\n", m.group(1)), roff(text), flags=re.M)
    return text.replace("\n\n", "\n.PP\n")


def title_of(name, version):
    return f'.TH "{name}" 3 "" "ngtcp2 {version}" "QUIC library"'


def overview_page(header_name, intro, version):
    """The page of a header: what holds for all that it declares."""
    name, first = header_name[:-2], re.match(r"rngtcp2: (.*?)\.\s", intro, re.S).group(1)
    rest = intro.split("\n", intro.count("\n", 0, intro.index("do not edit.")) + 1)[-1].strip()
    return "\n".join([
        title_of(name, version),
        ".SH NAME",
        f"{name} \\- {roff(' '.join(first.split()))}",
        ".SH SYNOPSIS",
        f"#include <ngtcp2/{header_name}>",
        ".SH DESCRIPTION",
        roff_paragraphs(rest),
    ]) + "\n"


def man_page(item, header_name, version):
    """The page of section 3 of one item."""
    first = re.split(r"\.(?:\s|$)|\n\n", item.text)[0]
    out = [
        title_of(item.name, version),
        ".SH NAME",
        f"{item.name} \\- {roff(' '.join(first.split()))}",
        ".SH SYNOPSIS",
        ".nf",
        f"#include <ngtcp2/{header_name}>",
        "",
        roff(item.declaration),
        ".fi",
        ".SH DESCRIPTION",
        roff_paragraphs(item.text),
    ]
    documented = [(declaration, text) for declaration, text in item.members if text]
    for declaration, text in documented:
        out += [".TP", f".B {roff(declaration.rstrip(';'))}", roff(" ".join(text.split()))]
    if header_name in OVERVIEWS:
        out += [".SH SEE ALSO", f".BR {header_name[:-2]} (3)", "has what holds for all functions: units, ownership, errors, callbacks."]
        if item.kind == "callback" and header_name == "ngtcp2.h":
            out += [".PP", ".BR ngtcp2_callbacks (3)", "tells what callbacks return."]
    return "\n".join(out) + "\n"


def pages(folder, as_man):
    """{file name: content} of the whole reference."""
    read = {name: header.read(os.path.join(folder, name)) for name in HEADERS}
    version = next(re.search(r'"(.*)"', i.declaration).group(1) for i in read["version.h"][1] if i.name == "NGTCP2_VERSION")
    if as_man:
        items = [(name, item) for name in HEADERS for item in read[name][1] if item.kind != "macro"]
        overviews = {f"{name[:-2]}.3": overview_page(name, read[name][0], version) for name in OVERVIEWS}
        return overviews | {f"{item.name}.3": man_page(item, name, version) for name, item in items}
    known = {}
    for name in HEADERS:
        for item in read[name][1]:
            known.setdefault(item.name, f"{name[:-2]}.md")
    return {f"{name[:-2]}.md": markdown_of(name, *read[name], known) for name in HEADERS}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--markdown")
    parser.add_argument("--man")
    parser.add_argument("headers")
    arguments = parser.parse_args()
    target = arguments.man or arguments.markdown
    made = pages(arguments.headers, bool(arguments.man))
    if arguments.check:
        stale = [name for name, text in made.items() if read_or_nothing(os.path.join(target, name)) != text]
        for name in stale:
            print(f"{target}/{name} is not what the header gives: run make reference", file=sys.stderr)
        sys.exit(1 if stale else 0)
    os.makedirs(target, exist_ok=True)
    for name, text in made.items():
        with open(os.path.join(target, name), "w", encoding="utf-8") as file:
            file.write(text)


def read_or_nothing(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


main()
