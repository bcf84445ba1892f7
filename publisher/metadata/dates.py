"""Dates as people write them."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from publisher.config.shapes import of, takes

if TYPE_CHECKING:
    from collections.abc import Iterable

SlashOrder = Literal["month-first", "day-first"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH = r"(?P<word>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_CLOCK = (
    r"(?:(?:\s*,?\s+(?:at\s+)?|T)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?(?![a-z]))?"
    r"(?:\s*(?P<zone>Z|(?:UTC|GMT)?\s*[+-]\d{1,2}(?::?\d{2})?|UTC|GMT|[A-Z][a-z_]+/[A-Za-z_/]+))?)?"
)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

# The first that fits the whole text is taken.
_FORMS = tuple(
    re.compile(form + _CLOCK, re.I | re.A)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})",
        rf"{_WEEKDAY}{_DAY}\.?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})",
        r"(?P<first>\d{1,2})(?P<slash>/)(?P<other>\d{1,2})/(?P<year>\d{4})",
    )
)
_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/\d{4}\b", re.A)
_SECONDS = re.compile(r"\d{9,10}(?:\.\d+)?", re.A)
_WITH_ZONE = "write it as 2024-01-31 18:30 +02:00"
_MOVING = re.compile(r"last-modified|today|now|`r .*`|\{\{.*\}\}|%.*", re.I)


class DateError(ValueError):
    """Text that names no day; `hint` is the right form."""

    def __init__(self, message: str, hint: str = "write it as 2024-01-31, or 2024-01-31 18:30", kind: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.kind = kind


@takes(**of(["string", "number"]))
def read(text: str, zone: str, slash_order: SlashOrder | None = None) -> datetime:
    """Return the moment that `text` names; without a time zone of its own it is in `zone`. Raises DateError."""
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(float(text), UTC).astimezone(ZoneInfo(zone))
    parts = next((match.groupdict() for form in _FORMS if (match := form.fullmatch(text))), None)
    if parts is None:
        raise DateError(f"`{text}` is not a date")
    year, month, day = _day(parts, text, slash_order)
    hour, minute, second, microsecond = _clock(parts, text)
    return datetime(year, month, day, hour, minute, second, microsecond, _zone(parts.get("zone"), zone, text))


def is_moving(text: str) -> bool:
    """Tell whether `text` stands for a date that another tool would compute."""
    return _MOVING.fullmatch(text.strip()) is not None


def _day(parts: dict[str, str | None], text: str, slash_order: SlashOrder | None) -> tuple[int, int, int]:
    year = int(parts["year"] or 0)
    if parts.get("slash"):
        month, day = _slashed(int(parts["first"] or 0), int(parts["other"] or 0), year, text, slash_order)
    else:
        word = parts.get("word")
        month = _month(word) if word else int(parts["month"] or 0)
        day = int(parts["day"] or 0)
    if not 1 <= month <= 12:
        raise DateError(f"`{text}` is not a date: there is no month {month}")
    if not 1000 <= year <= 9998:
        raise DateError(f"`{text}` is not a date: the year is {year}")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        message = f"`{text}` is not a date: {_MONTHS[month - 1]} {year} has {last} days"
        raise DateError(message, f"write it as {year}-{month:02}-{min(max(day, 1), last):02}")
    return year, month, day


def _month(word: str) -> int:
    return next(number for number, name in enumerate(_MONTHS, 1) if word[:3].title() == name[:3])


def _slashed(first: int, other: int, year: int, text: str, slash_order: SlashOrder | None) -> tuple[int, int]:
    if slash_order == "month-first":
        return first, other
    if slash_order == "day-first":
        return other, first
    both = ((first, other), (other, first))
    forms = [f"{year}-{month:02}-{day:02}" for month, day in both if 1 <= month <= 12 and 1 <= day <= 31]
    raise DateError(
        f"`{text}` may be two days: no date of this blog proves whether the month or the day comes first",
        f"write it as {' or '.join(dict.fromkeys(forms)) or '2024-01-31'}",
        "ambiguous-date",
    )


def _clock(parts: dict[str, str | None], text: str) -> tuple[int, int, int, int]:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    half = (parts["half"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half:
        hour = 24
    if hour > 23 or minute > 59 or second > 59:
        raise DateError(f"`{text}` is not a date: there is no such time of day", "write it as 2024-01-31 18:30")
    return hour, minute, second, int((parts["fraction"] or "").ljust(6, "0")[:6])


def _zone(written: str | None, default: str, text: str) -> tzinfo:
    if not written:
        return ZoneInfo(default)
    if "/" in written:
        try:
            return ZoneInfo(written)
        except (OSError, ValueError, KeyError):
            raise DateError(f"`{text}` is in the unknown time zone {written}", _WITH_ZONE) from None
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", written)
    if not match:
        return UTC
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        raise DateError(f"`{text}` has no such distance from UTC: {written}", _WITH_ZONE)
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(-distance if match[1] == "-" else distance)


def is_slashed(text: str) -> bool:
    """Tell whether a date is one like 01/31/2024."""
    return _SLASHED.match(text) is not None


def slash_order(texts: Iterable[str]) -> SlashOrder | None:
    """Return the order of all dates like 01/31/2024, if one of them proves it and none contradicts."""
    pairs = [(int(match[1]), int(match[2])) for text in texts if (match := _SLASHED.match(text))]
    month_first = any(other > 12 for _, other in pairs)
    day_first = any(first > 12 for first, _ in pairs)
    if month_first == day_first:
        return None
    return "month-first" if month_first else "day-first"
