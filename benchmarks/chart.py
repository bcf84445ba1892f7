"""Draw figures as a chart: bars on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from benchmarks.publishing import Figures
from benchmarks.table import BASELINES, CASES, short

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw as Canvas
    from PIL.ImageFont import FreeTypeFont

WIDTH = 800  # all lengths are in pixels of a chart shown at this width
_SCALE = 2  # for screens with small pixels

_LEFT, _RIGHT, _TOP, _BOTTOM = 264, 64, 96, 40
_BAR, _BETWEEN, _APART = 11, 2, 13

_PAPER, _INK, _MUTED, _LINE = "#fdfcfa", "#22252a", "#73777f", "#e6e3dd"
_OURS = ("#b9cbe2", "#86a7cf", "#4f7db5", "#1f4e8c", "#12305a")
_THEIRS = ("#d9d6cf", "#bdb9b1", "#9b978f", "#77736c", "#55524c")


@dataclass(frozen=True, slots=True)
class _Scale:
    """From seconds to pixels; `low` and `high` are powers of ten."""

    low: int
    high: float

    def at(self, seconds: float) -> float:
        share = (math.log10(seconds) - self.low) / (self.high - self.low)
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * share


def chart(columns: Sequence[Figures]) -> bytes:
    """Return a PNG: a group of bars for each case, a bar for each blog, its normalised CPU seconds."""
    from PIL import Image, ImageDraw

    groups = (*CASES, *BASELINES)
    group = len(columns) * (_BAR + _BETWEEN) + _APART
    height = _TOP + len(groups) * group + _BOTTOM
    image = Image.new("RGB", (WIDTH * _SCALE, height * _SCALE), _PAPER)
    canvas, scale = ImageDraw.Draw(image), _scale(columns)
    _head(canvas, columns)
    _grid(canvas, scale, height)
    for number, (name, words) in enumerate(groups):
        _group(canvas, scale, columns, (name, words.replace("`", "")), _TOP + number * group + _APART // 2)
    return _png(image)


def _scale(columns: Sequence[Figures]) -> _Scale:
    seconds = [cost.normal for figures in columns for cost in figures.costs.values()]
    low, high = math.floor(math.log10(0.8 * min(seconds))), math.log10(max(seconds))  # the shortest is seen, too
    return _Scale(low, max(high, low + 1))


def _head(canvas: Canvas, columns: Sequence[Figures]) -> None:
    """Write the title, and below it what the shades of the bars are."""
    _text(canvas, (24, 38), "What publishing costs", 20, _INK)
    _text(canvas, (24, 62), "CPU seconds, logarithmic", 12, _MUTED)
    left = float(_LEFT)
    for number, figures in enumerate(columns):
        for at, shades in enumerate((_OURS, _THEIRS)):
            _box(canvas, (left + 13 * at, 52, left + 13 * at + 11, 63), _shade(shades, number, len(columns)))
        _text(canvas, (left + 31, 62), figures.label, 12, _MUTED)
        left += 49 + _font(12).getlength(figures.label) / _SCALE


def _grid(canvas: Canvas, scale: _Scale, height: int) -> None:
    for power in range(scale.low, math.floor(scale.high) + 1):
        x = scale.at(10**power)
        _box(canvas, (x, _TOP - 8, x + 0.5, height - _BOTTOM + 4), _LINE)
        _text(canvas, (x, height - _BOTTOM + 22), f"{10.0**power:,g} s", 12, _MUTED, "ms")


def _group(canvas: Canvas, scale: _Scale, columns: Sequence[Figures], case: tuple[str, str], top: float) -> None:
    name, words = case
    shades = _OURS if case[0] in dict(CASES) else _THEIRS
    middle = top + len(columns) * (_BAR + _BETWEEN) / 2
    _text(canvas, (_LEFT - 14, middle), words, 13, _INK, "rm")
    for number, figures in enumerate(columns):
        seconds, y = figures.costs[name].normal, top + number * (_BAR + _BETWEEN)
        end = max(scale.at(seconds), _LEFT + 1)
        _box(canvas, (_LEFT, y, end, y + _BAR), _shade(shades, number, len(columns)))
        _text(canvas, (end + 6, y + _BAR / 2), short(seconds), 11, _MUTED, "lm")


def _shade(shades: Sequence[str], number: int, count: int) -> str:
    """Return a colour, the darker the larger the blog; those of the middle if there are few."""
    first = max(0, (len(shades) - count + 1) // 2)
    return shades[min(first + number, len(shades) - 1)]


def _box(canvas: Canvas, corners: tuple[float, float, float, float], colour: str) -> None:
    left, top, right, bottom = (round(side * _SCALE) for side in corners)
    canvas.rectangle((left, top, max(right - 1, left), max(bottom - 1, top)), fill=colour)


def _text(canvas: Canvas, where: tuple[float, float], text: str, size: int, colour: str, anchor: str = "ls") -> None:
    canvas.text((where[0] * _SCALE, where[1] * _SCALE), text, colour, _font(size), anchor)


@cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    from publisher.images.lettering import FONT

    return ImageFont.truetype(str(FONT), size * _SCALE)


def _png(image: Image) -> bytes:
    from PIL.Image import Dither

    file = BytesIO()
    image.quantize(64, dither=Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
