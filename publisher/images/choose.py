"""Find the figure that stands for a notebook on its card when the author chose none."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

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
_NOTHING = 0.3  # bits a pixel of the sample: a lone line between axes has 0.5, most plots 1 to 3
_SAMPLE = 48
_LOOKED_AT = 5  # a PNG is decoded whole, so only those that promise most by their header are
_MAX_PIXELS = 20_000_000  # looking at more costs too much for a choice
_HEAVY = 300_000  # bytes of an SVG from which a listing feels it


@dataclass(frozen=True, slots=True)
class _Candidate:
    index: int
    figure: Figure
    promise: float


def choose(figures: Sequence[Figure]) -> int | None:
    """Return the index of the best figure, or None when not one is worth showing."""
    found = [_candidate(index, figure) for index, figure in enumerate(figures) if figure.data]
    ranked = sorted((one for one in found if one), key=lambda one: (-one.promise, one.index))
    scored = [(_score(one), -one.index) for one in ranked[:_LOOKED_AT]]
    best, index = max(scored, default=(0.0, 0))
    return -index if best > 0 else None


def _candidate(index: int, figure: Figure) -> _Candidate | None:
    try:
        width, height = _size(figure)
    except ImageError:
        return None
    if min(width, height) < _SMALLEST or not 1 / _WIDEST <= width / height <= _WIDEST:
        return None
    shape = abs(log(width / height / _BEST_SHAPE))
    large = min(1.0, width * height / _LARGE)
    # Bytes tell of content before a pixel is decoded, much alike for PNG and SVG, less so for JPEG.
    content = min(1.0, log(1 + len(figure.data) / 2000) / log(20))
    return _Candidate(index, figure, 2.0 * figure.is_output + large + content - 0.7 * shape)


def _size(figure: Figure) -> tuple[int, int]:
    if svg.is_svg(figure.data, figure.mime):
        return svg.size(svg.clean(figure.data))
    with decode.opened(figure.data, _MAX_PIXELS) as image:
        return upright_size(image, figure.data)


def _score(candidate: _Candidate) -> float:
    figure = candidate.figure
    if svg.is_svg(figure.data, figure.mime):
        return candidate.promise + 0.8 - (1.5 if len(figure.data) > _HEAVY else 0.0)
    try:
        with decode.opened(figure.data, _MAX_PIXELS) as image:
            image.draft("RGB", (2 * _SAMPLE, 2 * _SAMPLE))
            bits, colourful = _content(image)
    except ImageError:
        return 0.0
    if bits < _NOTHING:
        return 0.0
    return candidate.promise + min(1.0, bits / 5) + 0.5 * colourful


def _content(image: Image) -> tuple[float, float]:
    """Return the information of a small sample, in bits a pixel, and 1 when it has colour, 0 when it is grey."""
    from PIL.Image import Resampling

    image.load()
    sample = image.resize((4 * _SAMPLE, 4 * _SAMPLE), Resampling.NEAREST) if image.mode != "P" else image
    small = decode.flat(sample.convert("RGBA")).resize((_SAMPLE, _SAMPLE), Resampling.BOX)
    _, saturation, _ = small.convert("HSV").split()
    strong = sum(saturation.histogram()[64:]) / _SAMPLE**2
    return small.convert("L").entropy(), min(1.0, 8 * strong)
