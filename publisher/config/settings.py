"""The settings of a blog as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

Trust = Literal["author", "guest"]


@dataclass(frozen=True, slots=True)
class Author:
    """A person who writes: a name, and a page of theirs if they gave one."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A link of the site's navigation: `url` is site-relative (`/about/`) or absolute."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ImageSettings:
    """How figures become files. Widths are pixels, ascending; qualities are Pillow's 0..100."""

    widths: tuple[int, ...] = (320, 640, 960, 1280)
    quality: int = 80
    card_size: tuple[int, int] = (640, 360)
    max_pixels: int = 40_000_000
    keep_bytes: int = 32_768


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an author can set, with what holds when nothing is set."""

    root: Path
    title: str = "Notebook"
    description: str = ""
    base_url: str = ""
    language: str = "en"
    timezone: str = "UTC"
    authors: tuple[Author, ...] = ()
    navigation: tuple[NavigationLink, ...] = ()
    page_size: int = 12
    excerpt_words: int = 40
    permalink: str = "/{slug}/"
    exclude: tuple[str, ...] = ()
    source: str = "notebooks"
    output: str = "public"
    static: str = "static"
    repository: str = ""
    accent: str = "#1f4e8c"
    remote_images: Literal["link", "allow"] = "link"
    images: ImageSettings = field(default_factory=ImageSettings)
    trust: tuple[tuple[str, Trust], ...] = ()
