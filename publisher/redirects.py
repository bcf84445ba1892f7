"""Lead readers on from the old addresses of posts: a page at each, and a file for hosts that redirect themselves."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

from publisher import pages
from publisher.errors import Problem
from publisher.pages import Page
from publisher.paths import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jinja2 import Environment

    from publisher.pages import Post, Site
    from publisher.posts import Place

FILE = "_redirects"  # read by Netlify, Cloudflare and others that took it over
TEMPLATE = "redirect.html.j2"
_PAGES = (".html", ".htm")


class Redirect(Struct, frozen=True):
    """An old address, as its author wrote it, the path of the page there, and the post that it leads to."""

    alias: str
    path: str
    post: Post


def path_of(alias: str) -> str:
    """Return the path of the page at an old address: a file if it is named like one, else the index of a folder."""
    plain = alias.strip("/")
    if alias.endswith(_PAGES):
        return plain
    return f"{plain}/index.html" if plain else "index.html"


def of_posts(posts: Iterable[Post]) -> Iterator[Redirect]:
    """Yield where the aliases of posts lead; one that is the post's own address leads nowhere."""
    for post in posts:
        paths = {path_of(alias): alias for alias in reversed(post.metadata.aliases)}
        own = folded(post.path)
        yield from (Redirect(alias, path, post) for path, alias in sorted(paths.items()) if folded(path) != own)


def clashes(
    aliases: Mapping[str, tuple[str, ...]], places: Mapping[str, Place], reserved: Iterable[str]
) -> Iterator[Problem]:
    """Yield a problem for every notebook with an alias where a page, or another's alias, is."""
    taken = {folded(path) for path in reserved}
    pages_at = {folded(place.path): notebook for notebook, place in places.items()}
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    for notebook, own in aliases.items():
        for alias in own:
            wanted[folded(path_of(alias))][notebook] = alias
    for path, rivals in wanted.items():
        for notebook, alias in rivals.items():
            others = sorted(({pages_at[path]} if path in pages_at else rivals.keys()) - {notebook})
            if path in taken or others:
                yield _clash(notebook, alias, others, is_page=path in pages_at)


def _clash(notebook: str, alias: str, others: list[str], *, is_page: bool) -> Problem:
    if not others:
        message = f"has the alias {alias}, which is another page of the site"
        return Problem(notebook, message, "remove the alias", kind="same-address")
    whose = " and ".join(others)
    what = f"is the address of {whose}" if is_page else f"{whose} has as well"
    return Problem(notebook, f"has the alias {alias}, which {what}", "remove it from one of them", kind="same-address")


def page(env: Environment, site: Site, redirect: Redirect) -> Page:
    """Return the page at an old address: it leads on at once, or by a link in words."""
    post = redirect.post
    language = post.metadata.language or site.language
    frame = pages.frame(site, post.url, post.title, language=language, canonical=post.metadata.canonical)
    url = pages.href(site, post.url)
    return Page(redirect.path, pages.render(env, TEMPLATE, site, frame, title=post.title, url=url))


def file(redirects: Iterable[Redirect], site: Site) -> bytes:
    """Return the file for hosts: an old address, the new one, and that it has moved for good. It may lack a slash."""
    lines = []
    for redirect in redirects:
        target = pages.href(site, redirect.post.url)
        old = quote(f"{site.prefix}/{redirect.path.removesuffix('index.html')}")
        lines += [f"{each} {target} 301\n" for each in dict.fromkeys((old.rstrip("/"), old))]
    return "".join(lines).encode()
