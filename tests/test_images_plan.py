"""What an image will become is known from its header, and what is broken is refused in words."""

from __future__ import annotations

import pickle
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from publisher.config import ImageSettings
from publisher.images import ImageError, plan, render
from publisher.images.chunks import PNG, png_kinds, webp_kinds
from tests.support.images import ENCODING, OPTIMIZED, SETTINGS, chunk, photo, plot, saved, with_chunk


def test_importing_the_package_does_not_import_pillow() -> None:
    code = "import sys, publisher.images; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_small_png_is_kept_without_its_metadata() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "matplotlib")
    data = with_chunk(saved(plot(), pnginfo=text, dpi=(72, 72)), b"eXIF", b"none of the known")
    picture = plan(data, "image/png", SETTINGS)
    assert [(v.width, v.height, v.mime) for v in picture.variants] == [(400, 300, "image/png")]
    assert picture.form == "kept"
    [kept] = render(data, [picture], SETTINGS).values()
    assert png_kinds(kept) == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}
    assert Image.open(BytesIO(kept)).tobytes() == plot().tobytes()


def test_a_png_with_a_profile_or_a_turn_is_encoded() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert plan(saved(plot(), icc_profile=profile), "", SETTINGS).form == "palette"
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = plan(saved(plot(), exif=exif), "", SETTINGS)
    assert (picture.form, picture.width, picture.height) == ("palette", 300, 400)


def test_widths_are_the_presets_below_the_source_and_its_own() -> None:
    picture = plan(saved(photo(1000, 500), "JPEG"), "", SETTINGS)
    assert [(v.width, v.height) for v in picture.variants] == [(640, 320), (1000, 500)]
    assert picture.src == picture.variants[-1].path


def test_nothing_is_enlarged_and_nothing_exceeds_the_largest_preset() -> None:
    assert [v.width for v in plan(saved(photo(200, 100), "JPEG"), "", SETTINGS).variants] == [200]
    large = plan(saved(photo(3000, 2000), "JPEG"), "", SETTINGS)
    assert [v.width for v in large.variants] == [640, 1280]
    assert (large.width, large.height) == (3000, 2000)


def test_a_preset_just_below_the_own_width_is_left_out() -> None:
    assert [v.width for v in plan(saved(photo(900, 200), "JPEG"), "", SETTINGS).variants] == [900]


def test_a_plot_has_one_file_as_wide_as_itself() -> None:
    dots = Image.effect_noise((1200, 800), 90).point([0, 255] * 128)
    noisy = Image.composite(plot(1200, 800), photo(1200, 800), dots)
    data = saved(noisy.quantize(64))
    assert len(data) > SETTINGS.keep_bytes
    picture = plan(data, "", SETTINGS)
    assert (picture.form, [(v.width, v.mime) for v in picture.variants]) == ("palette", [(1200, "image/png")])
    assert [v.width for v in plan(data, "", OPTIMIZED).variants] == [640, 1200]


def test_a_png_with_as_many_bytes_as_a_photograph_is_encoded_as_one() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((300, 200), 80) for _ in range(3)])
    assert plan(saved(noise), "", SETTINGS).form == "encoded"


def test_the_limit_of_what_is_kept_grows_with_the_pixels_unless_optimized() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("heavy", "x" * 40_000)
    small, large = (saved(plot(*size), pnginfo=text) for size in ((400, 300), (1200, 800)))
    assert [plan(data, "", SETTINGS).form for data in (small, large)] == ["palette", "kept"]
    assert plan(large, "", ImageSettings(optimize=True)).form == "encoded"


def test_an_image_taller_than_webp_allows_is_made_smaller() -> None:
    data = saved(Image.new("L", (600, 20_000)), "PNG")
    picture = plan(data, "", ENCODING)
    assert all(v.height <= 16_383 for v in picture.variants)
    assert render(data, [picture], ENCODING).keys() == {v.path for v in picture.variants}


def test_a_small_jpeg_is_kept_without_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    data = saved(photo(300, 200), "JPEG", exif=exif, comment=b"SecretComment", progressive=True) + b"Secret film"
    picture = plan(data, "", SETTINGS)
    assert (picture.form, picture.variants[0].mime) == ("kept", "image/jpeg")
    [kept] = render(data, [picture], SETTINGS).values()
    assert b"Secret" not in kept
    assert Image.open(BytesIO(kept)).tobytes() == Image.open(BytesIO(data)).tobytes()


def test_a_jpeg_with_a_profile_or_a_turn_is_encoded() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6
    for options in ({"icc_profile": profile}, {"exif": exif}):
        assert plan(saved(photo(300, 200), "JPEG", **options), "", SETTINGS).form == "encoded"


