"""Read `key: value` lines in the dialects that people write them in."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from publisher.metadata.written import Entry, Scalar, Table, Text, UnreadableError, from_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publisher.metadata.written import Value

ITEM = re.compile(r"- +([A-Za-z][\w -]*?) *:(?: +(.*?))? *")
_NIKOLA = re.compile(r"\.\. +([A-Za-z][\w -]*?) *:(?: +(.*?))? *")
_PELICAN = re.compile(r"([A-Za-z][\w -]*?) *:(?: +(.*?))? *")
_NIKOLA_LINES = ("title", "slug", "date", "tags", "link", "description", "type")


def entry(match: re.Match[str], text: Text, line: int) -> Entry:
    """Return the entry of a `key: value` line; a list or a quoted text is read as YAML if it is that."""
    place = text.place(line, match.start(1))
    written = match[2] or ""
    value_place = text.place(line, match.start(2) if match[2] else match.end())
    value: Value = Scalar(written or None, value_place)
    if written[:1] in ("[", '"', "'"):
        blank = " " * (match.start(2))
        with suppress(UnreadableError):  # then it is text
            value = from_yaml(Text(text.file, [blank + written], text.cell, text.first + line))
    return Entry(match[1], _whole(value, text, line), place)


def _whole(value: Value, text: Text, line: int) -> Value:
    """Give a value that was read from a part of a line the whole line as its source."""
    place = replace(value.place, source=text.lines[line])
    if isinstance(value, Scalar):
        return replace(value, place=place)
    if isinstance(value, Table):
        return replace(value, place=place)
    return replace(value, place=place, items=tuple(_whole(item, text, line) for item in value.items))


def lines(text: Text) -> Iterator[Entry]:
    """Read `.. key: value` or `Key: value` lines, with indented lines carrying on; else Nikola's bare lines."""
    pattern = _NIKOLA if any(line.startswith(".. ") for line in text.lines) else _PELICAN
    last: Entry | None = None
    for number, line in enumerate(text.lines):
        if match := pattern.fullmatch(line.rstrip()):
            if last:
                yield last
            last = entry(match, text, number)
        elif last and line.startswith("    ") and isinstance(last.value, Scalar):
            more = f"{last.value.data or ''} {line.strip()}".strip()
            last = replace(last, value=replace(last.value, data=more))
        elif last is None and line.strip():
            yield from _bare_lines(text)
            return
    if last:
        yield last


def _bare_lines(text: Text) -> Iterator[Entry]:
    """Read Nikola's oldest form: the title, the slug, the date … each on a line of its own."""
    for number, key in enumerate(_NIKOLA_LINES[: len(text.lines)]):
        place = text.place(number, 0)
        yield Entry(key, Scalar(text.lines[number].strip() or None, place), place)


def unquoted(text: str) -> str:
    """Return a text without the quotes around the whole of it."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]:
        return text[1:-1].strip()
    return text
