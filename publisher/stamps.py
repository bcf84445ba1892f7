"""Say since when an article is what it is: from its front matter, else from what was seen of it at every publish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from msgspec import Struct

from publisher.pages import Post

Records = Mapping[str, Mapping[str, Any]]


class Stamp(Struct, frozen=True):
    """What readers see of a post, as a digest, and the time of the last change of it that was seen, if there was one.

    `updated` is what readers are told; None of an undated post that has not changed yet.
    """

    read: str = ""
    changed: datetime | None = None
    updated: datetime | None = None


def stamps(posts: Iterable[Post], read: Mapping[str, str], records: Records, now: datetime) -> dict[str, Stamp]:
    """Return the stamp of each post by its notebook.

    `read` are the digests of those that were made, `records` are those of the last publish. A post that has none was
    not published before: it is as old as its date, so that a blog whose output was lost tells nobody of news.
    """
    by_url = {record.get("url"): record for record in records.values()}
    found = {}
    for post in posts:
        record = records.get(post.notebook) or by_url.get(post.url) or {}
        found[post.notebook] = _stamp(post, read.get(post.notebook), record, now)
    return found


def _stamp(post: Post, read: str | None, record: Mapping[str, Any], now: datetime) -> Stamp:
    before = _recorded(record)
    changed = before.changed
    if read is None:  # its last good page is still there
        return Stamp(before.read, changed, _updated(post, changed))
    if before.read and before.read != read:
        changed = _next(_updated(post, changed), now)
    return Stamp(read, changed, _updated(post, changed))


def _updated(post: Post, changed: datetime | None) -> datetime | None:
    if post.updated:
        return post.updated
    times = [each for each in (post.date, changed) if each]
    return max(times, default=None)


def _next(former: datetime | None, now: datetime) -> datetime:
    """Return the start of today; for the second change in a day a second after the first, so that each is told."""
    today = datetime.combine(now.date(), time.min, now.tzinfo)
    return max(today, former + timedelta(seconds=1)) if former else today


def _recorded(record: Mapping[str, Any]) -> Stamp:
    """Return what a record says; nothing if it is not one of ours."""
    try:
        changed = record.get("changed")
        return Stamp(str(record["read"]), datetime.fromisoformat(changed) if changed else None)
    except (KeyError, TypeError, ValueError):
        return Stamp()
