"""Lay out pages: the frame that all pages share, and the article in it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from publisher import (
    analytics,
    branding,
    citation,
    endings,
    figures,
    forges,
    head,
    html_tags,
    images,
    licences,
    markup,
    policies,
    stylesheet,
    taxonomies,
    words,
)
from publisher import comments as discussions
from publisher.analytics import Tracking
from publisher.branding import Logo
from publisher.comments import Discussion
from publisher.config import Theme
from publisher.endings import Ending
from publisher.head import Blog, Collection, Head, Image, Story
from publisher.words import Own, Words, languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from jinja2 import Environment
    from markupsafe import Markup

    from publisher.article import Heading
    from publisher.config import Author, NavigationLink, Settings
    from publisher.images import Picture
    from publisher.metadata import Metadata


INDEX_URL = "/pagefind/"


MISSING = "404.html"  # where hosts look for what to show in the place of a page that does not exist
_THEME, _NO_TRACKING = Theme(), Tracking()
_PAPER = re.compile(r"--paper:\s*light-dark\(\s*(#[0-9a-fA-F]{3,8})\s*,\s*(#[0-9a-fA-F]{3,8})\s*\)")

ATOM, JSON_FEED = "application/atom+xml", "application/feed+json"

_TOC_FROM = 3  # headings
_DESCRIPTION_LENGTH = 160  # characters; search engines cut there
_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})
OVERVIEWS = ("/archive/", "/tags/", "/series/", "/authors/")


class Page(Struct, frozen=True):
    """A path below the output folder, and the bytes of the file there."""

    path: str
    data: bytes


class Site(Struct, frozen=True):
    """What every page knows of the blog.

    `prefix` is the path part of `base_url`; asset URLs begin with `/`. `occasional` are fonts, each with the HTML that
    wants it. `overviews` are the URLs of the archive and of
    the lists of tags, series and authors, as far as there are any. `own_words` are the blog's own catalogues of words.
    `colours` are those of the paper, light and dark; `social` is the card that other sites show of the blog.
    """

    title: str
    description: str = ""
    base_url: str = ""
    language: str = "en"
    prefix: str = ""
    navigation: tuple[NavigationLink, ...] = ()
    authors: tuple[Author, ...] = ()
    repository: str = ""
    style: str = ""
    icon: str = ""
    preloaded: tuple[str, ...] = ()
    occasional: tuple[tuple[str, str], ...] = ()
    script: str = ""
    reading: str = ""
    colours: tuple[str, ...] = ()
    touch_icon: str = ""
    manifest: str = ""
    social_card: str = ""
    overviews: tuple[str, ...] = ()
    searching: tuple[str, ...] = ()
    own_words: Own = ()
    text_width: int = figures.TEXT_WIDTH
    logo: Logo | None = None
    footer: str = ""
    social: tuple[NavigationLink, ...] = ()
    head: str = ""
    tracking: Tracking = _NO_TRACKING
    ending: Ending = Ending()


class Post(Struct, frozen=True):
    """The small part of a post that pages made from many posts need.

    `notebook` is the path of its source, `url` is site-relative and begins with `/`, `path` is that of its page.
    `subtitle_html` is the subtitle, or the description where there is none. `picture` is the card's,
    `social_card` the URL of the one that other sites show. `terms` are the words that tell what it is about.
    """

    notebook: str
    url: str
    path: str
    metadata: Metadata
    title: str
    title_html: str
    excerpt: str
    minutes: int
    subtitle_html: str = ""
    tags: tuple[str, ...] = ()
    date: datetime | None = None
    updated: datetime | None = None
    authors: tuple[Author, ...] = ()
    picture: Picture | None = None
    is_cover: bool = False
    source_url: str = ""
    social_card: str = ""
    terms: tuple[str, ...] = ()

    @property
    def is_listed(self) -> bool:
        """Whether listings show it."""
        return not (self.metadata.is_page or self.metadata.unlisted)

    @property
    def names(self) -> taxonomies.Names:
        """What it is filed under."""
        series = (self.metadata.series,) if self.metadata.series else ()
        return {"tags": self.tags, "series": series, "authors": tuple(author.name for author in self.authors)}


class Date(Struct, frozen=True):
    """A day as the `datetime` attribute wants it, and in words."""

    iso: str
    text: str


class Tag(Struct, frozen=True):
    """A tag as one post writes it, and where its posts are; "" where none are listed."""

    name: str
    url: str


class Byline(Struct, frozen=True):
    """An author of a post and where a link leads: to the author's posts on this blog, else to their own page."""

    name: str
    url: str = ""
    is_here: bool = False


