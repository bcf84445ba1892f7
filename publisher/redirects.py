"""Lead readers on from the old addresses of posts: a page at each, and a file for hosts that redirect themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from msgspec import Struct

from publisher import pages
from publisher.pages import Page
from publisher.paths import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jinja2 import Environment

    from publisher.pages import Post, Site

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
