"""Posts, pictures and settings to lay out pages with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from publisher import posts, templating
from publisher.config import Author, ImageSettings, NavigationLink, Settings
from publisher.convert import Conversion
from publisher.images import Picture, Variant
from publisher.metadata import Metadata
from publisher.pages import Post


def picture(width: int, height: int, *widths: int) -> Picture:
    """Return a picture of a natural size, with files of these widths or of its own."""
    variants = tuple(
        Variant(f"img/{width}x{height}-{one}.webp", one, round(height * one / width), "image/webp")
        for one in widths or (width,)
    )
    return Picture(width, height, variants)


def post(slug: str, title: str = "", date: str = "2026-11-23", **metadata: Any) -> Post:
    """Return a post; `date` may be empty, `metadata` is front matter."""
    written = datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None
    return Post(
        notebook=f"{slug}.ipynb",
        url=f"/{slug}/",
        path=f"{slug}/index.html",
        metadata=Metadata(title=title or slug, date=written, **metadata),
        title=title or slug,
        title_html=title or slug,
        excerpt="The first forty words, then …",
        minutes=3,
        tags=("python", "images"),
        date=written,
        picture=picture(640, 360, 320, 640),
        source_url=f"/{slug}/{slug}.ipynb",
    )


def settings(root: Path, **more: Any) -> Settings:
    """Return the settings of a blog with a name, a description, an author and a menu."""
    values: dict[str, Any] = {
        "title": "Residuals",
        "description": "Notes on measurement.",
        "authors": (Author("Ada Lindqvist", "https://example.org/ada"),),
        "navigation": (NavigationLink("About", "/about/"), NavigationLink("Elsewhere", "https://example.org/")),
        **more,
    }
    return Settings(root=root, **values)


MAKING = posts.Making(Conversion(templating.read((templating.packaged(),))), ImageSettings(), "#1f4e8c")
