"""What the head of a page says of it to browsers, search engines and other sites."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from publisher import markup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from markupsafe import Markup

    from publisher.config import Author

# Languages that say no country, by the one that OpenGraph knows them with.
_COUNTRIES = {
    "ar": "AR",
    "de": "DE",
    "en": "US",
    "es": "ES",
    "fr": "FR",
    "it": "IT",
    "ja": "JP",
    "nl": "NL",
    "pt": "PT",
}
# Within a script element only these could end it, or begin one that does not end.
_UNSAFE = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}
_CONTEXT = "https://schema.org"


class Image(Struct, frozen=True):
    """The picture that other sites show of a page: its whole address and its size in pixels."""

    url: str
    width: int
    height: int
    mime: str
    alt: str


class Blog(Struct, frozen=True):
    """What the head of every page says of the blog. `url` is its whole address, "" when nobody said where it is."""

    title: str
    description: str = ""
    url: str = ""
    language: str = "en"
    authors: tuple[Author, ...] = ()
    image: Image | None = None


class Story(Struct, frozen=True):
    """What more the head of a post says. `notebook` is the whole address of its source."""

    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    series: str = ""
    words: int = 0
    license: str = ""
    notebook: str = ""
    canonical: str = ""
    image: Image | None = None
    is_page: bool = False


class Collection(Struct, frozen=True):
    """What more the head of a page of many posts says: the addresses of the pages before and after it."""

    before: str = ""
    after: str = ""


class Meta(NamedTuple):
    """A `<meta>` with a property, as OpenGraph has it, or with a name."""

    name: str
    content: str


class Head(Struct, frozen=True):
    """What a page says of itself. Without the address of the site there is nothing that needs one."""

    properties: tuple[Meta, ...] = ()
    names: tuple[Meta, ...] = ()
    data: Markup | str = ""
    before: str = ""
    after: str = ""
    me: tuple[str, ...] = ()


class _Page(NamedTuple):
    """One page: its whole address, if it is known, what it is about, and the picture that others show of it."""

    url: str
    title: str
    description: str
    language: str
    is_home: bool
    about: Story | Collection | None
    image: Image | None

    @property
    def story(self) -> Story | None:
        """The post that the page shows; one that is a page beside the posts tells no story."""
        return self.about if isinstance(self.about, Story) and not self.about.is_page else None


def of_page(
    blog: Blog, url: str, title: str, description: str, language: str, about: Story | Collection | None = None
) -> Head:
    """Return what a page says of itself; `url` is site-relative, `title` that of the page without the blog's."""
    image = (about.image if isinstance(about, Story) else None) or blog.image
    whole = blog.url + url if blog.url else ""
    page = _Page(whole, title, description, language, url == "/", about, image)
    around = about if isinstance(about, Collection) else Collection()
    return Head(
        properties=tuple(_properties(blog, page)),
        names=tuple(_names(page)) if whole else (),
        data=_data(blog, page) if whole else "",
        before=around.before,
        after=around.after,
        me=tuple(author.url for author in blog.authors if author.url) if page.is_home else (),
    )


def _properties(blog: Blog, page: _Page) -> Iterator[Meta]:
    """Yield what OpenGraph wants to know, as far as it is known."""
    canonical = page.about.canonical if isinstance(page.about, Story) else ""
    wanted = {
        "og:title": page.title,
        "og:description": page.description,
        "og:type": "article" if page.story else "website",
        "og:url": (canonical or page.url) if page.url else "",
        "og:site_name": blog.title,
        "og:locale": locale(page.language),
    }
    yield from (Meta(name, content) for name, content in wanted.items() if content)
    if page.image:
        yield from _picture(page.image)
    if page.story:
        yield from _article(page.story)


def _picture(image: Image) -> Iterator[Meta]:
    yield Meta("og:image", image.url)
    yield Meta("og:image:width", str(image.width))
    yield Meta("og:image:height", str(image.height))
    yield Meta("og:image:type", image.mime)
    yield Meta("og:image:alt", image.alt)


