"""Know files by how they begin, whatever their names say."""

from __future__ import annotations

import re

# What browsers show that is made of pixels.
_KINDS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.S), "image/webp"),
    (re.compile(rb"\0\0..ftyp(?:avif|avis|mif1)", re.S), "image/avif"),
)


def mime(data: bytes) -> str:
    """Return the mime type of an image made of pixels; "" if it is none that browsers show."""
    return next((mime for pattern, mime in _KINDS if pattern.match(data)), "")


LOOKED_AT = 4096  # bytes; browsers look at 1,445 at most, as the standard of MIME sniffing has it
_BYTE_ORDER_MARKS = b"\xef\xbb\xbf\xfe\xff"
_IGNORED = bytes(range(33)) + b"\x7f"  # blanks, and zeros as UTF-16 and UTF-32 have them beside each letter
_TAG = re.compile(rb"<[a-z!?/%]", re.I)


def is_markup(data: bytes) -> bool:
    """Tell whether bytes begin like HTML, XML or SVG, so that a browser that is told no type may run them."""
    return _TAG.match(data[:LOOKED_AT].translate(None, _IGNORED).lstrip(_BYTE_ORDER_MARKS)) is not None
