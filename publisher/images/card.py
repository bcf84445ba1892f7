"""Make a card's picture of a figure: plots are fitted on their own background, photographs fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.images import decode, svg
from publisher.images.plan import Picture, Variant, check_whole, key, plan, upright_size
from publisher.images.render import is_graphic, render, resized, top_share, webp

if TYPE_CHECKING:
    from PIL.Image import Image

    from publisher.config import ImageSettings

    Colour = tuple[int, int, int]
    Focus = tuple[float, float]

# Figures are often small (the median plot is 374 pixels wide): a little larger they fill the card and stay clear.
_LARGEST_SCALE = 1.5
_SMALLEST = 320
_MARGIN = 0.045  # of the card's height, around a fitted plot
_ABOVE_CENTRE: Focus = (0.5, 0.4)  # faces and horizons lie above the middle
_EDGE = 14  # levels by which a pixel differs from the background: more than JPEG's noise, less than a grid line
_PLAIN_EDGE = 0.985  # share of a border that is of one colour when it is the background of a plot
_PHOTO_SHARE = 0.25


def plan_card(data: bytes, mime: str, presets: ImageSettings, focus: Focus | None = None) -> Picture:
    """Plan the card's files: the card's size, half and double of it as far as the figure has the pixels.

    `focus` is the point, 0 to 1 from the left and from the top, that a photograph keeps in view.
    An SVG is its own card.
    """
    if svg.is_svg(data, mime):
        return plan(data, mime, presets)
    with decode.opened(data, presets.max_pixels) as image:
        check_whole(image, data)
        width, height = upright_size(image, data)
        is_photo = image.format in ("JPEG", "MPO")
    card_width, card_height = presets.card_size
    wide = height * card_width / card_height
    natural = round(min(width, wide) if is_photo else max(width, wide))
    stem = key(data, "card", str(presets.card_size), str(presets.quality), str(focus or ""))
    widths = card_widths(natural, card_width)
    sizes = [(w, round(w * card_height / card_width)) for w in widths]
    variants = tuple(Variant(f"img/{stem}-{w}.webp", w, h, "image/webp") for w, h in sizes)
    return Picture(variants[-1].width, variants[-1].height, variants, "", "card")


def card_widths(natural: int, card_width: int) -> tuple[int, ...]:
    """Return half, whole and double the card's width, as far as `natural` reaches, and that where it lies between."""
    largest = max(min(_SMALLEST, card_width), min(natural, 2 * card_width))
    return (*(width for width in (card_width // 2, card_width) if width * 1.2 <= largest), largest)


def render_card(data: bytes, picture: Picture, presets: ImageSettings, focus: Focus | None = None) -> dict[str, bytes]:
    """Return the bytes of every variant of a planned card, by path. Raises ImageError."""
    if picture.form != "card":
        return render(data, picture, presets)
    largest = picture.variants[-1]
    with decode.opened(data, presets.max_pixels) as image:
        side = 2 * max(largest.width, largest.height)
        image.draft("RGB", (side, side))
        source = decode.flat(decode.pixels(image, data))
        current = composed(source, (largest.width, largest.height), focus)
    files = {}
    for variant in reversed(picture.variants):
        current = resized(current, (variant.width, variant.height))
        files[variant.path] = webp(current, presets.quality)
    return dict(reversed(files.items()))


def composed(source: Image, size: tuple[int, int], focus: Focus | None) -> Image:
    """Return the figure in the card's shape."""
    colour, share = border(source)
    is_bordered = share >= _PLAIN_EDGE
    if not is_bordered and (top_share(source) < _PHOTO_SHARE or focus is not None) and not is_graphic(source):
        return filled(source, size, focus or _ABOVE_CENTRE)
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
    from PIL import ImageChops
    from PIL.Image import new

    difference = ImageChops.difference(image, new("RGB", image.size, colour))
    red, green, blue = difference.split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    box = strongest.point([0] * (_EDGE + 1) + [255] * (255 - _EDGE)).getbbox()
    return image.crop(box) if box else image


def fitted(image: Image, size: tuple[int, int], colour: Colour, margin: float) -> Image:
    """Return the whole image, centred on a plate of its background."""
    from PIL.Image import new

    space = round(size[1] * margin)
    scale = min((size[0] - 2 * space) / image.width, (size[1] - 2 * space) / image.height, _LARGEST_SCALE)
    inner = resized(image, (max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    plate = new("RGB", size, colour)
    plate.paste(inner, ((size[0] - inner.width) // 2, (size[1] - inner.height) // 2))
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
