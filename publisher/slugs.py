"""The last part of a post's address, made from words or from a file's name."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from pathlib import PurePosixPath

from publisher.words import languages

LENGTH = 80
_BYTES = 200  # a file name may have 255; leave room for an ending

# Letters that Unicode does not take apart, or that their readers write otherwise.
_LETTERS = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae",
        "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "å": "a", "Å": "a", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d",
        "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i", "’": "", "'": "",
    }
)  # fmt: skip
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ ]+|$)|(\d{4})_(\d{2})_(\d{2})(?:[-_ ]+|$)|(\d{4})(\d{2})(\d{2})[-_]+", re.A
)
_SLUG = re.compile(r"(?!\.)[\w.~+-]+")


@lru_cache(maxsize=65_536)  # the same few hundred names are asked for ten times a post
def slugify(text: str) -> str:
    """Return `text` as lower-case letters, digits and single hyphens, at most 80 characters and never none.

    Latin letters lose their accents; those of other scripts stay as they are.
    """
    letters = "".join(_plain(letter) for letter in unicodedata.normalize("NFC", text).translate(_LETTERS))
    slug = _cut(re.sub(r"[\s-]+", "-", letters).strip("-"))
    return slug or "post-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def _plain(letter: str) -> str:
    if letter.isascii():
        return letter.lower() if letter.isalnum() else "-"
    apart = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if apart and apart.isascii():
        return "".join(part.lower() if part.isalnum() else "-" for part in apart)
    return letter.lower() if letter.isalnum() or unicodedata.category(letter) in ("Mn", "Mc") else "-"


def _cut(slug: str) -> str:
    """Shorten at a hyphen where there is one in the last third."""
    short = slug[:LENGTH].encode()[:_BYTES].decode("utf-8", "ignore")
    if short != slug and "-" in short[LENGTH * 2 // 3 :]:
        short = short.rpartition("-")[0]
    return short.strip("-")


def slug_of(path: str) -> str:
    """Return the slug of a notebook: its file's name without the date, or its folder's if it is called `index`."""
    name = name_of(path)
    return slugify(without_date(name) or name)


def name_of(path: str) -> str:
    """Return the name that a notebook goes by, date and all: of its file, or of its folder if it is called `index`."""
    where = PurePosixPath(path)
    stem = where.name.removesuffix(".ipynb")
    base, language = languages.in_name(stem)
    if base.casefold() != "index" or not where.parent.name:
        return stem
    return f"{where.parent.name}.{language}" if language else where.parent.name


def is_index(path: str) -> bool:
    """Tell whether a notebook stands for its folder: `index.ipynb`, or `index.de.ipynb`."""
    return languages.in_name(PurePosixPath(path).name.removesuffix(".ipynb"))[0] == "index"


def without_date(name: str) -> str:
    """Return a name without the date that it begins with."""
    found = date_in(name)
    return name[len(found[0]) :] if found else name


def date_in(name: str) -> tuple[str, str] | None:
    """Return the beginning of a name that is a date, and that date as `2024-01-31`; None if there is none."""
    if not (match := _DATE.match(name)):
        return None
    year, month, day = (int(part) for part in match.groups() if part)
    is_date = 1900 <= year < 2200 and 1 <= month <= 12 and 1 <= day <= 31
    return (match[0], f"{year:04}-{month:02}-{day:02}") if is_date else None


def is_slug(text: str) -> bool:
    """Tell whether `text` can be part of an address as it is, and the name of a folder on any file system."""
    return len(text.encode()) <= 200 and _SLUG.fullmatch(text) is not None
