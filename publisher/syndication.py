"""Stage what is for machines: feeds, the sitemap, what robots may read. Each is kept while what it says is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache as once
from typing import TYPE_CHECKING

from msgspec import Struct, field

from publisher import cache as caches
from publisher import feeds, ingredients, layout, listing, ordering, overviews, pages, sitemap, stored, taxonomies
from publisher.feeds import Entry, Feed, Person
from publisher.sitemap import Location
from publisher.typesetting import ARTICLE, LISTING, OVERVIEW, Sheet

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.config import Settings
    from publisher.pages import Post, Site
    from publisher.stamps import Stamp
    from publisher.typesetting import Typesetting

FEED, SITEMAP = "feed", "sitemap"
_FOR_PEOPLE = (ARTICLE, LISTING, OVERVIEW)  # kinds of pages; others lead elsewhere, or are shown for want of a page


class Wire(Struct):
    """All posts of the site, as feeds and the sitemap need them.

    `contents` stand for what cards show, by notebook; `made_of` gives what was made of a notebook. What is dated after
    `now` is in no feed. `stylesheet` is the site-relative URL of that of feeds.
    """

    typesetting: Typesetting
    posts: Sequence[Post]
    stamps: Mapping[str, Stamp]
    contents: Mapping[str, str]
    made_of: Callable[[str], bytes | None]
    settings: Settings
    cache: Cache
    now: datetime
    stylesheet: str = ""
    cleaned: set[str] = field(default_factory=set)

    @property
    def site(self) -> Site:
        """What every page knows of the blog."""
        return self.typesetting.site

    def is_out(self, post: Post) -> bool:
        """Tell whether a post is one to be told of: drafts and what is not due yet are shown to their author alone."""
        return not post.metadata.draft and (post.date is None or post.date <= self.now)

    def content(self, post: Post) -> str:
        """Return the content of a post for feeds. It is kept: most feeds have one new post and many old ones.

        A post of which only the page is there has the content that it had.
        """
        url = pages.absolute(self.site, post.url)
        name = f"feed content of {url}"
        held = stored.load(Content, self.cache.get(name))
        article = self.typesetting.articles.get(post.notebook)
        if article is None:
            return held.html if held else ""
        key = caches.key(self.typesetting.program, url, article.made_of(self.site))
        if held and held.key == key and (name in self.cleaned or not self.typesetting.is_forced):
            return held.html
        self.cleaned.add(name)
        made = self.made_of(post.notebook)
        if made is None:
            return ""
        body = layout.body_of(made, article.post, article.files, article.others, self.site)
        html = feeds.clean(body, url)
        self.cache.put(name, stored.dump(Content(key, html)))
        return html


class Content(Struct, frozen=True):
    """The content of a post for feeds, and the key of what it was made of."""

    key: str
    html: str


class Channel(Struct, frozen=True):
    """A feed before its posts are fetched: the site-relative URL of the page that it is of, and its posts."""

    url: str
    title: str
    subtitle: str
    posts: tuple[Post, ...]


def channels(wire: Wire) -> Iterator[Channel]:
    """Yield the feed of the blog, then those of its tags: the newest of the dated posts that listings show."""
    site, settings = wire.site, wire.settings
    dated = [post for post in ordering.by_date(wire.posts) if post.date and wire.is_out(post)]
    yield Channel("/", site.title, site.description, tuple(dated[: settings.feed_size]))
    descriptions = {taxonomies.url("tags", name): text for name, text in settings.tags}
    for term in ordering.terms("tags", wire.posts):
        members = {post.notebook for post in term.posts}
        newest = [post for post in dated if post.notebook in members][: settings.feed_size]
        yield Channel(term.url, f"{term.name} · {site.title}", descriptions.get(term.url, ""), tuple(newest))


def set_feeds(wire: Wire) -> None:
    """Stage the feeds that are not what they were; a file of the author's own with that name is left alone."""
    wire.typesetting.begin(FEED, stylesheet=wire.stylesheet)
    for channel in channels(wire):
        _set_feed(wire, channel)


def _set_feed(wire: Wire, channel: Channel) -> None:
    own, made = _of_channel(wire, channel), once(lambda: _feed(wire, channel))
    path = listing.feed_url(channel.url).lstrip("/")
    _put(wire.typesetting, Sheet(path, "", FEED, own), lambda: feeds.atom.write(made()))
    if channel.url == "/":
        json = f"{path.removesuffix('.xml')}.json"
        _put(wire.typesetting, Sheet(json, "", FEED, own), lambda: feeds.json_feed.write(made()))


