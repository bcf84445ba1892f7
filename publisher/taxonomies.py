"""Name what posts have in common, and where on the site it is: their tags, their series, their authors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from publisher.config import Author
from publisher.errors import Problem
from publisher.metadata import Metadata
from publisher.slugs import slugify

Kind = Literal["tags", "series", "authors"]
Names = Mapping[Kind, tuple[str, ...]]

KINDS: tuple[Kind, ...] = ("tags", "series", "authors")  # the page of each kind is at /KIND/


def url(kind: Kind, name: str = "") -> str:
    """Return the site-relative URL of a term, or of the page that lists all of its kind."""
    return f"/{kind}/{slug(name)}/" if name else f"/{kind}/"


def slug(name: str) -> str:
    """Return the part of an address that stands for a name; C, C++ and C# have one each."""
    return slugify(name.replace("+", " plus ").replace("#", " sharp "))


def names(metadata: Metadata, authors: Sequence[Author] = ()) -> Names:
    """Return what a post is filed under; `authors` are those of the blog, who wrote what names nobody."""
    series = (metadata.series,) if metadata.series else ()
    people = tuple(author.name for author in metadata.authors or authors)
    return {"tags": metadata.tags, "series": series, "authors": people}


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that have addresses of their own, each as it was first written."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(slug(name), name)
    return tuple(first.values())


def clashes(filed: Mapping[str, Names]) -> Iterator[Problem]:
    """Yield a problem for every notebook that has a name whose address is that of another, more frequent name."""
    for kind in KINDS:
        spellings = Counter(name for names in filed.values() for name in names[kind])
        owners: dict[str, str] = {}
        for name in sorted(spellings, key=lambda name: (-spellings[name], name)):
            owners.setdefault(url(kind, name), name)
        for notebook, names in filed.items():
            for name in names[kind]:
                owner = owners[url(kind, name)]
                if owner.casefold() != name.casefold():
                    message = f"{kind}: {name!r} would have the address of {owner!r}, {url(kind, name)}"
                    yield Problem(notebook, message, "call them the same, or one of them something else")
