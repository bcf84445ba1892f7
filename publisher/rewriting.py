"""Change the file of a notebook and nothing else of it: indentation, order, line ends and the way of escapes stay."""

from __future__ import annotations

import codecs
import difflib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from msgspec import Struct

_INDENT = re.compile(r"\{\r?\n([ \t]+)\"")
_SHOWN_LINE = 200  # characters: an output can be one line of megabytes
_CUT_LINE = " …\n"


class Style(Struct, frozen=True):
    """How the JSON of a notebook is written; `has_mark` tells whether it begins with a byte order mark."""

    indent: str | None
    separators: tuple[str, str]
    is_ascii: bool
    line_end: str
    end: str
    has_mark: bool


class Written(Struct, frozen=True):
    """A notebook as its file has it: what it says, and how."""

    raw: dict[str, Any]
    style: Style


def read(data: bytes) -> Written | None:
    """Return what the file of a notebook says and how it is written; None if it is no JSON of format 4."""
    try:
        text = data.decode("utf-8-sig")
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or raw.get("nbformat") != 4 or not isinstance(raw.get("cells"), list):
        return None
    styles = list(_styles(text, data.startswith(codecs.BOM_UTF8)))
    exact = next((style for style in styles if write(raw, style) == data), None)
    return Written(raw, exact or styles[0])


def _styles(text: str, has_mark: bool) -> Iterator[Style]:
    """Yield the ways in which a text may have been written, the likeliest first."""
    indent = match[1] if (match := _INDENT.search(text)) else None
    line_end = "\r\n" if "\r\n" in text else "\n"
    end = text[len(text.rstrip()) :]
    separators = ((",", ": "), (", ", ": "), (",", ":")) if indent is None else ((",", ": "), (", ", ": "))
    for is_ascii in (False, True) if not text.isascii() or "\\u" not in text else (True, False):
        for pair in separators:
            yield Style(indent, pair, is_ascii, line_end, end.replace("\r\n", "\n"), has_mark)


def write(raw: dict[str, Any], style: Style) -> bytes:
    """Return the bytes of a notebook's file."""
    text = json.dumps(raw, indent=style.indent, separators=style.separators, ensure_ascii=style.is_ascii) + style.end
    if style.line_end != "\n":
        text = text.replace("\n", style.line_end)  # within texts a line end is an escape
    data = text.encode("utf-8", "surrogatepass")
    return codecs.BOM_UTF8 + data if style.has_mark else data


def source(cell: dict[str, Any]) -> str:
    """Return the text of a cell, which may be written as lines."""
    written = cell.get("source", "")
    if isinstance(written, list):
        return "".join(part for part in written if isinstance(part, str))
    return written if isinstance(written, str) else ""


def with_source(cell: dict[str, Any], text: str) -> dict[str, Any]:
    """Return a cell with another text, written in the same form."""
    return {**cell, "source": text.splitlines(keepends=True) if isinstance(cell.get("source"), list) else text}


def difference(name: str, before: bytes, after: bytes) -> str:
    """Return what changes in a file, as `diff -u` shows it; long lines are cut."""
    old, new = (data.decode("utf-8", "replace").splitlines(keepends=True) for data in (before, after))
    lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", n=2)
    return "".join(line if len(line) <= _SHOWN_LINE else line[:_SHOWN_LINE] + _CUT_LINE for line in lines)


def first_lines(data: bytes) -> tuple[int, ...]:
    """Return the line of the file, from 1, in which each cell begins; none if that cannot be told."""
    text = data.decode("utf-8-sig", "replace")
    for match in re.finditer(r'(?<!\\)"cells"\s*:\s*\[', text):
        with suppress(ValueError, RecursionError):
            return tuple(_first_lines(text, match.end()))
    return ()


def _first_lines(text: str, at: int) -> Iterator[int]:
    """Yield the lines of the objects of an array whose inside begins there."""
    decode = json.JSONDecoder().raw_decode
    line, counted = 1, 0
    while True:
        at = _past_space(text, at)
        if text[at : at + 1] == "]":
            return
        line, counted = line + text.count("\n", counted, at), at
        yield line
        _, at = decode(text, at)
        at = _past_space(text, at)
        at += text[at : at + 1] == ","


def _past_space(text: str, at: int) -> int:
    match = re.compile(r"\s*").match(text, at)
    return match.end() if match else at
