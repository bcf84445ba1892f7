"""Write a feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from publisher.feeds.values import Entry, Feed, Person

VERSION = "https://jsonfeed.org/version/1.1"


def write(feed: Feed) -> bytes:
    """Return a feed as JSON Feed."""
    said: dict[str, Any] = {
        "version": VERSION,
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "icon": feed.icon,
        "favicon": feed.icon,
        "language": feed.language,
        "authors": _people(feed.authors),
    }
    items = [_item(entry) for entry in feed.entries]
    text = json.dumps({**_given(said), "items": items}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _item(entry: Entry) -> dict[str, Any]:
    said = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "image": entry.image,
        "date_published": entry.published.isoformat(timespec="seconds"),
        "date_modified": entry.updated.isoformat(timespec="seconds"),
        "language": entry.language,
        "authors": _people(entry.authors),
        "tags": list(entry.tags),
    }
    return {**_given(said), "content_html": entry.content}


def _people(people: tuple[Person, ...]) -> list[dict[str, str]]:
    return [{"name": person.name, **({"url": person.url} if person.url else {})} for person in people]


def _given(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}
