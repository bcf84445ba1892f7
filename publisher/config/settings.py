"""The settings of a blog as values."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field
from msgspec.structs import replace

if TYPE_CHECKING:
    from pathlib import Path

Trust = Literal["author", "guest"]
View = Literal["cards", "compact", "full"]


class Author(Struct, frozen=True, omit_defaults=True):
    """A person who writes: a name, and a page of theirs if they gave one."""

    name: str
    url: str = ""


class NavigationLink(Struct, frozen=True):
    """A link of the site's navigation: `url` is site-relative (`/about/`) or absolute."""

    title: str
    url: str


class FolderListing(Struct, frozen=True):
    """A listing of the posts of one folder of the source folder, at a URL of its own.

    Where `view` is "" and `page_size` is 0, those of the blog hold. Without `home` the blog's own listing leaves its
    posts out.
    """

    folder: str
    url: str
    title: str
    description: str = ""
    view: View | Literal[""] = ""
    page_size: int = 0
    home: bool = True


class ImageSettings(Struct, frozen=True):
    """How figures become files. Widths are pixels, ascending; qualities are Pillow's 0..100.

    `optimize` takes the time that smaller files and larger cards cost.
    """

    widths: tuple[int, ...] = (640, 1280)
    quality: int = 80
    card_size: tuple[int, int] = (640, 360)
    max_pixels: int = 40_000_000
    keep_bytes: int = 32_768
    optimize: bool = False


class LimitSettings(Struct, frozen=True):
    """What one notebook may take; 0 is no limit.

    Of a process of its own: seconds, and megabytes of memory. Of a page: characters of one text, rows of one
    table. `notebook` is the megabytes of its file.
    """

    seconds: int = 120
    memory: int = 2_048
    characters: int = 150_000
    rows: int = 1_000
    notebook: int = 50


class Theme(Struct, frozen=True):
    """How the site looks: fonts by the names of `publisher.theme`, the width of the text in rem, corners in pixels.

    `accent` is what was written in this table; the setting of that name holds what counts. Without `accent_dark` a
    lighter accent is derived.
    """

    accent: str = ""
    accent_dark: str = ""
    text_font: str = "serif"
    heading_font: str = "sans"
    code_font: str = "mono"
    width: float = 37.0
    corners: int = 3


class Analytics(Struct, frozen=True):
    """What counts readers: a script by its address and attributes, or a snippet of HTML; `hosts` are what it calls."""

    script: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    snippet: str = ""
    hosts: tuple[str, ...] = ()


class Comments(Struct, frozen=True):
    """Where giscus keeps the comments: a repository on GitHub, a category of its discussions, the ids of both."""

    repository: str = ""
    repository_id: str = ""
    category: str = ""
    category_id: str = ""
    mapping: Literal["pathname", "url", "title"] = "pathname"
    reactions: bool = True


class CheckSettings(Struct, frozen=True):
    """What `invoke check` finds: how many images may be without an alternative text, kinds by glob that are ignored.

    Sizes are those from which on a page, with its images and charts, and an image are heavy; 0 is never.
    """

    missing_alt: int | Literal["any"] = "any"
    ignore: tuple[tuple[str, tuple[str, ...]], ...] = ()
    page_kilobytes: int = 5_000
    image_kilobytes: int = 800


class Settings(Struct, frozen=True):
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
    view: View = "cards"
    listings: tuple[FolderListing, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    defaults: tuple[tuple[str, dict[str, object]], ...] = ()
    excerpt_words: int = 40
    feed_size: int = 20
    permalink: str = "/{slug}/"
    exclude: tuple[str, ...] = ()
    source: str = "notebooks"
    output: str = "public"
    static: str = "static"
    repository: str = ""
    accent: str = "#1f4e8c"
    social_font: str = ""
    remote_images: Literal["link", "allow"] = "link"
    allowed_leaks: tuple[str, ...] = ()
    images: ImageSettings = field(default_factory=ImageSettings)
    trust: tuple[tuple[str, Trust], ...] = ()
    search: bool | Literal["auto"] = "auto"
    search_outputs: bool = False
    cache: str = ".publisher-cache"
    limits: LimitSettings = field(default_factory=LimitSettings)
    theme: Theme = field(default_factory=Theme)
    logo: str = ""
    footer: str = ""
    social: tuple[NavigationLink, ...] = ()
    head: str = ""
    license: str = ""
    cite: bool = False
    repository_branch: str = "main"
    repository_folder: str = ""
    open_in: tuple[str, ...] = ()
    jupyterlite: str = ""
    analytics: Analytics = field(default_factory=Analytics)
    comments: Comments = field(default_factory=Comments)
    check: CheckSettings = field(default_factory=CheckSettings)


class Options(Struct, frozen=True):
    """What is wanted of one publish. What is dated after `now` is held back."""

    now: datetime
    drafts: bool = False
    future: bool = False
    strict: bool = False
    force: bool = False
    explain: bool = False
    jobs: int = 1
    executor: str = ""
    allow_fewer: bool = False


def optimized(settings: Settings) -> Settings:
    """Return the settings with images made as small as they get."""
    return replace(settings, images=replace(settings.images, optimize=True))


def untrusting(settings: Settings) -> Settings:
    """Return the settings with every notebook a guest's."""
    return replace(settings, trust=(("*", "guest"),))
