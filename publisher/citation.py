"""Say how a post is cited: an entry of BibTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from publisher import slugs

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# What TeX does not take for itself. Braces by name: BibTeX counts them even behind a backslash.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{letter: f"\\{letter}" for letter in "&%$#_"},
}  # fmt: skip
_ESCAPES = str.maketrans(_TEX)
_NO_ADDRESS = re.compile(r"[{}\s\\]")


def bibtex(slug: str, title: str, authors: Sequence[str], date: datetime | None, url: str) -> str:
    """Return the entry of a post; its key is made of the last name, the year and the slug, so that it stays."""
    fields = {
        "author": " and ".join(map(_person, authors)),
        "title": f"{{{escaped(title)}}}",  # twice in braces: capitals stay
        "year": f"{date.year:04}" if date else "",
        "month": _MONTHS[date.month - 1] if date else "",
        "url": "" if _NO_ADDRESS.search(url) else url,
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(slug, authors, date)},", *lines, "}"])


def escaped(text: str) -> str:
    """Return a text as BibTeX has to have it."""
    return " ".join(text.split()).translate(_ESCAPES)


def _person(name: str) -> str:
    """Return a name; one that BibTeX would take apart at "and" or at a comma is kept together."""
    written = escaped(name)
    return f"{{{written}}}" if re.search(r"\band\b|,", name, re.I) else written


def _key(slug: str, authors: Sequence[str], date: datetime | None) -> str:
    last = _ascii(slugs.slugify(authors[0].split()[-1])) if authors and authors[0].split() else ""
    words = "-".join(filter(None, (_ascii(part) for part in slugs.slugify(slug).split("-"))))
    return f"{last}{date.year if date else ''}{'-' if last or date else ''}{words}".rstrip("-") or "post"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())
