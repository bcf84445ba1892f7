"""Make the pages that lead to everything: the archive by year, and the lists of tags, of series, of authors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher import listing, markup, ordering, pages, taxonomies
from publisher.head import Collection
from publisher.pages import Date, Page, Post, Site

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from publisher.config import Settings

ARCHIVE = "/archive/"


class Line(Struct, frozen=True):
    """One post of an archive, or one tag, series or author with the number of its posts."""

    title: Markup
    url: str
    description: str = ""
    count: int = 0
    date: Date | None = None
    language: str = ""


class Section(Struct, frozen=True):
    """The lines below one heading; `id` is the place of the heading on the page."""

    title: str
    id: str
    lines: tuple[Line, ...]


class Overview(Struct, frozen=True):
    """A page of lines: what it is of, its URL, and its sections, which have no headings if there is but one kind."""

    kind: str
    url: str
    sections: tuple[Section, ...]

    @property
    def path(self) -> str:
        """Where the page goes below the output folder."""
        return pages.path_of(self.url)


def urls(posts: Sequence[Post]) -> tuple[str, ...]:
    """Return the site-relative URLs of the overviews that the posts give reason for."""
    kinds = (taxonomies.url(kind) for kind in taxonomies.KINDS if listing.terms(kind, posts))
    return (ARCHIVE, *kinds) if ordering.in_order(posts) else ()


def overviews(site: Site, posts: Sequence[Post], settings: Settings) -> Iterator[Overview]:
    """Yield the overviews of a site."""
    for url in urls(posts):
        if url == ARCHIVE:
            yield Overview("archive", ARCHIVE, tuple(_years(site, ordering.by_date(posts))))
    descriptions = {taxonomies.url("tags", name): text for name, text in settings.tags}
    for kind in taxonomies.KINDS:
        if found := listing.terms(kind, posts):
            lines = tuple(_of_term(site, term, descriptions.get(term.url, "")) for term in found)
            yield Overview(kind, taxonomies.url(kind), (Section("", "", lines),))


def _years(site: Site, posts: Iterable[Post]) -> Iterator[Section]:
    for year, members in groupby(posts, lambda post: f"{post.date:%Y}" if post.date else ""):
        yield Section(year, f"y{year}" if year else "undated", tuple(_of_post(site, post) for post in members))


def _of_post(site: Site, post: Post) -> Line:
    language = pages.other_language(site, post, site.language)
    day = pages.date(post.date, pages.words_of(site))
    return Line(markup.safe(post.title_html), pages.href(site, post.url), date=day, language=language)


def _of_term(site: Site, term: ordering.Term, description: str) -> Line:
    title = markup.safe(markup.escape(term.name))
    return Line(title, pages.href(site, term.url), description, len(term.posts))


def overview_page(env: Environment, site: Site, overview: Overview) -> Page:
    """Return the page of an overview."""
    heading = pages.overview_title(site, overview.url)
    frame = pages.frame(site, overview.url, heading, about=Collection())
    data = pages.render(env, "overview.html.j2", site, frame, heading=heading, overview=overview)
    return Page(overview.path, data)
