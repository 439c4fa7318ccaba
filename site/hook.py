"""Makes a site of the pages as they are in the repository.

The pages keep their paths, so their links to each other hold. What else they link to is on GitHub.
"""

import posixpath
import re
import sys
from pathlib import Path

from mkdocs.structure.files import File, InclusionLevel

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import links  # noqa: E402

SOURCE = "https://github.com/hardtack-rs/hardtack"
PAGES = ["README.md", "FORMAT.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/*.md",
         "docs/*.svg", "docs/pictures/*.svg", "cli/README.md", "js/README.md", "actix/README.md"]
LANDING = "docs/README.md"

# Only on the site, where the inspector is.
INSPECTOR = """
## I have a token

[The token inspector](../inspector/index.html) shows the fields and times of a cookie, in your browser. It needs no key,
and it sends nothing.
"""

FENCE = re.compile(r"^( *)(`{3,}|~{3,})(.*)$")
ITEM = re.compile(r"^([-*] |\d+\. )\S")
LINK = re.compile(r"(\]\(<?|^ {0,3}\[[^\]\n]+\]: *<?)([^\s)<>#]+)([^\s)<>]*)", re.M)
BADGE = re.compile(r"^\[!\[[^\]]*\]\(https?://[^)]*\)\]\([^)]*\)\n", re.M)


def slug(heading, _separator="-"):
    """GitHub's name of a heading, which the pages' links use."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def tracked():
    # git's `*` also matches slashes; docs/pictures/links.md belongs to the crate's documentation.
    return [name for name in links.tracked(*PAGES) if not name.endswith("links.md")]


def on_config(config):
    config.mdx_configs.setdefault("toc", {})["slugify"] = slug
    names = tracked()
    landing = LANDING if LANDING in names else "README.md"
    config.nav = with_unlisted(pages_of(config.nav, names, landing), names)
    return config


def pages_of(nav, names, landing):
    """The navigation without the pages that do not exist, and with the landing page where it says `index`."""
    kept = []
    for entry in nav:
        [(title, target)] = entry.items()
        if isinstance(target, list):
            kept.append({title: pages_of(target, names, landing)})
        elif target == "index":
            kept.append({title: landing})
        elif target in names and target != landing or not target.endswith(".md"):
            kept.append({title: target})
    return kept


def with_unlisted(nav, names):
    listed = str(nav)
    more = [name for name in names if name.endswith(".md") and f"'{name}'" not in listed]
    return nav + ([{"More": more}] if more else [])


def on_files(files, config):
    names = tracked()
    landing = LANDING if LANDING in names else "README.md"
    for name in names:
        file = File.generated(config, name, abs_src_path=str(ROOT / name), inclusion=InclusionLevel.INCLUDED)
        if name == landing:
            place(file, "index.html", "./")
        elif name == "README.md":
            place(file, "readme/index.html", "readme/")
        files.append(file)
    return files


def place(file, path, url):
    file.dest_uri, file.url = path, url


def on_page_markdown(text, page, config, files):
    if page.file.src_uri == LANDING:
        text += INSPECTOR
    folder = posixpath.dirname(page.file.src_uri)
    parts = [part if is_code else prose(part, folder, files) for is_code, part in split(list_indents(text))]
    return "".join(parts)


def prose(text, folder, files):
    text = BADGE.sub("", text)  # a picture of another host
    return LINK.sub(lambda found: found[1] + target(found[2], folder, files) + found[3], text)


def target(name, folder, files):
    """Where a link leads: to a page of the site, or to the repository."""
    if re.match(r"[a-z]+:", name):
        return name
    path = posixpath.normpath(posixpath.join(folder, name))
    if files.get_file_from_path(path) or not (ROOT / path).exists():
        return name  # the build reports links to files that do not exist
    return f"{SOURCE}/{'tree' if (ROOT / path).is_dir() else 'blob'}/main/{path}"


def split(text):
    """The text's parts, each with whether it is a fenced block. Such a block of Rust loses what only rustdoc reads."""
    part, end = [], None
    for line in text.splitlines(keepends=True):
        fence = FENCE.match(line.rstrip("\n"))
        if end is None and fence:
            yield False, "".join(part)
            indent, end, info = fence.groups()
            is_rust = info.startswith("rust")
            part = [f"{indent}{end}{info.split(',')[0]}\n"]
        elif end is not None and fence and fence[2].startswith(end) and not fence[3].strip():
            yield True, "".join([*part, line])
            part, end = [], None
        elif end is None or not (is_rust and re.match(r"\s*# |\s*#$", line)):
            part.append(line)
    yield end is not None, "".join(part)


def list_indents(text):
    """Indents what belongs to an item of a list by four spaces, as Python-Markdown wants; GitHub takes two or three.

    It also wants an empty line between items once one of them has paragraphs.
    """
    lines, width, has_paragraphs, is_fenced = [], 0, False, False
    for line in text.splitlines(keepends=True):
        is_fenced ^= line.startswith(("```", "~~~"))
        item = None if is_fenced else ITEM.match(line)
        if item:
            width = len(item[1])
            if has_paragraphs and lines[-1].strip():
                lines.append("\n")
        elif is_fenced or line.strip() and not line.startswith(" "):
            width, has_paragraphs = 0, False
        elif width and line.startswith(" " * width):
            line = " " * 4 + line[width:]
            has_paragraphs = has_paragraphs or not lines[-1].strip()
        lines.append(line)
    return "".join(lines)
