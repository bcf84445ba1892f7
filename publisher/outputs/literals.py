"""Find the JSON that a program wrote into a script or a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[\s,]*")


def after(pattern: re.Pattern[str], text: str) -> Any:
    """Return the first JSON object or list that follows a match of the pattern at once; None if there is none."""
    for match in pattern.finditer(text):
        value = next(values(text, match.end()), None)
        if isinstance(value, dict | list):
            return value
    return None


def values(text: str, start: int) -> Iterator[Any]:
    """Yield the JSON values that stand one after another from `start`, with commas between them."""
    position = _BLANKS.match(text, start).end()  # type: ignore[union-attr] # it matches anything
    while position < len(text):
        try:
            value, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield value
        position = _BLANKS.match(text, position).end()  # type: ignore[union-attr]
