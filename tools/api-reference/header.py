"""Reads one of our headers into a list of documented items. Knows the shape that tools/header gives them, no more of C."""

import re
from dataclasses import dataclass, field


@dataclass
class Item:
    kind: str  # function, macro, type, callback
    name: str
    text: str  # the documentation, paragraphs separated by empty lines
    declaration: str
    members: list = field(default_factory=list)  # of a struct or enum: (declaration, text)


def comment_text(comment):
    """The words of a /** */ comment."""
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in comment.strip()[3:-2].split("\n")]
    return "\n".join(lines).strip()


def declaration_end(source, start):
    """Where the declaration ends that begins at `start`: its semicolon, or the last line of a macro."""
    if source.startswith("#define", start):
        end = source.index("\n", start)
        while source[end - 1] == "\\":
            end = source.index("\n", end + 1)
        return end
    depth, i = 0, start
    while True:
        if source.startswith("/*", i):
            i = source.index("*/", i) + 2
            continue
        if source[i] in "{(":
            depth += 1
        elif source[i] in "})":
            depth -= 1
        elif source[i] == ";" and depth == 0:
            return i + 1
        i += 1


def members_of(body):
    """The members of a struct or enum with their comments."""
    found, text = [], ""
    for part in re.finditer(r"/\*\*.*?\*/|(?:[^/;,{}()]|\([^()]*\))+[;,]?", body, re.S):
        piece = part.group().strip()
        if piece.startswith("/**"):
            text = comment_text(piece)
        elif piece:
            found.append((" ".join(piece.rstrip(",").split()), text))
            text = ""
    return found


def describe(text, declaration):
    """What sort of thing a declaration declares."""
    if declaration.startswith("#define"):
        name = re.match(r"#define\s+(\w+)", declaration).group(1)
        value = " ".join(declaration.replace("\\\n", " ").split())
        return Item("macro", name, text, value)
    function = re.match(r"NGTCP2_EXTERN\s[^(]*?(\w+)\(", declaration)
    if function:
        return Item("function", function.group(1).removesuffix("_versioned"), text, declaration)
    callback = re.match(r"typedef\s[^{(]*\(\s*\*\s*(\w+)\)", declaration)
    if callback:
        return Item("callback", callback.group(1), text, declaration)
    braces = re.search(r"\{(.*)\}", declaration, re.S)
    names = re.findall(r"\w+", declaration[braces.end():] if braces else declaration)
    names = [n for n in names if n.startswith("ngtcp2")]
    if not names:
        names = re.findall(r"(?:struct|enum|union)\s+(?:NGTCP2_ALIGN\(\d+\)\s+)?(\w+)", declaration)
    if not names:
        return None
    shown = re.sub(r"\n?[ \t]*/\*\*.*?\*/", "", declaration, flags=re.S)
    return Item("type", names[-1], text, shown, members_of(braces.group(1)) if braces else [])


def read(path):
    """(introduction, items) of a header, in its order."""
    source = open(path, encoding="utf-8").read()
    intro = comment_text("/*" + source[: source.index("*/") + 2])
    items = []
    position = source.index("*/") + 2
    while True:
        start = source.find("/**", position)
        if start < 0:
            return intro, items
        end = source.index("*/", start) + 2
        text = comment_text(source[start:end])
        after = re.compile(r"\s*").match(source, end).end()
        # A macro may stand in branches of #if: the first one is shown.
        branch = re.compile(r"(?:#\s*(?:if|else|elif|endif)[^\n]*\n\s*)+").match(source, after)
        after = branch.end() if branch else after
        source_at = re.sub(r"^#\s+define", "#define", source[after : after + 40])
        if source_at.startswith("#define") and not source.startswith("#define", after):
            source = source[:after] + source_at + source[after + 40 :]
        position = declaration_end(source, after)
        item = describe(text, source[after:position].strip())
        if item:
            items.append(item)
