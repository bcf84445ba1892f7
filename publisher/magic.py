"""Know images by how they begin, whatever their names say."""

from __future__ import annotations

import re

# What browsers show that is made of pixels.
_KINDS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.S), "image/webp"),
    (re.compile(rb"....ftyp(?:avif|avis|mif1)", re.S), "image/avif"),
)


def mime(data: bytes) -> str:
    """Return the mime type of an image made of pixels; "" if it is none that browsers show."""
    return next((mime for pattern, mime in _KINDS if pattern.match(data)), "")
