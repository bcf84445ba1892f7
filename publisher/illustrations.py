"""The pictures of a post: its figures, its card, and the pixels that are still to be made of them."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from publisher import images
from publisher.config import ImageSettings
from publisher.errors import Problem
from publisher.slugs import slug_of

if TYPE_CHECKING:
    from publisher.article import Article, Figure
    from publisher.beside import File
    from publisher.metadata import Metadata
    from publisher.notebooks import Notebook


_SHAPE = 0.15  # by which the shape of a picture may differ from that of a card that is nothing but it


class Rendering(Struct, frozen=True):
    """Pixels still to be made: the pictures of one image, by its bytes, or of a cover, and whose they are."""

    source: bytes | images.Cover
    pictures: tuple[images.Picture, ...]
    presets: ImageSettings
    notebook: str
    cell: int | None = None
    focus: tuple[float, float] | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all its files."""
        return tuple(path for picture in self.pictures for path in picture.paths)

    @property
    def is_at_hand(self) -> bool:
        """Whether nothing has to be decoded or drawn."""
        return all(picture.form in ("kept", "svg", "download") for picture in self.pictures)


class Card(Struct, frozen=True):
    """The card's picture, perhaps a cover, and the lead picture that opens the article.

    `large` is what the card that other sites show is made of, at its own size; one that `is_whole` is all of it.
    """

    picture: images.Picture
    is_cover: bool
    lead: images.Picture | None = None
    lead_alt: str = ""
    large: images.Picture | None = None
    is_whole: bool = False


def plan(
    notebook: Notebook,
    article: Article,
    presets: ImageSettings,
    accent: str,
    files: Mapping[str, File | None],
    problems: list[Problem],
) -> tuple[tuple[images.Picture | None, ...], Card, tuple[Rendering, ...]]:
    """Plan the pictures of a post and its card; return them, and the pixels to be made."""
    figures = tuple(_with_data(figure, notebook, files, problems) for figure in article.figures)
    pictures = tuple(_plan(figure, notebook, presets, problems) for figure in figures)
    good = [
        replace(figure, data=figure.data if picture and picture.is_shown else b"")
        for figure, picture in zip(figures, pictures, strict=True)
    ]
    card, card_renderings = _illustrate(notebook, article, good, presets, accent, files, problems)
    card, social_renderings = _with_social_image(card, notebook, presets, files, problems)
    renderings = (
        Rendering(figure.data, (picture,), presets, notebook.path, figure.cell, notebook.metadata.focus)
        for figure, picture in zip(figures, pictures, strict=True)
        if picture
    )
    return pictures, card, _joined((*renderings, *card_renderings, *social_renderings))


def _joined(renderings: Iterable[Rendering]) -> tuple[Rendering, ...]:
    """Make one of those that decode the same image. What is not decoded for can be made even if that goes wrong."""
    joined: dict[object, Rendering] = {}
    for each in renderings:
        key = each.source if all(picture.is_decoded for picture in each.pictures) else each.paths
        known = joined.get(key, each)
        joined[key] = replace(known, pictures=tuple(dict.fromkeys((*known.pictures, *each.pictures))))
    return tuple(joined.values())


def render(rendering: Rendering) -> Mapping[str, bytes] | Problem:
    """Make pixels, or say why that cannot be done: some images turn out to be broken only when they are decoded."""
    source = rendering.source
    try:
        if isinstance(source, images.Cover):
            return images.render_cover(source, rendering.pictures[0])
        return images.render(source, rendering.pictures, rendering.presets, rendering.focus)
    except images.ImageError as error:
        return Problem(rendering.notebook, error.what, error.hint, rendering.cell)


def _with_data(figure: Figure, notebook: Notebook, files: Mapping[str, File | None], problems: list[Problem]) -> Figure:
    if figure.data or not figure.path:
        return figure
    file = files[figure.path]
    if file is None:
        problems.append(
            Problem(
                notebook.path,
                f"shows {figure.path!r}, which does not exist",
                "check the path of the image",
                figure.cell,
                kind="missing-image",
            )
        )
        return figure
    if not file.data:
        problems.append(Problem(notebook.path, f"shows {figure.path!r}, which is empty", "save it again", figure.cell))
    return replace(figure, data=file.data or b"", mime=mimetypes.guess_type(file.name)[0] or "")


def _plan(figure: Figure, notebook: Notebook, presets: ImageSettings, problems: list[Problem]) -> images.Picture | None:
    if not figure.data:
        return None
    try:
        return images.plan(figure.data, figure.mime, presets)
    except images.ImageError as error:
        problems.append(Problem(notebook.path, error.what, error.hint, figure.cell))
        return images.plan_download(figure.data, figure.mime) if isinstance(error, images.TooLargeError) else None


