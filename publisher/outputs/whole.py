"""Link to a whole file of what a page shows only in part."""

from __future__ import annotations

from publisher.article import Notes
from publisher.markup import escape


def link(text: str, words: str, suffix: str, notes: Notes) -> str:
    """Bring a text along as a file; return a link to it that says how large it is."""
    data = text.encode("utf-8", "replace")
    return f'<a href="{notes.attach(data, suffix)}">{escape(words)}</a> ({suffix[1:].upper()}, {size(len(data))})'


def size(number: int) -> str:
    """Return a number of bytes in words."""
    for unit, power in (("MB", 1e6), ("kB", 1e3)):
        if number >= power:
            return f"{number / power:.1f} {unit}"
    return f"{number} bytes"
