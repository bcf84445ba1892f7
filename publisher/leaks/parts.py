"""Take a notebook apart into all its texts and images, also those that no page shows: its file can be downloaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from publisher import stored

# Base64 that is no text. Formats before 4 have images by these names.
_BINARY = ("image/", "audio/", "video/", "font/", "application/pdf", "application/octet-stream")
_OLD_IMAGES = frozenset(("png", "jpeg"))
_SHOWN = frozenset(("source", "input", "outputs", "attachments", "cell_type", "execution_count", "id"))
_NAMES = frozenset(("output_type", "execution_count", "name", "ename"))
_LONG_NAME = 24  # letters of a mime type
_SHORT = 20  # letters: nobody keeps anything in fewer where names stand, and each piece takes time


class Piece(Struct, frozen=True, gc=False):
    """A text of a notebook, or an image as base64: the number of its cell, if it is in one, and what part that is."""

    cell: int | None
    part: str
    text: str
    is_image: bool = False


def pieces(raw: Mapping[str, Any]) -> Iterator[Piece]:
    """Yield all that a notebook has, as its file has it, of whatever format."""
    number = 0
    rest = {name: value for name, value in raw.items() if name not in ("cells", "worksheets")}
    yield Piece(None, "metadata", _written(rest))
    for sheet in (raw, *_list(raw.get("worksheets"))):
        for cell in _list(sheet.get("cells")) if isinstance(sheet, Mapping) else ():
            number += 1
            if isinstance(cell, Mapping):
                yield from _of_cell(cell, number)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _of_cell(cell: Mapping[str, Any], number: int) -> Iterator[Piece]:
    for name in ("source", "input"):
        if source := cell.get(name):
            yield Piece(number, "source", _text(source))
    for output in _list(cell.get("outputs")):
        whole = output if isinstance(output, Mapping) else {"": output}
        yield from _of_bundle(whole, number, "output")
    attachments = cell.get("attachments")
    for name, bundle in attachments.items() if isinstance(attachments, Mapping) else ():
        if len(name) >= _SHORT:
            yield Piece(number, "attachment", name)
        if isinstance(bundle, Mapping):
            yield from _of_bundle(bundle, number, "attachment")
    rest = {name: value for name, value in cell.items() if value and name not in _SHOWN}
    for name in ("id", "cell_type", "execution_count"):
        value = cell.get(name)
        if isinstance(value, str) and len(value) >= _SHORT:
            rest[name] = value
    if rest:
        yield Piece(number, "metadata", _written(rest))


def _of_bundle(bundle: Mapping[str, Any], number: int, part: str) -> Iterator[Piece]:
    """Yield the pieces of an output or of a bundle of mime types in one."""
    for name, value in bundle.items():
        if name in _NAMES and isinstance(value, str | int | None) and len(str(value)) < _SHORT:
            continue
        if len(name) >= _LONG_NAME:
            yield Piece(number, part, name)
        if name == "data" and isinstance(value, Mapping):
            yield from _of_bundle(value, number, part)
        elif name in _OLD_IMAGES or (name.startswith(_BINARY) and not name.startswith("image/svg")):
            if name in _OLD_IMAGES or name.startswith("image/"):
                yield Piece(number, part, _text(value), is_image=True)
        elif name == "traceback":
            yield Piece(number, part, "\n".join(line for line in _list(value) if isinstance(line, str)))
        elif value:
            yield Piece(number, part, _text(value))


def _text(value: object) -> str:
    """Return a text, as one or as lines; anything else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return "".join(value) if isinstance(value, list) else _written(value)
    except TypeError:  # not all of it is text
        return _written(value)


def _written(value: object) -> str:
    """Return a value as JSON: the form of every secret knows that quotes may have a backslash before them."""
    return stored.dump(value).decode("utf-8", "replace")
