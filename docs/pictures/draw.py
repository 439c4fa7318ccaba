#!/usr/bin/env python3
"""Draws the pictures of docs/concepts.md, to scale.

    docs/pictures/draw.py            writes the SVG files, and links.md for the crate's documentation,
                                     with the charts that benches/peers drew
    docs/pictures/draw.py --check    fails if what is committed is not what would be drawn

The numbers are those of the examples in docs/concepts.md, which run as tests.
"""

import base64
import sys
from pathlib import Path

HERE = Path(__file__).parent
FONT = "font-family='Helvetica, Arial, DejaVu Sans, sans-serif'"
INK, SOFT, RULE, RED = "#1f2933", "#52606d", "#cbd2d9", "#c0392b"
HEADER, ID, SIGNATURE, PAYLOAD, TAG = "#f0b429", "#f7d070", "#2b6cb0", "#8fbf7f", "#8e6bbf"
TOKENS = ["#2b6cb0", "#4a90c2"]


class Picture:
    def __init__(self, width, height, title):
        self.parts = [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
            f"width='{width}' height='{height}' role='img' {FONT}>",
            f"<title>{title}</title>",
            "<defs><pattern id='gone' width='6' height='6' patternUnits='userSpaceOnUse' "
            f"patternTransform='rotate(45)'><rect width='6' height='6' fill='#fff'/>"
            f"<rect width='2' height='6' fill='{RED}' opacity='.55'/></pattern></defs>",
            f"<rect width='{width}' height='{height}' rx='6' fill='#fff'/>",
        ]

    def text(self, x, y, words, size=13, fill=INK, anchor="start", weight="normal"):
        words = words.replace("&", "&amp;").replace("<", "&lt;")
        self.parts.append(
            f"<text x='{x:g}' y='{y:g}' font-size='{size}' fill='{fill}' "
            f"text-anchor='{anchor}' font-weight='{weight}'>{words}</text>"
        )

    def box(self, x, y, width, height, fill, stroke="#fff", dash=""):
        dashed = f" stroke-dasharray='{dash}'" if dash else ""
        self.parts.append(
            f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{height:g}' fill='{fill}' "
            f"stroke='{stroke}'{dashed}/>"
        )

    def line(self, x1, y1, x2, y2, stroke=RULE, width=1, dash=""):
        dashed = f" stroke-dasharray='{dash}'" if dash else ""
        self.parts.append(
            f"<line x1='{x1:g}' y1='{y1:g}' x2='{x2:g}' y2='{y2:g}' stroke='{stroke}' "
            f"stroke-width='{width}'{dashed}/>"
        )

    def dot(self, x, y, fill, stroke):
        self.parts.append(
            f"<circle cx='{x:g}' cy='{y:g}' r='5' fill='{fill}' stroke='{stroke}' stroke-width='2'/>"
        )

    def svg(self):
        return "\n".join([*self.parts, "</svg>", ""])


def characters(size):
    """Of base64 without padding."""
    return (size * 8 + 5) // 6


# --- the token ---------------------------------------------------------------------------------

LEFT, BYTE, BAR = 24, 4, 30
STANDARD, COMPACT, MINIMAL = 145, 90, 18


def row(picture, y, name, pieces):
    """One token: 4 pixels are a byte."""
    size = sum(piece[1] for piece in pieces)
    picture.text(LEFT, y, name, weight="bold")
    picture.text(LEFT + 191 * BYTE, y, f"{characters(size)} characters", anchor="end", fill=SOFT)
    x = LEFT
    for label, piece, fill, ink in pieces:
        picture.box(x, y + 8, piece * BYTE, BAR, fill)
        if label:
            picture.text(x + piece * BYTE / 2, y + 28, label, 12, ink, "middle")
        x += piece * BYTE


def fields(picture, y):
    """The header, 22 pixels a byte."""
    wide, x = 22, LEFT + 30
    picture.text(LEFT, y, "the header, larger", weight="bold")
    picture.text(LEFT + 140, y, "dashed: there only if used, drawn at their largest", fill=SOFT, size=12)
    parts = [
        ("", 1, HEADER, False),  # first
        ("", 1, HEADER, False),  # key_id
        ("issued_at", 4, HEADER, False),
        ("session_id", 16, ID, True),
        ("age", 5, ID, True),
        ("expiry_secs", 5, ID, True),
    ]
    for label, size, fill, optional in parts:
        stroke, dash = (INK, "4 3") if optional else ("#fff", "")
        picture.box(x, y + 12, size * wide, BAR, fill, stroke, dash)
        picture.text(x + size * wide / 2, y + 32, label, 12, INK, "middle")
        counted = f"1–{size}" if label in ("age", "expiry_secs") else f"{size}"
        picture.text(x + size * wide / 2, y + 58, counted, 11, SOFT, "middle")
        x += size * wide
    picture.text(x + 8, y + 58, "bytes", 11, SOFT)
    picture.text(LEFT + 30, y + 80, "first two: what the token is (version, kind of expiry, mode); key_id, which key signed it", 12)


def token():
    picture = Picture(812, 530, "A token to scale: header, signature and payload")
    start = [("", 6, HEADER, INK), ("signature", 24, SIGNATURE, "#fff")]
    data = lambda words, size: (words, size, PAYLOAD, INK)
    tag = ("tag", 16, TAG, "#fff")
    picture.text(LEFT, 30, "A session of 8 fields, to scale", 16, weight="bold")
    legend = [("header", HEADER), ("signature", SIGNATURE), ("data", PAYLOAD), ("tag", TAG)]
    x = 470
    for name, fill in legend:
        picture.box(x, 19, 14, 14, fill)
        picture.text(x + 20, 31, name, 12, SOFT)
        x += 44 + 7 * len(name)
    row(picture, 66, "signed", [*start, data("the session, which anyone can read", STANDARD)])
    row(picture, 128, "signed, compact", [*start, data("without the fields' names", COMPACT)])
    row(picture, 190, "encrypted", [*start, data("the session, enciphered", STANDARD), tag])
    row(picture, 252, "signed, a user's number and nothing else", [*start, data("data", MINIMAL)])
    fields(picture, 328)
    limit(picture, 450)
    return picture.svg()


