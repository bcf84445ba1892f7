"""Plan and make the file to download of an image that is too large to be shown; its pixels are never decoded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from publisher import magic
from publisher.images import chunks, origin, svg
from publisher.images.decode import ORIENTATION
from publisher.images.errors import ImageError
from publisher.images.plan import Picture, Variant, key

if TYPE_CHECKING:
    from PIL.Image import Exif

# As a drawing it could run scripts in the site's origin; the whole of it is not read, so it cannot be cleaned.
_DRAWING = "text/plain"
_EXIF = b"Exif\0\0"


def plan_download(data: bytes, mime: str) -> Picture | None:
    """Plan the file of an image; None if it is not whole, of another kind than these, or tells where it was taken."""
    kind = _DRAWING if svg.is_svg(data, mime) else magic.mime(data)
    try:
        whole = bare(data, kind)
    except (ImageError, LookupError):
        return None
    if origin.said(origin.of_bytes(whole)).has_position:
        return None
    suffix = "txt" if kind == _DRAWING else kind.removeprefix("image/")
    file = Variant(f"img/{key(data, 'download')}.{suffix}", 0, 0, kind)
    return Picture(0, 0, (file,), form="download", weight=len(whole))


def bare(data: bytes, kind: str) -> bytes:
    """Return the file without its metadata; a drawing as it is. Raises ImageError, or KeyError for any other kind."""
    return _BARE[kind](data)


def _png(data: bytes) -> bytes:
    return chunks.bare_png(data, (b"iCCP",))


def _jpeg(data: bytes) -> bytes:
    if not chunks.is_whole_jpeg(data):
        raise ImageError("image is broken: its JPEG data ends early", "save or run it again")
    return chunks.bare_jpeg(data, _turn(data), keeps_profile=True)


def _turn(data: bytes) -> bytes:
    """Return the segment that says how the camera was held, and nothing else; nothing if it was held upright."""
    from PIL.Image import Exif

    held = Exif()
    for marker, start, end in chunks.jpeg_segments(data):
        if marker == 0xE1 and data.startswith(_EXIF, start + 4):
            held = _read(data[start + 4 : end])
    turn = held.get(ORIENTATION)
    if turn not in range(2, 9):
        return b""
    kept = Exif()
    kept[ORIENTATION] = turn
    written = kept.tobytes()
    return b"\xff\xe1" + (len(written) + 2).to_bytes(2) + written


def _read(written: bytes) -> Exif:
    from PIL.Image import Exif

    read = Exif()
    try:
        read.load(written)
    except Exception as error:  # it raises SyntaxError, struct.error, ValueError …
        raise ImageError(f"image is broken: {error}", "save or run it again") from error
    return read


def _gif(data: bytes) -> bytes:
    if not data.rstrip(b"\0").endswith(b";"):
        raise ImageError("image is broken: its GIF data ends early", "save or run it again")
    if b"XMP DataXMP" in data:
        raise ImageError("image has a description that cannot be left out", "save it without its metadata")
    return data


_BARE: dict[str, Callable[[bytes], bytes]] = {
    _DRAWING: bytes,
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": chunks.bare_webp,
    "image/gif": _gif,
}
