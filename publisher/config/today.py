"""What day it is: the only clock that decides anything, and that only what is held back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from publisher.errors import Problem, SettingsError


def end_of_today(zone: str, environ: Mapping[str, str]) -> datetime:
    """Return the last moment of today in a time zone, so that the time of day decides nothing.

    SOURCE_DATE_EPOCH, seconds since 1970, says what now is where builds have to be the same on any day.
    """
    now = datetime.now(ZoneInfo(zone))
    if epoch := environ.get("SOURCE_DATE_EPOCH"):
        try:
            now = datetime.fromtimestamp(int(epoch), UTC).astimezone(ZoneInfo(zone))
        except (ValueError, OverflowError, OSError):
            hint = "give it seconds since 1970, as `date +%s` does"
            raise SettingsError(Problem("SOURCE_DATE_EPOCH", f"{epoch!r} is no such time", hint)) from None
    return datetime.combine(now.date(), time.max, now.tzinfo)
