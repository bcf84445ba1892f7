"""Covers: every title fits, can be read, and looks the same every time."""

from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from publisher.config import ImageSettings
from publisher.images import Cover, ImageError, plan_cover, render_cover, svg
from publisher.images.colour import READABLE, contrast, palette
from publisher.images.drawing import (
    Stroke,
    contours,
    draw,
    harmonograph,
    interference,
    lattice,
    ridges,
    samples,
    seeded,
)
from publisher.images.lettering import LINES, estimated, is_covered, is_right_to_left, plain, set_title
from tests.support.images import SETTINGS


def cover(
    title: str, slug: str = "slug", accent: str = "#1f4e8c", settings: ImageSettings = SETTINGS
) -> dict[str, bytes]:
    """Return the files of a cover, which must be those planned."""
    made = Cover(title, slug, accent)
    picture = plan_cover(made, settings)
    files = render_cover(made, picture)
    assert list(files) == [variant.path for variant in picture.variants]
    return files


def texts(files: dict[str, bytes]) -> list[str]:
    """Return the lines of a cover that is an SVG."""
    [content] = files.values()
    assert svg.clean(content)
    return [element.text or "" for element in ElementTree.fromstring(content).iter() if element.tag.endswith("text")]


def test_a_cover_comes_in_one_size_and_optimized_in_three() -> None:
    sizes = [(320, 180), (640, 360), (1280, 720)]
    for settings, expected in ((SETTINGS, sizes[1:2]), (ImageSettings(optimize=True), sizes)):
        files = cover("The Waiting Time Paradox", settings=settings)
        assert [Image.open(BytesIO(content)).size for content in files.values()] == expected
        assert all(path.endswith(".png") for path in files)


def test_the_title_has_the_ink_s_colour_and_the_edge_the_paper_s() -> None:
    from PIL.ImageColor import getrgb

    [content] = cover("The Waiting Time Paradox").values()
    page = Image.open(BytesIO(content)).convert("RGB")
    counts = page.getcolors(page.width * page.height) or []
    colours = palette(getrgb("#1f4e8c")[:3], seeded("slug").random())
    assert page.getpixel((2, 2)) == colours.paper
    assert max(counts)[1] == colours.paper
    assert sum(count for count, colour in counts if colour == colours.ink) > 1000


def test_same_title_and_slug_give_the_same_bytes() -> None:
    assert cover("Notes") == cover("Notes")


def test_another_slug_gives_another_drawing() -> None:
    assert len({tuple(cover("Notes", slug).values()) for slug in ("one", "two", "three")}) == 3


@pytest.mark.parametrize("accent", ["#1f4e8c", "#ffee00", "#000000", "#ffffff", "#8c1f3a", "teal"])
def test_the_title_can_be_read_on_paper_and_on_every_line(accent: str) -> None:
    from PIL.ImageColor import getrgb

    for chance in (0.1, 0.6, 0.9):
        colours = palette(getrgb(accent)[:3], chance)
        assert contrast(colours.paper, colours.ink) >= 7
        assert contrast(colours.line, colours.ink) >= READABLE


def test_a_colour_that_is_none_is_refused() -> None:
    with pytest.raises(ImageError, match="'blueish' is not a colour"):
        cover("Notes", accent="blueish")


@pytest.mark.parametrize("drawing", [samples, contours, lattice, interference, harmonograph, ridges])
def test_every_drawing_has_lines_or_dots_in_the_picture(drawing: type) -> None:
    for seed in "abcdef":
        shapes = drawing(seeded(seed), 0.5625)
        points = [p for s in shapes for p in (s.points if isinstance(s, Stroke) else (s.centre,))]
        inside = [p for p in points if 0 <= p[0] <= 1 and 0 <= p[1] <= 0.5625]
        assert len(inside) > 0.3 * len(points)


def test_all_drawings_occur() -> None:
    assert len({len(draw(seeded(str(seed)), 0.5625)) for seed in range(60)}) >= 6


@pytest.mark.parametrize(
    "title",
    [
        "A",
        "Why Python is slow: looking under the hood",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkundenausstellungsbehörde",
        "word " * 80,
        "x" * 500,
        "https://example.test/a/very/long/path/that/has/no/space/in/it/at/all/but/many/slashes/to/break/after",
    ],
)
def test_every_title_fits(title: str) -> None:
    letters = set_title(plain(title), estimated, 0.876, 0.43)
    assert 1 <= len(letters.lines) <= LINES
    assert all(estimated(line) * letters.size <= 0.876 + 1e-9 for line in letters.lines)
    assert all(letters.lines)


def test_short_titles_are_larger_than_long_ones() -> None:
    sizes = [set_title(plain("word " * count), estimated, 0.876, 0.43).size for count in (1, 6, 12, 30)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 1.5 * sizes[-1]


def test_a_title_that_is_much_too_long_ends_in_an_ellipsis() -> None:
    assert set_title(plain("word " * 80), estimated, 0.876, 0.43).lines[-1].endswith("word …")


def test_lines_are_balanced() -> None:
    lines = set_title("An introduction to the fast Fourier transform", estimated, 0.876, 0.43).lines
    assert min(map(estimated, lines)) > 0.55 * max(map(estimated, lines))


@pytest.mark.parametrize(
    "title", ["Naïve Bayes — “quoted” → ∞", "Понимание БПФ", "Ανάλυση δεδομένων", "Łódź, Việt Nam, İzmir"]
)
def test_the_bundled_font_covers_latin_greek_and_cyrillic(title: str) -> None:
    assert is_covered(title)


@pytest.mark.parametrize("title", ["快速傅里叶变换", "مقدمة", "डेटा विश्लेषण", "🎉 Ten years", "מבוא", "데이터"])
def test_other_scripts_become_an_svg_in_the_reader_s_fonts(title: str) -> None:
    files = cover(title)
    [(path, content)] = files.items()
    assert path.endswith("-640.svg")
    assert "".join(texts(files)).replace(" ", "") == title.replace(" ", "")
    assert len(content) < 45_000


def test_right_to_left_titles_say_so() -> None:
    assert b'direction="rtl"' in next(iter(cover("مقدمة في تحليل البيانات").values()))
    assert b"rtl" not in next(iter(cover("快速傅里叶变换").values()))
    assert is_right_to_left("12 مقدمة")
    assert not is_right_to_left("NumPy مقدمة")


def test_scripts_without_spaces_break_between_letters_but_not_before_a_full_stop() -> None:
    lines = texts(cover("日本語のデータを可視化する。matplotlibとフォントの設定について詳しく説明します。"))
    assert len(lines) > 1
    assert all(line[0] not in "。、" for line in lines)
    assert any("matplotlib" in line for line in lines)


def test_markup_in_a_title_is_text() -> None:
    assert "".join(texts(cover('<script>快</script> & "x"'))).replace(" ", "") == '<script>快</script>&"x"'


@pytest.mark.parametrize("title", ["", " \n ", "\x00\x07"])
def test_no_title_is_no_trouble(title: str) -> None:
    assert len(cover(title)) == 1
