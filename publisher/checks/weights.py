"""How much a reader has to load: pages with their images and charts, and single images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from publisher import figures, html_tags
from publisher.checks.kinds import Finding, found
from publisher.outputs import frames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from publisher.config import CheckSettings
    from publisher.posts import Made


class Weighed(Struct, frozen=True):
    """A post with the bytes of its page and of all files of the site."""

    made: Made
    page: int
    sizes: Mapping[str, int]


def heavy_images(weighed: Weighed, limits: CheckSettings) -> Iterator[Finding]:
    """Yield the images of which the largest file that readers get is heavy."""
    limit = limits.image_kilobytes * 1000
    cells = _cells(weighed.made.article.body)
    for number, picture in enumerate(weighed.made.pictures, 1):
        paths = picture.paths if picture and picture.is_shown else ()
        size = max((weighed.sizes.get(path, 0) for path in paths), default=0)
        if limit and size > limit:
            what = f"shows an image of {kilobytes(size)}; {kilobytes(limit)} are much"
            hint = "crop it, give it fewer pixels or colours, or make a film of what moves"
            yield found("heavy-image", weighed.made.notebook, what, hint, cells.get(number, 0))


def heavy_page(weighed: Weighed, limits: CheckSettings) -> Iterator[Finding]:
    """Yield that a page with its largest images and its charts is heavy."""
    limit = limits.page_kilobytes * 1000
    size = weighed.page + sum(weighed.sizes.get(path, 0) for path in set(_loaded(weighed)))
    if limit and size > limit:
        what = f"makes a page of {kilobytes(size)} with its images and charts; {kilobytes(limit)} are much"
        hint = "show less of large outputs, or make two posts of it"
        yield found("heavy-page", weighed.made.notebook, what, hint)


def _loaded(weighed: Weighed) -> Iterator[str]:
    for picture in weighed.made.pictures:
        if picture and picture.is_shown:
            yield max(picture.paths, key=lambda path: weighed.sizes.get(path, 0))
    yield from frames.framed(weighed.made.article.body)


def _cells(body: str) -> dict[int, int]:
    """Return the cell of every figure of an article."""
    cell, found = 0, {}
    for _, attributes in html_tags.found(body, "data-cell", "src"):
        cell = int(attributes.get("data-cell", cell))
        number = figures.number(attributes.get("src", ""))
        if number:
            found[number] = cell
    return found


def kilobytes(size: int) -> str:
    """Return a size as people say it."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} KB"
