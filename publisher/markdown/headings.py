"""Headings: readable ids, levels without gaps, a link to each."""

from __future__ import annotations

import re
import unicodedata

from publisher.article import Heading, Notes
from publisher.markup import escape

# Latin letters that Unicode does not take apart.
_FOLDED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "’": "", "'": ""}
)
_LONGEST = 80


def slug(text: str) -> str:
    """Return a readable id for a text: ASCII for Latin letters, other scripts as they are, `-` between words."""
    folded = "".join(map(_fold, unicodedata.normalize("NFC", text).casefold().translate(_FOLDED)))
    words = "".join(character if _is_part_of_word(character) else " " for character in folded).split()
    return "-".join(words)[:_LONGEST].rstrip("-") or "section"


def write(level: int, wanted: str, html: str, linkless: str, text: str, notes: Notes) -> str:
    """Note a heading; return it with its id and the link to itself."""
    level, identifier = notes.level(level), notes.unique(wanted or slug(text))
    notes.headings.append(Heading(level, identifier, linkless, text))
    name = escape(identifier)
    anchor = f'<a class="anchor" href="#{name}" aria-label="{escape(notes.words.link_here)}">#</a>'
    return f'<h{level} id="{name}">{html}{anchor}</h{level}>\n'


def is_title(level: int, text: str, title: str, notes: Notes) -> bool:
    """Tell whether a heading repeats the title of the post, which the page shows above it; true once only."""
    if level != 1 or notes.title_seen or not title or _same(text) != _same(title):
        return False
    notes.title_seen = True
    return True


def _fold(character: str) -> str:
    if character.isascii():
        return character
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if part.isascii()) if parts[0].isascii() else character


def _is_part_of_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _same(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".:").casefold()
