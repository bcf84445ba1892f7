"""Find the title in a notebook's text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from publisher.cells import Cell

# How many prose cells from the top may hold the title; a heading further down is that of a part.
CELLS = 5

_READ = 20_000  # characters of a cell: a title stands at the beginning
_LONGEST = 500  # characters of a line that can be a title
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?)|(?<=#)([^\s#!].*?))(?:[ \t]+#+)?[ \t]*")
_SETEXT = re.compile(r" {0,3}=+[ \t]*")
_TAGGED = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.S | re.I)
_BADGE = re.compile(r"\[\s*!\[[^\]]*\]\([^)]*\)\s*\]\([^)]*\)|!\[[^\]]*\]\([^)]*\)|<img\b[^>]*>", re.I)
_EMPTY_ANCHOR = re.compile(r"<a\b[^>]*>\s*</a\s*>|<a\b[^>]*/>|<span\b[^>]*>\s*</span\s*>", re.I)
_ATTRIBUTES = re.compile(r"\s*\{[#.][^{}]*\}\s*$")
_TAG = re.compile(r"</?[a-z][^>]*>", re.I)
_CALLOUT = re.compile(r"(?:note|tip|warning|important|caution|danger|error|youtube|twitter)\s*:|\[!\w+\]", re.I)
_SPECIAL = re.compile(r"([\\`*\[\]<>#~$|^])")
# Headings that name a part of any text, never the whole: no title if they are of level 2.
_PARTS = frozenset(
    (
        "abstract", "about", "acknowledgements", "agenda", "background", "conclusion", "conclusions", "dependencies",
        "examples", "goals", "imports", "import libraries", "import packages", "installation", "introduction", "intro",
        "getting started", "learning objectives", "load data", "motivation", "objectives", "outline", "overview",
        "preamble", "prerequisites", "questions", "references", "requirements", "setup", "summary", "usage",
    )
)  # fmt: skip
_NEVER = frozenset({"table of contents", "contents", "toc", "untitled"})


class _Heading(NamedTuple):
    """A heading of a cell: its level, its Markdown, and whether it is written as `# …`."""

    level: int
    text: str
    is_atx: bool


def title(cells: Sequence[Cell]) -> str:
    """Return the title that the first prose cells show, as Markdown; nothing if they show none.

    A `# ` of the first cell wins, then any first-level heading of it, of the cells after, then one of level 2.
    """
    prose = [cell for cell in cells if cell.kind == "markdown" and cell.source.strip()]
    found = [list(_headings(cell.source)) for cell in prose[:CELLS]]
    top = [heading for heading in found[0] if heading.level == 1] if found else []
    first = [heading for cell in found for heading in cell if heading.level == 1]
    second = [heading for cell in found for heading in cell if heading.level == 2 and _bare(heading.text) not in _PARTS]
    ranked = [*_atx(top), *top, *_atx(first), *first, *second]
    return next((heading.text for heading in ranked if is_title(heading.text)), "")


def _atx(found: Sequence[_Heading]) -> Iterator[_Heading]:
    return (heading for heading in found if heading.is_atx)


def _headings(source: str) -> Iterator[_Heading]:
    fence = above = ""
    source = source[:_READ]
    visible = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), source)
    whole = _TAGGED.sub(_on_one_line, visible) if "</h" in visible.lower() else visible
    for line in whole.split("\n"):
        if len(line) > _LONGEST:
            continue
        opened = _FENCE.match(line)
        if fence:
            fence = "" if opened and opened[1].startswith(fence) else fence
        elif opened:
            fence = opened[1]
        elif match := _ATX.fullmatch(line):
            yield _Heading(len(match[1]), tidy(match[2] or match[3] or ""), True)
        elif match := _TAGGED.search(line):
            yield _Heading(int(match[1]), tidy(_TAG.sub("", match[2])), False)
        elif _SETEXT.fullmatch(line) and above.strip():
            yield _Heading(1, tidy(above), False)
        above = line


def _on_one_line(match: re.Match[str]) -> str:
    return match[0].replace("\n", " ")


def tidy(text: str) -> str:
    """Return a heading's Markdown without its `{#id}`, closing `#`, empty anchors and badges."""
    text = _EMPTY_ANCHOR.sub("", _BADGE.sub("", _COMMENT.sub("", text)))
    text = re.sub(r"(?:^|\s)#+\s*$", "", _ATTRIBUTES.sub("", text))
    return " ".join(text.split())


def is_title(text: str) -> bool:
    """Tell whether a heading says something of its own: not a badge, not a table of contents."""
    bare = _bare(text)
    return any(letter.isalnum() for letter in bare) and bare not in _NEVER


def is_callout(quoted: str) -> bool:
    """Tell whether the first line of a block quote makes it a callout."""
    return _CALLOUT.match(quoted) is not None


def _bare(text: str) -> str:
    plain = _TAG.sub("", text)
    return re.sub(r"^[\d.\s]+|[*_`:.!\s]+$|^[*_`\s]+", "", plain).casefold()


def spoken(name: str) -> str:
    """Return the name of a file as one would say it, as Markdown: `my-first_post` is `My first post`."""
    words = " ".join(re.sub(r"[-_]+", " ", name).split())
    return _SPECIAL.sub(r"\\\1", words[:1].upper() + words[1:])
