"""What a feed says, before it is written down in one format or another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, unquote, urljoin

from msgspec import Struct

from publisher.config import Author
from publisher.markup import escape
from publisher.pages import Post, Site, absolute


class Person(Struct, frozen=True):
    """Who wrote something; `url` is absolute, or "" if they gave none."""

    name: str
    url: str = ""


class Entry(Struct, frozen=True):
    """One post in a feed. Its addresses are absolute, `content` is clean HTML."""

    id: str
    url: str
    title: str
    summary: str
    content: str
    language: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...] = ()
    authors: tuple[Person, ...] = ()
    image: str = ""


class Feed(Struct, frozen=True):
    """A feed. Its addresses are absolute; `home` is the page whose posts it has, `url` its own; the newest is first."""

    url: str
    home: str
    title: str
    subtitle: str
    language: str
    authors: tuple[Person, ...]
    icon: str
    logo: str
    stylesheet: str
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime | None:
        """When the last of its entries was; None if it has none."""
        return max((entry.updated for entry in self.entries), default=None)


def entry(site: Site, post: Post, content: str, updated: datetime) -> Entry:
    """Return what feeds say of a dated post. One of no content has the words of its card."""
    if post.date is None:
        raise ValueError(f"{post.notebook}: what has no date is in no feed")
    return Entry(
        id=identity(site, post),
        url=absolute(site, post.url),
        title=post.title,
        summary=post.excerpt,
        content=content or f"<p>{escape(post.excerpt or post.title)}</p>",
        language=post.metadata.language or site.language,
        published=post.date,
        updated=updated,
        tags=post.tags,
        authors=persons(site, post.authors),
        image=absolute(site, f"/{post.picture.variants[-1].path}") if post.picture and not post.is_cover else "",
    )


def persons(site: Site, authors: Iterable[Author]) -> tuple[Person, ...]:
    """Return authors with whole addresses; who has none, or one that leads nowhere, has "" for it."""
    found = []
    for author in authors:
        url = absolute(site, author.url) if author.url.startswith("/") else author.url
        found.append(Person(author.name, url if url.startswith(("http://", "https://")) else ""))
    return tuple(found)


def identity(site: Site, post: Post) -> str:
    """Return what tells a post apart for ever, so that no reader sees it twice.

    That is the `guid` that the author wrote, else the first address that it had: the first alias, or its own.
    """
    if post.metadata.guid:
        return post.metadata.guid
    return absolute(site, _as_address(post.metadata.aliases[0]) if post.metadata.aliases else post.url)


def _as_address(alias: str) -> str:
    """Return an alias in the form of the addresses that posts have."""
    url = quote(unquote(alias))
    return url if url.endswith(("/", ".html")) else f"{url}/"


def joined(base: str, url: str) -> str:
    """Return the absolute form of a URL of the page at `base`; "" if it has none."""
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return ""
