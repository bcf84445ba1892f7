"""Make the pages that list posts: as cards, as lines, or whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from publisher import figures, markup, ordering, pages, taxonomies
from publisher.head import Collection
from publisher.pages import Date, Page, Post, Site

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from publisher.config import FolderListing, Settings, View

Kind = Literal["blog", "folder", "tags", "series", "authors"]

_FIRST_ROW = 3  # cards beside each other on a wide screen
_CARD_SIZES = "(min-width: 76rem) 22.5rem, (min-width: 64rem) 31vw, (min-width: 40rem) 46vw, calc(100vw - 2.5rem)"
_LEAD_SIZES = "(min-width: 76rem) 47.25rem, (min-width: 64rem) 62vw, (min-width: 48rem) 46vw, calc(100vw - 2.5rem)"


class Listing(Struct, frozen=True):
    """Posts under one heading, in their order, on as many pages as they need.

    `url` is that of the first page, site-relative with `/` at both ends. A `title` of "" is that of the blog.
    """

    kind: Kind
    url: str
    posts: tuple[Post, ...]
    title: str = ""
    description: str = ""
    view: View = "cards"
    page_size: int = 12

    @property
    def count(self) -> int:
        """The number of its pages: one even without posts."""
        return max(1, -(-len(self.posts) // self.page_size))

    def page_url(self, number: int) -> str:
        """Return the site-relative URL of a page, counted from 1."""
        return self.url if number == 1 else f"{self.url}page/{number}/"

    def parts(self) -> tuple[Part, ...]:
        """Return its pages."""
        starts = range(0, self.count * self.page_size, self.page_size)
        return tuple(Part(self, number, self.posts[at : at + self.page_size]) for number, at in enumerate(starts, 1))


class Part(Struct, frozen=True):
    """One page of a listing, counted from 1, and the posts on it."""

    listing: Listing
    number: int
    posts: tuple[Post, ...]

    @property
    def url(self) -> str:
        """Its site-relative URL."""
        return self.listing.page_url(self.number)

    @property
    def path(self) -> str:
        """Where the page goes below the output folder."""
        return pages.path_of(self.url)


class Card(Struct, frozen=True):
    """What a listing shows of a post. The lead is the one that opens the first page.

    `language` is that of the post if the listing has another, `direction` the one that the post is written in. `body`
    is the whole article where that is wanted.
    """

    title: Markup
    url: str
    image: Markup
    excerpt: str
    date: Date | None
    tags: tuple[pages.Tag, ...]
    minutes: int
    language: str = ""
    direction: str = "ltr"
    is_lead: bool = False
    is_pinned: bool = False
    body: Markup | None = None


def listings(posts: Iterable[Post], settings: Settings) -> Iterator[Listing]:
    """Yield every listing of the blog: its own, those of folders, of tags, of series, and of authors if several."""
    ordered = ordering.in_order(posts)
    elsewhere = [each.folder for each in settings.listings if not each.home]
    at_home = tuple(post for post in ordered if not any(is_in(post, folder) for folder in elsewhere))
    yield Listing("blog", "/", at_home, view=settings.view, page_size=settings.page_size)
    for each in settings.listings:
        yield _of_folder(each, ordered, settings)
    descriptions = {taxonomies.url("tags", name): text for name, text in settings.tags}
    for kind in taxonomies.KINDS:
        for term in terms(kind, ordered):
            description = descriptions.get(term.url, "")
            view: View = "compact" if kind == "series" else settings.view
            yield Listing(kind, term.url, term.posts, term.name, description, view, settings.page_size)


def _of_folder(wanted: FolderListing, ordered: Sequence[Post], settings: Settings) -> Listing:
    return Listing(
        "folder",
        wanted.url,
        tuple(post for post in ordered if is_in(post, wanted.folder)),
        wanted.title,
        wanted.description,
        wanted.view or settings.view,
        wanted.page_size or settings.page_size,
    )


def urls(filed: Iterable[taxonomies.Names], settings: Settings) -> set[str]:
    """Return the URLs of all listings that posts filed like this may give reason for, and of the overviews."""
    found = {"/", *pages.OVERVIEWS, *(each.url for each in settings.listings)}
    found.update(taxonomies.url(kind, name) for names in filed for kind in taxonomies.KINDS for name in names[kind])
    return found


def is_in(post: Post, folder: str) -> bool:
    """Tell whether the notebook of a post is in a folder of the source folder."""
    return post.notebook.startswith(f"{folder}/")


def terms(kind: taxonomies.Kind, posts: Iterable[Post]) -> tuple[ordering.Term, ...]:
    """Return the terms that have a page each: a blog of one author has none for authors."""
    if kind == "series":
        return tuple(ordering.series(posts).values())
    found = ordering.terms(kind, posts)
    return found if kind != "authors" or len(found) > 1 else ()


def listing_page(
    env: Environment, site: Site, part: Part, source: str = "notebooks", bodies: Mapping[str, Markup] | None = None
) -> Page:
    """Return one page of a listing; `bodies` are articles to be shown whole, by their notebooks."""
    listing, number = part.listing, part.number
    heading = listing.title if number == 1 else _later_heading(site, part)
    newer = pages.href(site, listing.page_url(number - 1)) if number > 1 else ""
    older = pages.href(site, listing.page_url(number + 1)) if number < listing.count else ""
    around, description = Collection(newer, older), listing.description or site.description
    whole = "".join((bodies or {}).values())
    frame = pages.frame(site, part.url, heading or site.title, description, body=whole, about=around)
    own = _own_feed(site, listing)
    data = pages.render(
        env,
        "listing.html.j2",
        site,
        replace(frame, feeds=(*own, *frame.feeds)),
        listing=listing,
        heading=heading,
        kind=_kind(site, listing),
        feed=own[0].url if own else "",
        start=1 + (number - 1) * listing.page_size,
        cards=tuple(_cards(site, part, bodies or {})),
        newer=newer,
        older=older,
        source=source,
    )
    return Page(part.path, data)


def _own_feed(site: Site, listing: Listing) -> tuple[pages.FeedLink, ...]:
    """Return the feed of a tag."""
    if listing.kind != "tags" or not site.base_url:
        return ()
    return (pages.FeedLink(f"{listing.title} · {site.title}", pages.href(site, feed_url(listing.url)), pages.ATOM),)


def feed_url(url: str) -> str:
    """Return where the Atom feed of a page is, both site-relative."""
    return f"{url}feed.xml"


def _later_heading(site: Site, part: Part) -> str:
    wording = pages.words_of(site)
    if part.listing.title:
        return wording.title_page(title=part.listing.title, number=part.number)
    return wording.older_posts_page(number=part.number)


def _kind(site: Site, listing: Listing) -> pages.Tag | None:
    """Return what leads from the page of a term to all of its kind."""
    url = f"/{listing.kind}/"
    return pages.Tag(pages.overview_title(site, url), pages.href(site, url)) if url in site.overviews else None


def _cards(site: Site, part: Part, bodies: Mapping[str, Markup]) -> Iterator[Card]:
    has_lead = part.number == 1 and part.listing.kind == "blog" and part.listing.view == "cards"
    first_row = 1 if has_lead else _FIRST_ROW
    for index, post in enumerate(part.posts):
        is_lead = has_lead and index == 0
        yield card(site, post, is_lead=is_lead, is_lazy=index >= first_row, body=bodies.get(post.notebook))


def card(site: Site, post: Post, *, is_lead: bool = False, is_lazy: bool = True, body: Markup | None = None) -> Card:
    """Return the card of a post."""
    image = ""
    if post.picture:
        alt = pages.words_of(site).image_for(title=post.title)
        sizes = _LEAD_SIZES if is_lead else _CARD_SIZES
        image = figures.image_tag(post.picture, alt, lazy=is_lazy, sizes=sizes, prefix=site.prefix)
    return Card(
        title=markup.safe(post.title_html),
        url=pages.href(site, post.url),
        image=markup.safe(image),
        excerpt=post.excerpt,
        date=pages.date(post.date, pages.words_of(site)),
        tags=pages.tags(site, post),
        minutes=post.minutes,
        language=pages.other_language(site, post, site.language),
        direction=pages.direction(post.metadata.language or site.language),
        is_lead=is_lead,
        is_pinned=post.metadata.pinned,
        body=body,
    )
