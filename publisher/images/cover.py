"""Make a cover for a post without a figure: its title over a drawing grown from its slug."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher.images import drawing, lettering
from publisher.images.card import card_widths
from publisher.images.colour import Colour, Palette, mixed, palette
from publisher.images.errors import ImageError
from publisher.images.palette import png
from publisher.images.plan import Picture, Variant, key

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

    from publisher.config import ImageSettings
    from publisher.images.drawing import Shape
    from publisher.images.lettering import Lettering

_EDGE = 0.062  # from the cover's edge to the title, of its width
_TEXT_WIDTH = 1 - 2 * _EDGE
_TEXT_HEIGHT = 0.78  # of the cover's height
_FINER = 2  # lines are drawn this much larger than they are seen
_TINTS = 16  # are enough for smooth edges so pale
_INKS = 16  # from the tint to the ink: 256 colours in all, so that no pixel needs more than a byte
_SYSTEM = "Inter, 'Noto Sans', system-ui, -apple-system, 'Segoe UI', sans-serif"


class Cover(Struct, frozen=True):
    """What a cover is made of. The slug decides the drawing."""

    title: str
    slug: str
    accent: str


def plan_cover(cover: Cover, presets: ImageSettings) -> Picture:
    """Plan the files of a cover: PNG where the bundled font has the title's characters, else one SVG."""
    text = lettering.plain(cover.title)
    width, height = presets.card_size
    stem = key("\0".join((text, cover.slug, cover.accent)).encode(), "cover", str(presets.card_size))
    if not lettering.is_covered(text):
        only = Variant(f"img/{stem}-{width}.svg", width, height, "image/svg+xml")
        return Picture(width, height, (only,), "cover")
    sizes = [(w, round(w * height / width)) for w in card_widths(2 * width, presets)]
    variants = tuple(Variant(f"img/{stem}-{w}.png", w, h, "image/png") for w, h in sizes)
    return Picture(variants[-1].width, variants[-1].height, variants, "cover")


def render_cover(cover: Cover, picture: Picture) -> dict[str, bytes]:
    """Return the bytes of every variant of a planned cover, by path."""
    text = lettering.plain(cover.title)
    largest = picture.variants[-1]
    height = largest.height / largest.width
    chance = drawing.seeded(cover.slug)
    colours = palette(accent_of(cover.accent), chance.random())
    shapes = drawing.draw(chance, height)
    if largest.mime == "image/svg+xml":
        return {largest.path: _svg(text, shapes, colours, largest).encode()}
    letters = _set(text, height)
    sizes = {variant.path: (variant.width, variant.height) for variant in picture.variants}
    return {path: png(_page(tints(shapes, size), letters, colours)) for path, size in sizes.items()}


def accent_of(colour: str) -> Colour:
    """Return the red, green and blue of a colour. Raises ImageError."""
    from PIL.ImageColor import getrgb

    try:
        red, green, blue = getrgb(colour)[:3]
    except ValueError as error:
        raise ImageError(f"{colour!r} is not a colour", "write it as #1f4e8c") from error
    return red, green, blue


def tints(shapes: tuple[Shape, ...], size: tuple[int, int]) -> Image:
    """Return the drawing; its one channel says how much colour a pixel has.

    Pillow draws hard edges, so it is drawn larger and then reduced.
    """
    from PIL import Image, ImageDraw

    scale = size[0] * _FINER
    tints = Image.new("L", (scale, size[1] * _FINER))
    canvas = ImageDraw.Draw(tints)
    for shape in shapes:
        level = round(255 * shape.tint)
        if isinstance(shape, drawing.Dot):
            (x, y), radius = shape.centre, shape.radius * scale
            canvas.circle((x * scale, y * scale), radius, fill=level)
            continue
        points = [(x * scale, y * scale) for x, y in shape.points]
        if shape.hides:
            canvas.polygon([*points, (scale, tints.height), (0, tints.height)], fill=0)
        canvas.line(points, fill=level, width=max(1, round(shape.width * scale)), joint="curve")
    return tints.reduce(_FINER)


