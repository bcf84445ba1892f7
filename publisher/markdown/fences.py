"""What authors write behind the opening of a fence of code: its language, the name of its file, lines to point at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher.markdown import prose

if TYPE_CHECKING:
    from collections.abc import Mapping

_LANGUAGE = re.compile(r"\{?[.=]?([^\s{}=,]+)")
_ONLY_LINES = re.compile(r"\{([\d\s,-]+)\}")  # of Docusaurus, Gatsby and VitePress

# By the nearest to the meaning: Quarto, Material for MkDocs, MyST.
_FILENAME = ("filename", "title", "caption", "lst-cap")
_LINES = ("code-line-numbers", "hl_lines", "emphasize-lines", "highlight")


class Fence(Struct, frozen=True):
    """A fence as its author opened it; `highlighted` are lines as written, `3,5-7`."""

    language: str
    filename: str = ""
    highlighted: str = ""


def read(info: str, options: Mapping[str, str]) -> Fence:
    """Return what a fence says of its code; `options` are those of a directive, on lines of their own."""
    language = _LANGUAGE.match(info)
    if "=" not in info and "{" not in info[1:] and not options:  # most
        return Fence(language[1] if language else "")
    said = {**prose.attributes(info), **options}
    lines = _ONLY_LINES.search(info)
    return Fence(
        language[1] if language else "",
        _first(_FILENAME, said),
        _first(_LINES, said) or (lines[1] if lines else ""),
    )


def _first(names: tuple[str, ...], said: Mapping[str, str]) -> str:
    return next((said[name] for name in names if said.get(name)), "")
