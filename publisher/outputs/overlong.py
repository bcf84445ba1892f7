"""Cut HTML that is longer than a page should show, with the whole of it as a file."""

from __future__ import annotations

import re

from publisher import markup
from publisher.article import Notes
from publisher.outputs import frames, whole
from publisher.outputs.tables import WHOLE_TABLE
from publisher.outputs.text import FIRST

_PART = re.compile(rf'(?P<table>{WHOLE_TABLE.pattern})|<[^<>"]*(?:"[^"]*"[^<>"]*)*>|(?P<text>[^<]+)', re.S)
_DATA = re.compile(r'"data:[^"]*"')
_TAG = re.compile(r"<[^<>]*>")
_HALF_A_CHARACTER = re.compile(r"&[^;\s]{0,40}\Z")


def shortened(html: str, notes: Notes) -> str:
    """Return the beginning of clean HTML beyond the limit of characters, and a link to all of it; else it as it is.

    Tables have a limit of their own, images are files: neither counts.
    """
    limit = notes.limits.characters
    if not limit or len(html) <= limit or (length := len(_bare(WHOLE_TABLE.sub("", html)))) <= limit:
        return html
    notes.warn(
        f"has an output of {length:,} characters of HTML, of which the page shows the beginning",
        "show less, or raise `limits.characters`",
    )
    end = _end(html, min(FIRST, limit))
    left_out = len(_TAG.sub("", html[end:]))
    words = notes.words
    document = frames.still(html, str(words.whole_output), words)
    link = whole.link(document, words.whole_output, ".html", notes, frames.FOLDER.rstrip("/"))
    return markup.clean(html[:end]) + whole.note(words.left_out(left_out), link, notes)  # it closes what is open


def _bare(html: str) -> str:
    return _DATA.sub('""', html)


def _end(html: str, room: int) -> int:
    """Return where to cut clean HTML so that about `room` characters stay: after a whole tag, table or word."""
    end = 0
    for part in _PART.finditer(html):
        if part["table"] is None:
            room -= len(_bare(part[0]))
        if room < 0:
            return part.start() + (_end_of_text(part[0], len(part[0]) + room) if part["text"] else 0)
        end = part.end()
    return end


def _end_of_text(text: str, room: int) -> int:
    start = text[:room]
    blank = max(start.rfind(" "), start.rfind("\n"))
    return blank if blank > room // 2 else len(_HALF_A_CHARACTER.sub("", start))
