"""Make the files that plans promised: one decoding an image, largest variant first."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from publisher.images import card, chunks, decode, download, palette, svg
from publisher.images.encode import is_graphic, resized, webp, webp_method
from publisher.images.plan import ladder, scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from publisher.config import ImageSettings
    from publisher.images.card import Focus
    from publisher.images.plan import Picture

_BARE = {"PNG": chunks.bare_png, "WEBP": chunks.bare_webp, "JPEG": chunks.bare_jpeg}


def render(
    data: bytes, pictures: Sequence[Picture], presets: ImageSettings, focus: Focus | None = None
) -> dict[str, bytes]:
    """Return the bytes of every variant of the pictures planned for `data`, by path. Raises ImageError."""
    files: dict[str, bytes] = {}
    drawn = [picture for picture in pictures if picture.is_decoded]
    for picture in pictures:
        if picture.form == "svg":
            files[picture.src] = svg.clean(data)
        elif picture.form == "download":
            files[picture.src] = download.bare(data, picture.variants[-1].mime)
        elif picture.form in ("kept", "animated"):
            files[picture.src] = _whole(data, picture, presets)
    if drawn:
        with decode.opened(data, presets.max_pixels) as image:
            _draft(image, presets)
            source = decode.pixels(image, data)
            plain = decode.flat(source)
            for picture in drawn:
                if picture.form == "card":
                    files |= card.render_card(plain, picture, presets, focus)
                elif picture.form == "palette":
                    files[picture.src] = _in_few_colours(plain, data, picture)
                else:
                    files |= _encoded(source, picture, presets)
    return files


def _whole(data: bytes, picture: Picture, presets: ImageSettings) -> bytes:
    with decode.opened(data, presets.max_pixels) as image:
        return _BARE[str(image.format)](data) if picture.form == "kept" else _animation(image, presets)


def _draft(image: Image, presets: ImageSettings) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth, where that is enough for a figure and for a card.

    Which of them is asked for makes no difference, so that the same file has the same bytes in whatever company.
    """
    figure = scaled(image.width, image.height, ladder(image.width, image.height, presets)[-1])
    detail = 4 if presets.optimize else 2  # a card shows a part of the image, optimized in double size as well
    side = max(*figure, *(detail * length for length in presets.card_size))
    image.draft("RGB", (side, side))


def _in_few_colours(source: Image, data: bytes, picture: Picture) -> bytes:
    """Return the image in few colours, or as it came where it would look or weigh worse in them."""
    largest = picture.variants[-1]
    image = resized(source, (largest.width, largest.height))
    few = palette.reduced(image)
    small = palette.png(few)
    if image is not source or chunks.png_kinds(data) & {b"iCCP", b"eXIf"}:
        return small
    return small if len(small) < len(data) and palette.is_near(image, few) else chunks.bare_png(data)


def _encoded(source: Image, picture: Picture, presets: ImageSettings) -> dict[str, bytes]:
    largest = picture.variants[-1]
    current = source
    is_native = current.size == (largest.width, largest.height)
    files = {}
    for variant in reversed(picture.variants):
        current = resized(current, (variant.width, variant.height))
        is_lossless = presets.optimize and is_native and variant is largest and is_graphic(current)
        files[variant.path] = webp(current, presets, lossless=is_lossless)
    return dict(reversed(files.items()))


def _animation(image: Image, presets: ImageSettings) -> bytes:
    from PIL import ImageSequence

    durations = []
    for frame in ImageSequence.Iterator(image):
        if image.format == "AVIF":
            frame.load()  # the others know how long a frame stays before it is decoded
        durations.append(frame.info.get("duration") or 100)
    image.seek(0)
    # GIF counts repetitions after the first showing, WebP counts showings; none given means once.
    loop = image.info.get("loop")
    if image.format == "GIF":
        loop = 1 if loop is None else loop + 1 if loop else 0
    buffer = BytesIO()
    options = {"save_all": True, "duration": durations, "loop": loop or 0, "background": (0, 0, 0, 0)}
    method = webp_method(presets)
    image.save(buffer, "WEBP", quality=presets.quality, method=method, icc_profile=None, exif=b"", xmp=b"", **options)
    return buffer.getvalue()
