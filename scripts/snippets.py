#!/usr/bin/env python3
"""Checks that every Rust block of the pages is compiled as it is shown.

A block is a test of the documentation (its page is part of the crate's, and it is not `ignore`), or an
excerpt: its lines are in a compiled file unchanged, apart from the indentation. `// …` alone on a
line leaves lines of the file out.

No block hides lines (`# …`): rustdoc hides them, but GitHub, crates.io and editors show them.
"""

import re
import sys
import textwrap
from pathlib import Path

from links import ROOT, tracked

BLOCK = re.compile(r"^```rust([^\n]*)\n(.*?)^```\s*$", re.M | re.S)
HIDDEN = re.compile(r"^\s*#(?: .*)?$", re.M)
INCLUDED = re.compile(r'page!\(\w+, "([^"]+)"\)|include_str!\("\.\./([^"]+\.md)"\)')


def tested_pages():
    """The pages whose blocks rustdoc runs."""
    for lib in ("src/lib.rs", "src/guides.rs", "actix/src/lib.rs"):
        crate = Path(lib).parent.parent
        for names in INCLUDED.findall((ROOT / lib).read_text(encoding="utf-8")):
            yield str(crate / next(filter(None, names)))


def pieces(block):
    for piece in re.split(r"^[ ]*// …\n", block, flags=re.M):
        if piece.strip():
            yield textwrap.dedent(piece).strip("\n").split("\n")


def find(piece, lines, start):
    """Where the piece ends in a file, or None. Its lines keep their indentation among themselves."""
    for at in range(start, len(lines) - len(piece) + 1):
        found = lines[at : at + len(piece)]
        if textwrap.dedent("\n".join(found)).split("\n") == piece:
            return at + len(piece)
    return None


def is_excerpt(block, files):
    for lines in files:
        at = 0
        for piece in pieces(block):
            at = find(piece, lines, at)
            if at is None:
                break
        else:
            return True
    return False


def faults():
    files = [(ROOT / name).read_text(encoding="utf-8").split("\n") for name in tracked("*.rs")]
    tested = set(tested_pages())
    for name in tracked("*.md"):
        blocks = BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
        for _, block in blocks:
            yield from (f"{name}: {line}: a hidden line" for line in HIDDEN.findall(block))
        for flags, block in blocks:
            first = block.lstrip("\n").split("\n")[0]
            if ("ignore" in flags or name not in tested) and not is_excerpt(block, files):
                yield f"{name}: {first}: neither a test nor lines of a compiled file"


def main():
    found = list(faults())
    print("\n".join(found) or "every Rust block is compiled")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
