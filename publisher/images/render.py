"""Make the files that a plan promised: one decoding an image, largest variant first."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from publisher.images import chunks, decode, svg

if TYPE_CHECKING:
    from PIL.Image import Image

    from publisher.config import ImageSettings
    from publisher.images.plan import Picture

# method 4 costs half of 6 for 3 % more bytes (mean of 68 plots and photos).
_METHOD = 4

# Of 104 plots above 32 KB, these two on a sample of 64 pixels chose 48 for lossless, and 36 of the 46 whose lossless
# WebP is at most 1.3 times the lossy one were among them: 7 % fewer bytes than all lossy for 3 % more time. Encoding
# both forms to compare them would have saved 4 % more bytes for three times the time.
_SAMPLE = 64
_GRAPHIC_SHARE = 0.5
_GRAPHIC_COLOURS = 160


def render(data: bytes, picture: Picture, presets: ImageSettings) -> dict[str, bytes]:
    """Return the bytes of every variant of the picture planned for `data`, by path. Raises ImageError."""
    if picture.form == "svg":
        return {picture.src: svg.clean(data)}
    with decode.opened(data, presets.max_pixels) as image:
        if picture.form == "kept":
            return {picture.src: chunks.bare_png(data) if image.format == "PNG" else chunks.bare_webp(data)}
        if picture.form == "animated":
            return {picture.src: _animation(image, presets.quality)}
        return _encoded(image, data, picture, presets.quality)


def _encoded(image: Image, data: bytes, picture: Picture, quality: int) -> dict[str, bytes]:
    largest = picture.variants[-1]
    if (largest.width, largest.height) != (picture.width, picture.height):
        side = max(largest.width, largest.height)
        image.draft("RGB", (side, side))  # a JPEG can be decoded at a half, a quarter or an eighth
    current = decode.pixels(image, data)
    is_native = current.size == (largest.width, largest.height)
    files = {}
    for variant in reversed(picture.variants):
        current = resized(current, (variant.width, variant.height))
        is_lossless = is_native and variant is largest and is_graphic(current)
        files[variant.path] = webp(current, quality, lossless=is_lossless)
    return dict(reversed(files.items()))


def resized(image: Image, size: tuple[int, int]) -> Image:
    """Return the image in another size; each step of a ladder starts from the one before, at half the cost."""
    from PIL.Image import Resampling

    return image if image.size == size else image.resize(size, Resampling.LANCZOS, reducing_gap=3.0)


def is_graphic(image: Image) -> bool:
    """Tell whether few colours and one of them before all others make lossless the better form."""
    share, colours = _sampled(image)
    return share >= _GRAPHIC_SHARE and colours <= _GRAPHIC_COLOURS


def _sampled(image: Image) -> tuple[float, int]:
    """Return the share of the commonest colour in a sample of at most 64 by 64 pixels, and how many there are."""
    from PIL.Image import Resampling

    width, height = min(_SAMPLE, image.width), min(_SAMPLE, image.height)
    counts = image.resize((width, height), Resampling.NEAREST).getcolors(width * height) or []
    return max(count for count, _ in counts) / (width * height), len(counts)


def top_share(image: Image) -> float:
    """Return the share of the commonest colour: 0.00 to 0.19 in photos, above 0.25 in nine of ten plots."""
    return _sampled(image)[0]


def webp(image: Image, quality: int, *, lossless: bool = False) -> bytes:
    """Return the image as WebP, without any metadata."""
    buffer = BytesIO()
    if lossless:
        image.save(buffer, "WEBP", lossless=True, quality=75, method=_METHOD)
    else:
        image.save(buffer, "WEBP", quality=quality, method=_METHOD)
    return buffer.getvalue()


def _animation(image: Image, quality: int) -> bytes:
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
    image.save(buffer, "WEBP", quality=quality, method=_METHOD, icc_profile=None, exif=b"", xmp=b"", **options)
    return buffer.getvalue()
