"""Open images from anywhere safely, and give their pixels upright and in sRGB: the door to Pillow."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from publisher.images import chunks
from publisher.images.errors import ImageError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image
    from PIL.ImageCms import ImageCmsProfile

# Only what browsers show, too: every other decoder of Pillow (EPS runs Ghostscript) stays shut.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
ORIENTATION = 0x0112

_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"%!PS", "an EPS drawing"),
    (b"\xc5\xd0\xd3\xc6", "an EPS drawing"),
    (b"II*\x00", "a TIFF"),
    (b"MM\x00*", "a TIFF"),
    (b"BM", "a Windows bitmap"),
    (b"\x00\x00\x01\x00", "a Windows icon"),
    (b"<!DOCTYPE html", "an HTML page"),
    (b"<html", "an HTML page"),
    (b"version https://git-lfs", "a Git LFS pointer"),
)
_INSTEAD = "save it as PNG, JPEG, WebP or SVG"


_CODECS = ("webp", "jpg", "libjpeg_turbo", "zlib", "zlib_ng", "avif", "littlecms2", "freetype2", "raqm", "harfbuzz")


@cache
def codecs() -> str:
    """Return the versions of Pillow and of what it was built with that decide which bytes an image becomes."""
    import PIL
    from PIL import features

    built = {name: features.version(name) for name in _CODECS if features.check(name)}
    return " ".join((f"pillow-{PIL.__version__}", *(f"{name}-{version}" for name, version in built.items())))


@contextmanager
def opened(data: bytes, max_pixels: int) -> Iterator[Image]:
    """Open an image of a known kind and a bearable size; whatever goes wrong within is an ImageError."""
    from PIL import Image, UnidentifiedImageError

    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                _check_size(image.size, max_pixels)
                Image.MAX_IMAGE_PIXELS = max_pixels  # Pillow's own guard, for what only decoding brings to light
                yield image
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ImageError("image has more pixels than it says", f"the limit is {megapixels(max_pixels)}") from error
    except UnidentifiedImageError as error:
        raise _unknown(data) from error
    except ImageError:
        raise
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError …
        raise ImageError(f"image is broken: {_reason(error)}", "save or run it again") from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    pixels = size[0] * size[1]
    if pixels > max_pixels:
        raise too_large(pixels, max_pixels)
    if not pixels:
        raise ImageError("image has no pixels", "run the cell again")


def too_large(pixels: int, max_pixels: int) -> TooLargeError:
    """Return the refusal of an image with more pixels than the settings allow."""
    limit = f"the limit is {megapixels(max_pixels)}"
    return TooLargeError(f"image has {megapixels(pixels)}; {limit}", "make it smaller, or raise images.max-pixels")


def megapixels(pixels: int) -> str:
    """Word a number of pixels."""
    return f"{pixels / 1e6:.3g} megapixels"


def _unknown(data: bytes) -> ImageError:
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return ImageError("image is empty", "save or run it again")
    for magic, name in _MAGIC:
        if start.lower().startswith(magic.lower()):
            return ImageError(f"image is {name}, which browsers do not show as an image", _INSTEAD)
    return ImageError("image is of no kind that browsers show, or is broken", _INSTEAD)


def _reason(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__


def orientation(image: Image, data: bytes) -> int:
    """Return the EXIF orientation, 1 to 8, without decoding (Pillow decodes a PNG to look for it)."""
    from PIL.Image import Exif

    if image.format == "PNG":
        exif = Exif()
        exif.load(next((data[at + 8 : end - 4] for kind, at, end in chunks.png_chunks(data) if kind == b"eXIf"), b""))
    else:
        exif = image.getexif()
    value = exif.get(ORIENTATION, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def pixels(image: Image, data: bytes) -> Image:
    """Return the pixels upright, as RGB, or as RGBA where some can be seen through; colours are sRGB."""
    from PIL.Image import Transpose

    upright = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = upright.get(orientation(image, data))
    profile = image.info.get("icc_profile")
    image.load()
    plain = _in_srgb(image, profile) if profile else _plain(image)
    return plain.transpose(turn) if turn is not None else plain


def _plain(image: Image) -> Image:
    """Return RGB or RGBA; alpha that hides nothing is dropped, which halves the cost of all that follows."""
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "RGB":
        return image
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen_through = image if image.mode == "RGBA" else image.convert("RGBA")
    is_opaque = seen_through.getchannel("A").getextrema() == (255, 255)
    return seen_through.convert("RGB") if is_opaque else seen_through


def _in_srgb(image: Image, profile: bytes) -> Image:
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return _plain(image)
        if image.mode not in ("RGB", "RGBA", "L", "CMYK"):
            image = _plain(image)
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(image, source, _srgb(), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that does not fit the image is worth nothing
        return _plain(image)
    return _plain(turned if turned is not None else image)


@cache
def _srgb() -> ImageCmsProfile:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def flat(image: Image, colour: tuple[int, int, int] = (255, 255, 255)) -> Image:
    """Return the image on a plate of one colour, as plots that can be seen through are meant to be."""
    from PIL.Image import new

    if image.mode != "RGBA":
        return image
    plate = new("RGB", image.size, colour)
    plate.paste(image, mask=image.getchannel("A"))
    return plate
