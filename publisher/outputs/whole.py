"""Link to a whole file of what a page shows only in part."""

from __future__ import annotations

from publisher import magic
from publisher.article import Notes
from publisher.markup import escape
from publisher.words import Words


def link(text: str, words: str, suffix: str, notes: Notes, folder: str = "media") -> str:
    """Bring a text along as a file; return a link to it that says how large it is.

    A table whose first words are those of a page is a plain text: that type every server knows.
    """
    data = text.encode("utf-8", "replace")
    if suffix == ".csv" and magic.is_markup(data):
        suffix = ".txt"
    how_large = size(len(data), notes.words)
    return f'<a href="{notes.attach(data, suffix, folder)}">{escape(words)}</a> ({suffix[1:].upper()}, {how_large})'


def image_link(url: str, weight: int, words: Words) -> str:
    """Return a link that saves a whole image of so many bytes.

    A drawing lies on the site as text, in which nothing runs when it is opened.
    """
    suffix = url.rpartition(".")[2].replace("txt", "svg")
    saved = f'<a href="{escape(url)}" download="image.{suffix}">{escape(words.whole_image)}</a>'
    return f"{saved} ({suffix.upper()}, {size(weight, words)})"


def note(told: str, link: str, notes: Notes) -> str:
    """Return the note that says how much is shown, and where the whole is."""
    return f'<p class="note">{said(told, link, notes.words)}</p>'


def said(told: str, link: str, words: Words) -> str:
    """Return HTML that says something, and where the whole is."""
    return escape(words.and_file, quote=False).format(told=escape(told, quote=False), file=link)


def size(number: int, words: Words) -> str:
    """Return a number of bytes in words."""
    if number >= 1_000_000:
        return words.megabytes(number=words.number(number / 1e6))
    return words.kilobytes(number=words.number(number / 1e3)) if number >= 1_000 else words.bytes(number)
