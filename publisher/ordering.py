"""Put posts in order: newest first, oldest first in a series, and together what has a name in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from publisher import taxonomies
from publisher.pages import Post


class Term(Struct, frozen=True):
    """One tag, series or author: its name as most posts write it, its URL, and its posts in their order."""

    name: str
    url: str
    posts: tuple[Post, ...]


def in_order(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Return the posts that listings show: the pinned, then the dated, newest first, then the undated.

    Pages and unlisted posts are left out; ties go by path.
    """
    listed = sorted((post for post in posts if post.is_listed), key=lambda post: post.notebook)
    return tuple(sorted(listed, key=_rank))


def by_date(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Return the posts that listings show, newest first, then the undated. Pins do not matter here."""
    return tuple(sorted(in_order(posts), key=lambda post: (*_rank(post)[1:], post.notebook)))


def _rank(post: Post) -> tuple[bool, bool, float]:
    return not post.metadata.pinned, post.date is None, -post.date.timestamp() if post.date else 0.0


def by_age(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Return posts as they were written: oldest first, undated ones last by path."""
    return tuple(sorted(posts, key=lambda post: (post.date is None, -_rank(post)[2], post.notebook)))


def neighbours(posts: Iterable[Post]) -> Mapping[str, tuple[Post | None, Post | None]]:
    """Return the older and the newer post of each listed and dated one, by its notebook."""
    dated = [post for post in by_date(posts) if post.date]
    padded = [None, *dated, None]
    return {post.notebook: (older, newer) for newer, post, older in zip(padded, dated, padded[2:], strict=False)}


def series(posts: Iterable[Post]) -> Mapping[str, Term]:
    """Return each series by its URL, its posts from the first part on."""
    return {term.url: Term(term.name, term.url, by_age(term.posts)) for term in terms("series", posts)}


def terms(kind: taxonomies.Kind, posts: Iterable[Post]) -> tuple[Term, ...]:
    """Return the terms of one kind that listed posts have, by name. Case does not tell names apart."""
    members: dict[str, list[Post]] = defaultdict(list)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for post in in_order(posts):
        for name in taxonomies.distinct(post.names[kind]):
            members[taxonomies.url(kind, name)].append(post)
            spellings[taxonomies.url(kind, name)][name] += 1
    found = (Term(_usual(spellings[url]), url, tuple(members[url])) for url in members)
    return tuple(sorted(found, key=lambda term: (term.name.casefold(), term.name)))


def _usual(spellings: Counter[str]) -> str:
    """Return the spelling that most posts have; of equals the first by the alphabet."""
    return min(spellings, key=lambda name: (-spellings[name], name))
