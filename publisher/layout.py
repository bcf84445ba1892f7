"""Lay out a post that was made: its links lead where they should, its figures are in place, its page is whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from publisher import (
    figures,
    html_tags,
    links,
    markdown,
    ordering,
    pages,
    paths,
    stored,
    taxonomies,
    templating,
    translations,
    twins,
)
from publisher.article import ASSET
from publisher.links import Scan
from publisher.markdown import headings
from publisher.markup import ID_PREFIX
from publisher.ordering import Term
from publisher.pages import Page, Post, Site
from publisher.posts import Made, Outline, Place, twin_path
from publisher.templating import Templates
from publisher.translations import Sets
from publisher.words import FALLBACK

if TYPE_CHECKING:
    from jinja2 import Environment

    from publisher.config.settings import Author


ARTICLE = "article.html.j2"  # of a site; other templates make pages that stand alone
_ADDRESSES = ("href", "src", "poster")
_LEADING = (("a", "href"), ("audio", "src"), ("video", "src"))  # what authors write, as it is meant in their folder


class Neighbourhood(Struct, frozen=True):
    """What the page of one post says of the others.

    Where notebooks are, which posts are older and newer, the series, which posts are like it, and its translations.
    """

    urls: Mapping[str, str]
    ids: Mapping[str, frozenset[str]]
    neighbours: Mapping[str, tuple[Post | None, Post | None]]
    series: Mapping[str, Term]
    related: Mapping[str, tuple[Post, ...]] = field(default_factory=dict)
    translations: Sets = field(default_factory=dict)


class Files(Struct, frozen=True):
    """Which files beside its pictures the site has of a post: attachments by the link as written, and the notebook."""

    attachments: Mapping[str, str] = field(default_factory=dict)
    download: str = ""


class Layout(Struct, frozen=True):
    """A page to be laid out: all that it is made of, so that any process can do it. `made` is what `stored` wrote."""

    made: bytes
    post: Post
    site: Site
    files: Files
    others: Neighbourhood
    templates: Templates


class LaidOut(Struct, frozen=True):
    """A finished page, what leads where on it, and what goes along with it: the same in Markdown."""

    page: Page
    scan: Scan
    beside: tuple[Page, ...] = ()


def compose(outline: Outline, place: Place, files: Files, authors: Sequence[Author]) -> Post:
    """Return what listings, and other posts, show of a post. One without authors is by those of the blog."""
    metadata = outline.metadata
    return Post(
        notebook=outline.notebook,
        url=place.url,
        path=place.path,
        metadata=metadata,
        title=outline.title,
        title_html=outline.title_html,
        excerpt=outline.excerpt,
        minutes=outline.minutes,
        subtitle_html=outline.subtitle_html,
        tags=metadata.tags,
        date=None if metadata.is_page else metadata.date,
        updated=metadata.updated,
        authors=metadata.authors or (() if metadata.is_page else tuple(authors)),
        picture=outline.picture,
        is_cover=outline.is_cover,
        source_url=f"/{files.download}" if files.download else "",
        terms=outline.terms,
    )


def neighbourhood(
    posts: Sequence[Post],
    ids: Mapping[str, Iterable[str]],
    related: Mapping[str, Sequence[str]] | None = None,
    language: str = FALLBACK,
) -> Neighbourhood:
    """Return what pages say of each other, for all posts of the site.

    `ids` are those that links may mean; `related` names the posts that are like each. `language` is the blog's.
    """
    by_notebook = {post.notebook: post for post in posts}
    return Neighbourhood(
        urls={post.notebook: post.url for post in posts},
        ids={notebook: frozenset(found) for notebook, found in ids.items()},
        neighbours=ordering.neighbours(posts),
        translations=translations.sets(posts, language),
        series=ordering.series(posts),
        related={name: tuple(by_notebook[other] for other in others) for name, others in (related or {}).items()},
    )


def linked_otherwise(posts: Sequence[Post], language: str) -> dict[str, tuple[str, ...]]:
    """Return the notebooks that the page of each names anyway: the parts of its series, and its translations."""
    found: dict[str, set[str]] = {}
    groups = [term.posts for term in ordering.series(posts).values()]
    for group in (*groups, *translations.sets(posts, language).values()):
        names = {post.notebook for post in group}
        for name in names:
            found.setdefault(name, set()).update(names - {name})
    return {name: tuple(sorted(others)) for name, others in sorted(found.items())}


def lay_out(layout: Layout) -> LaidOut:
    """Return the finished page of a post. Pure: the same values give the same page in any process."""
    made = _loaded(layout.made, layout.post)
    post, site = layout.post, layout.site
    body = own_body(made, post, layout.files, layout.others, site)
    with templating.worded_errors():  # here, since the place of an error does not travel
        page = article_page(templating.environment(layout.templates), site, made, post, body, layout.others)
    twin = twin_page(site, made, post, body)
    return LaidOut(page, links.scan(page.path, page.data.decode(), site.base_url), (twin,))


def _loaded(data: bytes, post: Post) -> Made:
    made = stored.load(Made, data)
    if made is None:
        raise ValueError(f"{post.notebook}: what was made of it cannot be read")
    return made


def body_of(data: bytes, post: Post, files: Files, others: Neighbourhood, site: Site) -> str:
    """Return the finished body of an article for another page than its own; `data` is what `stored` wrote."""
    return article_body(_loaded(data, post), post, files, others, site, is_first_eager=False)


def own_body(made: Made, post: Post, files: Files, others: Neighbourhood, site: Site) -> str:
    """Return the finished body of an article for its own page."""
    return article_body(made, post, files, others, site, is_first_eager=made.card.lead is None)


def twin_page(site: Site, made: Made, post: Post, body: str) -> Page:
    """Return a post with this finished body as Markdown."""
    about = (
        ("title", post.title),
        ("description", markdown.plain(made.metadata.description)),
        ("date", post.date.isoformat() if post.date else ""),
        ("updated", post.updated.isoformat() if post.updated else ""),
        ("authors", [author.name for author in post.authors]),
        ("tags", post.tags),
        ("language", made.metadata.language or site.language),
        ("license", made.metadata.license),
        ("url", pages.absolute(site, post.url) or pages.href(site, post.url)),
    )
    origin = site.base_url.removesuffix(site.prefix) if site.base_url else ""
    return Page(twin_path(post.path), twins.twin(post.title, about, body, origin).encode())


def article_body(
    made: Made, post: Post, files: Files, others: Neighbourhood, site: Site, *, is_first_eager: bool
) -> str:
    """Return the finished body of an article: its links lead where they should, its figures are in place."""

    def led(name: str, attributes: html_tags.Attributes) -> html_tags.Changes:
        changes = {}
        for key in _ADDRESSES:
            address = attributes.get(key, "")
            if address.startswith(ASSET):
                changes[key] = f"{site.prefix}/{address.removeprefix(ASSET)}"
            elif (name, key) in _LEADING and key in attributes:
                changes[key] = resolve(address, post.notebook, files, others, site)
        return changes

    body = html_tags.changed(made.article.body, _ADDRESSES, led)
    wording = pages.words_of(site, post.metadata.language)
    return figures.fill_figures(
        body, made.pictures, wording, site.prefix, is_first_eager=is_first_eager, text_width=site.text_width
    )


def article_page(
    env: Environment,
    site: Site,
    made: Made,
    post: Post,
    body: str,
    others: Neighbourhood,
    template: str = ARTICLE,
) -> Page:
    """Return the page of a post with this finished body; only that of a site has a twin."""
    older, newer = others.neighbours.get(post.notebook, (None, None))
    series = others.series.get(series_of(post))
    lead = made.card.lead
    wording = pages.words_of(site, post.metadata.language)
    return pages.article_page(
        env,
        site,
        post,
        body,
        made.article.headings,
        older=older,
        newer=newer,
        translations=others.translations.get(post.notebook, ()),
        series=(series.name, series.posts) if series else ("", ()),
        related=others.related.get(post.notebook, ()),
        word_count=made.article.words,
        lead=lead,
        lead_alt=made.card.lead_alt or wording.image_for(title=post.title),
        markdown=twin_path(post.path) if template == ARTICLE else "",
        template=template,
    )


def series_of(post: Post) -> str:
    """Return the URL of the series that a post is a part of, or ""."""
    return taxonomies.url("series", post.metadata.series) if post.metadata.series else ""


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
    return paths.named_from(notebook, name) if name.endswith(".ipynb") else ""


def anchor(fragment: str, ids: frozenset[str] | None) -> str:
    """Return the id that a fragment means: as written, an author's own, or a heading by Jupyter's way to name it."""
    if not ids or fragment in ids:
        return fragment
    wanted = unquote(fragment)
    for candidate in (wanted, f"{ID_PREFIX}{wanted}", headings.slug(wanted)):
        if candidate in ids:
            return candidate
    return fragment
