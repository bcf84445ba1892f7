"""Values as JSON and back, checked against their types; the only door to msgspec."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")

_ENCODER = msgspec.json.Encoder(order="deterministic")


def dump(value: object) -> bytes:
    """Return a value of dataclasses, tuples, texts, numbers and times as JSON: the same value is the same bytes."""
    return _ENCODER.encode(value)


def load(kind: type[T], data: bytes | None) -> T | None:
    """Return the value of that type that `dump` wrote; None for anything else."""
    if data is None:
        return None
    try:
        found: T = _decoder(cast(Hashable, kind)).decode(data)
    except msgspec.MsgspecError:  # no JSON, or of another type: written by another version
        return None
    return found


def parse(data: bytes) -> object:
    """Return what JSON says, three times as fast as Python's own parser; None if it cannot be read so."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


@cache
def _decoder(kind: Hashable) -> Any:
    return msgspec.json.Decoder(kind)
