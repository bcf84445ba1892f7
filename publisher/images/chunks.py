"""Drop the metadata of PNG, WebP and JPEG files without touching a pixel, and find out whether they are whole."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

from publisher.images.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(b"IHDR PLTE tRNS IDAT IEND gAMA cHRM sRGB pHYs sBIT bKGD acTL fcTL fdAT".split())
_WEBP_DROPPED = frozenset((b"EXIF", b"XMP "))
_JPEG_DROPPED = frozenset((*range(0xE1, 0xF0), 0xFE)) - {0xEE}  # EXIF, XMP, IPTC, comments; not Adobe's colours
_JPEG_SCAN = 0xDA
_EXIF_AND_XMP_FLAGS = 0b0000_1100
_RESTORE = "save or run it again"


@lru_cache(maxsize=4)  # a plan, the choice of a card and the rendering ask one after the other
def png_chunks(data: bytes) -> tuple[tuple[bytes, int, int], ...]:
    """Return the type, start and end of every chunk, checking each; what follows IEND is no part of the image."""
    return tuple(_png_chunks(data))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    if not data.startswith(PNG):
        raise ImageError("image is broken: it does not begin as a PNG does", _RESTORE)
    at, kind, view = len(PNG), b"", memoryview(data)
    while kind != b"IEND":
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if len(data) < at + 12 or len(data) < end:
            raise ImageError("image is broken: its PNG data ends early", _RESTORE)
        kind = data[at + 4 : at + 8]
        if crc32(view[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            raise ImageError(f"image is broken: its PNG {kind.decode('latin-1')} chunk is damaged", _RESTORE)
        yield kind, at, end
        at = end


def png_kinds(data: bytes) -> frozenset[bytes]:
    """Return which kinds of chunk a PNG has."""
    return frozenset(kind for kind, _, _ in png_chunks(data))


def bare_png(data: bytes, also: Collection[bytes] = ()) -> bytes:
    """Return the PNG with nothing but what its pixels need, and chunks of the kinds in `also`."""
    kept = (data[start:end] for kind, start, end in png_chunks(data) if kind in _PNG_KEPT or kind in also)
    return PNG + b"".join(kept)


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the type, start and end (padding included) of every chunk."""
    size = 8 + int.from_bytes(data[4:8], "little")
    if len(data) < size:
        raise ImageError("image is broken: its WebP data ends early", _RESTORE)
    at = 12
    while at + 8 <= size:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        yield data[at : at + 4], at, min(end, size)
        at = end


def webp_kinds(data: bytes) -> frozenset[bytes]:
    """Return which kinds of chunk a WebP has."""
    return frozenset(kind for kind, _, _ in webp_chunks(data))


def bare_webp(data: bytes) -> bytes:
    """Return the WebP without EXIF and XMP; its colour profile stays."""
    kept = bytearray(b"WEBP")
    for kind, start, end in webp_chunks(data):
        if kind in _WEBP_DROPPED:
            continue
        at = len(kept)
        kept += data[start:end]
        if kind == b"VP8X":
            kept[at + 8] &= ~_EXIF_AND_XMP_FLAGS & 0xFF
    return b"RIFF" + len(kept).to_bytes(4, "little") + bytes(kept)


def is_whole_jpeg(data: bytes) -> bool:
    """Tell whether an end of image follows the last start of scan; one that was cut off has none."""
    return data.rfind(b"\xff\xd9") > data.rfind(b"\xff\xda")


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the marker, start and end of every segment before the first scan."""
    at = 2
    while data[at + 1 : at + 2] != bytes((_JPEG_SCAN,)):
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if data[at : at + 1] != b"\xff" or not at + 4 <= end < len(data):
            raise ImageError("image is broken: its JPEG data has no scan", _RESTORE)
        yield data[at + 1], at, end
        at = end


def has_jpeg_profile(data: bytes) -> bool:
    """Tell whether a JPEG brings a colour profile of its own."""
    return any(_is_profile(data, start) for _, start, _ in jpeg_segments(data))


def _is_profile(data: bytes, start: int) -> bool:
    return data.startswith(b"ICC_PROFILE", start + 4)


def bare_jpeg(data: bytes, first: bytes = b"", *, keeps_profile: bool = False) -> bytes:
    """Return the JPEG without what its pixels do not need; what follows its first image goes as well.

    `first` is a segment to begin with. The colour profile stays if it `keeps_profile`.
    """
    segments = list(jpeg_segments(data))
    scan = segments[-1][2] if segments else 2
    kept = (
        data[start:end]
        for marker, start, end in segments
        if marker not in _JPEG_DROPPED or (keeps_profile and _is_profile(data, start))
    )
    return b"".join((data[:2], first, *kept, data[scan : data.find(b"\xff\xd9", scan) + 2]))