class SeriesPlace(Struct, frozen=True):
    """The series of a post: where all of it is, the parts from the first on, and which of them the post is, from 1."""

    title: str
    url: str
    parts: tuple[Mention, ...]
    number: int

    @property
    def previous(self) -> Mention | None:
        """The part before this one."""
        return self.parts[self.number - 2] if self.number > 1 else None

    @property
    def following(self) -> Mention | None:
        """The part after this one."""
        return self.parts[self.number] if self.number < len(self.parts) else None


class MenuLink(Struct, frozen=True):
    """A link of the navigation as one page shows it."""

    title: str
    url: str
    is_current: bool


class Entry(Struct, frozen=True):
    """A line of the table of contents and the lines below it."""

    id: str
    html: Markup
    children: tuple[Entry, ...] = ()


class Mention(Struct, frozen=True):
    """Another post as an article names it; `language` is that of the other if the article has a different one."""

    title: Markup
    url: str
    notebook: str
    language: str = ""


class FeedLink(Struct, frozen=True):
    """A feed as a page names it: its title, its URL there, and its media type."""

    title: str
    url: str
    type: str


class SearchLink(Struct, frozen=True):
    """The link that opens the search; without JavaScript it leads to the archive.

    `opener` is the script that opens it, `script` the search itself, `style` its style sheet, `index` the folder of
    what it reads.
    """

    url: str
    opener: str
    script: str
    style: str
    index: str


class Translation(Struct, frozen=True):
    """The same post in a language: its code, its name in itself, and where it is, absolute "" without a `base-url`."""

    language: str
    name: str
    url: str
    absolute: str
    is_current: bool


class Frame(Struct, frozen=True):
    """What the frame around a page shows."""

    title: str
    description: str
    language: str
    direction: str
    site_direction: str
    canonical: str
    translations: tuple[Translation, ...]
    home: str
    is_home: bool
    menu: tuple[MenuLink, ...]
    authors: tuple[Byline, ...]
    overviews: tuple[MenuLink, ...]
    style: str
    icon: str
    preloaded: tuple[str, ...]
    policy: str
    script: str
    search: SearchLink | None
    reading: str
    early: Markup
    touch_icon: str
    manifest: str
    head: Head
    logo: Logo | None
    extra_head: Markup
    footer: Markup
    tracking: Markup
    feed: str = ""
    feeds: tuple[FeedLink, ...] = ()


def site(settings: Settings, assets: Sequence[stylesheet.Asset], own_words: Own = (), logo: Logo | None = None) -> Site:
    """Return what pages need of the settings and the assets."""
    urls = {asset.name: f"/{asset.path}" for asset in assets}
    prefix = urlsplit(settings.base_url).path.rstrip("/")
    fonts = dict.fromkeys((settings.theme.text_font, settings.theme.heading_font))  # what every page shows at once
    return Site(
        title=settings.title,
        description=settings.description,
        base_url=settings.base_url.rstrip("/"),
        language=settings.language,
        prefix=prefix,
        navigation=settings.navigation,
        authors=settings.authors,
        repository=settings.repository,
        style=urls.get(stylesheet.STYLE, ""),
        icon=urls.get(stylesheet.ICON, ""),
        preloaded=tuple(urls[name] for font in fonts if (name := f"{stylesheet.FONTS}{font}.woff2") in urls),
        occasional=tuple(
            (sign, urls[name])
            for sign, font in (("<em>", f"{settings.theme.text_font}-italic"), ("<code", settings.theme.code_font))
            if (name := f"{stylesheet.FONTS}{font}.woff2") in urls
        ),
        script=urls.get(stylesheet.SCRIPT, ""),
        searching=tuple(urls[name] for name in stylesheet.SEARCHING if name in urls),
        reading=urls.get(stylesheet.READING, ""),
        own_words=own_words,
        colours=next((_colours(asset.data.decode()) for asset in assets if asset.name == stylesheet.STYLE), ()),
        text_width=round(16 * settings.theme.width),
        logo=logo,
        footer=branding.footer(settings.footer, prefix),
        social=settings.social,
        head=_with_prefix(settings.head, prefix),
        tracking=analytics.tracking(settings.analytics, prefix),
        ending=endings.of(settings, urls.get(stylesheet.COMMENTS, "")),
    )


