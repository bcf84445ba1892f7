"""Find the posts that are translations of one another."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from publisher.errors import Problem
from publisher.words import languages

if TYPE_CHECKING:
    from publisher.pages import Post
    from publisher.posts import Outline

    T = TypeVar("T", Post, Outline)

Sets = Mapping[str, tuple["Post", ...]]  # the set that a post belongs to, by its notebook


def sets(posts: Iterable[Post], language: str) -> Sets:
    """Return the translations of each post that has any, itself among them, by their languages.

    `language` is that of the blog. Two posts belong together if one says that it translates the other, or if their
    files have the same name but for a language at its end. Of several in one language the first counts, one without a
    language in its name before the others. An unlisted post is told to itself alone.
    """
    found: dict[str, tuple[Post, ...]] = {}
    for members in _groups(posts):
        first: dict[str, Post] = {}
        for post in sorted(members, key=_rank):
            first.setdefault(_language(post, language), post)
        group = [first[code] for code in sorted(first)]
        for post in group:
            told = tuple(each for each in group if each is post or not each.metadata.unlisted)
            found |= {post.notebook: told} if len(told) > 1 else {}
    return found


def problems(posts: Iterable[Outline], language: str, known: Container[str]) -> Iterator[Problem]:
    """Yield what is wrong: translations of notebooks that are not `known`, and several in one language."""
    posts = sorted(posts, key=lambda post: post.notebook)
    for post in posts:
        meant = post.metadata.translates
        if meant and meant not in known:
            yield Problem(
                post.notebook, f"translates {meant}, which does not exist", "correct the path in `translates`"
            )
    for members in _groups(posts):
        first: dict[str, Outline] = {}
        for post in sorted(members, key=_rank):
            code = _language(post, language)
            if other := first.get(code):
                message = f"is a translation in the same language as {other.notebook}: {code!r}"
                yield Problem(post.notebook, message, "give it its own `language`, or rename it")
            first.setdefault(code, post)


def _language(post: Post | Outline, language: str) -> str:
    return (post.metadata.language or language).lower()


def _rank(post: Post | Outline) -> tuple[bool, bool, str]:
    """Return what those of one language are sorted by: unlisted ones last, `a.ipynb` before `a.en.ipynb`."""
    return post.metadata.unlisted, _base(post.notebook) != post.notebook.removesuffix(".ipynb"), post.notebook


def _groups(posts: Iterable[T]) -> Iterator[list[T]]:
    """Yield the posts that belong together, in sets of two or more."""
    leads: dict[str, str] = {}  # each name to another of its group, the first of which leads to itself

    def first(name: str) -> str:
        while leads.setdefault(name, name) != name:
            name = leads[name]
        return name

    posts = list(posts)
    for post in posts:
        for name in (_base(post.notebook), post.metadata.translates):
            if name:
                leads[first(post.notebook)] = first(name)
    groups: dict[str, list[T]] = {}
    for post in posts:
        groups.setdefault(first(post.notebook), []).append(post)
    yield from (members for members in groups.values() if len(members) > 1)


def _base(notebook: str) -> str:
    """Return the path of a notebook without a language and ending: the same for all of its translations."""
    return languages.in_name(notebook.removesuffix(".ipynb"))[0]
