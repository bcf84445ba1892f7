"""Make a cover for a post without a figure: its title over a drawing grown from its slug."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from publisher.images import drawing, lettering
from publisher.images.card import card_widths
from publisher.images.colour import Colour, Palette, mixed, palette
from publisher.images.errors import ImageError
from publisher.images.plan import Picture, Variant, key
from publisher.images.render import resized

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

    from publisher.images.drawing import Shape
    from publisher.images.lettering import Lettering

_EDGE = 0.062  # from the cover's edge to the title, of its width
_TEXT_WIDTH = 1 - 2 * _EDGE
_TEXT_HEIGHT = 0.78  # of the cover's height
_FINER = 2  # lines are drawn this much larger than they are seen
_STEP = 17  # of 255: sixteen tints are enough for smooth edges so pale
_SYSTEM = "Inter, 'Noto Sans', system-ui, -apple-system, 'Segoe UI', sans-serif"


def plan_cover(title: str, slug: str, accent: str, size: tuple[int, int]) -> Picture:
    """Plan the files of a cover: WebP where the bundled font has the title's characters, else one SVG."""
    text = lettering.plain(title)
    width, height = size
    stem = key("\0".join((text, slug, accent)).encode(), "cover", str(size))
    if not lettering.is_covered(text):
        only = Variant(f"img/{stem}-{width}.svg", width, height, "image/svg+xml")
        return Picture(width, height, (only,), "", "cover")
    sizes = [(w, round(w * height / width)) for w in card_widths(2 * width, width)]
    variants = tuple(Variant(f"img/{stem}-{w}.webp", w, h, "image/webp") for w, h in sizes)
    return Picture(variants[-1].width, variants[-1].height, variants, "", "cover")


def render_cover(title: str, slug: str, accent: str, picture: Picture) -> dict[str, bytes]:
    """Return the bytes of every variant of a planned cover, by path."""
    text = lettering.plain(title)
    largest = picture.variants[-1]
    height = largest.height / largest.width
    chance = drawing.seeded(slug)
    colours = palette(_accent(accent), chance.random())
    shapes = drawing.draw(chance, height)
    if largest.mime == "image/svg+xml":
        return {largest.path: _svg(text, shapes, colours, largest).encode()}
    tints, letters = _tints(shapes, (largest.width, largest.height)), _set(text, height)
    files = {}
    for variant in reversed(picture.variants):
        tints = resized(tints, (variant.width, variant.height))
        files[variant.path] = _webp(_page(tints, letters, colours))
    return dict(reversed(files.items()))


def _accent(colour: str) -> Colour:
    from PIL.ImageColor import getrgb

    try:
        red, green, blue = getrgb(colour)[:3]
    except ValueError as error:
        raise ImageError(f"{colour!r} is not a colour", "write it as #1f4e8c") from error
    return red, green, blue


def _tints(shapes: tuple[Shape, ...], size: tuple[int, int]) -> Image:
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
    """Return the drawing in its colours with the title on it."""
    from PIL import Image

    few = tints.point([_STEP * round(level / _STEP) for level in range(256)])
    ramp = [mixed(colours.paper, colours.line, level / 255) for level in range(256)]
    page = Image.merge("RGB", [few.point([colour[channel] for colour in ramp]) for channel in range(3)])
    _letter(page, title, colours.ink)
    return page


def _webp(page: Image) -> bytes:
    """Return the page as WebP: in so few colours lossless is half of a lossy one, and type shows no marks of it."""
    buffer = BytesIO()
    # Method 1 at quality 50 costs half of method 4 at 75 and gives 2 % more bytes (six drawings in three sizes).
    page.save(buffer, "WEBP", lossless=True, method=1, quality=50)
    return buffer.getvalue()


@lru_cache(maxsize=16)
def _font(pixels: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(lettering.FONT), pixels)


def _set(text: str, height: float) -> Lettering:
    def measure(line: str) -> float:
        return float(_font(200).getlength(line)) / 200

    return lettering.set_title(text, measure, _TEXT_WIDTH, height * _TEXT_HEIGHT)


def _letter(image: Image, title: Lettering, ink: Colour) -> None:
    from PIL import ImageDraw

    size = title.size * image.width
    font, canvas = _font(round(size)), ImageDraw.Draw(image)
    left, baseline = _EDGE * image.width, _EDGE * image.width + 0.76 * size
    for number, line in enumerate(title.lines):
        canvas.text((left, baseline + number * size * lettering.LEADING), line, fill=ink, font=font, anchor="ls")


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
        points = shape.points if len(shape.points) > 1000 else (*shape.points[:-1:2], shape.points[-1])
        line = " ".join(f"{x * width:.1f},{y * width:.1f}" for x, y in points)
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
