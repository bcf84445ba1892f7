"""Check the settings of `invoke check`."""

from __future__ import annotations

from typing import Literal

from publisher.config import checks
from publisher.config.checks import WrongSettingError
from publisher.config.shapes import WORDS, listed, of, tables, takes

_BUDGET = checks.number(0, 10**9, "missing-alt = 0")
_KINDS = checks.texts('ignore = ["missing-summary"]')


@takes(of("integer", minimum=0, maximum=10**9), of("string", enum=["any"]))
def budget(value: object) -> int | Literal["any"]:
    """Check how many images may be without an alternative text."""
    return "any" if value == "any" else _BUDGET(value)


@takes(listed(WORDS), tables(listed(WORDS)))
def ignore(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Check which kinds of findings are ignored; which kinds there are, `publisher.checks` knows."""
    held = ({"*": value} if value else {}) if isinstance(value, list) else value
    if not isinstance(held, dict):
        form = 'ignore = ["missing-summary"] or ignore = { "notes/*" = ["missing-date"] }'
        raise WrongSettingError(f"is {checks.kind(value)}, where a list or a table is needed", f"write {form}")
    return tuple((glob, _KINDS(kinds)) for glob, kinds in held.items())
