"""What values a check takes, as JSON Schema says it: written beside each check, from the constants that it uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Shape = dict[str, Any]
Check = TypeVar("Check", bound=Callable[..., object])

_SHAPES: dict[Callable[..., object], Shape] = {}


def takes(*either: Shape, **shape: Any) -> Callable[[Check], Check]:
    """Note what a check takes: one shape, or any of several. The check stays as it is."""

    def note(check: Check) -> Check:
        _SHAPES[check] = {"anyOf": list(either)} if either else shape
        return check

    return note


def shape_of(check: Callable[..., object]) -> Shape:
    """Return what a check takes. Raises LookupError if nobody wrote it down."""
    if check not in _SHAPES:
        raise LookupError(f"write above {check.__module__}.{check.__qualname__} with `@takes` what it takes")
    return _SHAPES[check]


def of(kind: str | list[str], **more: Any) -> Shape:
    """Return the shape of one type, or of any of several."""
    return {"type": kind, **more}


def listed(items: Shape, **more: Any) -> Shape:
    """Return the shape of a list."""
    return {"type": "array", "items": items, **more}


def table(required: tuple[str, ...] = (), **properties: Shape) -> Shape:
    """Return the shape of a table of named values."""
    more = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


def tables(values: Shape) -> Shape:
    """Return the shape of a table whose names are the author's."""
    return {"type": "object", "additionalProperties": values}


TEXT = of("string")
WORDS = of("string", pattern=r"\S")  # which is not empty
