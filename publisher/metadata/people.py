"""Read who wrote a post, in all the ways in which people write names."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from publisher.config.settings import Author
from publisher.config.shapes import listed, of, takes
from publisher.metadata import keys
from publisher.metadata.frontmatter import is_empty
from publisher.metadata.values import SCALAR, WrongValueError, part, read_text
from publisher.metadata.written import Scalar, Series, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publisher.metadata.written import Value

_ANCHOR = re.compile(
    r"<a\b[^>]*?\bhref\s*=\s*([\"'])(.*?)\1[^>]*>(.*?)</a\s*>|(?<!!)\[([^\]]+)\]\((\S+?)\)", re.I | re.S
)
_LONGEST = 2_000  # characters that name authors
_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r"\s*<[^<>\s]+@[^<>\s]+>")


@takes(SCALAR, listed({"anyOf": [SCALAR, of("object")]}), of("object"))
def read_authors(value: Value) -> tuple[Author, ...]:
    """Return the people that a text, a list of texts or tables, or one table names."""
    if isinstance(value, Table):
        return (_person(value),)
    if isinstance(value, Scalar):
        text = read_text(value)
        if len(text) > _LONGEST:
            raise WrongValueError(
                f"is longer than {_LONGEST:,} characters", "write `authors: [Ada Lovelace]`", value.place
            )
        return tuple(_people(text))
    return tuple(
        author for item in value.items for author in (read_authors(item) if _is_linked(item) else [Author(_name(item))])
    )


def _is_linked(value: Value) -> bool:
    """Tell whether an item of a list says more than a name: a name in a list may hold a comma."""
    return isinstance(value, Table) or (isinstance(value, Scalar) and _ANCHOR.search(str(value.data)) is not None)


def _name(value: Value) -> str:
    if isinstance(value, Series):
        raise WrongValueError("is a list within a list", "write `authors: [Ada Lovelace, Grace Hopper]`", value.place)
    return _clean(read_text(value))


def _clean(text: str) -> str:
    return unescape(_TAG.sub("", _ADDRESS.sub("", text))).strip()


def _people(text: str) -> Iterator[Author]:
    """Read `Ada`, `Ada, Grace and Alan`, or links with names, in HTML or in Markdown."""
    for match in _ANCHOR.finditer(text):
        url, name = (match[2], match[3]) if match[2] is not None else (match[5], match[4])
        yield Author(_clean(name), unescape(url) if _is_page(unescape(url)) else "")
    rest = _ANCHOR.sub(" , ", text)
    separator = r"\s*;\s*" if ";" in rest and "&" not in rest else r"\s*,\s*and\s+|\s*,\s*|\s+and\s+|\s+&(?:amp;)?\s+"
    for piece in re.split(separator, rest):
        name = _clean(piece)
        if name and name not in ("and", "&"):
            yield Author(name)


def _person(table: Table) -> Author:
    held = {keys.name(entry.key): entry.value for entry in table.entries}
    name = held.get("name") or part(table, ("literal", "given", "first", "email"), "authors: [{name: Ada Lovelace}]")
    if isinstance(name, Table):
        name = part(name, ("literal", "family", "last", "given"), "authors: [{name: Ada Lovelace}]")
    url = next((held[key] for key in ("url", "website", "homepage") if key in held and not is_empty(held[key])), None)
    if url is None:
        orcid = held.get("orcid")
        number = re.search(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", read_text(orcid)) if orcid and not is_empty(orcid) else None
        return Author(_name(name), f"https://orcid.org/{number[0]}" if number else "")
    if not _is_page(read_text(url)):
        raise WrongValueError(
            f"`{read_text(url)}` is not the address of a page", "write `url: https://example.org/`", url.place
        )
    return Author(_name(name), read_text(url))


def _is_page(url: str) -> bool:
    return re.fullmatch(r"(?:https?://[^\s\"<>]+|/(?!/)[^\s\"<>]*)", url, re.I) is not None
