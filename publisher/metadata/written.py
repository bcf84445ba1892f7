"""Values as their author wrote them, each with its place, so that a message can point at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from publisher.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DEPTH = 40
_NULLS = ("", "~", "null", "Null", "NULL")


class Place(Struct, frozen=True):
    """Where something is written: a file, and what is known within it. Numbers count from 1."""

    file: str
    cell: int | None = None
    line: int | None = None
    column: int | None = None
    source: str = ""

    def problem(self, message: str, hint: str = "", kind: str = "") -> Problem:
        """Return a problem at this place."""
        return Problem(self.file, message, hint, self.cell, self.line, self.column, self.source, kind)


class Scalar(Struct, frozen=True):
    """One value. What is written as YAML or as a line of text stays text; JSON and TOML bring types of their own."""

    data: str | bool | int | float | None
    place: Place


class Series(Struct, frozen=True):
    """A list of values."""

    items: tuple[Value, ...]
    place: Place


class Table(Struct, frozen=True):
    """Named values, in the order in which they are written."""

    entries: tuple[Entry, ...]
    place: Place


Value = Scalar | Series | Table


class Entry(Struct, frozen=True):
    """A key as it is written, with its value; `place` is where the key is."""

    key: str
    value: Value
    place: Place


class UnreadableError(ValueError):
    """Text that is not the YAML we take; `place` is where it stops making sense."""

    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


class Text(Struct, frozen=True):
    """Lines of a cell or a file; `first` is the number of the first one, `indent` how many characters precede each."""

    file: str
    lines: Sequence[str]
    cell: int | None = None
    first: int = 1
    indent: int = 0

    def place(self, line: int, column: int) -> Place:
        """Return a place; `line` and `column` count from 0."""
        source = self.lines[line] if 0 <= line < len(self.lines) else ""
        return Place(self.file, self.cell, self.first + line, self.indent + column + 1, " " * self.indent + source)


def from_json(data: object, place: Place, depth: int = 0) -> Value:
    """Return what JSON or TOML holds; everything is at `place`. What lies deeper than anything we read is left out."""
    if depth > _DEPTH:
        return Scalar(None, place)
    if isinstance(data, dict):
        entries = (Entry(str(key), from_json(value, place, depth + 1), place) for key, value in data.items())
        return Table(tuple(entries), place)
    if isinstance(data, (list, tuple)):
        return Series(tuple(from_json(item, place, depth + 1) for item in data), place)
    return Scalar(data if data is None or isinstance(data, (str, bool, int, float)) else str(data), place)


def from_yaml(text: Text) -> Value:
    """Return what a YAML document holds: every scalar is the text as written, or None.

    Nothing is constructed, so that `2024-1-2`, `no` and `1.10` stay what they are and no tag can do anything.
    Raises UnreadableError for text that is not YAML, for anchors and aliases, and for a key given twice.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = yaml.parse("\n".join(text.lines), Loader=loader)
        return _Reader(text, events).document()
    except yaml.YAMLError as error:
        raise UnreadableError(*_reason(error, text)) from None
    except UnicodeError:
        raise UnreadableError("a character that no text can hold", text.place(0, 0)) from None


def _reason(error: Exception, text: Text) -> tuple[str, Place]:
    """Return what PyYAML complains about and where; for something left open, where it was opened."""
    context = str(getattr(error, "context", "") or "")
    message = str(getattr(error, "problem", "") or "") or str(error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    if context.startswith(("while scanning a quoted", "while parsing a flow")):
        mark = getattr(error, "context_mark", None) or mark
        message = f"{message} {context}"
    return message, text.place(mark.line, mark.column) if mark else text.place(0, 0)


class _Reader:
    """Reads the events of one YAML document into values."""

    def __init__(self, text: Text, events: Iterator[Any]) -> None:
        self.text = text
        self.events = events

    def document(self) -> Value:
        for event in self.events:
            if type(event).__name__ not in ("StreamStartEvent", "DocumentStartEvent"):
                value = self.value(event, 0) if hasattr(event, "anchor") else Scalar(None, self.text.place(0, 0))
                for _ in self.events:  # what follows must be YAML too
                    pass
                return value
        return Scalar(None, self.text.place(0, 0))

    def value(self, event: Any, depth: int) -> Value:
        place = self.text.place(event.start_mark.line, event.start_mark.column)
        if event.anchor is not None:
            raise UnreadableError("anchors and aliases (`&` and `*`) are not taken", place)
        if depth > _DEPTH:
            raise UnreadableError("too many levels", place)
        kind = type(event).__name__
        if kind == "SequenceStartEvent":
            return Series(tuple(self.items(depth + 1)), place)
        if kind == "MappingStartEvent":
            return Table(tuple(self.entries(depth + 1)), place)
        return Scalar(None if event.implicit[0] and event.value in _NULLS else str(event.value), place)

    def items(self, depth: int) -> Iterator[Value]:
        for event in self.events:
            if type(event).__name__ == "SequenceEndEvent":
                return
            yield self.value(event, depth)

    def entries(self, depth: int) -> Iterator[Entry]:
        seen: set[str] = set()
        for event in self.events:
            if type(event).__name__ == "MappingEndEvent":
                return
            key = self.value(event, depth)
            if not isinstance(key, Scalar) or not isinstance(key.data, str):
                raise UnreadableError("a key must be text", key.place)
            if key.data in seen:
                raise UnreadableError(f"`{key.data}` is given twice", key.place)
            seen.add(key.data)
            yield Entry(key.data, self.value(next(self.events), depth), key.place)
