"""Check the settings of `invoke check`."""

from __future__ import annotations

from typing import Literal

from publisher.config import checks
from publisher.config.checks import WrongSettingError

_BUDGET = checks.number(0, 10**9, "missing-alt = 0")
_KINDS = checks.texts('ignore = ["missing-summary"]')


def budget(value: object) -> int | Literal["any"]:
    """Check how many images may be without an alternative text."""
    return "any" if value == "any" else _BUDGET(value)


def ignore(value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Check which kinds of findings are ignored; which kinds there are, `publisher.checks` knows."""
    held = {"*": value} if isinstance(value, list) and value else value or {}
    if not isinstance(held, dict):
        form = 'ignore = ["missing-summary"] or ignore = { "notes/*" = ["missing-date"] }'
        raise WrongSettingError(f"is {checks.kind(value)}, where a list or a table is needed", f"write {form}")
    return tuple((glob, _KINDS(kinds)) for glob, kinds in held.items())