def _with_prefix(html: str, prefix: str) -> str:
    """Return HTML that `publisher.config` wrote, with a prefix before the addresses within the site."""

    def prefixed(_: str, attributes: html_tags.Attributes) -> html_tags.Changes:
        address = attributes.get("href", "")
        return {"href": prefix + address} if address.startswith("/") and not address.startswith("//") else {}

    return html_tags.changed(html, ("href",), prefixed)


def _colours(style: str) -> tuple[str, ...]:
    """Return the light and the dark paper of a style sheet: the last one that it names counts."""
    found = _PAPER.findall(style)
    return found[-1] if found else ()


def words_of(site: Site, language: str = "") -> Words:
    """Return the words of a language, or those of the blog's."""
    return words.of(language or site.language, site.own_words)


def href(site: Site, url: str) -> str:
    """Return what a link to `url` says on a page; only site-relative URLs, which begin with `/`, change."""
    return site.prefix + url if url.startswith("/") and not url.startswith("//") else url


def path_of(url: str) -> str:
    """Return the path below the output folder of the page at a site-relative URL that ends with `/`."""
    return f"{url.lstrip('/')}index.html"


def tags(site: Site, post: Post) -> tuple[Tag, ...]:
    """Return the tags of a post; those of one that is not listed lead nowhere."""
    names = taxonomies.distinct(post.tags)
    return tuple(Tag(name, href(site, taxonomies.url("tags", name)) if post.is_listed else "") for name in names)


def bylines(site: Site, post: Post) -> tuple[Byline, ...]:
    """Return the authors of a post. In a blog of several each has a page of their posts."""
    have_pages = post.is_listed and taxonomies.url("authors") in site.overviews
    return tuple(
        Byline(author.name, href(site, taxonomies.url("authors", author.name)), is_here=True)
        if have_pages
        else Byline(author.name, href(site, author.url))
        for author in post.authors
    )


def absolute(site: Site, url: str) -> str:
    """Return the whole address of a site-relative URL, or "" when nobody said where the site is."""
    return site.base_url + url if site.base_url else ""


def date(value: datetime | None, wording: Words) -> Date | None:
    """Return a date for people, in their language, and machines, or None."""
    if value is None:
        return None
    is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
    iso = value.date().isoformat() if is_day else value.isoformat(timespec="minutes")
    return Date(iso, wording.day(value))


def overview_title(site: Site, url: str) -> str:
    """Return what an overview is called."""
    wording = words_of(site)
    return dict(zip(OVERVIEWS, (wording.archive, wording.tags, wording.all_series, wording.authors), strict=True))[url]


def direction(language: str) -> str:
    """Return the direction in which a language is written."""
    return "rtl" if language.lower().split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def frame(
    site: Site,
    url: str,
    title: str,
    description: str = "",
    language: str = "",
    canonical: str = "",
    body: str = "",
    about: Story | Collection | None = None,
    frames: tuple[str, ...] = (),
    translations: Iterable[Post] = (),
) -> Frame:
    """Return the frame of the page at `url`.

    `body` decides what it may load, `frames` are hosts that it may show; `about` decides what more its head says.
    """
    people = _with_addresses(site, site.authors)
    blog = Blog(site.title, site.description, site.base_url, site.language, people, _card(site))
    return Frame(
        title=title if title == site.title else f"{title} · {site.title}",
        description=shortened(description),
        language=language or site.language,
        direction=direction(language or site.language),
        site_direction=direction(site.language),
        canonical=canonical or absolute(site, url),
        translations=tuple(_translation(site, post, url) for post in translations),
        home=href(site, "/"),
        is_home=url == "/",
        menu=tuple(MenuLink(link.title, href(site, link.url), link.url == url) for link in site.navigation),
        authors=tuple(Byline(author.name, href(site, author.url)) for author in site.authors),
        overviews=tuple(MenuLink(overview_title(site, each), href(site, each), each == url) for each in site.overviews),
        style=href(site, site.style),
        icon=href(site, site.icon),
        preloaded=tuple(href(site, url) for url in (*site.preloaded, *_occasional(site, body))),
        policy=policies.policy(body, site.tracking, frames, searches=bool(site.searching)),
        script=href(site, site.script) if "<iframe " in body else "",
        reading=href(site, site.reading),
        early=markup.safe(policies.EARLY),
        touch_icon=href(site, site.touch_icon),
        manifest=href(site, site.manifest),
        head=head.of_page(blog, url, title, shortened(description), language or site.language, about),
        logo=replace(site.logo, url=href(site, site.logo.url)) if site.logo else None,
        extra_head=markup.safe(site.head),
        footer=markup.safe(site.footer),
        tracking=markup.safe(site.tracking.html),
        feed=href(site, "/feed.xml") if site.base_url else "",
        feeds=feeds(site),
        search=search_link(site),
    )


