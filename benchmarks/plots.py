"""Draw plots such as notebooks have, one unlike the other, in a few milliseconds each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from publisher.images.lettering import FONT

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw as Canvas
    from PIL.ImageFont import FreeTypeFont

Box = tuple[int, int, int, int]  # left, top, right and bottom of the axes

_SIZES = ((480, 360), (560, 380), (640, 400), (640, 480))  # pixels
_SCALE = 2  # drawn so much larger, then reduced: Pillow draws lines without smooth edges
_COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#17becf")
_HEAT = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
_LABEL = 10  # pixels


def plot(chance: Random) -> bytes:
    """Return a plot as PNG of 480 to 640 pixels: curves, dots, bars or a map of colours."""
    width, height = (_SCALE * side for side in chance.choice(_SIZES))
    image = Image.new("RGB", (width, height), "white")
    canvas = ImageDraw.Draw(image)
    box = (width // 9, height // 16, width - width // 20, height - height // 9)
    _axes(canvas, box, chance)
    chance.choice(_KINDS)(canvas, box, chance)
    canvas.rectangle(box, outline="black", width=_SCALE)
    file = BytesIO()
    image.reduce(_SCALE).save(file, "PNG", compress_level=3)  # 6, the default: 15 % fewer bytes, 45 % more time
    return file.getvalue()


def _axes(canvas: Canvas, box: Box, chance: Random) -> None:
    left, top, right, bottom = box
    step = chance.choice((0.2, 0.5, 1, 2, 5, 10, 25))
    for number in range(6):
        x, y = left + (right - left) * number // 5, bottom - (bottom - top) * number // 5
        canvas.line((x, top, x, bottom), fill="#dddddd", width=_SCALE)
        canvas.line((left, y, right, y), fill="#dddddd", width=_SCALE)
        canvas.text((x, bottom + 6 * _SCALE), f"{number * step:g}", "black", _font(), anchor="ma")
        canvas.text((left - 5 * _SCALE, y), f"{number * step / 4:g}", "black", _font(), anchor="rm")


@cache
def _font() -> FreeTypeFont:
    return ImageFont.truetype(str(FONT), _LABEL * _SCALE)


def _curves(canvas: Canvas, box: Box, chance: Random) -> None:
    left, top, right, bottom = box
    middle, spread = (top + bottom) / 2, (bottom - top) / 2 - 4 * _SCALE
    for colour in chance.sample(_COLOURS, chance.randint(2, 4)):
        height, points = chance.uniform(-0.3, 0.3), []
        for x in range(left, right, 2 * _SCALE):
            height = max(-1.0, min(1.0, height + chance.gauss(0, 0.09)))
            points.append((x, middle + spread * height))
        canvas.line(points, fill=colour, width=3 * _SCALE // 2, joint="curve")


def _dots(canvas: Canvas, box: Box, chance: Random) -> None:
    left, top, right, bottom = box
    for colour in chance.sample(_COLOURS, 3):
        across, down = chance.uniform(0.3, 0.7), chance.uniform(0.3, 0.7)
        for _ in range(150):
            x = left + (right - left) * min(0.97, max(0.03, chance.gauss(across, 0.14)))
            y = top + (bottom - top) * min(0.97, max(0.03, chance.gauss(down, 0.14)))
            radius = chance.uniform(2, 5) * _SCALE
            canvas.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour, outline="white")


def _bars(canvas: Canvas, box: Box, chance: Random) -> None:
    left, top, right, bottom = box
    number = chance.randint(30, 60)
    wide = (right - left) / number
    for colour in chance.sample(_COLOURS, 2):
        heights = sorted((chance.random() ** 2 for _ in range(number)), reverse=chance.random() < 0.5)
        for at, height in enumerate(heights):
            upper = bottom - (bottom - top) * 0.95 * height * chance.uniform(0.8, 1)
            canvas.rectangle((left + at * wide, upper, left + (at + 0.45) * wide, bottom), fill=colour)
        left += int(wide / 2)
    _curves(canvas, box, chance)


def _heat(canvas: Canvas, box: Box, chance: Random) -> None:
    left, top, right, bottom = box
    columns, rows = chance.randint(24, 40), chance.randint(16, 28)
    wide, high = (right - left) / columns, (bottom - top) / rows
    for row in range(rows):
        level = chance.random()
        for column in range(columns):
            level = max(0.0, min(1.0, level + chance.gauss(0, 0.12)))
            x, y = left + column * wide, top + row * high
            canvas.rectangle((x, y, x + wide, y + high), fill=_warmth(level))


def _warmth(level: float) -> tuple[int, int, int]:
    at = min(int(level * 4), 3)
    share = level * 4 - at
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(_HEAT[at], _HEAT[at + 1], strict=True))
    return red, green, blue


_KINDS: tuple[Callable[[Canvas, Box, Random], None], ...] = (_curves, _dots, _bars, _heat)
