"""Find the figure that stands for a notebook on its card when the author chose none."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher.images import decode, svg
from publisher.images.errors import ImageError
from publisher.images.plan import upright_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from publisher.article import Figure

_SMALLEST = 120  # pixels a side: icons and badges are smaller
_WIDEST = 4.0
_BEST_SHAPE = 16 / 10  # between a card's and a plot's
_LARGE = 500 * 350  # pixels from which more say nothing more
_FULL = 0.3  # bytes a pixel of a rich plot, above nine in ten
_DOUBTFUL = 0.02  # bytes a pixel: large plots may have less, and so has a white page
_NOTHING = 0.3  # bits a pixel of the sample: a lone line between axes has 0.5, most plots 1 to 3
_SAMPLE = 48
_LOOKED_AT = 5  # a PNG is decoded whole, so only doubtful ones are: 7 for 133 notebooks
_MAX_PIXELS = 20_000_000  # looking at more costs too much for a choice
_HEAVY = 300_000  # bytes of an SVG from which a listing feels it


class _Candidate(Struct, frozen=True):
    index: int
    figure: Figure
    promise: float
    is_doubtful: bool


def choose(figures: Sequence[Figure]) -> int | None:
    """Return the index of the best figure, or None when not one is worth showing.

    Headers decide. Of 133 notebooks with figures, a look at the pixels of five each would choose another in 28: those
    are as often worse as better.
    """
    seen = ((index, figure) for index, figure in enumerate(figures) if figure.data and figure.scheme != "dark")
    found = [_candidate(index, figure) for index, figure in seen]
    ranked = sorted((one for one in found if one), key=lambda one: (-one.promise, one.index))
    good = (one.index for one in ranked[:_LOOKED_AT] if not one.is_doubtful or _shows_something(one.figure))
    return next(good, None)


def _candidate(index: int, figure: Figure) -> _Candidate | None:
    is_drawing = svg.is_svg(figure.data, figure.mime)
    try:
        width, height = _size(figure, is_drawing=is_drawing)
    except ImageError:
        return None
    if min(width, height) < _SMALLEST or not 1 / _WIDEST <= width / height <= _WIDEST:
        return None
    shape = abs(log(width / height / _BEST_SHAPE))
    large = min(1.0, width * height / _LARGE)
    # Bytes tell of content before a pixel is decoded, much alike for PNG and SVG, less so for JPEG.
    content = min(1.0, log(1 + len(figure.data) / 2000) / log(20))
    density = len(figure.data) / (width * height)
    rich = 0.8 - 1.5 * (len(figure.data) > _HEAVY) if is_drawing else min(1.0, density / _FULL)
    promise = 2.0 * figure.is_output + large + content + rich - 0.7 * shape
    return _Candidate(index, figure, promise, not is_drawing and density < _DOUBTFUL)


def _size(figure: Figure, *, is_drawing: bool) -> tuple[int, int]:
    if is_drawing:
        return svg.size(svg.clean(figure.data))
    with decode.opened(figure.data, _MAX_PIXELS) as image:
        return upright_size(image, figure.data)


def _shows_something(figure: Figure) -> bool:
    try:
        with decode.opened(figure.data, _MAX_PIXELS) as image:
            image.draft("RGB", (2 * _SAMPLE, 2 * _SAMPLE))
            return _content(image) >= _NOTHING
    except ImageError:
        return False


def _content(image: Image) -> float:
    """Return the information of a small sample, in bits a pixel."""
    from PIL.Image import Resampling

    image.load()
    sample = image.resize((4 * _SAMPLE, 4 * _SAMPLE), Resampling.NEAREST) if image.mode != "P" else image
    small = decode.flat(sample.convert("RGBA")).resize((_SAMPLE, _SAMPLE), Resampling.BOX)
    return small.convert("L").entropy()
