"""Find where in a TOML file a value is written: tomllib does not say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tomllib

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_PART = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*')"
_KEY = re.compile(rf"(\s*)({_PART}(?:\s*\.\s*{_PART})*)\s*=\s*")
_AT = re.compile(r"(.*?)\s*\(at (?:line (\d+), column (\d+)|end of document)\)", re.S)

Found = tuple[int | None, int | None, str]
_Spot = tuple[int, int, int]


def reason(error: tomllib.TOMLDecodeError, text: str) -> tuple[str, int | None, int | None]:
    """Return what tomllib complains about, with line and column."""
    match = _AT.fullmatch(str(error))
    if not match:
        return str(error), None, None
    message = match[1][:1].lower() + match[1][1:]
    if match[2]:
        return message, int(match[2]), int(match[3])
    lines = text.rstrip().split("\n")
    return f"{message} at its end", len(lines), len(lines[-1]) + 1


class Lines:
    """The lines of a TOML file, with the spot of each key: its line, its column and the column of its value, from 0."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._spots: dict[tuple[str | int, ...], _Spot] = {}
        self._read()

    def find(self, path: tuple[str | int, ...], at_value: bool = False) -> Found:
        """Return line, column and text of a key or of its value; of what holds it if it has no line of its own."""
        for length in range(len(path), 0, -1):
            if spot := self._spots.get(path[:length]):
                line, key, value = spot
                inline = self._inside(line, value, path[length:]) if length < len(path) else None
                column = inline if inline is not None else value if at_value else key
                return line + 1, column + 1, self._lines[line].rstrip("\r")
        return None, None, ""

    def _inside(self, line: int, start: int, rest: tuple[str | int, ...]) -> int | None:
        """Return the column of a key of an inline table."""
        named = [part for part in rest if isinstance(part, str)]
        if not named:
            return None
        match = re.compile(rf"(?<![\w-])[\"']?{re.escape(named[-1])}[\"']?\s*=").search(self._lines[line], start)
        return match.start() if match else None

    def _read(self) -> None:
        table: tuple[str | int, ...] = ()
        open_string = ""
        for number, line in enumerate(self._lines):
            if not open_string:
                if header := _HEADER.fullmatch(line.rstrip()):
                    table = self._header(number, header)
                elif key := _KEY.match(line):
                    path = (*table, *_parts(key[2]))
                    self._note(path, (number, len(key[1]), key.end()))
            open_string = _still_open(line, open_string)

    def _header(self, number: int, header: re.Match[str]) -> tuple[str | int, ...]:
        path: tuple[str | int, ...] = tuple(_parts(header[2]))
        spot = (number, header.start(2), header.start(2))
        self._note(path, spot)
        if header[1] == "[[":
            index = sum(1 for known in self._spots if known[:-1] == path and isinstance(known[-1], int))
            path = (*path, index)
            self._spots[path] = spot
        return path

    def _note(self, path: tuple[str | int, ...], spot: _Spot) -> None:
        """Note a key, and the tables that a dotted key makes on its way."""
        for length in range(1, len(path) + 1):
            self._spots.setdefault(path[:length], spot)


def _parts(written: str) -> list[str]:
    return [part.strip("\"'") for part in re.findall(_PART, written)]


def _still_open(line: str, quotes: str) -> str:
    """Return the three quotes of a string that goes on in the next line, if one does."""
    position = 0
    while True:
        if quotes:
            end = line.find(quotes, position)
            if end < 0:
                return quotes
            position, quotes = end + 3, ""
        match = re.compile(r"\"\"\"|'''|\"(?:[^\"\\]|\\.)*\"|'[^']*'|#").search(line, position)
        if not match or match[0] == "#":
            return ""
        position = match.end()
        if match[0] in ('"""', "'''"):
            quotes = match[0]
