"""Say which files an image will become, their names and sizes, by arithmetic on its header alone."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from publisher.images import chunks, decode, svg
from publisher.images.errors import ImageError, TooLargeError

if TYPE_CHECKING:
    from PIL.Image import Image

    from publisher.config import ImageSettings

# Part of every file's name: raise it when the same image and settings would give other pixels.
ALGORITHM = 2

Form = Literal["kept", "palette", "encoded", "animated", "svg", "card", "cover", "download"]

WEBP_LIMIT = 16_383  # pixels a side, by the format
_FRAMES = 10  # an animation may have this many times the pixels of a still
# A width this near to the next larger one saves too few bytes to be worth its encoding.
_WORTH_A_WIDTH = 1.5

# Large plots of few bytes are kept as well: a megapixel costs 35 ms to decode and encode, however little it saves.
# Of 235 PNG files of 100 notebooks, 7.5 MB, 32 KB alone saves 2.6 MB at 3.2 MB a second of CPU, a pixel for each 0.08
# bytes 2.5 at 3.8, for each 0.16 bytes 1.9 at 5.3, for each 0.25 bytes 1.3 at 5.5.
_PIXELS_OF_KEPT = 200_000

# Bytes a pixel: 380 PNG images of notebooks, plots and screenshots, have 0.96 at most; photographs have 1.7 to 2.1.
_PHOTOGRAPH = 1.0


class Variant(Struct, frozen=True):
    """One file of a picture: its path in the site, its size in pixels, its type."""

    path: str
    width: int
    height: int
    mime: str


class Picture(Struct, frozen=True, omit_defaults=True):
    """An image with its files, known before any pixel is made.

    `width` and `height` are its natural size in pixels, upright. `variants` ascend by width, the last is
    the plain `src`.
    `form` says how the files are made of the bytes. One in the form `download` is too large to be shown: its only file,
    of so many bytes as `weight` says, is linked to.
    """

    width: int
    height: int
    variants: tuple[Variant, ...]
    form: Form = "encoded"
    weight: int = 0

    @property
    def src(self) -> str:
        """The path of the largest variant."""
        return self.variants[-1].path

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all variants."""
        return tuple(variant.path for variant in self.variants)

    @property
    def is_shown(self) -> bool:
        """Whether it is an image of the page, not a file to download."""
        return self.form != "download"

    @property
    def is_decoded(self) -> bool:
        """Whether its files are made of the pixels of a still: one decoding serves all such pictures of an image."""
        return self.form in ("palette", "encoded", "card")


def plan(data: bytes, mime: str, presets: ImageSettings) -> Picture:
    """Plan the files of an image. Only its own bytes say what it is: `mime` is a hint for SVG without a start.

    Raises ImageError when it is broken, too large, or of a kind that browsers do not show.
    """
    if svg.is_svg(data, mime):
        width, height = svg.size(svg.clean(data))
        return _single(data, "svg", "image/svg+xml", width, height)
    with decode.opened(data, presets.max_pixels) as image:
        return _planned(image, data, presets)


def _planned(image: Image, data: bytes, presets: ImageSettings) -> Picture:
    check_whole(image, data)
    frames = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
    turn = decode.orientation(image, data)
    width, height = _turned(image, turn)
    if _is_kept(image, data, frames, turn, presets):
        return _single(data, "kept", f"image/{str(image.format).lower()}", width, height)
    if frames > 1:
        _check_frames(frames * width * height, presets)
        return _single(data, "animated", "image/webp", width, height, encoding(presets))
    widths = ladder(width, height, presets)
    if is_drawing(image, data, presets):
        # At 640 pixels WebP is 64 % lighter, but for windows below 680 at density 1 alone, which few have.
        largest = scaled(width, height, widths[-1])
        only = Variant(f"img/{key(data, 'palette', str(largest))}-{largest[0]}.png", *largest, "image/png")
        return Picture(width, height, (only,), "palette")
    stem = key(data, "encoded", *encoding(presets))
    sizes = [scaled(width, height, wanted) for wanted in widths]
    variants = tuple(Variant(f"img/{stem}-{w}.webp", w, h, "image/webp") for w, h in sizes)
    return Picture(width, height, variants)