def feeds(site: Site) -> tuple[FeedLink, ...]:
    """Return the feeds of the blog, which has none when nobody said where the site is."""
    found = (("/feed.xml", ATOM), ("/feed.json", JSON_FEED)) if site.base_url else ()
    return tuple(FeedLink(site.title, href(site, path), kind) for path, kind in found)


def _occasional(site: Site, body: str) -> Iterator[str]:
    """Yield the fonts that are worth fetching early for what stands in a body."""
    return (url for sign, url in site.occasional if sign in body)


def _card(site: Site, url: str = "", alt: str = "") -> Image | None:
    """Return the card that other sites show of a page: that of a post, else that of the blog."""
    found = absolute(site, url or site.social_card) if url or site.social_card else ""
    return Image(found, *images.SIZE, "image/jpeg", alt or site.title) if found else None


def _with_addresses(site: Site, authors: Iterable[Author]) -> tuple[Author, ...]:
    """Return authors with whole addresses, as far as it is known where the site is."""
    return tuple(
        replace(author, url=(absolute(site, author.url) or author.url) if author.url.startswith("/") else author.url)
        for author in authors
    )


def story(site: Site, post: Post, words: int) -> Story:
    """Return what the head of a post says of it."""
    return Story(
        published=post.date,
        updated=post.updated,
        authors=_with_addresses(site, post.authors),
        tags=post.tags,
        series=post.metadata.series,
        words=words,
        license=post.metadata.license,
        notebook=absolute(site, post.source_url) if post.source_url else "",
        canonical=post.metadata.canonical,
        image=_card(site, post.social_card, post.title) if post.social_card else None,
        is_page=post.metadata.is_page,
    )


def _translation(site: Site, post: Post, url: str) -> Translation:
    language = post.metadata.language or site.language
    name = languages.name(language)
    return Translation(language, name, href(site, post.url), absolute(site, post.url), post.url == url)


def search_link(site: Site) -> SearchLink | None:
    """Return the link that opens the search of a site that has one, and an archive to lead to."""
    archive = OVERVIEWS[0]
    if not site.searching or archive not in site.overviews:
        return None
    return SearchLink(*(href(site, url) for url in (archive, *site.searching, INDEX_URL)))


def shortened(text: str, length: int = _DESCRIPTION_LENGTH) -> str:
    """Cut a text at a space so that it has at most `length` characters, its ellipsis included."""
    if len(text) <= length:
        return text
    kept = text[: length - 1]
    return f"{kept.rpartition(' ')[0].rstrip(' ,;:…') or kept}…"


def contents(headings: Iterable[Heading], wanted: bool | None = None) -> tuple[Entry, ...]:
    """Return the table of contents: headings of level 2 with those of level 3 below; () when it is not worth its place.

    `wanted` is what the author said, if anything.
    """
    listed = [heading for heading in headings if heading.level <= 3]
    if wanted is False or (wanted is None and len(listed) < _TOC_FROM):
        return ()
    entries: list[Entry] = []
    for heading in listed:
        entry = Entry(heading.id, markup.safe(heading.html))
        if heading.level == 2 or not entries:
            entries.append(entry)
        else:
            entries[-1] = replace(entries[-1], children=(*entries[-1].children, entry))
    return tuple(entries)


def render(env: Environment, template: str, site: Site, frame: Frame, **values: object) -> bytes:
    """Return a page: every template gets `site`, `frame`, and the words of the page and of the blog."""
    wording = {"words": words_of(site, frame.language), "site_words": words_of(site)}
    return env.get_template(template).render(site=site, frame=frame, **wording, **values).encode()


