"""Set a title in lines: which font can show it, where it breaks, how large it may be."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from publisher.images import typeface

FONT = Path(__file__).parent.parent / "fonts" / "InterDisplay-SemiBold.otf"
LINES = 5
SIZES = tuple(size / 1200 for size in (96, 84, 76, 68, 60, 54, 48, 42, 36, 32, 28))  # of a cover's width
LEADING = 1.14

_LONGEST = 400  # characters

_NO_START = frozenset("、。，．：；！？）」』】〉》〕・ーゃゅょっャュョッ々…,.:;!?)]}%")

Measure = Callable[[str], float]


class Lettering(Struct, frozen=True):
    """A title set: its lines and the size of the type, of the cover's width."""

    lines: tuple[str, ...]
    size: float


def plain(title: str) -> str:
    """Return the title with single spaces, without control characters, no longer than ever fits."""
    visible = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in title)
    return " ".join(unicodedata.normalize("NFC", visible).split())[:_LONGEST] or "Untitled"


def is_covered(title: str) -> bool:
    """Tell whether the bundled font has every character that can be seen."""
    return typeface.has_all(bundled(), title)


@cache
def bundled() -> bytes:
    """Return the bytes of the bundled font."""
    return FONT.read_bytes()


def is_right_to_left(title: str) -> bool:
    """Tell the direction by the first character that has one."""
    kinds = (unicodedata.bidirectional(letter) for letter in title)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def estimated(text: str) -> float:
    """Return a generous width of the text in any system font, in ems."""
    return sum(_ems(letter) for letter in text)


def _ems(letter: str) -> float:
    if unicodedata.category(letter) in typeface.INVISIBLE:
        return 0.0
    if ord(letter) >= 0x1F000:
        return 1.4
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 1.04
    if letter in " ilj.,:;'|!":
        return 0.34
    return 0.76 if letter.isupper() or letter in "mw@%" else 0.64


def set_title(title: str, measure: Measure, width: float, height: float) -> Lettering:
    """Return the title as large as it fits in a box; shrunk, then broken within words, then shortened.

    `measure` gives the width of a text at size 1; `width` and `height` are of the cover's width.
    """
    words = pieces(title)
    for size in SIZES:
        lines = wrapped(words, measure, width / size)
        is_whole = all(measure(line) <= width / size for line in lines)
        if is_whole and len(lines) <= _room(size, height):
            return Lettering(balanced(words, measure, width / size, len(lines)), size)
    return _broken(words, measure, width, height)


def _room(size: float, height: float) -> int:
    # The largest type is for short titles: many lines of it would be a wall.
    most = 2 if size > 90 / 1200 else 3 if size > 70 / 1200 else 4 if size > 50 / 1200 else LINES
    return min(most, int((height / size - 1) / LEADING) + 1)


def _broken(words: Sequence[str], measure: Measure, width: float, height: float) -> Lettering:
    lines: tuple[str, ...] = ()
    for size in SIZES[SIZES.index(60 / 1200) :]:
        broken = [part for word in words for part in parts(word, measure, width / size)]
        lines = wrapped(broken, measure, width / size)
        if len(lines) <= _room(size, height):
            return Lettering(lines, size)
    room = _room(SIZES[-1], height)
    last = lines[room - 1].rstrip(" -\u00ad,;:")
    while last and measure(last + " …") > width / SIZES[-1]:
        last = last[:-1].rstrip()
    return Lettering((*lines[: room - 1], last + " …"), SIZES[-1])


def pieces(title: str) -> tuple[str, ...]:
    """Return what may begin a line, each with the space before it: words, and letters of scripts without spaces."""
    found: list[str] = []
    for letter in title:
        joins = bool(found) and not _breaks(found[-1], letter)
        if joins:
            found[-1] += letter
        else:
            found.append(letter)
    return tuple(found)


def _breaks(before: str, letter: str) -> bool:
    if letter in _NO_START or unicodedata.category(letter) in typeface.INVISIBLE:
        return False
    if letter == " ":
        return True
    if before == " ":
        return False
    return _is_wide(letter) or _is_wide(before[-1])


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F") and ord(letter) < 0x1F000


def wrapped(words: Sequence[str], measure: Measure, width: float) -> tuple[str, ...]:
    """Return lines, each filled before the next is begun."""
    lines: list[str] = []
    for word in words:
        if lines and measure((lines[-1] + word).strip()) <= width:
            lines[-1] += word
        else:
            lines.append(word)
    return tuple(line.strip() for line in lines)


def balanced(words: Sequence[str], measure: Measure, width: float, count: int) -> tuple[str, ...]:
    """Return as many lines, of lengths as even as a narrower box makes them."""
    narrow, wide = width / 2, width
    for _ in range(7):
        middle = (narrow + wide) / 2
        lines = wrapped(words, measure, middle)
        fits = len(lines) <= count and all(measure(line) <= middle for line in lines)
        narrow, wide = (narrow, middle) if fits else (middle, wide)
    return wrapped(words, measure, wide)


def parts(word: str, measure: Measure, width: float) -> tuple[str, ...]:
    """Return a word that is too long in pieces that fit, with hyphens between letters."""
    found, rest = [], word
    while measure(rest.strip()) > width and len(rest.strip()) > 1:
        cut, beyond = 2 if rest[0] == " " else 1, len(rest)
        while cut + 1 < beyond:
            middle = (cut + beyond) // 2
            fits = measure(rest[:middle].strip() + "-") <= width
            cut, beyond = (middle, beyond) if fits else (cut, middle)
        hyphen = "-" if rest[cut - 1].isalpha() and rest[cut].isalpha() else ""
        found.append(rest[:cut] + hyphen)
        rest = rest[cut:]
    return (*found, rest)