def _page(tints: Image, title: Lettering, colours: Palette) -> Image:
    """Return the drawing in its colours with the title on it.

    A pixel's number is its tint and, above that, how much ink is on it: this draws in 256 colours from the start.
    """
    from PIL import Image, ImageChops

    inks = Image.new("L", tints.size)
    _letter(inks, title)
    page = ImageChops.add(tints.point(_levels(_TINTS, 1)), inks.point(_levels(_INKS, _TINTS)))
    page = Image.frombytes("P", page.size, page.tobytes())
    page.putpalette(_inked(colours))
    return page


@lru_cache(maxsize=16)
def _inked(colours: Palette) -> bytes:
    """Return red, green and blue of every tint, then of every tint with ink on it, more and more."""
    papers = [mixed(colours.paper, colours.line, tint / (_TINTS - 1)) for tint in range(_TINTS)]
    return b"".join(bytes(mixed(paper, colours.ink, ink / (_INKS - 1))) for ink in range(_INKS) for paper in papers)


@cache
def _levels(count: int, times: int) -> list[int]:
    """Return the step, of so many, that each level of a channel is nearest to, times a number."""
    return [times * round(level * (count - 1) / 255) for level in range(256)]


@lru_cache(maxsize=16)
def _font(pixels: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(lettering.FONT), pixels)


def _set(text: str, height: float) -> Lettering:
    @cache  # a title is tried in many sizes and widths, its parts are the same
    def measure(line: str) -> float:
        return float(_font(200).getlength(line)) / 200

    return lettering.set_title(text, measure, _TEXT_WIDTH, height * _TEXT_HEIGHT)


def _letter(image: Image, title: Lettering) -> None:
    from PIL import ImageDraw

    size = title.size * image.width
    font, canvas = _font(round(size)), ImageDraw.Draw(image)
    left, baseline = _EDGE * image.width, _EDGE * image.width + 0.76 * size
    for number, line in enumerate(title.lines):
        canvas.text((left, baseline + number * size * lettering.LEADING), line, fill=255, font=font, anchor="ls")


def _svg(text: str, shapes: tuple[Shape, ...], colours: Palette, variant: Variant) -> str:
    width, height = variant.width, variant.height
    title = lettering.set_title(text, lettering.estimated, _TEXT_WIDTH, height / width * _TEXT_HEIGHT)
    size, is_rtl = title.size * width, lettering.is_right_to_left(text)
    x, y = (1 - _EDGE if is_rtl else _EDGE) * width, _EDGE * width + 0.86 * size
    direction = ' direction="rtl"' if is_rtl else ""
    leading = size * (lettering.LEADING + 0.12)  # with Latin's room, marks above and below letters would touch
    lines = "".join(
        f'<text x="{x:.1f}" y="{y + number * leading:.1f}"{direction}>{escape(line, quote=False)}</text>'
        for number, line in enumerate(title.lines)
    )
    drawn = "".join(_svg_paths(drawing.mirrored(shapes) if is_rtl else shapes, colours, width))
    style = f'font-family="{_SYSTEM}" font-weight="600" font-size="{size:.1f}" fill="{_hex(colours.ink)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="{_hex(colours.paper)}"/>'
        f'<g fill="none" stroke-linecap="round">{drawn}</g>'
        f"<g {style}>{lines}</g></svg>"
    )


def _svg_paths(shapes: tuple[Shape, ...], colours: Palette, width: int) -> list[str]:
    """Return the drawing as paths; dots of about one size are one path of points with round ends."""
    paths, dots = [], dict[tuple[str, float], list[str]]()
    for shape in shapes:
        colour = _hex(mixed(colours.paper, colours.line, shape.tint))
        if isinstance(shape, drawing.Dot):
            x, y = (value * width for value in shape.centre)
            dots.setdefault((colour, round(4 * shape.radius * width) / 2), []).append(f"M{x:.1f} {y:.1f}h0")
            continue
        line = " ".join(f"{x * width:.1f},{y * width:.1f}" for x, y in shape.points)
        fill = f' fill="{_hex(colours.paper)}"' if shape.hides else ""
        paths.append(f'<polyline points="{line}" stroke="{colour}" stroke-width="{shape.width * width:.2f}"{fill}/>')
    paths += (
        f'<path stroke="{colour}" stroke-width="{size:.1f}" d="{"".join(points)}"/>'
        for (colour, size), points in dots.items()
        if size
    )
    return paths


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
