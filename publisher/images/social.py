"""Draw the card that other sites show beside a link: title, blog, date and the post's picture, 1200 by 630 pixels."""

from __future__ import annotations

import unicodedata
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from publisher.images import card, colour, decode, drawing, icon, lettering, typeface
from publisher.images.cover import accent_of, tints
from publisher.images.plan import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from publisher.images.card import Focus
    from publisher.images.colour import Colour, Palette

SIZE = WIDTH, HEIGHT = 1200, 630
# Part of every file's name: raise it when the same values would give other pixels.
ALGORITHM = 1

_EDGE = 64
_PANEL = 520  # width of a picture beside the text, which is 560 pixels wide
_FOOT = 136  # height of the row with the name of the blog
_TILE, _GAP = 64, 20
_NAME, _DATE, _LEAST = 34, 27, 24  # pixels of the type
_SUBTITLE = 38
_WIDE = 1.75  # width by height from which a picture goes below the title: beside it, it would be a strip
_STRIP = (200, 330)  # what a wide picture has of the height, at least and whatever the title needs
_ABOVE, _BELOW = 40, 30  # room around a title that is above a picture
_LOW_FOOT = 112  # height of the row below a wide picture
_HAIRLINE, _MUTED = 0.16, 0.26  # how much of the paper is not in the ink, and of the ink in the paper
_DETAIL = 2  # a photograph is decoded at no less than so many times the card
# 15 cards of plots, photographs and drawings: 1.45 MB in 76 ms of CPU, optimized 1.32 in 124, progressive 1.25 in 307.
_QUALITY = 85


class SocialCard(Struct, frozen=True):
    """What a card is made of. `seed` decides the drawing of one without a picture, `picture` is the path of its file.

    The tile has the initial of `mark`, else of the blog. A picture that `is_whole` is the card, as its author made it.
    `font` is the digest of a font of the blog's own.
    """

    title: str
    blog: str
    accent: str
    seed: str
    date: str = ""
    subtitle: str = ""
    mark: str = ""
    picture: str = ""
    focus: Focus | None = None
    is_whole: bool = False
    font: str = ""

    @property
    def path(self) -> str:
        """Where its file goes: the same values give the same name, other values another."""
        values = repr([getattr(self, name) for name in self.__struct_fields__])
        return f"img/{key(values.encode('utf-8', 'surrogatepass'), 'social', str(ALGORITHM))}-social.jpg"


class _Box(NamedTuple):
    """A part of the card, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height


class _Text(NamedTuple):
    """A text, and the font that has its characters."""

    text: str
    font: bytes


class _Sheet(Struct):
    """A card in work: its image, its colours, and its texts as far as there are fonts for them."""

    image: Image
    colours: Palette
    title: _Text
    subtitle: _Text
    blog: _Text
    date: _Text
    tile: Image
    is_rtl: bool


def spoken(title: str) -> str:
    """Return a title as it is lettered: on one line, without emoji, which only fonts in colours have."""
    return lettering.plain("".join(_plain(letter) for letter in title if not _is_pictograph(letter)))


def _plain(letter: str) -> str:
    """Return a letter of a formula as any font has it."""
    return unicodedata.normalize("NFKC", letter) if 0x1D400 <= ord(letter) <= 0x1D7FF else letter


def _is_pictograph(letter: str) -> bool:
    code = ord(letter)
    is_sign = 0x2300 <= code <= 0x2BFF and unicodedata.category(letter) == "So"
    return is_sign or 0x1F000 <= code <= 0x1FAFF or code in (0x200D, 0x20E3, 0xFE0E, 0xFE0F)


def has_letters(title: str, font: bytes = b"") -> bool:
    """Tell whether the blog's own font or the bundled one has all of a title. Raises ImageError."""
    return bool(typeface.first_for(spoken(title), _fonts(font)))


def _fonts(font: bytes) -> tuple[bytes, ...]:
    return (font, lettering.bundled()) if font else (lettering.bundled(),)


def render_social(made_of: SocialCard, picture: bytes, font: bytes, max_pixels: int) -> bytes:
    """Return the card as JPEG, without what no font has. Raises ImageError.

    `picture` are the bytes of its picture, `font` those of the font of the blog's own; either may be empty.
    """
    shown = _opened(picture, max_pixels) if picture else None
    if shown and made_of.is_whole:
        return _jpeg(card.composed(shown, SIZE, made_of.focus))
    sheet = _sheet(made_of, font)
    if shown is None:
        _draw(sheet, made_of.seed, accent_of(made_of.accent))
    elif not sheet.title.text:
        _show_alone(sheet, shown, made_of.focus)
    elif shown.width >= _WIDE * shown.height:
        _show_below(sheet, shown, made_of.focus)
    else:
        _show_beside(sheet, shown, made_of.focus)
    return _jpeg(sheet.image)


