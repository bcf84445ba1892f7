"""List all posts for programs that read the site: `llms.txt`, as https://llmstxt.org has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publisher import pages
from publisher.posts import twin_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publisher.pages import Post, Site

PATH = "llms.txt"
_SPECIAL = re.compile(r"[\\\[\]]")  # what would end the words of a link, and what takes its meaning


def index(site: Site, posts: Iterable[Post]) -> bytes:
    """Return the list: the blog's name and description, and of each post a link to its Markdown and its excerpt."""
    lines = [f"# {site.title}", ""]
    if site.description:
        lines += [f"> {site.description}", ""]
    lines += ["## Posts", ""]
    return "\n".join([*lines, *(_line(site, post) for post in posts), ""]).encode()


def _line(site: Site, post: Post) -> str:
    url = f"/{twin_path(post.path)}"
    title = _SPECIAL.sub(r"\\\g<0>", " ".join(post.title.split()))
    excerpt = f": {post.excerpt}" if post.excerpt else ""
    return f"- [{title}]({pages.absolute(site, url) or pages.href(site, url)}){excerpt}"