def article_page(
    env: Environment,
    site: Site,
    post: Post,
    body: str,
    headings: Iterable[Heading] = (),
    *,
    older: Post | None = None,
    newer: Post | None = None,
    series: tuple[str, Sequence[Post]] = ("", ()),
    translations: Sequence[Post] = (),
    related: Sequence[Post] = (),
    lead: Picture | None = None,
    lead_alt: str = "",
    markdown: str = "",
    word_count: int = 0,
    template: str = "article.html.j2",
) -> Page:
    """Return the page of a post.

    `body` is final HTML; `lead` is a picture only if the author chose one. `series` is the name of a series and its
    parts from the first on, `related` are posts that are like this one. `markdown` is the
    path of the same in Markdown.
    """
    language = post.metadata.language or site.language
    sizes = figures.sizes_for(figures.WIDE_WIDTH)
    image = figures.image_tag(lead, lead_alt, lazy=False, sizes=sizes, prefix=site.prefix) if lead else ""
    discussion = _discussion(site, post, language)
    shown = (discussions.HOST,) if discussion else ()
    wording = words_of(site, language)
    about = story(site, post, word_count)
    data = render(
        env,
        template,
        site,
        frame(
            site,
            post.url,
            post.title,
            post.excerpt,
            language,
            post.metadata.canonical,
            body,
            about,
            shown,
            translations,
        ),
        post=post,
        title=markup.safe(post.title_html),
        subtitle=markup.safe(post.subtitle_html),
        body=markup.safe(with_distinct_regions(body)),
        lead=markup.safe(image),
        contents=contents(headings, post.metadata.toc),
        published=date(post.date, wording),
        updated=date(post.updated, wording) if post.updated != post.date else None,
        tags=tags(site, post),
        authors=bylines(site, post),
        series=_series_place(site, post, series, language),
        related=tuple(_mention(site, other, language) for other in related),
        older=_mention(site, older, language) if older else None,
        newer=_mention(site, newer, language) if newer else None,
        download=href(site, post.source_url),
        source=forges.source(site.ending.repository, post.notebook),
        openings=forges.openings(site.ending.repository, post.notebook, site.ending.open_in, site.ending.jupyterlite),
        licence=licences.licence(post.metadata.license or ("" if post.metadata.is_page else site.ending.license)),
        citation=_citation(site, post),
        comments=discussion,
        markdown=href(site, f"/{markdown}") if markdown else "",
        style=markup.safe(site.style),
    )
    return Page(post.path, data)


def _citation(site: Site, post: Post) -> str:
    """Return how a post is cited, if that is wanted; pages are cited only if they ask for it themselves."""
    usual = site.ending.cite and not post.metadata.is_page
    if not (usual if post.metadata.citation is None else post.metadata.citation):
        return ""
    authors = [author.name for author in post.authors]
    address = post.metadata.canonical or absolute(site, post.url)
    return citation.bibtex(post.metadata.slug, post.title, authors, post.date, address)


def _discussion(site: Site, post: Post, language: str) -> Discussion | None:
    """Return the comments of a post: of an article, unless it wants none."""
    wanted = site.ending.comments
    if not wanted.repository or post.metadata.is_page or not post.metadata.comments:
        return None
    path, script = href(site, post.url), href(site, site.ending.script)
    return discussions.discussion(wanted, path, absolute(site, post.url), post.title, language, script)


def _series_place(site: Site, post: Post, series: tuple[str, Sequence[Post]], language: str) -> SeriesPlace | None:
    title, parts = series
    number = next((number for number, part in enumerate(parts, 1) if part.notebook == post.notebook), 0)
    if not number:
        return None
    url = href(site, taxonomies.url("series", post.metadata.series))
    return SeriesPlace(title, url, tuple(_mention(site, part, language) for part in parts), number)


def _mention(site: Site, post: Post, language: str) -> Mention:
    title = markup.safe(post.title_html)
    return Mention(title, href(site, post.url), post.notebook, other_language(site, post, language))


def other_language(site: Site, post: Post, language: str) -> str:
    """Return the language of a post if the page that names it has another, else ""."""
    own = post.metadata.language or site.language
    return own if own != language else ""


def missing_page(env: Environment, site: Site) -> Page:
    """Return the page that servers show in the place of one that does not exist."""
    wording = words_of(site)
    around = replace(frame(site, f"/{MISSING}", str(wording.missing_title)), canonical="", head=Head())
    data = render(env, "missing.html.j2", site, around)
    return Page(MISSING, data)


def with_distinct_regions(body: str) -> str:
    """Give numbers to regions that share a label, so that who moves from one to the next can tell them apart."""
    totals = Counter(label for _, attributes in html_tags.found(body, "role") if (label := _region(attributes)))
    seen: Counter[str] = Counter()

    def numbered(_: str, attributes: html_tags.Attributes) -> html_tags.Changes:
        label = _region(attributes)
        seen[label] += 1
        return {"aria-label": f"{label} {seen[label]}"} if totals[label] > 1 else {}

    return html_tags.changed(body, ("role",), numbered) if max(totals.values(), default=0) > 1 else body


def _region(attributes: html_tags.Attributes) -> str:
    """Return the label of a region; "" if it has none, or the element is none."""
    return attributes.get("aria-label", "") if attributes.get("role") == "region" else ""
