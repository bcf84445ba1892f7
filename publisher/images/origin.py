"""Find what an image says beside its pixels, such as where it was taken, without reading the pixels."""

from __future__ import annotations

import zlib
from binascii import Error, a2b_base64
from collections.abc import Callable, Iterator
from typing import BinaryIO

from msgspec import Struct

from publisher import magic
from publisher.images.chunks import PNG

Read = Callable[[int, int], bytes]  # so many bytes from there, or fewer at the end

_LATITUDE, _LONGITUDE, _POSITION = 2, 4, 0x8825
_IN_XMP = (b"exif:GPSLatitude", b"exif:GPSLongitude")
_TIFF = (b"II*\0", b"MM\0*")  # as which EXIF begins, after a mark of its own or not
_PNG_TEXT = (b"tEXt", b"iTXt", b"zTXt")
_LARGEST = 1 << 20  # bytes; larger than any description, and no bomb
_MOST = 1 << 26  # bytes of a kind of file whose parts are not told apart
_MOST_PARTS = 20_000
_LEAST = 16  # bytes of a part of no known kind, to be of interest
_END = 4096  # bytes at the end of an image, where somebody may have added a text
_PNG_PIXELS = frozenset(b"IHDR PLTE tRNS hIST iCCP IDAT acTL fcTL fdAT".split())
_SCAN = 0xDA
_JPEG_WORDS = frozenset((*range(0xE1, 0xF0), 0xFE)) - {0xE2}  # EXIF or XMP, IPTC, comment, …; not profiles of colours
_GIF_COMMENT, _GIF_XMP = b"!\xfe", b"!\xff\x0bXMP DataXMP"


class Said(Struct, frozen=True):
    """What an image says: whether that tells a place on Earth, and all of its words."""

    has_position: bool = False
    words: str = ""


