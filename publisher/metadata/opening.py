"""Read the first lines of a notebook's prose as fastpages, nbdev and pelican-jupyter write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher.metadata import headings, keys
from publisher.metadata.fields import ITEM, entry, unquoted
from publisher.metadata.written import Entry, Scalar

if TYPE_CHECKING:
    from publisher.metadata.written import Text

_ATTRIBUTION = re.compile(r"(?:—|–|--|-)\s*\S")


class Opening(Struct, frozen=True):
    """`# Title`, `> summary` and `- key: value` lines, as far as they are there; `rest` is the text below them.

    `heading` and `quote` are the lines that title and summary come from.
    """

    title: Entry | None
    heading: str
    summary: Entry | None
    quote: str
    items: tuple[Entry, ...]
    rest: str


def read(text: Text) -> Opening:
    """Return what the first lines of a cell are."""
    title, heading, line = _title(text, _skip_blank(text, 0))
    summary, quote = None, ""
    if title:
        summary, quote, line = _summary(text, _skip_blank(text, line))
    items, after = _items(text, _skip_blank(text, line))
    rest = "\n".join(text.lines[after if items else line :]).strip("\n")
    if not items and _is_a_saying(quote):
        summary = None
    return Opening(title, heading, summary, quote, items, rest)


def _line(text: Text, line: int) -> str:
    return text.lines[line] if line < len(text.lines) else ""


def _skip_blank(text: Text, line: int) -> int:
    while line < len(text.lines) and not text.lines[line].strip():
        line += 1
    return line


def _title(text: Text, line: int) -> tuple[Entry | None, str, int]:
    match = re.fullmatch(r"#[ \t]+(.*\S)\s*", _line(text, line))
    title = headings.tidy(unquoted(match[1])) if match else ""
    if not match or not headings.is_title(title):
        return None, "", line
    place = text.place(line, match.start(1))
    return Entry("title", Scalar(title, place), place), match[0], line + 1


def _summary(text: Text, start: int) -> tuple[Entry | None, str, int]:
    line = start
    while _line(text, line).startswith(">"):
        line += 1
    quoted = [written[1:].strip() for written in text.lines[start:line]]
    if not any(quoted) or headings.is_callout(quoted[0]):
        return None, "", start
    place = text.place(start, 2)
    summary = Scalar(unquoted(" ".join(quoted)), place)
    return Entry("description", summary, place), "\n".join(text.lines[start:line]), line


def _is_a_saying(quote: str) -> bool:
    """Tell a motto, with paragraphs or with whoever said it, from a summary."""
    lines = [line[1:].strip() for line in quote.split("\n")]
    return "" in lines or any(_ATTRIBUTION.match(line) for line in lines)


def _items(text: Text, line: int) -> tuple[tuple[Entry, ...], int]:
    """Return the `- key: value` lines from `line` on, if they are front matter, and the line after them."""
    found: list[Entry] = []
    while match := ITEM.fullmatch(_line(text, line).rstrip()):
        found.append(entry(match, text, line))
        line = _skip_blank(text, line + 1)
    recognised = sum(keys.is_recognised(item.key) for item in found)
    if recognised * 2 < len(found) or _line(text, line).startswith("- "):
        return (), line  # a list of something else
    return tuple(found), line