def is_drawing(image: Image, data: bytes, presets: ImageSettings) -> bool:
    """Tell whether an image will have colours of its own: a plot, by its bytes a pixel, which are few in a PNG."""
    return image.format == "PNG" and not presets.optimize and len(data) < _PHOTOGRAPH * image.width * image.height


def encoding(presets: ImageSettings) -> tuple[str, ...]:
    """Return what of the settings makes a difference to the bytes of an encoded image."""
    return (str(presets.quality), *(["optimized"] if presets.optimize else []))


def check_whole(image: Image, data: bytes) -> None:
    """Raise when the file was cut short, which Pillow would notice only while decoding."""
    if image.format == "PNG":
        chunks.png_kinds(data)
    elif image.format == "WEBP":
        chunks.webp_kinds(data)
    elif image.format in ("JPEG", "MPO") and not chunks.is_whole_jpeg(data):
        raise ImageError("image is broken: its JPEG data ends early", "save or run it again")


def upright_size(image: Image, data: bytes) -> tuple[int, int]:
    """Return width and height as seen, after the camera's turn."""
    return _turned(image, decode.orientation(image, data))


def _turned(image: Image, turn: int) -> tuple[int, int]:
    return (image.height, image.width) if turn >= 5 else image.size


def _is_kept(image: Image, data: bytes, frames: int, turn: int, presets: ImageSettings) -> bool:
    """Tell whether the file goes out as it came, less its metadata: encoding it again would cost more than it saves."""
    pixels = 0 if presets.optimize else image.width * image.height
    is_light = len(data) <= presets.keep_bytes * max(1.0, pixels / _PIXELS_OF_KEPT)
    if image.format == "PNG":
        return is_light and not chunks.png_kinds(data) & {b"iCCP", b"eXIf"}
    if image.format == "WEBP":
        return frames > 1 or (is_light and not chunks.webp_kinds(data) & {b"ICCP", b"EXIF"})
    if image.format == "JPEG":
        return len(data) <= presets.keep_bytes and turn == 1 and not chunks.has_jpeg_profile(data)
    return False


def _check_frames(total: int, presets: ImageSettings) -> None:
    if total > _FRAMES * presets.max_pixels:
        limit = decode.megapixels(_FRAMES * presets.max_pixels)
        raise TooLargeError(
            f"animation has {decode.megapixels(total)} in all its frames; the limit is {limit}",
            "show fewer or smaller frames, or link to a video",
        )


def _single(data: bytes, form: Form, mime: str, width: int, height: int, settings: tuple[str, ...] = ()) -> Picture:
    suffix = mime.removeprefix("image/").removesuffix("+xml")
    stem = key(data, form, *settings)
    return Picture(width, height, (Variant(f"img/{stem}-{width}.{suffix}", width, height, mime),), form)


def key(data: bytes, *settings: str) -> str:
    """Return the name of what these bytes become with these settings."""
    digest = sha256(data)
    digest.update("\0".join(("", str(ALGORITHM), *settings)).encode())
    return digest.hexdigest()[:16]


def ladder(width: int, height: int, presets: ImageSettings) -> tuple[int, ...]:
    """Return the widths to make, ascending: the presets below the source's own, and that, nothing enlarged."""
    limit = max(presets.widths)
    largest = max(1, min(width, limit, width * WEBP_LIMIT // max(height, 1)))
    smaller = tuple(preset for preset in presets.widths if preset * _WORTH_A_WIDTH <= largest)
    return (*smaller, largest)


def scaled(width: int, height: int, wanted: int) -> tuple[int, int]:
    """Return the size of the image when it is `wanted` pixels wide."""
    return wanted, min(WEBP_LIMIT, max(1, round(height * wanted / width)))
