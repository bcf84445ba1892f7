"""Find the JSON that a program wrote into a script or a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

_DECODER = json.JSONDecoder()
_BLANKS = re.compile(r"[\s,]*")
_TRIES = 100  # a try that fails costs a walk over all that stands before it: without end, that is quadratic


def after(pattern: re.Pattern[str], text: str) -> Any:
    """Return the first JSON object or list that follows a match of the pattern at once; None if there is none."""
    return next(found(pattern, text), None)


def found(pattern: re.Pattern[str], text: str) -> Iterator[Any]:
    """Yield the JSON objects and lists that follow a match of the pattern at once."""
    for match in islice(pattern.finditer(text), _TRIES):
        value = next(values(text, match.end()), None)
        if isinstance(value, dict | list):
            yield value


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


def objects(value: object, without: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """Yield every object within a JSON value, as they stand, but nothing below the names `without`.

    However deep: a walk that calls itself would end in a RecursionError.
    """
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
            waiting += reversed([inner for name, inner in each.items() if name not in without])
        elif isinstance(each, list):
            waiting += reversed(each)
