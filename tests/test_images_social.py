"""Social cards and icons: what is drawn, in which font, and that the same values give the same bytes."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from publisher.images import Icon, ImageError, SocialCard, has_letters, lettering, render_icon, render_social, typeface
from publisher.images.social import HEIGHT, SIZE, WIDTH, spoken
from tests.support.notebooks import png

if TYPE_CHECKING:
    from PIL.Image import Image

CARD = SocialCard("How long is a second?", "Significant Figures", "#1f4e8c", "a-second", "November 2, 2026")
GERMAN = "Donaudampfschifffahrtsgesellschaftskapitänspatent und Rechtsschutzversicherungsgesellschaften"
PIXELS = 40_000_000


def draw(card: SocialCard = CARD, picture: bytes = b"", font: bytes = b"") -> Image:
    from PIL import Image

    image = Image.open(io.BytesIO(render_social(card, picture, font, PIXELS)))
    image.load()
    return image


def ink(image: Image, box: tuple[int, int, int, int]) -> int:
    """Return how many pixels of a part are dark."""
    return sum(image.crop(box).convert("L").histogram()[:90])


def coloured(image: Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int] | None:
    """Return the box of the pixels that are about of this colour."""
    tables = [255 * (abs(level - wanted) < 12) for wanted in colour for level in range(256)]
    red, green, blue = image.convert("RGB").point(tables).split()
    from PIL import ImageChops

    return ImageChops.darker(ImageChops.darker(red, green), blue).getbbox()


@pytest.mark.parametrize(
    ("title", "picture"),
    [
        ("How long is a second?", png(640, 480)),
        ("How long is a second?", png(1200, 400)),
        ("How long is a second?", b""),
        (GERMAN, png(640, 480)),
        (GERMAN, png(1200, 300)),
        ("word " * 80, b""),
        ("🚀 Ship it 🎉", png(500, 500)),
        ("フーリエ変換を手で", png(640, 480)),
        ("フーリエ変換を手で", b""),
    ],
    ids=["plot", "wide", "none", "German", "German, wide", "endless", "emoji", "Japanese", "Japanese, none"],
)
def test_a_card_is_a_jpeg_of_1200_by_630_and_the_same_each_time(title: str, picture: bytes) -> None:
    card = replace(CARD, title=title)
    first = render_social(card, picture, b"", PIXELS)
    assert first == render_social(card, picture, b"", PIXELS)
    image = draw(card, picture)
    assert (image.format, image.size, image.mode) == ("JPEG", SIZE, "RGB")
    from PIL import JpegImagePlugin

    assert JpegImagePlugin.get_sampling(image) == 0  # 4:4:4: coloured lines stay sharp


def test_a_long_compound_stays_in_its_column() -> None:
    image = draw(replace(CARD, title=GERMAN), png(640, 480))
    assert ink(image, (64, 64, 640, 400)) > 5000
    assert ink(image, (640, 0, 679, HEIGHT)) == 0


def test_the_picture_stands_beside_the_title_and_a_wide_one_below_it() -> None:
    navy = (0, 0, 128)
    beside, below = coloured(draw(picture=png(640, 480)), navy), coloured(draw(picture=png(1200, 400)), navy)
    assert beside
    assert beside[0] > 680
    assert below
    assert below[1] > 120
    assert below[3] < HEIGHT - 100


def test_a_title_from_right_to_left_has_the_picture_at_its_left() -> None:
    from publisher.images import social

    sheet = social._sheet(CARD, b"")
    sheet.is_rtl = True  # the packaged font has no such letters
    social._show_beside(sheet, draw(picture=png(640, 480)), None)
    assert ink(sheet.image, (WIDTH - 500, 64, WIDTH - 40, 300)) > 3000


def test_a_photograph_fills_its_place() -> None:
    from PIL import Image

    up, across = Image.linear_gradient("L"), Image.linear_gradient("L").rotate(90)
    stream = io.BytesIO()
    Image.merge("RGB", (up, across, up)).resize((1600, 1000)).save(stream, "JPEG")
    image = draw(picture=stream.getvalue())
    corners = [image.getpixel(at) for at in ((700, 4), (WIDTH - 4, 4), (WIDTH - 4, HEIGHT - 4))]
    assert len(set(corners)) == 3


def test_an_image_that_is_the_whole_card_is_all_of_it() -> None:
    from PIL import Image

    stream = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 630)).convert("RGB").save(stream, "PNG")
    image = draw(replace(CARD, is_whole=True), stream.getvalue())
    assert [image.getpixel((600, y))[0] < 140 for y in (2, 150, 600)] == [True, True, False]
    assert coloured(image, (0x1F, 0x4E, 0x8C)) is None  # no tile


def test_without_a_font_for_it_the_title_is_left_off_and_the_picture_is_large() -> None:
    silent = draw(replace(CARD, title="フーリエ"), png(1000, 700))
    spoken_one = draw(picture=png(1000, 700))
    one, other = coloured(silent, (0, 0, 128)), coloured(spoken_one, (0, 0, 128))
    assert one
    assert other
    assert one[2] - one[0] > other[2] - other[0]
    assert ink(silent, (150, 500, 600, 620)) > 500  # the name of the blog


def test_emoji_are_left_off_and_letters_of_formulas_are_plain() -> None:
    assert spoken("🚀 Ship it 👩‍🔬 ⭐️ 1️⃣") == "Ship it 1"
    assert spoken("Measuring 𝜋 by 𝐱") == "Measuring π by x"
    assert spoken("🎉") == "Untitled"


def test_the_tile_has_the_accent_and_the_drawing_comes_from_the_seed() -> None:
    image = draw(replace(CARD, accent="#8b2a64"))
    assert coloured(image, (0x8B, 0x2A, 0x64))
    assert render_social(CARD, b"", b"", PIXELS) != render_social(replace(CARD, seed="other"), b"", b"", PIXELS)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"}, {"blog": "Other"}, {"accent": "#000000"}, {"seed": "x"}, {"date": ""}, {"subtitle": "x"},
        {"mark": "x"}, {"picture": "img/1.png"}, {"focus": (0.1, 0.2)}, {"is_whole": True}, {"font": "abc"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_every_value_of_a_card_is_part_of_its_name(change: dict[str, object]) -> None:
    assert replace(CARD, **change).path != CARD.path == replace(CARD).path


def test_a_broken_picture_is_an_image_error() -> None:
    with pytest.raises(ImageError):
        render_social(CARD, png(40, 30)[:-30], b"", PIXELS)


# Fonts


def test_the_packaged_font_has_latin_greek_and_cyrillic_letters() -> None:
    assert has_letters("Größe, ελλάδα, Привет – 3½ × 10⁻³")
    assert not has_letters("日本")
    assert not has_letters("مرحبا")


def font_with(*runs: tuple[int, int]) -> bytes:
    """Return the tables of a font that say which characters it has, in the form for those beyond the first plane."""
    groups = b"".join(struct.pack(">III", first, last, 1) for first, last in runs)
    table = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(runs)) + groups
    cmap = struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table
    return b"\0\1\0\0" + struct.pack(">HHHH", 1, 0, 0, 0) + b"cmap" + struct.pack(">III", 0, 28, len(cmap)) + cmap


def test_the_characters_of_a_font_of_a_large_script_are_known() -> None:
    font = font_with((0x4E00, 0x9FFF), (0x20000, 0x2A6DF), (0x3040, 0x30FF))
    assert typeface.segments(font) == ((0x3040, 0x30FF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF))
    assert typeface.has_all(font, "漢字かな𠀀")
    assert not typeface.has_all(font, "漢字 A")


@pytest.mark.parametrize("font", [b"", b"wOF2" + bytes(60), b"\0\1\0\0", b"\0\1\0\0\0\1" + bytes(40), font_with()])
def test_what_is_no_font_is_an_image_error(font: bytes) -> None:
    with pytest.raises(ImageError, match="font cannot be read"):
        typeface.segments(font)


def test_the_font_of_the_blog_comes_before_the_packaged_one() -> None:
    own = lettering.bundled() + b"\0"  # another file, the same letters
    assert typeface.first_for("Text", (own, lettering.bundled())) is own
    assert render_social(CARD, b"", own, PIXELS) == render_social(CARD, b"", b"", PIXELS)


# Icons


@pytest.mark.parametrize("name", ["Significant Figures", "日記", "…", "42 things"])
def test_an_icon_is_a_square_png_in_the_accent_and_the_same_each_time(name: str) -> None:
    from PIL import Image

    icon = Icon(name, "#1f4e8c", 180)
    data = render_icon(icon, b"")
    assert data == render_icon(icon, b"")
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("PNG", (180, 180))
    assert image.getpixel((0, 0)) == (0x1F, 0x4E, 0x8C)
    has_letter = name[0].isascii() and name[0] != "…"
    assert (len(image.getcolors(180 * 180)) > 1) == has_letter


def test_the_letter_of_an_icon_can_be_read_on_any_accent() -> None:
    from PIL import Image

    for accent, expected in (("#ffe680", 24), ("#102030", 255)):
        image = Image.open(io.BytesIO(render_icon(Icon("I", accent, 192), b"")))
        assert image.getpixel((96, 96))[0] == expected
