"""A card shows a plot whole and a photograph filled, and the figure that deserves it."""

from __future__ import annotations

from io import BytesIO
from itertools import groupby

import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw

from publisher.article import Figure
from publisher.images import ImageError, Picture, choose, plan, plan_card, render
from publisher.images.card import card_widths
from tests.support.images import OPTIMIZED, SETTINGS, photo, plot, saved


def card(data: bytes, focus: tuple[float, float] | None = None) -> tuple[Picture, Image.Image]:
    """Return the planned card and its largest image."""
    picture = plan_card(data, "", SETTINGS, focus)
    files = render(data, [picture], SETTINGS, focus)
    assert list(files) == [variant.path for variant in picture.variants]
    images = [Image.open(BytesIO(content)) for content in files.values()]
    assert [image.size for image in images] == [(v.width, v.height) for v in picture.variants]
    return picture, images[-1].convert("RGB")


@pytest.mark.parametrize(
    ("natural", "widths"),
    [
        (100, (320,)),
        (374, (374,)),
        (444, (320, 444)),
        (700, (320, 700)),
        (800, (320, 640, 800)),
        (4000, (320, 640, 1280)),
    ],
)
def test_widths_reach_as_far_as_the_figure(natural: int, widths: tuple[int, ...]) -> None:
    assert card_widths(natural, OPTIMIZED) == widths
    assert card_widths(natural, SETTINGS) == (min(640, widths[-1]),)


def test_a_plot_of_the_card_s_size_stays_pixel_by_pixel_as_it_is() -> None:
    image = plot(374, 250)
    picture, shown = card(saved(image))
    assert (picture.width, picture.height, picture.variants[0].mime) == (444, 250, "image/png")
    assert shown.crop((35, 0, 35 + 374, 250)).tobytes() == image.tobytes()


def test_slopes_in_many_colours_have_no_steps() -> None:
    across = Image.linear_gradient("L").resize((640, 360))
    down = across.transpose(Image.Transpose.ROTATE_90).resize((640, 360))
    slopes = Image.merge("RGB", (across, down, across.transpose(Image.Transpose.FLIP_TOP_BOTTOM)))
    _, shown = card(saved(slopes))
    row = [shown.getpixel((x, 180)) for x in range(640)]
    steps = [len(list(same)) for _, same in groupby(row)]
    assert max(steps) < 12
    assert len(set(row)) > 10


def test_a_plot_without_background_is_shown_on_white() -> None:
    image = Image.new("RGBA", (400, 300), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((100, 50, 300, 250), fill=(200, 0, 0, 255))
    _, shown = card(saved(image))
    assert min(shown.getpixel((2, 2))) > 250  # type: ignore[arg-type]


def test_a_photograph_fills_the_card_around_its_focus() -> None:
    image = photo(600, 1200)
    ImageDraw.Draw(image).rectangle((0, 1000, 600, 1200), fill="black")
    data = saved(image, "JPEG", quality=95)
    _, above = card(data)
    _, below = card(data, (0.5, 1.0))
    assert above.getpixel((above.width // 2, above.height - 4)) > (20, 20, 20)  # type: ignore[operator]
    assert max(below.getpixel((below.width // 2, below.height - 4))) < 20  # type: ignore[arg-type]


def test_the_focus_is_part_of_the_name() -> None:
    data = saved(photo(600, 400), "JPEG")
    assert plan_card(data, "", SETTINGS).src != plan_card(data, "", SETTINGS, (0.1, 0.2)).src


def test_an_svg_is_its_own_card() -> None:
    data = b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"/>'
    picture = plan_card(data, "image/svg+xml", SETTINGS)
    assert picture == plan(data, "image/svg+xml", SETTINGS)
    assert render(data, [picture], SETTINGS).keys() == {picture.src}


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (400, 225), colour) for colour in ("red", "blue")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    _, shown = card(data)
    assert shown.getpixel((100, 100))[0] > 200  # type: ignore[index]


def test_one_colour_all_over_is_no_trouble() -> None:
    assert card(saved(Image.new("RGB", (300, 300), "white")))[1].getpixel((5, 5)) == (255, 255, 255)


def test_a_broken_image_is_no_card() -> None:
    with pytest.raises(ImageError):
        plan_card(b"nothing", "image/png", SETTINGS)


def figure(image: Image.Image, is_output: bool = True) -> Figure:
    """Return an output that shows the image."""
    return Figure(1, data=saved(image), mime="image/png", is_output=is_output)


RICH = plot(640, 420)
ImageDraw.Draw(RICH).rectangle((200, 200, 500, 360), fill="#d62728")
SPARSE = plot(640, 420)


@pytest.mark.parametrize(
    "worse",
    [
        figure(photo(110, 20)),
        figure(photo(100, 100)),
        figure(photo(1500, 200)),
        figure(photo(200, 1500)),
        figure(Image.new("RGB", (640, 420), "white")),
        figure(SPARSE),
        figure(photo(640, 420), is_output=False),
        Figure(1, path="beside.png"),
        Figure(1, data=b"broken", mime="image/png", is_output=True),
    ],
    ids=["badge", "tiny", "wide", "tall", "blank", "sparse", "prose", "path", "broken"],
)
def test_the_better_figure_wins_wherever_it_stands(worse: Figure) -> None:
    assert choose([worse, figure(RICH)]) == 1
    assert choose([figure(RICH), worse]) == 0


def test_of_equals_the_first_wins() -> None:
    assert choose([figure(RICH), figure(RICH)]) == 0


def test_a_figure_for_dark_pages_is_on_no_card() -> None:
    assert choose([replace(figure(RICH), scheme="dark"), figure(RICH)]) == 1
    assert choose([replace(figure(RICH), scheme="dark")]) is None


def test_no_figure_is_better_than_a_bad_one() -> None:
    assert choose([]) is None
    assert choose([figure(photo(90, 20)), figure(Image.new("RGB", (500, 400), "white"))]) is None


def test_a_drawing_can_be_chosen() -> None:
    marks = "".join(f'<circle cx="{x}" cy="{x}" r="3"/>' for x in range(200))
    data = f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300">{marks}</svg>'.encode()
    assert choose([figure(photo(90, 20)), Figure(2, data=data, mime="image/svg+xml", is_output=True)]) == 1
