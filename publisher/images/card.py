"""Make a card's picture of a figure: plots are fitted on their own background, photographs fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.images import decode, palette, svg
from publisher.images.encode import is_graphic, resized, top_share, webp
from publisher.images.plan import Picture, Variant, check_whole, encoding, is_drawing, key, plan, upright_size

if TYPE_CHECKING:
    from PIL.Image import Image

    from publisher.config import ImageSettings

    Colour = tuple[int, int, int]
    Focus = tuple[float, float]

# Figures are often small (the median plot is 374 pixels wide): a little larger they fill the card and stay clear.
_LARGEST_SCALE = 1.5
_SMALLEST = 320
_NATURAL = 0.9  # of the card, from which a plot stays as it is, without the blur and the cost of resizing
_MARGIN = 0.045  # of the card's height, around a fitted plot
_ABOVE_CENTRE: Focus = (0.5, 0.4)  # faces and horizons lie above the middle
_EDGE = 14  # levels by which a pixel differs from the background: more than JPEG's noise, less than a grid line
_PLAIN_EDGE = 0.985  # share of a border that is of one colour when it is the background of a plot
_PHOTO_SHARE = 0.25


def plan_card(data: bytes, mime: str, presets: ImageSettings, focus: Focus | None = None) -> Picture:
    """Plan the card's file, of the card's size as far as the figure has the pixels; optimized in other sizes, too.

    `focus` is the point, 0 to 1 from the left and from the top, that a photograph keeps in view.
    An SVG is its own card.
    """
    if svg.is_svg(data, mime):
        return plan(data, mime, presets)
    with decode.opened(data, presets.max_pixels) as image:
        check_whole(image, data)
        width, height = upright_size(image, data)
        is_photo = image.format in ("JPEG", "MPO")
        kind = "png" if is_drawing(image, data, presets) else "webp"
    card_width, card_height = presets.card_size
    wide = height * card_width / card_height
    natural = round(min(width, wide) if is_photo else max(width, wide))
    settings = encoding(presets) if kind == "webp" else ()
    stem = key(data, "card", kind, str(presets.card_size), str(focus or ""), *settings)
    sizes = [(w, round(w * card_height / card_width)) for w in card_widths(natural, presets)]
    variants = tuple(Variant(f"img/{stem}-{w}.{kind}", w, h, f"image/{kind}") for w, h in sizes)
    return Picture(variants[-1].width, variants[-1].height, variants, "card")


def card_widths(natural: int, presets: ImageSettings) -> tuple[int, ...]:
    """Return the card's width as far as `natural` reaches; optimized half and double of it, and what lies between.

    A listing shows cards at least 294 CSS pixels wide: of screens of density 1 few would take the half, of others none.
    """
    width = presets.card_size[0]
    reach = 2 * width if presets.optimize else width
    largest = max(min(_SMALLEST, width), min(natural, reach))
    smaller = (width // 2, width) if presets.optimize else ()
    return (*(each for each in smaller if each * 1.2 <= largest), largest)


def render_card(source: Image, picture: Picture, presets: ImageSettings, focus: Focus | None) -> dict[str, bytes]:
    """Return the bytes of every variant of a planned card made of these RGB pixels, by path."""
    largest = picture.variants[-1]
    current = composed(source, (largest.width, largest.height), focus)
    files = {}
    for variant in reversed(picture.variants):
        current = resized(current, (variant.width, variant.height))
        files[variant.path] = _few(current) if variant.mime == "image/png" else webp(current, presets)
    return dict(reversed(files.items()))


def _few(image: Image) -> bytes:
    few = palette.reduced(image)
    return palette.png(few if palette.is_near(image, few) else palette.reduced(image, is_dithered=True))


def composed(source: Image, size: tuple[int, int], focus: Focus | None) -> Image:
    """Return the figure in the card's shape."""
    colour, share = border(source)
    is_bordered = share >= _PLAIN_EDGE
    if not is_bordered and (top_share(source) < _PHOTO_SHARE or focus is not None) and not is_graphic(source):
        return filled(source, size, focus or _ABOVE_CENTRE)
    if is_bordered and _NATURAL <= max(source.width / size[0], source.height / size[1]) <= 1:
        return centred(source, size, colour)
    plot = trimmed(source, colour) if is_bordered else source
    return fitted(plot, size, colour, margin=_MARGIN if is_bordered else 0.0)


def border(image: Image) -> tuple[Colour, float]:
    """Return the commonest colour of the outermost pixels and the share of them that are nearly of it."""
    from PIL.Image import Transpose, new

    width, height = image.size
    strip = new("RGB", (2 * (width + height), 1))
    strip.paste(image.crop((0, 0, width, 1)), (0, 0))
    strip.paste(image.crop((0, height - 1, width, height)), (width, 0))
    for number, left in enumerate((0, width - 1)):
        side = image.crop((left, 0, left + 1, height)).transpose(Transpose.ROTATE_90)
        strip.paste(side, (2 * width + number * height, 0))
    counts = strip.getcolors(strip.width) or []
    # Of equally common colours the lighter, so that the order in which Pillow counts decides nothing.
    _, colour = max((count, value) for count, value in counts if isinstance(value, tuple))
    near = sum(count for count, value in counts if isinstance(value, tuple) and _is_near(value, colour))
    return (colour[0], colour[1], colour[2]), near / strip.width


def _is_near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= _EDGE


def trimmed(image: Image, colour: Colour) -> Image:
    """Return the image without its margins of that colour."""
    differs = [255 * (abs(level - own) > _EDGE) for own in colour for level in range(256)]
    box = image.point(differs).getbbox()
    return image.crop(box) if box else image


def fitted(image: Image, size: tuple[int, int], colour: Colour, margin: float) -> Image:
    """Return the whole image, as large as fits, on a plate of its background."""
    space = round(size[1] * margin)
    scale = min((size[0] - 2 * space) / image.width, (size[1] - 2 * space) / image.height, _LARGEST_SCALE)
    inner = resized(image, (max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    return centred(inner, size, colour)


def centred(image: Image, size: tuple[int, int], colour: Colour) -> Image:
    """Return the image in the middle of a plate."""
    from PIL.Image import new

    plate = new("RGB", size, colour)
    plate.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return plate


def filled(image: Image, size: tuple[int, int], focus: Focus) -> Image:
    """Return the largest part of the image in this shape, as near around the focus as its edges allow."""
    from PIL.Image import Resampling

    scale = max(size[0] / image.width, size[1] / image.height)
    # Floating point may leave the image by a millionth of a pixel, which Pillow refuses.
    width, height = min(size[0] / scale, image.width), min(size[1] / scale, image.height)
    left = max(0.0, min(focus[0] * image.width - width / 2, image.width - width))
    top = max(0.0, min(focus[1] * image.height - height / 2, image.height - height))
    box = (left, top, min(left + width, image.width), min(top + height, image.height))
    return image.resize(size, Resampling.LANCZOS, box=box, reducing_gap=3.0)
