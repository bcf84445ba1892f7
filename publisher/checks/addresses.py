"""Addresses of the blog: those that were published once are kept in a list, so that none vanishes unnoticed."""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import unquote

from publisher import redirects, regular
from publisher.checks.kinds import Finding, found
from publisher.errors import Problem, PublisherError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from publisher.pages import Post

FILE = "published-urls.txt"
HEAD = "# Addresses of published posts: `invoke check` sees that none of them vanishes. Keep this file in Git."


def same_titles(posts: Iterable[Post]) -> Iterator[Finding]:
    """Yield the posts that have the title of another one in the same language."""
    titles: dict[tuple[str, str], list[Post]] = defaultdict(list)
    for post in posts:
        titles[post.title.casefold(), post.metadata.language].append(post)
    for rivals in titles.values():
        for post in rivals if len(rivals) > 1 else ():
            others = " and ".join(other.notebook for other in rivals if other is not post)
            yield found("same-title", post.notebook, f"has the title of {others}", "give one of them another title")


def read(root: Path) -> bytes | None:
    """Return the file of published addresses; None if there is none.

    Raises PublisherError if it cannot be read, or is no UTF-8: to complete it would spoil what the author wrote.
    """
    try:
        data = regular.read_linked(root / FILE)
        text(data)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PublisherError(Problem(FILE, f"cannot be read: {error.strerror}", "check the file")) from None
    except UnicodeDecodeError:
        raise PublisherError(Problem(FILE, "is not UTF-8", "save it as UTF-8")) from None
    return data


def text(data: bytes) -> str:
    """Return what the file of published addresses says. Raises UnicodeDecodeError."""
    return data.decode("utf-8-sig")


def listed(text: str) -> dict[str, int]:
    """Return the addresses of a list, each with the line that it is in."""
    lines = ((line.strip(), number) for number, line in enumerate(text.splitlines(), 1))
    return {line: number for line, number in lines if line and not line.startswith("#")}


def vanished(text: str, paths: Collection[str], posts: Sequence[Post], held: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the addresses of the list that lead nowhere.

    `paths` are the files of the site; `held` are the addresses of notebooks that are held back.
    """
    known = listed(text)
    new = {post.url: post for post in posts if post.url not in known}
    for url, line in known.items():
        if redirects.path_of(unquote(url)) not in paths:
            what = f"{url} was published before and leads nowhere now"
            yield found("vanished-address", FILE, what, _way_back(url, new, held), line=line)


def _way_back(url: str, new: Mapping[str, Post], held: Mapping[str, str]) -> str:
    if url in held:
        return f"{held[url]} is held back: publish it, or remove the line if readers shall lose it"
    near = difflib.get_close_matches(url, new, n=1, cutoff=0.5)
    where = new[near[0]].notebook if near else "the post that took its place"
    return f"add `aliases: [{unquote(url)}]` to {where}, or remove the line if readers shall lose it"


def unrecorded(text: str, posts: Iterable[Post]) -> Iterator[Finding]:
    """Yield in one finding how many addresses are not in the list."""
    new = _new(text, posts)
    if new:
        named = ", ".join(new[:3]) + (f" and {len(new) - 3:,} more" if len(new) > 3 else "")
        what = f"lacks {len(new):,} address{'' if len(new) == 1 else 'es'}: {named}"
        yield found("unrecorded-address", FILE, what, "`invoke check --fix` adds what is published; commit the file")


def _new(text: str, posts: Iterable[Post]) -> list[str]:
    known = listed(text)
    return sorted({post.url for post in posts} - known.keys())


def completed(data: bytes, posts: Iterable[Post]) -> bytes:
    """Return the file with all addresses of posts in it: comments first, then addresses in their order.

    Its line ends stay what they are.
    """
    before = text(data)
    if not (new := _new(before, posts)):
        return data
    comments = [line for line in before.splitlines() if line.startswith("#")]
    lines = (*(comments or [HEAD]), *sorted([*listed(before), *new]))
    end = "\r\n" if "\r\n" in before else "\n"
    return "".join(f"{line}{end}" for line in lines).encode()
