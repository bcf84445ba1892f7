"""An image that is too large to be shown is a file to download, with its pixels as they came."""

from __future__ import annotations

import pickle
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from publisher.config import ImageSettings
from publisher.images import ImageError, Picture, TooLargeError, plan, plan_download, render, svg
from publisher.images.chunks import png_kinds
from tests.support.images import photo, plot, saved, with_chunk

SMALL = ImageSettings(max_pixels=1_000)
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>%s</svg>' % (b"<g/>" * 500_000)
LATITUDE = {1: "N", 2: (47.0, 22.0, 0.0), 3: "E", 4: (8.0, 33.0, 0.0)}


def download(data: bytes, mime: str = "") -> tuple[Picture, bytes]:
    """Return the plan of a file to download, and the file."""
    picture = plan_download(data, mime)
    assert picture is not None
    return picture, render(data, (picture,), SMALL)[picture.src]


def camera(turn: int = 1) -> Image.Exif:
    """Return what a camera writes: how it was held, who made it, where that was."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turn, "Maker"
    exif.get_ifd(0x8825).update(LATITUDE)
    return exif


@pytest.mark.parametrize("data", [saved(plot()), saved(plot(), "GIF"), DRAWING])
def test_what_is_too_large_is_refused_as_that(data: bytes) -> None:
    with pytest.raises(TooLargeError):
        plan(data, "", SMALL)


def test_an_animation_of_too_many_pixels_is_refused_as_that() -> None:
    frames = [Image.new("L", (30, 30), level) for level in range(12)]
    with pytest.raises(TooLargeError):
        plan(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]), "", SMALL)


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp"), ("GIF", "gif")])
def test_the_file_has_the_pixels_of_the_image(kind: str, suffix: str) -> None:
    data = saved(plot(), kind)
    picture, file = download(data)
    assert picture.src.startswith("img/")
    assert picture.src.endswith(f".{suffix}")
    assert picture.weight == len(file)
    assert not picture.is_shown
    same = [Image.open(BytesIO(each)).convert("RGB").tobytes() for each in (data, file)]
    assert same[0] == same[1]


def test_no_pixel_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    images = [saved(plot(), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF")]
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("an image was opened"))
    for data in images:
        download(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_a_camera_says_is_not_in_the_file(kind: str) -> None:
    file = download(saved(photo(60, 40), kind, exif=camera()))[1]
    assert b"Maker" not in file
    assert not Image.open(BytesIO(file)).getexif()


def test_a_photograph_stays_upright_and_keeps_its_colours() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    file = download(saved(photo(60, 40), "JPEG", exif=camera(6), icc_profile=profile))[1]
    image = Image.open(BytesIO(file))
    assert dict(image.getexif()) == {0x0112: 6}
    assert image.info["icc_profile"] == profile
    assert b"iCCP" in png_kinds(download(saved(plot(), icc_profile=profile))[1])


def test_a_drawing_is_a_text_that_runs_nothing() -> None:
    picture, file = download(DRAWING)
    assert picture.src.endswith(".txt")
    assert len(DRAWING) > svg.MAX_BYTES
    assert file == DRAWING


@pytest.mark.parametrize(
    "data",
    [
        saved(plot())[:-30],
        saved(plot(), "JPEG")[:-30],
        saved(plot(), "WEBP")[:-30],
        saved(plot(), "GIF")[:-30],
        saved(plot(), "JPEG")[:20],
        saved(plot(), "BMP"),
        saved(plot(), "AVIF"),
        b"<html><script>alert(1)</script>",
        b"",
    ],
)
def test_what_is_no_whole_image_of_a_known_kind_is_no_file(data: bytes) -> None:
    assert plan_download(data, "image/png") is None


def test_a_gif_that_describes_itself_is_no_file() -> None:
    data = saved(plot(), "GIF")
    described = b"\x21\xff\x0bXMP DataXMP" + b"<x:xmpmeta/>" + b"\0;"
    assert plan_download(data[:-1] + described, "") is None


def test_exif_that_cannot_be_read_is_no_file() -> None:
    broken = b"\xff\xe1\x00\x0eExif\0\0II\x00\x00\x00\x00"
    data = saved(plot(), "JPEG")
    assert plan_download(data[:2] + broken + data[2:], "") is None


def test_words_in_a_png_are_not_in_the_file() -> None:
    file = download(with_chunk(saved(plot()), b"tEXt", b"Author\0Somebody"))[1]
    assert b"Somebody" not in file


def test_a_refusal_of_size_stays_one_when_it_comes_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(TooLargeError("a", "b")))
    assert isinstance(error, TooLargeError)
    assert isinstance(error, ImageError)
