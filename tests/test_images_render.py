"""The files of a picture: right size, upright, sRGB, without metadata, the same every time."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw

from publisher.images import ImageError, codecs, decode, plan, plan_card, render
from publisher.images.chunks import webp_kinds
from publisher.images.encode import is_graphic, top_share
from tests.support.images import ENCODING, OPTIMIZED, SETTINGS, photo, plot, saved

if TYPE_CHECKING:
    from publisher.config import ImageSettings


def made(data: bytes, settings: ImageSettings = OPTIMIZED) -> list[Image.Image]:
    """Plan and render, check that both agree, and return the images, smallest first."""
    picture = plan(data, "", settings)
    files = render(data, [picture], settings)
    assert list(files) == [variant.path for variant in picture.variants]
    images: list[Image.Image] = [Image.open(BytesIO(content)) for content in files.values()]
    assert [image.size for image in images] == [(v.width, v.height) for v in picture.variants]
    return images


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_every_known_format_becomes_webp(kind: str) -> None:
    assert [image.format for image in made(saved(photo(1000, 300), kind))] == ["WEBP"] * 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_can_be_encoded(mode: str) -> None:
    image = Image.new("I;16", (400, 300), 40_000) if mode == "I;16" else photo(400, 300, mode)
    assert made(saved(image))[0].mode in ("RGB", "RGBA")


def test_sixteen_bits_keep_their_brightness() -> None:
    [image] = made(saved(Image.new("I;16", (300, 200), 40_000)))
    assert abs(image.convert("L").getpixel((5, 5)) - 156) <= 2  # type: ignore[operator]


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    [image] = made(saved(Image.new("CMYK", (200, 150), (0, 255, 255, 0)), "JPEG"))
    red, green, blue = image.getpixel((50, 50))  # type: ignore[misc]
    assert red > 200
    assert green < 60 > blue


@pytest.mark.parametrize("turn", range(1, 9))
def test_all_eight_turns_of_a_camera_come_out_upright(turn: int) -> None:
    upright = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 149, 99), fill="red")
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[turn]) if turn > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = turn
    [image] = made(saved(stored, "JPEG", exif=exif, quality=95))
    assert image.size == (300, 200)
    corners = [image.getpixel(at)[1] for at in ((20, 20), (280, 20), (20, 180), (280, 180))]  # type: ignore[index]
    assert [level < 128 for level in corners] == [True, False, False, False]


def test_where_the_camera_was_is_in_no_file() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "SecretCamera"
    data = saved(photo(800, 600), "JPEG", exif=exif, comment=b"SecretComment")
    assert b"SecretCamera" in data
    picture = plan(data, "", ENCODING)
    for content in render(data, [picture], ENCODING).values():
        assert b"Secret" not in content
        assert webp_kinds(content) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}


def test_colours_of_another_profile_become_srgb() -> None:
    # A profile whose red and blue are exchanged by its primaries would be exotic; XYZ is at hand and far from sRGB.
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (lab, srgb, b"not a profile"):  # one that does not fit the image is passed over
        [image] = made(saved(Image.new("RGB", (200, 150), (200, 30, 30)), "PNG", icc_profile=profile))
        assert image.getpixel((9, 9)) == (200, 30, 30)
        assert "icc_profile" not in image.info


def test_a_plot_in_few_colours_is_lossless_at_its_own_size() -> None:
    smaller, largest = made(saved(plot(1000, 600)))
    assert largest.convert("RGB").tobytes() == plot(1000, 600).tobytes()
    assert smaller.size == (640, 384)


def test_plots_and_photographs_are_told_apart() -> None:
    assert is_graphic(plot())
    assert not is_graphic(photo(400, 300))
    assert top_share(plot()) > 0.9
    assert top_share(photo(400, 300)) < 0.2


def test_alpha_is_kept_only_where_it_hides_something() -> None:
    clear = plot().convert("RGBA")
    assert {image.mode for image in made(saved(clear))} == {"RGB"}
    clear.putpixel((0, 0), (0, 0, 0, 0))
    assert made(saved(clear))[-1].mode == "RGBA"


def test_an_animated_gif_stays_animated_at_its_pace() -> None:
    frames = [Image.new("RGB", (120, 90), colour) for colour in ("red", "lime", "blue")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=[50, 100, 150], loop=0)
    picture = plan(data, "", SETTINGS)
    assert picture.form == "animated"
    [content] = render(data, [picture], SETTINGS).values()
    film = Image.open(BytesIO(content))
    assert (film.n_frames, film.size, film.info["loop"]) == (3, (120, 90), 0)  # type: ignore[attr-defined]
    film.seek(2)
    film.load()
    assert film.convert("RGB").getpixel((60, 45))[2] > 200  # type: ignore[index]
    assert film.info["duration"] == 150


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_other_animations_stay_animated_too(kind: str) -> None:
    frames = [photo(160, 90 + step).resize((160, 120)) for step in range(3)]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=80)
    picture = plan(data, "", ENCODING)
    [content] = render(data, [picture], ENCODING).values()
    assert Image.open(BytesIO(content)).n_frames == 3  # type: ignore[attr-defined]
    assert len(picture.variants) == 1


def test_same_input_same_bytes() -> None:
    data = saved(photo(900, 500), "JPEG")
    picture = plan(data, "", SETTINGS)
    assert render(data, [picture], SETTINGS) == render(data, [picture], SETTINGS)


def test_pixels_that_cannot_be_decoded_are_an_image_error() -> None:
    data = saved(photo(900, 500), "JPEG")
    picture = plan(data, "", SETTINGS)
    with pytest.raises(ImageError, match="broken"):
        render(data[:2000], [picture], SETTINGS)


def few_colours(image: Image.Image, **options: Any) -> Image.Image:
    """Return the one file of an image that is drawn."""
    data = saved(image, **options)
    picture = plan(data, "", ENCODING)
    assert picture.form == "palette"
    [content] = render(data, [picture], ENCODING).values()
    assert len(content) <= len(data)
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_plot_of_every_mode_comes_out_as_it_was(mode: str) -> None:
    image = Image.new("I;16", (400, 300), 40_000) if mode == "I;16" else plot().convert(mode)
    expected = Image.new("L", (400, 300), 156) if mode == "I;16" else plot().convert(mode).convert("RGB")
    shown = few_colours(image)
    plain = shown.convert("I").point(lambda value: value / 257).convert("L") if shown.mode == "I;16" else shown
    difference = ImageChops.difference(plain.convert("RGB"), expected.convert("RGB"))
    assert max(most for _, most in difference.getextrema()) <= 1  # type: ignore[misc]


def test_pale_grey_stays_apart_from_white() -> None:
    image = plot(800, 600)
    ImageDraw.Draw(image).rectangle((300, 200, 500, 400), fill=(242, 242, 242))
    image.paste(photo(200, 150), (40, 20))
    shown = few_colours(image).convert("RGB")
    assert shown.getpixel((400, 300)) == (242, 242, 242)
    assert shown.getpixel((700, 500)) == (255, 255, 255)


def test_a_colour_of_a_few_pixels_is_not_lost() -> None:
    image = plot(800, 600)
    image.paste(photo(400, 300).convert("L").convert("RGB"), (200, 100))
    ImageDraw.Draw(image).ellipse((60, 500, 72, 512), fill=(220, 0, 40))
    red, green, blue = few_colours(image).convert("RGB").getpixel((66, 506))  # type: ignore[misc]
    assert red > 190
    assert max(green, blue) < 70


def test_what_would_have_steps_in_few_colours_goes_out_as_it_came() -> None:
    across = Image.linear_gradient("L").resize((600, 400))
    slopes = Image.merge("RGB", (across, across.transpose(Image.Transpose.ROTATE_90).resize((600, 400)), across))
    assert few_colours(slopes, dpi=(72, 72), comment="x").convert("RGB").tobytes() == slopes.tobytes()


@pytest.mark.parametrize("size", [(1100, 700), (3000, 2000), (700, 3000)])
def test_one_decoding_serves_all_pictures_of_an_image_as_it_would_each(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = saved(photo(*size), "JPEG")
    pictures = [plan(data, "", SETTINGS), plan_card(data, "", SETTINGS)]
    apart = {path: content for each in pictures for path, content in render(data, [each], SETTINGS).items()}
    decoding = Mock(wraps=decode.pixels)
    monkeypatch.setattr(decode, "pixels", decoding)
    together = render(data, pictures, SETTINGS)
    assert decoding.call_count == 1
    assert together == apart


def test_optimized_images_are_smaller_and_of_other_names() -> None:
    data = saved(photo(1000, 500), "JPEG", quality=95)
    fast, slow = (render(data, [plan(data, "", each)], each) for each in (ENCODING, OPTIMIZED))
    assert not fast.keys() & slow.keys()
    assert sum(map(len, slow.values())) < sum(map(len, fast.values()))


def test_the_codecs_are_named_with_their_versions() -> None:
    import PIL

    named = dict(each.rsplit("-", 1) for each in codecs().split())
    assert named["pillow"] == PIL.__version__
    assert {"webp", "jpg", "zlib", "freetype2"} <= named.keys()