def _opened(data: bytes, max_pixels: int) -> Image:
    with decode.opened(data, max_pixels) as image:
        image.draft("RGB", (_DETAIL * WIDTH, _DETAIL * WIDTH))
        return decode.flat(decode.pixels(image, data))


def _jpeg(image: Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
    return buffer.getvalue()


def _sheet(made_of: SocialCard, font: bytes) -> _Sheet:
    from PIL.Image import new

    def text(written: str) -> _Text:
        found = typeface.first_for(written, _fonts(font)) if written else b""
        return _Text(written if found else "", found)

    title, blog = text(spoken(made_of.title)), text(spoken(made_of.blog))
    colours = colour.palette(accent_of(made_of.accent), 0.0)
    mark = made_of.mark or made_of.blog
    return _Sheet(
        image=new("RGB", SIZE, colours.paper),
        colours=colours,
        title=title,
        subtitle=text(spoken(made_of.subtitle) if made_of.subtitle else ""),
        blog=blog,
        date=text(made_of.date),
        tile=icon.tile(mark, made_of.accent, _TILE, typeface.first_for(icon.initial(mark), _fonts(font))),
        is_rtl=lettering.is_right_to_left(title.text or blog.text),
    )


def _draw(sheet: _Sheet, seed: str, accent: Colour) -> None:
    """Grow a drawing from the seed, as covers do, with the title in large type over it."""
    from PIL import ImageOps

    chance = drawing.seeded(seed)
    sheet.colours = colour.palette(accent, chance.random())
    size = (WIDTH, HEIGHT - _FOOT)
    shapes = drawing.draw(chance, size[1] / WIDTH)
    levels = tints(drawing.mirrored(shapes) if sheet.is_rtl else shapes, size)
    sheet.image.paste(sheet.colours.paper, (0, 0, *SIZE))
    sheet.image.paste(ImageOps.colorize(levels, sheet.colours.paper, sheet.colours.line))
    box = _Box(_EDGE, _EDGE, WIDTH - 2 * _EDGE, HEIGHT - _FOOT - _EDGE - 24)
    if sheet.title.text:
        lines = 3 * _SUBTITLE if sheet.subtitle.text else 0
        bottom = _letter(sheet, box._replace(height=box.height - lines))
        _add_subtitle(sheet, box._replace(top=bottom + 22))
    _sign(sheet, 0, WIDTH, has_rule=True)


def _show_beside(sheet: _Sheet, shown: Image, focus: Focus | None) -> None:
    """Put the picture beside the text, on the side where lines end."""
    panel = _Box(0 if sheet.is_rtl else WIDTH - _PANEL, 0, _PANEL, HEIGHT)
    column = _PANEL if sheet.is_rtl else 0
    width = WIDTH - _PANEL
    _place(sheet, shown, panel, focus)
    _rule(sheet, _Box(panel.right - 1 if sheet.is_rtl else panel.left, 0, 1, HEIGHT))
    _letter(sheet, _Box(column + _EDGE, _EDGE, width - _EDGE - 48, HEIGHT - _EDGE - _FOOT - 24))
    _sign(sheet, column, width)


def _show_below(sheet: _Sheet, shown: Image, focus: Focus | None) -> None:
    """Put a wide picture across the card, between the title and the name of the blog."""
    foot, natural = HEIGHT - _LOW_FOOT, round(WIDTH * shown.height / shown.width)
    least = max(_STRIP[0], min(_STRIP[1], natural))
    bottom = _letter(sheet, _Box(_EDGE, _ABOVE, WIDTH - 2 * _EDGE, foot - least - _ABOVE - _BELOW))
    top = min(foot - least, max(bottom + _BELOW, foot - natural))
    panel = _Box(0, top, WIDTH, foot - top)
    _place(sheet, shown, panel, focus)
    _rule(sheet, panel._replace(height=1))
    _sign(sheet, 0, WIDTH, foot=_LOW_FOOT, has_rule=True)


def _show_alone(sheet: _Sheet, shown: Image, focus: Focus | None) -> None:
    """Show the picture large: no font has the title, and perhaps none the name of the blog."""
    _place(sheet, shown, _Box(0, 0, WIDTH, HEIGHT - (_FOOT if sheet.blog.text else 0)), focus)
    _sign(sheet, 0, WIDTH, has_rule=True)


def _place(sheet: _Sheet, shown: Image, box: _Box, focus: Focus | None) -> None:
    sheet.image.paste(card.composed(shown, (box.width, box.height), focus), (box.left, box.top))


def _rule(sheet: _Sheet, box: _Box) -> None:
    line = colour.mixed(sheet.colours.paper, sheet.colours.ink, _HAIRLINE)
    sheet.image.paste(line, (box.left, box.top, box.right, box.bottom))


def _letter(sheet: _Sheet, box: _Box) -> int:
    """Write the title as large as it fits into a box; return where it ends."""
    title = lettering.set_title(
        sheet.title.text, _measure(sheet.title.font), box.width / WIDTH, max(box.height, _LEAST) / WIDTH
    )
    size = round(title.size * WIDTH)
    leading = size * (lettering.LEADING + (0.12 if sheet.is_rtl else 0))  # marks above and below need room
    for number, line in enumerate(title.lines):
        y = box.top + round((0.86 if sheet.is_rtl else 0.76) * size + number * leading)
        _write(sheet, _Text(line, sheet.title.font), box, y, size, sheet.colours.ink)
    return y + round(0.24 * size)


def _measure(font: bytes) -> Callable[[str], float]:
    @cache  # a title is tried in many sizes and widths, its parts are the same
    def measure(line: str) -> float:
        return float(typeface.face(font, 200).getlength(line)) / 200

    return measure


def _add_subtitle(sheet: _Sheet, box: _Box) -> None:
    """Write the subtitle in as many lines as there is room for."""
    if not sheet.subtitle.text:
        return
    measure, words = _measure(sheet.subtitle.font), lettering.pieces(sheet.subtitle.text)
    lines = lettering.wrapped(words, measure, box.width / _SUBTITLE)
    lines = lettering.balanced(words, measure, box.width / _SUBTITLE, len(lines))
    for number, line in enumerate(lines[:3]):
        y = box.top + round(_SUBTITLE * (1 + 1.3 * number))
        _write(sheet, _Text(line, sheet.subtitle.font), box, y, _SUBTITLE, _muted(sheet.colours))


def _muted(colours: Palette) -> Colour:
    return colour.mixed(colours.ink, colours.paper, _MUTED)


def _write(sheet: _Sheet, what: _Text, box: _Box, baseline: int, size: int, ink: Colour) -> None:
    """Write one line from the side of the box where lines begin."""
    from PIL import ImageDraw

    x, anchor = (box.right, "rs") if sheet.is_rtl else (box.left, "ls")
    face = typeface.face(what.font, size)
    ImageDraw.Draw(sheet.image).text((x, baseline), what.text, fill=ink, font=face, anchor=anchor)


def _sign(sheet: _Sheet, left: int, width: int, *, foot: int = _FOOT, has_rule: bool = False) -> None:
    """Write the name of the blog behind its tile, and the date, at the foot of the card."""
    if not sheet.blog.text:
        return
    top = HEIGHT - foot
    if has_rule:
        _rule(sheet, _Box(left, top, width, 1))
    row = _Box(left + _EDGE, top + (foot - _TILE) // 2, width - 2 * _EDGE, _TILE)
    sheet.image.paste(sheet.tile, (row.right - _TILE if sheet.is_rtl else row.left, row.top))
    step = _TILE + _GAP
    words = row._replace(left=row.left if sheet.is_rtl else row.left + step, width=row.width - step)
    name, size = _fitting(sheet.blog, words.width)
    baseline = row.top + (28 if sheet.date.text else (_TILE + round(0.72 * size)) // 2)
    _write(sheet, name, words, baseline, size, sheet.colours.ink)
    if sheet.date.text:
        _write(sheet, sheet.date, words, row.bottom - 3, _DATE, _muted(sheet.colours))


def _fitting(name: _Text, width: int) -> tuple[_Text, int]:
    """Return a name that fits on a line, in smaller type or shortened if need be, and the size of its type."""
    measure, text = _measure(name.font), name.text
    size = max(_LEAST, min(_NAME, int(width / measure(text))))
    while len(text) > 1 and measure(text) * size > width:
        text = f"{text.rstrip('… ')[:-1].rstrip()}…"
    return _Text(text, name.font), size
