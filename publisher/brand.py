"""What other sites, phones and browsers show of the blog and its posts: social cards, icons, the manifest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from publisher import images, pages
from publisher.errors import Problem
from publisher.images import Icon, SocialCard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from publisher.config import Settings
    from publisher.pages import Post, Site
    from publisher.posts import Outline

MANIFEST, TOUCH_ICON = "manifest.webmanifest", "apple-touch-icon.png"  # an author's own are looked for by these names
_TOUCH, *_OTHERS = (180, 192, 512)  # sides of icons, in pixels: of phones by Apple, of the manifest
_SHORT = 12  # characters that fit below an icon


class Font(Struct, frozen=True):
    """The font of the blog's own for what is drawn: its bytes, and a digest of them; both are empty if it has none."""

    data: bytes = b""
    digest: str = ""


class Drawing(Struct, frozen=True):
    """What is to be drawn, with all that it takes: a pure value, so that any process can do it.

    `owner` is the path of the notebook whose card it is; none of what the whole blog has.
    """

    what: SocialCard | Icon
    font: bytes
    max_pixels: int
    owner: str = ""
    picture: bytes = b""


def draw(drawing: Drawing) -> bytes | Problem:
    """Return the bytes of a picture, or say why it cannot be drawn."""
    try:
        if isinstance(drawing.what, Icon):
            return images.render_icon(drawing.what, drawing.font)
        return images.render_social(drawing.what, drawing.picture, drawing.font, drawing.max_pixels)
    except images.ImageError as error:
        return Problem(drawing.owner, f"{_named(drawing)} cannot be drawn: {error.what}", error.hint)


def _named(drawing: Drawing) -> str:
    """Return what a drawing is called in a message about its owner, or about the blog."""
    if isinstance(drawing.what, Icon):
        return "the icon of the blog"
    return "its social card" if drawing.owner else "the social card of the blog"


def card_of_post(outline: Outline, post: Post, site: Site, accent: str, font: Font) -> SocialCard:
    """Plan the card that other sites show beside a link to a post."""
    metadata, large = outline.metadata, outline.large
    date = pages.date(post.date, pages.words_of(site, metadata.language))
    return SocialCard(
        title=post.title,
        blog=site.title,
        accent=accent,
        seed=metadata.slug,
        date=date.text if date else "",
        picture=large.src if large else "",
        focus=None if metadata.social_image else metadata.focus,
        is_whole=outline.is_whole and large is not None,
        font=font.digest,
    )


def card_of_blog(settings: Settings, font: Font) -> SocialCard:
    """Plan the card that other sites show beside a link to any other page: name, description and address."""
    address = urlsplit(settings.base_url)
    return SocialCard(
        title=settings.title,
        blog=f"{address.netloc}{address.path.rstrip('/')}",
        accent=settings.accent,
        seed=settings.title,
        subtitle=settings.description,
        mark=settings.title,
        font=font.digest,
    )


def without_title(cards: Mapping[str, SocialCard], font: Font) -> Iterator[Problem]:
    """Yield a warning if no font has the titles of some posts, by the paths of their notebooks."""
    mute = [path for path, card in cards.items() if not (card.is_whole or images.has_letters(card.title, font.data))]
    if mute:
        more = f", and those of {len(mute) - 1} more posts," if len(mute) > 1 else ""
        what = f"its title{more} cannot be lettered on social cards: no font has all of its characters"
        yield Problem(mute[0], what, "set `social-font` to a font that has them")


def icons(settings: Settings, font: Font) -> tuple[Icon, tuple[Icon, ...]]:
    """Plan the icon of phones, and those of the manifest."""
    touch, *others = (Icon(settings.title, settings.accent, side, font.digest) for side in (_TOUCH, *_OTHERS))
    return touch, tuple(others)


def manifest(site: Site, icons: Iterable[Icon]) -> bytes:
    """Return what a phone should know that puts the blog among its programs."""
    paper = site.colours[0] if site.colours else ""
    shown = {
        "name": site.title,
        "short_name": site.title if len(site.title) <= _SHORT else site.title.split()[0],
        "description": site.description,
        "lang": site.language,
        "dir": pages.direction(site.language),
        "id": pages.href(site, "/"),
        "start_url": pages.href(site, "/"),
        "scope": pages.href(site, "/"),
        "display": "minimal-ui",
        "background_color": paper,
        "theme_color": paper,
        "icons": [
            {
                "src": pages.href(site, f"/{icon.path}"),
                "sizes": f"{icon.side}x{icon.side}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for icon in icons
        ],
    }
    filled = {name: value for name, value in shown.items() if value}
    return (json.dumps(filled, ensure_ascii=False, indent=2) + "\n").encode()


def font_file(settings: Settings) -> Path | None:
    """Return the file of the font of the blog's own, if it has one."""
    return settings.root / settings.social_font if settings.social_font else None
