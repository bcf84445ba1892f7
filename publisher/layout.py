"""Lay out a post that was made: its links lead where they should, its figures are in place, its page is whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from publisher import excerpt, listing, markdown, markup, pages
from publisher.markdown import headings
from publisher.markup import ID_PREFIX
from publisher.pages import Page, Post, Site

if TYPE_CHECKING:
    from jinja2 import Environment

    from publisher.config.settings import Author
    from publisher.images import Picture
    from publisher.posts import Made, Place

_ID = re.compile(r' (?:id|name)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What the page of one post says of the others: where notebooks are, who is older and newer, and the series."""

    urls: Mapping[str, str]
    ids: Mapping[str, frozenset[str]]
    neighbours: Mapping[str, tuple[Post | None, Post | None]]
    series: Mapping[str, tuple[Post, ...]]


@dataclass(frozen=True, slots=True)
class Files:
    """Which files of a made post the site has.

    `pictures` are by number of the figure, `attachments` by the link as written; `paths` are all of them.
    """

    pictures: tuple[Picture | None, ...] = ()
    card: Picture | None = None
    lead: Picture | None = None
    attachments: Mapping[str, str] = field(default_factory=dict)
    download: str = ""
    paths: tuple[str, ...] = ()


def compose(made: Made, place: Place, files: Files, authors: Sequence[Author]) -> Post:
    """Return what listings, and other posts, show of a post. One without authors is by those of the blog."""
    metadata, article = made.notebook.metadata, made.article
    subtitle = metadata.subtitle or metadata.description
    return Post(
        notebook=made.notebook.path,
        url=place.url,
        path=place.path,
        metadata=metadata,
        title=article.title,
        title_html=article.title_html,
        excerpt=article.excerpt,
        minutes=excerpt.reading_minutes(article.words, article.code_lines),
        subtitle_html=markdown.inline(subtitle),
        tags=metadata.tags,
        date=None if metadata.is_page else metadata.date,
        updated=metadata.updated,
        authors=metadata.authors or (() if metadata.is_page else tuple(authors)),
        picture=files.card,
        is_cover=made.card.is_cover,
        source_url=f"/{files.download}" if files.download else "",
    )


def neighbourhood(posts: Sequence[Post], bodies: Mapping[str, str]) -> Neighbourhood:
    """Return what pages say of each other, for all posts of the site; their HTML has the ids that links mean."""
    return Neighbourhood(
        urls={post.notebook: post.url for post in posts},
        ids={notebook: frozenset(_ID.findall(body)) for notebook, body in bodies.items()},
        neighbours=listing.neighbours(posts),
        series=listing.series(posts),
    )


def article_page(
    env: Environment,
    site: Site,
    made: Made,
    post: Post,
    files: Files,
    others: Neighbourhood,
    template: str = "article.html.j2",
) -> Page:
    """Return the finished page of a post."""
    older, newer = others.neighbours.get(post.notebook, (None, None))
    body = markup.replace_links(made.article.body, lambda href: resolve(href, post.notebook, files, others, site))
    body = pages.fill_figures(body, files.pictures, site.prefix, is_first_eager=files.lead is None)
    return pages.article_page(
        env,
        site,
        post,
        body,
        made.article.headings,
        older=older,
        newer=newer,
        series=others.series.get(post.metadata.series, ()),
        lead=files.lead,
        lead_alt=made.card.lead_alt or f"Image for {post.title}",
        template=template,
    )


def resolve(href: str, notebook: str, files: Files, others: Neighbourhood, site: Site) -> str:
    """Return where a link of a notebook leads on the site; one that leads nowhere we know stays as it is written."""
    if href in files.attachments:
        return f"{site.prefix}/{files.attachments[href]}"
    try:
        parts = urlsplit(href)
    except ValueError:
        return href
    if parts.scheme or parts.netloc:
        return href
    if not parts.path:
        return f"#{anchor(parts.fragment, others.ids.get(notebook))}" if parts.fragment else href
    target = notebook_meant(parts.path, notebook)
    if target in others.urls:
        fragment = f"#{anchor(parts.fragment, others.ids.get(target))}" if parts.fragment else ""
        return pages.href(site, others.urls[target]) + fragment
    return href if href.startswith(f"{site.prefix}/") else pages.href(site, href)


def notebook_meant(path: str, notebook: str) -> str:
    """Return the path of the notebook that a link means, relative to the source folder; "" if it means none."""
    name = unquote(path)
    if not name.endswith(".ipynb"):
        return ""
    folder = PurePosixPath() if name.startswith("/") else PurePosixPath(notebook).parent
    steps: list[str] = []
    for step in folder.joinpath(name.lstrip("/")).parts:
        if step == "..":
            del steps[-1:]
        else:
            steps.append(step)
    return "/".join(steps)


def anchor(fragment: str, ids: frozenset[str] | None) -> str:
    """Return the id that a fragment means: as written, an author's own, or a heading by Jupyter's way to name it."""
    if not ids or fragment in ids:
        return fragment
    wanted = unquote(fragment)
    for candidate in (wanted, f"{ID_PREFIX}{wanted}", headings.slug(wanted)):
        if candidate in ids:
            return candidate
    return fragment
