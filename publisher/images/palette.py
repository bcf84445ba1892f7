"""Give a drawing 256 colours of its own, which is all that most plots need: half the bytes at a quarter of the cost."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

# Of 79 plots above 32 KB (33 megapixels, 5.1 MB) these colours make 2.25 MB in 0.5 s of CPU, 47 dB from the original
# in the median; WebP of quality 80 1.99 MB in 1.9 s by method 2, with blurred colours; one octree of the whole image
# 2.0 MB in 0.5 s, but it makes white of the pale greys behind an axis; the median cut of the whole image takes 3.8 s.
_COMMON = 96
_RARE = 160
_SAMPLE = 48  # pixels a side, in which the common colours are counted
_FINE_SAMPLE = 128  # in which a colour of a single mark is not missed
_STEP = 4  # levels that Pillow does not tell apart when it looks for the nearest colour; it compares the lowest of them

# zlib-ng on 46 megapixels in 256 colours: level 2 2.73 MB in 0.23 s, 3 2.56 MB in 0.25 s, 4 2.40 MB in 0.40 s,
# 6 2.09 MB in 0.58 s. From level 3 on a second of CPU saves 1.4 MB, spent on keeping fewer files it saves 2.1.
_LEVEL = 3

_ALLOWED = 6  # levels by which a colour may be off before one sees it in an even slope
_OFF = 0.10  # share of the sample that may be off further: 2 of 135 plots have more, both of slopes in many colours


def reduced(image: Image, *, is_dithered: bool = False) -> Image:
    """Return an RGB image in the 256 colours that suit it best, dots of them standing for others where it is dithered.

    Text and lines stay as they are without dots, and half the bytes.
    """
    from PIL.Image import Dither

    colours = _colours(image)
    compared = _palette([max(0, level - _STEP // 2) for level in colours])
    few = image.quantize(palette=compared, dither=Dither.FLOYDSTEINBERG if is_dithered else Dither.NONE)
    few.putpalette(colours)
    return few


def _colours(image: Image) -> list[int]:
    """Return the red, green and blue of each: most share out the common ones, some are sure to hold every rare one."""
    from PIL.Image import Dither, Quantize

    common = _sampled(image, _SAMPLE).quantize(_COMMON, Quantize.MEDIANCUT, dither=Dither.NONE)
    rare = _sampled(image, _FINE_SAMPLE).quantize(_RARE, Quantize.FASTOCTREE, dither=Dither.NONE)
    return [*(common.getpalette() or [])[: 3 * _COMMON], *(rare.getpalette() or [])[: 3 * _RARE]]


def _palette(colours: list[int]) -> Image:
    from PIL.Image import new

    holder = new("P", (1, 1))
    holder.putpalette(colours)
    return holder


def _sampled(image: Image, side: int) -> Image:
    """Return single pixels of the image, as many as a square of this side has at most."""
    from PIL.Image import Resampling

    scale = max(1.0, (image.width * image.height / side**2) ** 0.5)
    size = (max(1, round(image.width / scale)), max(1, round(image.height / scale)))
    return image.resize(size, Resampling.NEAREST)


def is_near(image: Image, few: Image) -> bool:
    """Tell whether the image in few colours looks the same: not so where slopes of many colours would have steps."""
    from PIL import ImageChops

    one, other = _sampled(image, _SAMPLE), _sampled(few, _SAMPLE).convert("RGB")
    red, green, blue = ImageChops.difference(one, other).split()
    counts = ImageChops.lighter(ImageChops.lighter(red, green), blue).histogram()
    return sum(counts[_ALLOWED + 1 :]) <= _OFF * sum(counts)


def png(image: Image) -> bytes:
    """Return the image as PNG, without any metadata."""
    image.info.clear()
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=_LEVEL)
    return buffer.getvalue()