def of_base64(text: str, start: int = 0) -> Read:
    """Read an image that stands in a text as base64, from a character of it on; only what is asked for is decoded."""
    width = text.find("\n", start) - start  # of lines, as kernels wrap it; a last line has one at its end
    is_wrapped = 0 < width < len(text) - start - 2 and width % 4 == 0

    def read(at: int, length: int) -> bytes:
        first, count = at // 3 * 4, (length + 2) // 3 * 4 + 4
        if is_wrapped:
            begin = start + first + first // width
            piece = text[begin : begin + count + count // width + 1].replace("\n", "")[:count]
        else:
            piece = text[start + first : start + first + count]
        try:
            return a2b_base64(piece[: len(piece) // 4 * 4])[at % 3 : at % 3 + length]
        except (Error, ValueError):  # what follows the image, or is none
            return b""

    return read


def end_of_base64(text: str, start: int = 0, end: int | None = None) -> bytes:
    """Return the last bytes of what stands in a text as base64, from one character to another."""
    end = len(text) if end is None else end
    letters = "".join(text[max(start, end - _END * 3 // 2) : end].split())
    try:
        return a2b_base64(letters[len(letters) % 4 :])[-_END:]
    except (Error, ValueError):
        return b""


def end_of_bytes(data: bytes) -> bytes:
    """Return the last bytes of an image."""
    return data[-_END:]


def after(end: bytes) -> str:
    """Return what follows an image, whose last bytes these are; all of them, where its end is not among them."""
    for mark in (b"IEND\xae\x42\x60\x82", b"\xff\xd9"):
        if (at := end.rfind(mark)) >= 0:
            return end[at + len(mark) :].decode("latin-1")
    return end.decode("latin-1")


def of_bytes(data: bytes) -> Read:
    """Read an image at hand."""
    return lambda at, length: data[at : at + length]


def of_file(file: BinaryIO) -> Read:
    """Read an image in an open file."""

    def read(at: int, length: int) -> bytes:
        file.seek(at)
        return file.read(length)

    return read


def said(read: Read) -> Said:
    """Return what an image says; nothing for what is no image, or a broken one."""
    parts = list(_parts(read))
    has_position = any(_tells_place(part) for part in parts)
    return Said(has_position, "\n".join(part.decode("latin-1") for part in parts if len(part) <= _LARGEST))


def _parts(read: Read) -> Iterator[bytes]:
    head = read(0, 12)
    if parts := _PARTS.get(magic.mime(head)):
        return parts(read)
    if head[4:8] == b"ftyp" or head[:4] in _TIFF:
        return iter((read(0, _MOST),))
    return iter(())


def _of_png(read: Read) -> Iterator[bytes]:
    at = len(PNG)
    for _ in range(_MOST_PARTS):
        head = read(at, 8)
        length, kind = int.from_bytes(head[:4]), head[4:]
        if len(head) < 8 or kind == b"IEND":
            return
        if kind == b"eXIf":
            yield read(at + 8, min(length, _LARGEST))
        elif kind in _PNG_TEXT:
            yield _png_words(kind, read(at + 8, min(length, _LARGEST)))
        elif kind not in _PNG_PIXELS and length >= _LEAST:
            yield read(at + 8, min(length, _LARGEST))
        at += length + 12


def _png_words(kind: bytes, data: bytes) -> bytes:
    """Return the words of a text chunk; ImageMagick and others keep EXIF there, written in hexadecimal digits."""
    keyword, _, rest = data.partition(b"\0")
    if kind == b"iTXt":
        is_packed, rest = rest[:1] == b"\1", rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        is_packed, rest = kind == b"zTXt", rest[1:] if kind == b"zTXt" else rest
    words = _unpacked(rest) if is_packed else rest
    if keyword.startswith(b"Raw profile type"):
        words = _from_digits(words)
    return keyword + b": " + words


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _LARGEST)
    except zlib.error:
        return b""


def _from_digits(words: bytes) -> bytes:
    """Return the bytes of a profile: a line with its name, one with its length, then lines of digits."""
    digits = b"".join(words.split()[2:])
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return words


def _of_jpeg(read: Read) -> Iterator[bytes]:
    at = 2
    for _ in range(_MOST_PARTS):
        head = read(at, 4)
        if len(head) < 4 or head[0] != 0xFF or head[1] == _SCAN:
            return
        length = int.from_bytes(head[2:])
        if head[1] in _JPEG_WORDS:
            yield read(at + 4, length - 2)
        at += 2 + length


def _of_webp(read: Read) -> Iterator[bytes]:
    at = 12
    for _ in range(_MOST_PARTS):
        head = read(at, 8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[4:], "little")
        if head[:4] in (b"EXIF", b"XMP "):
            yield read(at + 8, min(length, _LARGEST))
        at += 8 + length + length % 2


def _of_gif(read: Read) -> Iterator[bytes]:
    data = read(0, _MOST)
    at = data.find(_GIF_COMMENT)
    while at >= 0:
        words, at = _gif_blocks(data, at + len(_GIF_COMMENT))
        yield words
        at = data.find(_GIF_COMMENT, at)
    if (at := data.find(_GIF_XMP)) >= 0:
        yield data[at + len(_GIF_XMP) : at + _LARGEST]


def _gif_blocks(data: bytes, at: int) -> tuple[bytes, int]:
    """Return the words of a comment, which come in parts of at most 255 letters, and where it ends."""
    words = bytearray()
    while at < len(data) and data[at] and len(words) < _LARGEST:
        words += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return bytes(words), at


_PARTS = {"image/png": _of_png, "image/jpeg": _of_jpeg, "image/webp": _of_webp, "image/gif": _of_gif}


def _tells_place(part: bytes) -> bool:
    if any(name in part for name in _IN_XMP):
        return True
    return any(_has_coordinates(part[start:]) for mark in _TIFF if (start := part.find(mark)) >= 0)


def _has_coordinates(exif: bytes) -> bool:
    """Tell whether EXIF has a latitude and a longitude; many cameras write the rest of that part without them."""
    from PIL.Image import Exif

    found = Exif()
    try:
        found.load(exif)
        position = found.get_ifd(_POSITION)
    except Exception:  # noqa: BLE001 - whatever a broken EXIF brings Pillow to raise
        return False
    return _LATITUDE in position and _LONGITUDE in position