def limit(picture, y):
    """What browsers keep of a cookie, across the width of the picture."""
    width = 191 * BYTE
    used = characters(6 + 24 + STANDARD)
    picture.text(LEFT, y, "what a browser keeps of a cookie, its name counted", weight="bold")
    picture.text(LEFT + width, y, "4096 characters", anchor="end", fill=SOFT)
    picture.box(LEFT, y + 10, width, 14, "#eef1f4", RULE)
    picture.box(LEFT, y + 10, width * used / 4096, 14, SIGNATURE)
    picture.text(LEFT + width * used / 4096 + 8, y + 21, f"the first of these: {used}", 11, SOFT)
    picture.text(LEFT, y + 52, "4 pixels are one byte; three bytes become four characters.", 12, SOFT)


# --- a session's life --------------------------------------------------------------------------

HOUR, OPENS = 84, 9
MAX_AGE, ABSOLUTE = 2 * 60, 8 * 60


def clock(minutes):
    """Where on the picture, so many minutes after nine."""
    return 30 + minutes * HOUR / 60


def issued(times):
    """The tokens of a session that begins at 0: (issued, dies), renewed at half of their life."""
    deadline = ABSOLUTE
    tokens = [(0, min(MAX_AGE, deadline))]
    renewals = []
    for time in times:
        made, dies = tokens[-1]
        due = made + -(-(dies - made) // 2)
        if due <= time < dies and dies < deadline:
            tokens.append((time, min(time + MAX_AGE, deadline)))
            renewals.append(time)
    return tokens, renewals


def lane(picture, y, name, words, times, cut=None):
    picture.text(30, y, name, weight="bold")
    picture.text(30, y + 18, words, 12, SOFT)
    tokens, renewals = issued([time for time in times if cut is None or time < cut])
    top = y + 48
    picture.line(clock(0), top, clock(9 * 60), top, RULE)
    ends = tokens[-1][1] if cut is None else cut
    for time in [0, *times]:
        refused = time >= ends
        fill = "#fff" if refused or time in renewals or time == 0 else INK
        picture.dot(clock(time), top, fill, RED if refused else INK)
    bars(picture, top + 14, tokens, cut)
    return top + 14 + 15 * len(tokens)


def bars(picture, y, tokens, cut):
    for index, (made, dies) in enumerate(tokens):
        alive = dies if cut is None else min(dies, cut)
        picture.box(clock(made), y, clock(alive) - clock(made), 11, TOKENS[index % 2])
        if alive < dies:
            picture.box(clock(alive), y, clock(dies) - clock(alive), 11, "url(#gone)", RED)
        y += 15


def hours(picture, y, bottom):
    for hour in range(10):
        x = clock(hour * 60)
        picture.line(x, y + 8, x, bottom, "#eef1f4")
        picture.text(x, y, f"{OPENS + hour}:00", 11, SOFT, "middle")


def marks(picture):
    y = 64
    for x, fill, stroke, words in [
        (36, INK, INK, "a request: nothing is sent"),
        (252, "#fff", INK, "a request that is answered with a new token"),
        (560, "#fff", RED, "a request that is refused"),
    ]:
        picture.dot(x, y - 4, fill, stroke)
        picture.text(x + 12, y, words, 12, SOFT)


def life():
    picture = Picture(820, 540, "A session's life: tokens of two hours, at most eight hours in all")
    picture.text(30, 30, "A session's life: max_age 2 h, absolute timeout 8 h", 16, weight="bold")
    marks(picture)
    hours(picture, 96, 522)
    end = clock(ABSOLUTE)
    picture.line(end, 104, end, 522, RED, 2, "5 4")
    picture.text(end - 6, 122, "absolute timeout", 12, RED, "end")
    lane(
        picture, 142, "In use", "Each bar is a token. Past half of its life a request is given the next one.",
        [40, 70, 110, 150, 250, 300, 330, 410, 450, 490],
    )
    lane(picture, 322, "Left alone", "Dies two hours after its last token was made.", [30, 140])
    lane(
        picture, 420, "Logged out everywhere at 12:00",
        "A cut-off compares with the start, so copies that were renewed die as well.",
        [70, 150, 210], cut=180,
    )
    return picture.svg()


# --- files -------------------------------------------------------------------------------------


def links(pictures):
    """Definitions that let the crate's documentation show the pictures: it has no files beside it."""
    data = lambda svg: base64.b64encode(svg.encode()).decode()
    lines = [f"[{name}]: data:image/svg+xml;base64,{data(svg)}" for name, svg in pictures.items()]
    return "\n".join([*lines, ""])


def chart(name):
    return (HERE.parent / f"{name}.svg").read_text(encoding="utf-8")


def main():
    pictures = {"picture-token": token(), "picture-life": life()}
    files = {f"{name.removeprefix('picture-')}.svg": svg for name, svg in pictures.items()}
    charts = {f"picture-{name}": chart(name) for name in ("performance", "scaling")}
    files["links.md"] = links(pictures | charts)
    stale = [name for name, text in files.items() if not same(HERE / name, text)]
    if "--check" in sys.argv[1:]:
        sys.exit(f"not as drawn: {', '.join(stale)}; run docs/pictures/draw.py" if stale else 0)
    for name in stale:
        (HERE / name).write_text(files[name], encoding="utf-8")


def same(path, text):
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    main()