def _put(typesetting: Typesetting, sheet: Sheet, make: Callable[[], bytes]) -> None:
    if not typesetting.stage.has(sheet.path):
        typesetting.put(sheet, make)


def _of_channel(wire: Wire, channel: Channel) -> dict[str, str]:
    """Return what a feed is made of: its words, and its posts in their order."""
    own = {"title": channel.title, "description": channel.subtitle}
    for place, post in enumerate(channel.posts, 1):
        article = wire.typesetting.articles.get(post.notebook)
        content = article.made_of(wire.site) if article else ""
        said = (place, post.url, feeds.identity(wire.site, post), wire.stamps[post.notebook].updated)
        own[f"entry of {post.notebook}"] = f"{', '.join(map(str, said))}, {wire.contents[post.notebook]} {content}"
    return own


def _feed(wire: Wire, channel: Channel) -> Feed:
    site = wire.site
    home = pages.absolute(site, channel.url)
    drawn = site.touch_icon or site.icon  # few readers show SVG
    icon = pages.absolute(site, drawn) if drawn else ""
    return Feed(
        url=pages.absolute(site, listing.feed_url(channel.url)),
        home=home,
        title=channel.title,
        subtitle=channel.subtitle,
        language=site.language,
        authors=feeds.persons(site, site.authors) or (Person(site.title, pages.absolute(site, "/")),),
        icon=icon,
        logo=pages.absolute(site, site.logo.url) if site.logo else icon,
        stylesheet=pages.href(site, wire.stylesheet),
        entries=tuple(_entry(wire, post) for post in channel.posts),
    )


def _entry(wire: Wire, post: Post) -> Entry:
    updated = wire.stamps[post.notebook].updated or post.date
    if updated is None:
        raise ValueError(f"{post.notebook}: what has no date is in no feed")
    return feeds.entry(wire.site, post, wire.content(post), updated)


def set_sitemap(wire: Wire) -> None:
    """Stage the sitemap, after all pages: those for people, with the time of the last change of what they show."""
    places = tuple(locations(wire))
    own = {"pages and their times": ingredients.digest(repr(places))}
    wire.typesetting.begin(SITEMAP)
    _put(wire.typesetting, Sheet(sitemap.PATH, "", SITEMAP, own), lambda: sitemap.write(places))


def locations(wire: Wire) -> Iterator[Location]:
    """Yield the pages that search engines should know, by address."""
    times = dict(_times(wire))
    hidden = {post.path for post in wire.posts if not _is_findable(post) or not wire.is_out(post)}
    known = wire.typesetting.known
    laid_out = {path for path, page in known.items() if page.kind in _FOR_PEOPLE}
    urls = {post.path: post.url for post in wire.posts}
    for path in sorted(laid_out | urls.keys()):
        if path not in hidden:
            url = urls.get(path) or f"/{path.removesuffix('index.html')}"
            yield Location(pages.absolute(wire.site, url), times.get(path))


def _is_findable(post: Post) -> bool:
    """Tell whether a page is to be found here, neither hidden nor at home elsewhere."""
    return not (post.metadata.unlisted or post.metadata.canonical)


def _times(wire: Wire) -> Iterator[tuple[str, datetime]]:
    """Yield when each page last changed, by its path: a list of posts when the last of those on it did."""
    updated = {post.notebook: wire.stamps[post.notebook].updated for post in wire.posts}
    shown: list[tuple[str, tuple[Post, ...]]] = [(post.path, (post,)) for post in wire.posts]
    shown += [(part.path, part.posts) for each in listing.listings(wire.posts, wire.settings) for part in each.parts()]
    listed = ordering.in_order(wire.posts)
    kinds = {taxonomies.url(kind): _filed(listing.terms(kind, wire.posts)) for kind in taxonomies.KINDS}
    shown += [(pages.path_of(url), posts) for url, posts in {overviews.ARCHIVE: listed, **kinds}.items()]
    for path, posts in shown:
        newest = max((time for post in posts if (time := updated[post.notebook])), default=None)
        if newest:
            yield path, newest


def _filed(terms: Iterable[ordering.Term]) -> tuple[Post, ...]:
    return tuple(post for term in terms for post in term.posts)


def set_robots(wire: Wire) -> None:
    """Stage what tells robots that they may read all, and where the sitemap is."""
    if not wire.typesetting.stage.has(sitemap.ROBOTS):
        wire.typesetting.stage.write(sitemap.ROBOTS, sitemap.robots(wire.site.base_url))