def _article(story: Story) -> Iterator[Meta]:
    if story.published:
        yield Meta("article:published_time", story.published.isoformat())
    if story.updated:
        yield Meta("article:modified_time", story.updated.isoformat())
    yield from (Meta("article:author", author.url or author.name) for author in story.authors)
    if story.series:
        yield Meta("article:section", story.series)
    yield from (Meta("article:tag", tag) for tag in story.tags)


def _names(page: _Page) -> Iterator[Meta]:
    """Yield what X wants to know, and those that took its names over."""
    yield Meta("twitter:card", "summary_large_image" if page.image else "summary")
    yield Meta("twitter:title", page.title)
    if page.description:
        yield Meta("twitter:description", page.description)
    if page.image:
        yield Meta("twitter:image", page.image.url)
        yield Meta("twitter:image:alt", page.image.alt)


def locale(language: str) -> str:
    """Return a language as OpenGraph writes it, `de_CH`; "" for one whose country nobody said."""
    parts = language.split("-")
    country = next((part for part in parts[1:] if len(part) == 2 and part.isalpha()), _COUNTRIES.get(parts[0].lower()))
    return f"{parts[0].lower()}_{country.upper()}" if country else ""


def _data(blog: Blog, page: _Page) -> Markup:
    """Return what schema.org has words for, as JSON that can stand in HTML."""
    if page.is_home:
        return serialised(_of_blog(blog))
    if page.story:
        return serialised(_posting(page, page.story) | {"isPartOf": _whole(blog)})
    return serialised(
        {
            "@type": "CollectionPage" if isinstance(page.about, Collection) else "WebPage",
            "name": page.title,
            "description": page.description,
            "url": page.url,
            "inLanguage": page.language,
            "isPartOf": _whole(blog),
        }
    )


def _whole(blog: Blog) -> dict[str, Any]:
    return {"@type": "Blog", "@id": f"{blog.url}/#blog", "name": blog.title, "url": f"{blog.url}/"}


def _of_blog(blog: Blog) -> dict[str, Any]:
    more = {
        "description": blog.description,
        "inLanguage": blog.language,
        "author": [_person(author) for author in blog.authors],
        "image": _pictured(blog.image),
    }
    site = {"@type": "WebSite", "@id": f"{blog.url}/#site", "name": blog.title, "url": f"{blog.url}/"}
    return _whole(blog) | more | {"isPartOf": site}


def _posting(page: _Page, story: Story) -> dict[str, Any]:
    changed = story.updated or story.published
    return {
        "@type": "BlogPosting",
        "@id": f"{page.url}#post",
        "mainEntityOfPage": {"@type": "WebPage", "@id": page.url},
        "url": page.url,
        "headline": page.title,
        "description": page.description,
        "datePublished": story.published.isoformat() if story.published else "",
        "dateModified": changed.isoformat() if changed else "",
        "author": [_person(author) for author in story.authors],
        "image": _pictured(page.image),
        "wordCount": story.words,
        "keywords": list(story.tags),
        "license": story.license,
        "inLanguage": page.language,
        "isBasedOn": story.notebook,
    }


def _person(author: Author) -> dict[str, Any]:
    return {"@type": "Person", "name": author.name, "url": author.url}


def _pictured(image: Image | None) -> dict[str, Any]:
    return {"@type": "ImageObject", "url": image.url, "width": image.width, "height": image.height} if image else {}


def serialised(data: Mapping[str, Any]) -> Markup:
    """Return JSON-LD that nothing in it can get out of; what is empty is left out."""
    text = json.dumps({"@context": _CONTEXT, **_filled(data)}, ensure_ascii=False, separators=(",", ":"))
    return markup.safe(text.translate(_UNSAFE))


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each) for name, each in value.items() if each}
    return [_filled(each) for each in value] if isinstance(value, list) else value
