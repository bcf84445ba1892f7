"""Read a font: which characters it has, and the faces that Pillow draws with."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from publisher.images.errors import ImageError

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

INVISIBLE = frozenset(("Cf", "Mn", "Me", "Cc"))
_KINDS = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf")
_LAST = 0x10FFFF

Segment = tuple[int, int]


def _unreadable() -> ImageError:
    return ImageError("font cannot be read", "take a TrueType or OpenType font: .ttf, .otf or .ttc")


def has_all(font: bytes, text: str) -> bool:
    """Tell whether a font has every character of a text that can be seen. Raises ImageError."""
    found = segments(font)
    return all(_is_in(found, ord(letter)) or unicodedata.category(letter) in INVISIBLE for letter in text)


def first_for(text: str, fonts: tuple[bytes, ...]) -> bytes:
    """Return the first font that has all of a text; b"" if none has. Raises ImageError."""
    return next((font for font in fonts if has_all(font, text)), b"")


def _is_in(found: tuple[Segment, ...], code: int) -> bool:
    at = bisect_right(found, (code, _LAST)) - 1
    return at >= 0 and code <= found[at][1]


@lru_cache(maxsize=4)
def segments(font: bytes) -> tuple[Segment, ...]:
    """Return the first and last code points of the runs that a font has, ascending. Raises ImageError."""
    if not font.startswith(_KINDS):
        raise _unreadable()
    try:
        runs = sorted(_runs(memoryview(font)))
    except (IndexError, KeyError, ValueError):
        raise _unreadable() from None
    if not runs:
        raise _unreadable()
    return _joined(runs)


def _joined(runs: list[Segment]) -> tuple[Segment, ...]:
    """Return ascending runs without overlaps, which bisection needs."""
    joined = runs[:1]
    for first, last in runs[1:]:
        if first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(joined)


def _runs(data: memoryview) -> Iterator[Segment]:
    """Yield the runs of code points of all tables of the font's `cmap` (formats 4 and 12 of OpenType)."""
    start = _number(data, 12, 4) if bytes(data[:4]) == b"ttcf" else 0
    heads = (start + 12 + 16 * index for index in range(_number(data, start + 4)))
    tables = {bytes(data[at : at + 4]): _number(data, at + 8, 4) for at in heads}
    cmap = tables[b"cmap"]
    for index in range(_number(data, cmap + 2)):
        table = cmap + _number(data, cmap + 8 + 8 * index, 4)
        kind = _number(data, table)
        if kind == 4:
            yield from _of_format_4(data, table)
        elif kind == 12:
            yield from _of_format_12(data, table)


def _number(data: memoryview, at: int, size: int = 2) -> int:
    found = data[at : at + size]
    if len(found) != size:
        raise IndexError(at)
    return int.from_bytes(found)


def _of_format_4(data: memoryview, table: int) -> Iterator[Segment]:
    double = _number(data, table + 6)  # twice the number of segments
    ends, starts = table + 14, table + 16 + double
    for at in range(0, double, 2):
        first, last = _number(data, starts + at), _number(data, ends + at)
        if first <= last and first != 0xFFFF:
            yield first, min(last, 0xFFFE)


def _of_format_12(data: memoryview, table: int) -> Iterator[Segment]:
    for index in range(_number(data, table + 12, 4)):
        at = table + 16 + 12 * index
        yield _number(data, at, 4), _number(data, at + 4, 4)


@lru_cache(maxsize=32)
def face(font: bytes, pixels: int) -> FreeTypeFont:
    """Return a face of the font. Raises ImageError."""
    from PIL import ImageFont

    try:
        return ImageFont.truetype(BytesIO(font), pixels)
    except OSError as error:
        raise _unreadable() from error
