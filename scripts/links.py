#!/usr/bin/env python3
"""Checks that every link inside the project has a target.

    scripts/links.py                 the Markdown pages, as they are read in the repository
    scripts/links.py target/doc      the crate's pages, as `cargo doc` made them

Links to other hosts are not followed: nothing here asks the network.
"""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

ROOT = Path(__file__).resolve().parent.parent
# Definitions that belong to the crate's documentation.
NOT_PAGES = {Path("src/guides/links.md"), Path("docs/pictures/links.md")}
# `crate::`: of another crate's item, shown here with the links that it has at home.
ELSEWHERE = re.compile(r"^(https?|mailto|data|javascript|crate):|^//")
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1`*\s*$", re.M | re.S)
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.S)
INLINE = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(<?([^()\s<>]*)>?[^()]*\)")
DEFINED = re.compile(r"^ {0,3}\[([^\[\]]+)\]:\s*<?(\S+?)>?\s*$", re.M)
USED = re.compile(r"\]\[([^\[\]]+)\]")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$", re.M)


def anchor(heading, seen):
    """GitHub's name of a heading."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)|\[([^\]]*)\]\[[^\]]*\]", r"\1\2", heading)
    name = re.sub(r"[^\w\- ]", "", text.replace("`", "").lower()).replace(" ", "-")
    count = seen.get(name, 0)
    seen[name] = count + 1
    return f"{name}-{count}" if count else name


class Page:
    """A Markdown page: what it links to, and what can be linked to in it."""

    def __init__(self, path):
        self.path = path
        text = FENCE.sub("", path.read_text(encoding="utf-8"))
        seen = {}
        self.anchors = {anchor(heading, seen) for heading in HEADING.findall(text)}
        text = CODE.sub("", text)
        self.defined = {label.lower(): target for label, target in DEFINED.findall(text)}
        self.used = {label.lower() for label in USED.findall(text)}
        self.targets = INLINE.findall(text) + list(self.defined.values())

    def label_faults(self):
        yield from (f"[{label}] is used and not defined" for label in sorted(self.used - self.defined.keys()))
        bodies = CODE.sub("", self.path.read_text(encoding="utf-8")).lower()
        for label in sorted(self.defined.keys() - self.used):
            if bodies.count(f"[{label}]") < 2:
                yield f"[{label}] is defined and not used"


def tracked(*patterns):
    """The names of the files that are committed, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()
    return [name for name in listed if (ROOT / name).exists()]


def pages():
    paths = [Path(name) for name in tracked("*.md") if Path(name) not in NOT_PAGES]
    return {(ROOT / path).resolve(): Page(ROOT / path) for path in paths}


def markdown_faults():
    known = pages()
    for page in known.values():
        for fault in page.label_faults():
            yield f"{page.path.relative_to(ROOT)}: {fault}"
        for target in page.targets:
            if fault := markdown_fault(page, target, known):
                yield f"{page.path.relative_to(ROOT)}: {target}: {fault}"


def markdown_fault(page, target, known):
    if ELSEWHERE.match(target):
        return None
    name, fragment = urldefrag(unquote(target))
    path = (page.path.parent / name).resolve() if name else page.path.resolve()
    if not path.exists():
        return "no such file"
    if fragment and path in known and fragment not in known[path].anchors:
        return f"no such heading; there are {', '.join(sorted(known[path].anchors))}"
    return None


class Html(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.targets, self.ids = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src") and value:
                self.targets.append(value)
            elif name == "id":
                self.ids.add(value)


# rustdoc shows the blanket implementations of other crates, whose links lead into their own
# documentation, and loads a list of implementations that it does not write for a private module.
NOT_OURS = re.compile(r"super::|dispatcher#|.*/trait\.impl/")


def html_faults(folder):
    read = {}
    html = lambda path: read.setdefault(path, Html(path))
    for path in sorted((folder / "hardtack").rglob("*.html")):
        for target in html(path.resolve()).targets:
            name, fragment = urldefrag(target)
            if ELSEWHERE.match(target) or NOT_OURS.match(target) or not (name or fragment):
                continue
            found = (path.parent / unquote(name.split("?")[0])).resolve() if name else path.resolve()
            if not found.exists():
                yield f"{path.relative_to(folder)}: {target}: no such file"
            elif fragment and is_page(found) and not {fragment, unquote(fragment)} & html(found).ids:
                yield f"{path.relative_to(folder)}: {target}: no such place"


def is_page(path):
    """Not a listing of source code, whose lines are found by a script."""
    return path.suffix == ".html" and not path.name.endswith(".rs.html")


def main():
    folders = [Path(name).resolve() for name in sys.argv[1:]]
    faults = [fault for folder in folders for fault in html_faults(folder)]
    faults = faults if folders else list(markdown_faults())
    print("\n".join(faults) or "every link has a target")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