def test_the_name_depends_on_the_bytes_and_on_the_settings_that_matter() -> None:
    one, other = saved(photo(900, 800), "JPEG"), saved(photo(900, 801), "JPEG")
    names = {
        plan(one, "", SETTINGS).src,
        plan(other, "", SETTINGS).src,
        plan(one, "", ImageSettings(quality=70)).src,
        plan(one, "", ImageSettings(optimize=True)).src,
    }
    assert len(names) == 4
    small = saved(plot())
    assert plan(small, "", SETTINGS) == plan(small, "image/jpeg", ImageSettings(quality=70, optimize=True))
    assert plan(small, "", SETTINGS).src.startswith("img/")
    assert len(plan(small, "", SETTINGS).src) == len("img/0123456789abcdef-400.png")


def test_a_camera_s_turn_is_counted_in() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = plan(saved(photo(800, 400), "JPEG", exif=exif), "", SETTINGS)
    assert (picture.width, picture.height) == (400, 800)


def test_an_svg_is_one_file_with_its_own_size() -> None:
    data = b'<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"><g onclick="x"/></svg>'
    picture = plan(data, "image/svg+xml", SETTINGS)
    assert [(v.width, v.height, v.mime) for v in picture.variants] == [(96, 48, "image/svg+xml")]
    assert picture.src.endswith("-96.svg")
    assert b"onclick" not in render(data, [picture], SETTINGS)[picture.src]


def test_the_declared_type_is_not_believed() -> None:
    assert plan(saved(plot()), "image/jpeg", SETTINGS).variants[0].mime == "image/png"
    assert plan(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", SETTINGS).form == "svg"


def test_a_small_webp_is_kept_without_exif() -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N"}
    data = saved(plot(), "WEBP", lossless=True, xmp=b"<x/>")
    picture = plan(data, "", SETTINGS)
    [kept] = render(data, [picture], SETTINGS).values()
    assert picture.form == "kept"
    assert not webp_kinds(kept) & {b"EXIF", b"XMP "}
    assert Image.open(BytesIO(kept)).convert("RGB").tobytes() == plot().tobytes()


def test_pictures_can_be_sent_to_other_processes() -> None:
    picture = plan(saved(plot()), "", SETTINGS)
    assert pickle.loads(pickle.dumps(picture)) == picture
    error = pickle.loads(pickle.dumps(ImageError("image is empty", "run it again")))
    assert (str(error), error.hint) == ("image is empty (run it again)", "run it again")


PNG_DATA, JPEG_DATA = saved(plot()), saved(photo(300, 200), "JPEG")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "image is empty"),
        (b"   \n", "image is empty"),
        (b"not an image", "of no kind that browsers show"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "is an EPS drawing"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"<!doctype HTML><p>404</p>", "is an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
        (saved(plot(), "TIFF"), "is a TIFF"),
        (saved(plot(), "BMP"), "is a Windows bitmap"),
        (PNG_DATA[:-30], "PNG data ends early"),
        (PNG_DATA[:40], "is broken"),
        (PNG, "is broken|of no kind"),
        (PNG_DATA[:200] + b"\0\0\0" + PNG_DATA[203:], "PNG IDAT chunk is damaged"),
        (JPEG_DATA[:-400], "JPEG data ends early"),
        (saved(photo(300, 200), "WEBP")[:-300], "ends early|broken"),
        (saved(photo(300, 200), "AVIF")[:60], "broken|of no kind"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(data: bytes, message: str) -> None:
    with pytest.raises(ImageError, match=message) as caught:
        plan(data, "image/png", SETTINGS)
    assert caught.value.hint


def test_an_image_with_too_many_pixels_is_refused_from_its_header() -> None:
    header = (7000).to_bytes(4) + (7000).to_bytes(4) + b"\x08\x02\0\0\0"
    bomb = PNG + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(ImageError, match="has 49 megapixels; the limit is 40 megapixels") as caught:
        plan(bomb, "", SETTINGS)
    assert "images.max-pixels" in caught.value.hint


def test_a_raised_limit_goes_beyond_pillow_s_own() -> None:
    data = saved(Image.new("1", (20_000, 10_000)))
    before = Image.MAX_IMAGE_PIXELS
    assert plan(data, "", ImageSettings(max_pixels=250_000_000)).width == 20_000
    with pytest.raises(ImageError):
        plan(data, "", SETTINGS)
    assert before == Image.MAX_IMAGE_PIXELS


def test_an_endless_animation_is_refused() -> None:
    frames = [Image.new("L", (100, 100), level) for level in range(60)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(ImageError, match="animation has"):
        plan(data, "", ImageSettings(max_pixels=20_000))
