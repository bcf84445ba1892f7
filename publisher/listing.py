"""Make the pages that list posts as cards, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from publisher import markup, pages
from publisher.head import Listing
from publisher.pages import Date, Page, Post, Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jinja2 import Environment
    from markupsafe import Markup

_FIRST_ROW = 3  # cards beside each other on a wide screen
_CARD_SIZES = "(min-width: 76rem) 22.5rem, (min-width: 64rem) 31vw, (min-width: 40rem) 46vw, calc(100vw - 2.5rem)"
_LEAD_SIZES = "(min-width: 76rem) 47.25rem, (min-width: 64rem) 62vw, (min-width: 48rem) 46vw, calc(100vw - 2.5rem)"


class Card(Struct, frozen=True):
    """What a listing shows of a post. The lead is the one that opens the first page.

    `language` is that of the post if the listing has another.
    """

    title: Markup
    url: str
    image: Markup
    excerpt: str
    date: Date | None
    tags: tuple[str, ...]
    minutes: int
    language: str = ""
    is_lead: bool = False


def in_order(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Return the posts that listings show: the pinned, then the dated, newest first, then the undated.

    Pages and unlisted posts are left out; ties go by path.
    """
    listed = sorted((post for post in posts if _is_listed(post)), key=lambda post: post.notebook)
    return tuple(sorted(listed, key=_rank))


def _is_listed(post: Post) -> bool:
    return not (post.metadata.is_page or post.metadata.unlisted)


def _rank(post: Post) -> tuple[bool, bool, float]:
    return not post.metadata.pinned, post.date is None, -post.date.timestamp() if post.date else 0.0


def neighbours(posts: Iterable[Post]) -> Mapping[str, tuple[Post | None, Post | None]]:
    """Return the older and the newer post of each listed and dated one, by its notebook. Pins do not matter here."""
    dated = sorted((post for post in in_order(posts) if post.date), key=lambda post: (_rank(post)[2], post.notebook))
    padded = [None, *dated, None]
    return {post.notebook: (older, newer) for newer, post, older in zip(padded, dated, padded[2:], strict=False)}


def series(posts: Iterable[Post]) -> Mapping[str, tuple[Post, ...]]:
    """Return the posts of each series that has several, oldest first, undated ones last by path."""
    parts: dict[str, list[Post]] = {}
    for post in in_order(posts):
        if post.metadata.series:
            parts.setdefault(post.metadata.series, []).append(post)
    return {name: _by_age(members) for name, members in parts.items() if len(members) > 1}


def _by_age(posts: Iterable[Post]) -> tuple[Post, ...]:
    return tuple(sorted(posts, key=lambda post: (post.date is None, -_rank(post)[2], post.notebook)))


def card(site: Site, post: Post, *, is_lead: bool = False, is_lazy: bool = True) -> Card:
    """Return the card of a post."""
    image = ""
    if post.picture:
        sizes = _LEAD_SIZES if is_lead else _CARD_SIZES
        image = pages.image_tag(post.picture, f"Image for {post.title}", lazy=is_lazy, sizes=sizes, prefix=site.prefix)
    return Card(
        title=markup.safe(post.title_html),
        url=pages.href(site, post.url),
        image=markup.safe(image),
        excerpt=post.excerpt,
        date=pages.date(post.date, site.language),
        tags=post.tags,
        minutes=post.minutes,
        language=pages.other_language(site, post, site.language),
        is_lead=is_lead,
    )


def page_url(number: int) -> str:
    """Return the site-relative URL of a page of the listing, counted from 1."""
    return "/" if number == 1 else f"/page/{number}/"


class Part(Struct, frozen=True):
    """One page of the listing, counted from 1, and the posts on it."""

    number: int
    count: int
    posts: tuple[Post, ...]

    @property
    def path(self) -> str:
        """Where the page goes below the output folder."""
        return f"{page_url(self.number).lstrip('/')}index.html"


def parts(posts: Iterable[Post], page_size: int) -> tuple[Part, ...]:
    """Return the pages of the listing. A blog without posts has one, too."""
    ordered = in_order(posts)
    count = max(1, -(-len(ordered) // page_size))
    starts = range(0, count * page_size, page_size)
    return tuple(Part(number, count, ordered[at : at + page_size]) for number, at in enumerate(starts, 1))


def listing_pages(
    env: Environment, site: Site, posts: Iterable[Post], page_size: int, source: str = "notebooks"
) -> Iterator[Page]:
    """Yield the pages of the listing, the first of which is `index.html`."""
    for part in parts(posts, page_size):
        yield listing_page(env, site, part, source)


def listing_page(env: Environment, site: Site, part: Part, source: str = "notebooks") -> Page:
    """Return one page of the listing."""
    number = part.number
    heading = "" if number == 1 else f"Older posts, page {number}"
    newer = pages.href(site, page_url(number - 1)) if number > 1 else ""
    older = pages.href(site, page_url(number + 1)) if number < part.count else ""
    around = Listing(newer, older)
    html = env.get_template("listing.html.j2").render(
        site=site,
        frame=pages.frame(site, page_url(number), heading or site.title, site.description, about=around),
        heading=heading,
        cards=tuple(_cards(site, part.posts, has_lead=number == 1)),
        newer=newer,
        older=older,
        source=source,
    )
    return Page(part.path, html.encode())


def _cards(site: Site, posts: Sequence[Post], *, has_lead: bool) -> Iterator[Card]:
    first_row = 1 if has_lead else _FIRST_ROW
    for index, post in enumerate(posts):
        yield card(site, post, is_lead=has_lead and index == 0, is_lazy=index >= first_row)