class _Source(Struct, frozen=True):
    """Where a card's picture comes from: the bytes of an image."""

    data: bytes
    mime: str
    cell: int | None = None
    alt: str = ""
    is_lead: bool = False


def _illustrate(
    notebook: Notebook,
    article: Article,
    figures: Sequence[Figure],
    presets: ImageSettings,
    accent: str,
    files: Mapping[str, File | None],
    log: list[Problem],
) -> tuple[Card, tuple[Rendering, ...]]:
    """Plan the card: the image that the author named, else the best figure, else a cover made from the title."""
    focus = notebook.metadata.focus
    for source in _sources(notebook, figures, files, log):
        try:
            picture = images.plan_card(source.data, source.mime, presets, focus)
            large = picture if picture.form == "svg" else images.plan(source.data, source.mime, presets)
        except images.ImageError as error:
            log.append(Problem(notebook.path, f"its card's {error.what}", error.hint))
            continue
        renderings = tuple(
            Rendering(source.data, (each,), presets, notebook.path, source.cell, focus) for each in (picture, large)
        )
        is_whole = isinstance(notebook.metadata.image, str) and source.is_lead and _has_social_shape(large)
        return Card(picture, False, large if source.is_lead else None, source.alt, _pixels(large), is_whole), renderings
    card, rendering = cover(notebook.path, notebook.metadata, article.title, presets, accent)
    return card, (rendering,)


def _pixels(picture: images.Picture) -> images.Picture | None:
    """Return a picture that has pixels: a drawing of lines cannot be drawn into a card."""
    return None if picture.form == "svg" else picture


def _has_social_shape(picture: images.Picture) -> bool:
    """Tell whether a picture could be the card that other sites show as it is."""
    width, height = images.SIZE
    return picture.width >= width and abs(picture.width * height / picture.height / width - 1) <= _SHAPE


def _with_social_image(
    card: Card,
    notebook: Notebook,
    presets: ImageSettings,
    files: Mapping[str, File | None],
    log: list[Problem],
) -> tuple[Card, tuple[Rendering, ...]]:
    """Return the card with the image that the author wants other sites to show, if any was named."""
    wanted = notebook.metadata.social_image
    file = files[wanted] if wanted else None
    if file is None:
        if wanted:
            message = f"names the social image {wanted!r}, which does not exist"
            log.append(Problem(notebook.path, message, "check the path of `social-image`"))
        return card, ()
    data = file.data or b""
    try:
        picture = _pixels(images.plan(data, mimetypes.guess_type(file.name)[0] or "", presets))
    except images.ImageError as error:
        log.append(Problem(notebook.path, f"its social {error.what}", error.hint))
        return card, ()
    if picture is None:
        log.append(Problem(notebook.path, f"its social image {wanted!r} is an SVG", "save it as PNG or JPEG"))
        return card, ()
    return replace(card, large=picture, is_whole=True), (Rendering(data, (picture,), presets, notebook.path),)


def cover(notebook: str, metadata: Metadata, title: str, presets: ImageSettings, accent: str) -> tuple[Card, Rendering]:
    """Plan a cover, which a post without a good figure gets."""
    slug = metadata.slug or slug_of(notebook)
    source = images.Cover(title, slug, accent)
    picture = images.plan_cover(source, presets)
    return Card(picture, True), Rendering(source, (picture,), presets, notebook)


def _sources(
    notebook: Notebook, figures: Sequence[Figure], files: Mapping[str, File | None], log: list[Problem]
) -> Iterator[_Source]:
    """Yield what a card could be made of, what the author asked for first."""
    wanted = notebook.metadata.image
    if isinstance(wanted, str):
        if file := files[wanted]:
            shown = {figure.data for figure in figures}
            data = file.data or b""
            yield _Source(
                data, mimetypes.guess_type(file.name)[0] or "", None, notebook.metadata.image_alt, data not in shown
            )
        else:
            log.append(
                Problem(
                    notebook.path,
                    f"names the image {wanted!r}, which does not exist",
                    "check the path of `image`",
                    kind="missing-image",
                )
            )
    elif isinstance(wanted, int):
        if 1 <= wanted <= len(figures):
            yield _of_figure(figures[wanted - 1])
        else:
            log.append(
                Problem(notebook.path, f"names figure {wanted} as its image, but has {len(figures)}", "count from 1")
            )
    chosen = next((figure for figure in figures if figure.is_thumbnail and figure.data), None)
    if chosen:
        yield _of_figure(chosen)
    best = images.choose(figures)
    if best is not None:
        yield _of_figure(figures[best])


def _of_figure(figure: Figure) -> _Source:
    return _Source(figure.data, figure.mime, figure.cell)
