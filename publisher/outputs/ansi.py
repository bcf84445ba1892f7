"""Read the commands that programs send to a terminal (ECMA-48): colours become HTML, all others go."""

from __future__ import annotations

import re

from publisher.markup import escape

# A command is a control sequence (CSI; one that ends with `m` sets colours), a string up to its end, such as the
# address of a link (OSC) or a picture (DCS, APC), or a short one, such as the choice of a character set.
_COMMAND = re.compile(
    r"\x1b(?:\[(?:(?P<codes>[0-9;:]*)m|[0-?]*[ -/]*[@-~])"
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\"
    r"|[ -/]+[0-~]|[0-OQ-WYZ\\`-~])"
)
_ON = {1: "bold", 4: "underline", 5: "bold", 7: "inverse"}
_OFF = {21: "bold", 22: "bold", 24: "underline", 27: "inverse"}
_UNDERLINE = 4
_FOREGROUND, _BACKGROUND, _OF_THE_LINE = 38, 48, 58  # any colour of these: its values follow
_PALETTE, _RGB = 5, 2
_VALUES = {_PALETTE: 1, _RGB: 3}
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")

Colour = int | tuple[int, ...] | None  # one of the sixteen with a name; red, green and blue; or that of the page


def plain(text: str) -> str:
    """Return a text without its commands; what a link says stays."""
    return _COMMAND.sub("", text)


def html(text: str) -> str:
    """Return the HTML of a text, with the classes for colours that Jupyter has."""
    style, parts, start = _Style(), [], 0
    for command in _COMMAND.finditer(text):
        parts.append(style.show(text[start : command.start()]))
        start = command.end()
        if command["codes"] is not None:
            style.set(command["codes"])
    parts.append(style.show(text[start:]))
    return "".join(parts)


class _Style:
    """How a terminal shows what comes next."""

    def __init__(self) -> None:
        self.foreground: Colour = None
        self.background: Colour = None
        self.switched_on: set[str] = set()

    def set(self, codes: str) -> None:
        """Do what the codes between `ESC [` and `m` say. Values of a code follow it as `38:5:1` or as `38;5;1`."""
        fields = codes.split(";")[::-1]  # the first one last: hostile ones are many
        while fields:
            code, *values = map(_number, fields.pop().split(":"))
            if code in (_FOREGROUND, _BACKGROUND, _OF_THE_LINE):
                self._set_colour(code, _colour(values or _following(fields)))
            elif values and code != _UNDERLINE:
                continue
            elif values == [0]:
                self.switched_on.discard("underline")
            else:
                self._set(code)

    def _set_colour(self, code: int, colour: Colour) -> None:
        if colour is not None and code == _FOREGROUND:
            self.foreground = colour
        elif colour is not None and code == _BACKGROUND:
            self.background = colour

    def _set(self, code: int) -> None:
        tens, digit = divmod(code, 10)
        if code == 0:
            self.foreground = self.background = None
            self.switched_on.clear()
        elif code in _ON:
            self.switched_on.add(_ON[code])
        elif code in _OFF:
            self.switched_on.discard(_OFF[code])
        elif tens in (3, 9) and digit < 8:
            self.foreground = digit + (8 if tens == 9 else 0)
        elif tens in (4, 10) and digit < 8:
            self.background = digit + (8 if tens == 10 else 0)
        elif code == 39:
            self.foreground = None
        elif code == 49:
            self.background = None

    def show(self, text: str) -> str:
        """Return the HTML of a text without commands."""
        shown = escape(text, quote=False)
        if not text or not (self.switched_on or self.foreground is not None or self.background is not None):
            return shown
        front, back = self.foreground, self.background
        if "bold" in self.switched_on and isinstance(front, int) and front < 8:
            front += 8
        is_inverse = "inverse" in self.switched_on
        sides = (
            ("fg", "color", back if is_inverse else front),
            ("bg", "background-color", front if is_inverse else back),
        )
        classes = [
            _class(colour, side)
            for side, _, colour in sides
            if isinstance(colour, int) or (colour is None and is_inverse)
        ]
        classes += [f"ansi-{name}" for name in ("bold", "underline") if name in self.switched_on]
        styles = [
            f"{name}: rgb({','.join(map(str, colour))})" for _, name, colour in sides if isinstance(colour, tuple)
        ]
        named = f' class="{" ".join(classes)}"' if classes else ""
        styled = f' style="{"; ".join(styles)}"' if styles else ""
        return f"<span{named}{styled}>{shown}</span>"


def _class(colour: int | None, side: str) -> str:
    if colour is None:
        return f"ansi-default-inverse-{side}"
    return f"ansi-{_NAMES[colour % 8]}{'-intense' if colour >= 8 else ''}-{side}"


def _number(written: str) -> int:
    """Return a number of a command: 0 if it is left out; of a long one only that it is no code."""
    return int(written.lstrip("0")[:4] or 0)


def _following(fields: list[str]) -> list[int]:
    """Take the values of a colour from the codes after it; all of them, if they begin like no colour."""
    kind = _number(fields[-1]) if fields else 0
    count = _VALUES.get(kind, len(fields)) + 1
    return [_number(fields.pop()) for _ in range(min(count, len(fields)))]


def _colour(values: list[int]) -> Colour:
    """Return the colour of `5, index` or `2, red, green, blue`, before which a colour space may be named."""
    kind, *rest = values or [0]
    if kind == _PALETTE and rest:
        return _of_palette(rest[0])
    parts = tuple(rest[1:4] if len(rest) > 3 else rest)
    return parts if kind == _RGB and len(parts) == 3 and max(parts) <= 255 else None


def _of_palette(index: int) -> Colour:
    """Return one of the 256 colours of xterm: those with names, a cube of 6 steps a side, 24 greys."""
    if index < 16:
        return index
    if index < 232:
        steps = ((index - 16) // 36, (index - 16) // 6 % 6, (index - 16) % 6)
        return tuple(55 + 40 * step if step else 0 for step in steps)
    return (8 + 10 * (index - 232),) * 3 if index < 256 else None
