"""Lines of code that an author points at."""

from __future__ import annotations

import re
from collections.abc import Callable

_PART = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
_SEPARATORS = re.compile(r"[\s,;|\[\]]+")  # of lists, and of the steps in which Quarto's slides go on
_TAG = re.compile(r'<span class="[^"]*">|</span>')
_SWITCHES = ("true", "false", "none", "auto")  # what else Quarto takes there: whether to number lines


def mark(html: str, written: str, warn: Callable[[str, str], None]) -> str:
    """Return highlighted code in which the lines of a text such as `3,5-7` are marked, whatever is wrong with others.

    `warn` gets what is wrong and a hint. Without its tags the code stays what it is, character for character.
    """
    if not html or not written or written.lower() in _SWITCHES:
        return html
    lines = html.split("\n")
    chosen, wrong = numbers(written, len(lines))
    for part in wrong:
        warn(f"highlights line {part} of code that ends with line {len(lines)}", "count what is shown, as in 3,5-7")
    return _marked(lines, chosen) if chosen else html


def numbers(written: str, count: int) -> tuple[frozenset[int], tuple[str, ...]]:
    """Return the lines that a text names, and those of its parts that name none of `count` lines."""
    chosen: set[int] = set()
    wrong: list[str] = []
    for part in filter(None, _SEPARATORS.split(re.sub(r"\s*[-–]\s*", "-", written))):
        match = _PART.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= count:
            wrong.append(part)
        chosen.update(range(max(first, 1), min(last, count) + 1) if first else ())
    return frozenset(chosen), tuple(wrong)


def _marked(lines: list[str], chosen: frozenset[int]) -> str:
    """Put marks around lines, their ends within; a span over several lines is closed and opened again at each end."""
    out: list[str] = []
    opened = ""
    for number, line in enumerate(lines, 1):
        before, tags = opened, _TAG.findall(line)
        opened = (tags[-1] if tags[-1] != "</span>" else "") if tags else opened
        whole = f"{before}{line}{'</span>' if opened else ''}" + ("\n" if number < len(lines) else "")
        out.append(f"<mark>{whole}</mark>" if number in chosen else whole)
    return "".join(out)
