"""List what articles and pages are made of, by names that an author knows: the same list gives the same bytes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING

from publisher import sources

if TYPE_CHECKING:
    from publisher.cache import Ingredients
    from publisher.config import Settings
    from publisher.layout import Files, Neighbourhood
    from publisher.listing import Part
    from publisher.overviews import Overview
    from publisher.pages import Post, Site
    from publisher.posts import Outline
    from publisher.templating import Templates
    from publisher.words import Own

# Whose releases may change a page.
LIBRARIES = (
    "bokeh", "jinja2", "linkify-it-py", "markdown-it-py", "markupsafe", "mdit-py-plugins", "mini-racer", "nbconvert",
    "nbformat", "nh3", "pagefind-bin", "pagefind-bin-extended", "pillow", "plotly", "pygments", "pyyaml",
    "vl-convert-python",
)  # fmt: skip
_DISTRIBUTION = re.compile(r"([\w.-]+?)-(\d[^-]*)(?:-[^.]*)?\.(?:dist|egg)-info")  # as PyPA's specification has it
# Settings that conversion reads; pages have the rest from their site.
_OF_ARTICLES = (
    "accent", "allowed_leaks", "defaults", "excerpt_words", "images", "language", "remote_images", "timezone", "trust",
)  # fmt: skip
# Of a page, what the body of its article is made of, beside where links lead.
OF_BODIES = ("article", "files that come along")
_LIMITS_OF_ARTICLES = ("characters", "rows", "notebook")


def versions() -> dict[str, str]:
    """Return the versions of what makes pages, that of Python included; "" for a library that is not installed."""
    installed = _installed()
    found = {f"version of {name}": installed.get(name, "") for name in LIBRARIES}
    return {"version of python": f"{sys.version_info.major}.{sys.version_info.minor}", **found}


def _installed() -> dict[str, str]:
    """Return the versions of all that is installed, by name, from the names of folders.

    They are read at every publish, also where nothing is to be done: importing `importlib.metadata` takes longer.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for entry in os.listdir(folder or "."):
                if match := _DISTRIBUTION.fullmatch(entry):
                    found.setdefault(match[1].lower().replace("_", "-"), match[2])
    return found


def of_program(codecs: str) -> dict[str, str]:
    """Return what everything is made of: the code of this package, and the libraries with what they bring along."""
    return {"code of publisher": sources.package_digest(), **versions(), "image codecs": codecs}


def of_articles(settings: Settings, templates: Templates, own_words: Own = ()) -> dict[str, str]:
    """Return what all articles of a blog are made of, beside their notebooks."""
    limits = {f"setting limits.{name}": repr(getattr(settings.limits, name)) for name in _LIMITS_OF_ARTICLES}
    return {**_settings(settings, _OF_ARTICLES), **limits, **of_words(own_words), **of_templates(templates)}


def of_pages(site: Site, templates: Templates, unused: Iterable[str] = ()) -> dict[str, str]:
    """Return what all pages of one kind are made of: what they know of the site and use, and templates."""
    others = {"own_words", *unused}
    known = {f"site {name}": repr(getattr(site, name)) for name in site.__struct_fields__ if name not in others}
    return {**known, **of_words(site.own_words), **of_templates(templates)}


def of_words(own: Own) -> dict[str, str]:
    """Return the digest of each catalogue of words of the blog; the packaged ones are code."""
    return {f"words of {language}": digest(text) for language, text in own}


def of_templates(templates: Templates) -> dict[str, str]:
    """Return the digest of each template."""
    return {f"template {name}": digest(text) for name, text in templates.texts}


def of_page(outline: Outline, post: Post, files: Files, others: Neighbourhood, links: Mapping[str, str]) -> Ingredients:
    """Return what the page of one post is made of, beside its article: what it says of other posts, and where it is."""
    older, newer = others.neighbours.get(post.notebook, (None, None))
    series = next(iter(others.series.values()), None)
    own = {
        "article": outline.content,
        "address": post.url,
        "authors": repr(post.authors),
        "social card": post.social_card,
        "older post": _named(older),
        "newer post": _named(newer),
        "series": "; ".join((series.name, *map(_named, series.posts))) if series else "",
        "translations": "; ".join(map(_named, others.translations.get(post.notebook, ()))),
        "related posts": "; ".join(map(_named, others.related.get(post.notebook, ()))),
        "notebook to download": files.download,
        "files that come along": repr(sorted(files.attachments.items())),
        **{f"link {href}": target for href, target in links.items()},
    }
    return {name: value for name, value in own.items() if value}


def _named(post: Post | None) -> str:
    return f"{post.title_html} ({post.url}, {post.metadata.language or 'the language of the site'})" if post else ""


def of_listing(cards: Iterable[tuple[str, str]], part: Part) -> Ingredients:
    """Return what a page of a listing is made of: its cards in their order, as pairs of notebook and content."""
    shown = {f"card of {notebook}": f"{place}, {content}" for place, (notebook, content) in enumerate(cards, 1)}
    listing = part.listing
    heading = f"{listing.title!r}, {listing.description!r}, {listing.view}"
    return {**shown, "heading": heading, "page": f"{part.number} of {listing.count}, {listing.page_size} each"}


def of_search(posts: Mapping[str, str], site: Site, with_outputs: bool) -> Ingredients:
    """Return what a part of the search's index is made of, the content of its posts by their notebooks."""
    known = {"site prefix": site.prefix, "site language": site.language, **of_words(site.own_words)}
    return {
        **known,
        "setting search-outputs": repr(with_outputs),
        **{f"post {name}": what for name, what in posts.items()},
    }


def of_overview(overview: Overview) -> Ingredients:
    """Return what an overview is made of: its lines."""
    return {f"section {section.title}": digest(repr(section.lines)) for section in overview.sections}


def _settings(settings: Settings, names: Iterable[str]) -> dict[str, str]:
    return {f"setting {name.replace('_', '-')}": repr(getattr(settings, name)) for name in names}


def digest(text: str) -> str:
    """Return a digest of a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
