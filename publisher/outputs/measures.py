"""Widths and heights that an author or a program wrote, as whole CSS pixels or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TEXT_WIDTH = 592  # CSS pixels: what a width in per cent is taken of
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(px|%)?\s*")


def attributes(written: Mapping[str, object]) -> str:
    """Return the attributes `width` and `height` as far as they are written well."""
    return "".join(_attribute(name, written.get(name)) for name in ("width", "height"))


def _attribute(name: str, value: object) -> str:
    found = number(value)
    return f' {name}="{found}"' if found else ""


def number(value: object) -> int:
    """Return CSS pixels for 300, "300" or "300px"; 0 for anything else."""
    is_size = isinstance(value, int | float | str) and not isinstance(value, bool)
    return (pixels(str(value)) if is_size else None) or 0


def pixels(written: str) -> int | None:
    """Return CSS pixels for `300`, `300px` or `50%`; None for anything else."""
    match = _PIXELS.fullmatch(written)
    if not match:
        return None
    return round(int(match[1]) / 100 * _TEXT_WIDTH) if match[2] == "%" else int(match[1])
