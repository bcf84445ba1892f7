"""What other sites and phones show of a blog: cards, icons and the manifest in the finished site."""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path

import pytest
from PIL import Image

from publisher import brand, gallery, staging
from publisher.closing import NO_ADDRESS
from publisher.errors import SettingsError
from publisher.images import ImageError, lettering
from publisher.report import Summary
from tests.support.blogs import Recorder, files, publish
from tests.support.notebooks import front, notebook, plot, png

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
SETTINGS = '[tool.publisher]\ntitle = "Residuals"\nbase-url = "https://example.org/blog"\n'


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """A blog of three posts: one with a plot, one without, one that chose an image beside it."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    source = tmp_path / "notebooks"
    source.mkdir()
    (source / "plot.ipynb").write_bytes(notebook(front("Plot", date="2025-01-01"), plot(png(500, 300))))
    (source / "text.ipynb").write_bytes(notebook(front("Text", date="2025-01-02"), "Words."))
    (source / "chosen.ipynb").write_bytes(notebook(front("Chosen", date="2025-01-03", image="lake.png"), "Words."))
    (source / "lake.png").write_bytes(png(600, 400, "green"))
    return tmp_path


def card_of(blog: Path, page: str) -> str:
    """Return the path of the card that a page names."""
    html = (blog / "public" / page).read_text()
    found = re.search(r'<meta property="og:image" content="https://example\.org/blog/([^"]+)">', html)
    assert found
    return found[1]


def opened(blog: Path, path: str) -> Image.Image:
    """Return a picture of the site."""
    return Image.open(io.BytesIO((blog / "public" / path).read_bytes()))


def cards(blog: Path) -> set[str]:
    return {path for path in files(blog / "public") if path.endswith("-social.jpg")}


def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is drawn from here on: titles of cards, sides of icons."""
    noted: list[str] = []
    draw = brand.draw

    def noting(drawing: brand.Drawing) -> object:
        noted.append(str(getattr(drawing.what, "title", "") or getattr(drawing.what, "side", "")))
        return draw(drawing)

    monkeypatch.setattr(brand, "draw", noting)
    return noted


# Cards


def test_every_page_names_a_jpeg_of_1200_by_630_that_is_there(blog: Path) -> None:
    publish(blog)
    pages = [path for path in files(blog / "public") if path.endswith(".html") and path != "404.html"]
    named = {path: card_of(blog, path) for path in pages}
    for path in set(named.values()):
        image = opened(blog, path)
        assert (image.format, image.size) == ("JPEG", (1200, 630))
    posts = {named[f"{slug}/index.html"] for slug in ("plot", "text", "chosen")}
    assert len(posts) == 3
    assert set(named.values()) - posts == {named["index.html"]}
    assert cards(blog) == set(named.values())


def test_the_same_blog_has_the_same_cards(blog: Path) -> None:
    publish(blog)
    first = {path: data for path, data in files(blog / "public").items() if "social" in path or "icon" in path}
    publish(blog, force=True)
    assert first.items() <= files(blog / "public").items()
    assert len(first) == 4 + 3 + 1  # of three posts and the blog; icons as PNG, and the SVG


def test_without_an_address_there_are_no_cards_and_the_summary_says_so(blog: Path) -> None:
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Residuals"\n')
    assert publish(blog).notes == (NO_ADDRESS,)
    assert not cards(blog)
    html = (blog / "public/plot/index.html").read_text()
    assert "og:title" in html
    assert not re.search(r"og:image|og:url|canonical|ld\+json|twitter:", html)


def test_an_edit_of_a_title_draws_one_card(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(blog)
    before, noted = cards(blog), drawn(monkeypatch)
    (blog / "notebooks/text.ipynb").write_bytes(notebook(front("Edited", date="2025-01-02"), "Words."))
    publish(blog)
    assert noted == ["Edited"]
    assert len(cards(blog) - before) == 1
    assert card_of(blog, "text/index.html") in cards(blog) - before


def test_an_edit_of_the_text_draws_none_and_what_was_drawn_comes_from_the_cache(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(blog)
    noted = drawn(monkeypatch)
    (blog / "notebooks/text.ipynb").write_bytes(notebook(front("Text", date="2025-01-02"), "Other words."))
    publish(blog)
    (blog / "public" / card_of(blog, "plot/index.html")).unlink()
    publish(blog)
    assert card_of(blog, "plot/index.html") in cards(blog)
    assert noted == []


def test_another_plot_is_another_card_and_the_page_names_it(blog: Path) -> None:
    publish(blog)
    before = card_of(blog, "plot/index.html")
    (blog / "notebooks/plot.ipynb").write_bytes(
        notebook(front("Plot", date="2025-01-01"), plot(png(500, 300, "maroon")))
    )
    publish(blog)
    assert card_of(blog, "plot/index.html") != before


def test_another_accent_makes_other_cards_and_icons_and_converts_no_less(blog: Path) -> None:
    publish(blog)
    before = cards(blog)
    icon = re.findall(r"assets/icon-\w+-180\.png", (blog / "public/index.html").read_text())
    (blog / "pyproject.toml").write_text(SETTINGS + 'accent = "#8b2a64"\n')
    publish(blog)
    assert len(cards(blog) - before) == 4
    assert re.findall(r"assets/icon-\w+-180\.png", (blog / "public/index.html").read_text()) != icon


def test_a_social_image_is_shown_in_place_of_the_card(blog: Path) -> None:
    (blog / "notebooks/own.png").write_bytes(png(1200, 630, "green"))
    (blog / "notebooks/text.ipynb").write_bytes(notebook(front("Text", social_image="own.png"), "Words."))
    assert publish(blog).warnings == ()
    image = opened(blog, card_of(blog, "text/index.html"))
    red, green, blue = image.getpixel((375, 200))
    assert green > 100 > max(red, blue)
    assert min(image.getpixel((64, 560))) > 240  # no name of the blog


def test_a_large_image_of_the_right_shape_is_the_card_itself_and_any_other_is_in_it(blog: Path) -> None:
    publish(blog)
    small = opened(blog, card_of(blog, "chosen/index.html"))
    assert max(small.getpixel((70, 560))) < 160  # the tile
    (blog / "notebooks/lake.png").write_bytes(png(1280, 700, "green"))
    publish(blog)
    large = opened(blog, card_of(blog, "chosen/index.html"))
    assert min(large.getpixel((70, 560))) > 240


@pytest.mark.parametrize(
    ("written", "data", "message"),
    [
        ("none.png", b"", "names the social image 'none.png', which does not exist"),
        ("own.svg", SVG, "its social image 'own.svg' is an SVG"),
        ("own.png", b"nothing", "its social image is of no kind that browsers show, or is broken"),
    ],
)  # fmt: skip
def test_a_social_image_that_cannot_be_shown_is_a_warning_and_the_card_is_drawn(
    blog: Path, written: str, data: bytes, message: str
) -> None:
    if data:
        (blog / "notebooks" / written).write_bytes(data)
    (blog / "notebooks/text.ipynb").write_bytes(notebook(front("Text", social_image=written), "Words."))
    assert [problem.message for problem in publish(blog).warnings] == [message]
    assert card_of(blog, "text/index.html") in cards(blog)


def test_a_failed_notebook_keeps_its_card(blog: Path) -> None:
    publish(blog)
    card = card_of(blog, "plot/index.html")
    (blog / "notebooks/plot.ipynb").write_text("{")
    for title in ("One", "Two", "Three", "Four"):  # longer than what is retained for older pages
        (blog / "notebooks/text.ipynb").write_bytes(notebook(front(title), "Words."))
        publish(blog)
    assert card_of(blog, "plot/index.html") == card
    assert card in cards(blog)


def test_a_card_that_cannot_be_drawn_is_a_warning_and_the_page_shows_that_of_the_blog(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> bytes:
        raise ImageError("image is broken", "save it again")

    render = brand.images.render_social
    monkeypatch.setattr(
        brand.images, "render_social", lambda card, *more: (failing if card.title == "Plot" else render)(card, *more)
    )
    assert [str(problem) for problem in publish(blog).warnings] == [
        "plot.ipynb: its social card cannot be drawn: image is broken (save it again)"
    ]
    assert card_of(blog, "plot/index.html") == card_of(blog, "index.html")


def test_what_cannot_be_drawn_of_the_blog_is_told_as_the_blogs(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> bytes:
        raise ImageError("font cannot be read", "take another")

    monkeypatch.setattr(brand.images, "render_social", failing)
    monkeypatch.setattr(brand.images, "render_icon", failing)
    assert {str(problem) for problem in publish(blog).warnings} == {
        "the icon of the blog cannot be drawn: font cannot be read (take another)",
        "the social card of the blog cannot be drawn: font cannot be read (take another)",
        "plot.ipynb: its social card cannot be drawn: font cannot be read (take another)",
        "text.ipynb: its social card cannot be drawn: font cannot be read (take another)",
        "chosen.ipynb: its social card cannot be drawn: font cannot be read (take another)",
    }
    assert "apple-touch-icon" not in (blog / "public/index.html").read_text()
    assert "icons" not in json.loads((blog / "public" / brand.MANIFEST).read_text())


def test_cards_are_drawn_by_other_processes_where_there_are_many(blog: Path) -> None:
    for number in range(12):
        (blog / f"notebooks/{number}.ipynb").write_bytes(
            notebook(front(f"Post {number}"), plot(png(300 + number, 200)))
        )
    alone = blog / "alone"
    publish(blog, jobs=2)
    many = {path: data for path, data in files(blog / "public").items() if path in cards(blog)}
    assert len(many) == 16
    publish(blog, force=True)
    assert many.items() <= files(blog / "public").items()
    assert not alone.exists()


# Fonts


def test_titles_that_no_font_has_are_one_warning_with_the_way_out(blog: Path) -> None:
    (blog / "notebooks/ja.ipynb").write_bytes(notebook(front("フーリエ", language="ja"), "文章。"))
    (blog / "notebooks/zh.ipynb").write_bytes(notebook(front("傅里叶", slug="zh", language="zh"), "文字。"))
    (warning,) = [problem for problem in publish(blog).warnings if "social" in problem.message]
    assert (warning.file, warning.hint) == ("ja.ipynb", "set `social-font` to a font that has them")
    assert "those of 1 more posts" in warning.message


def with_font(blog: Path, data: bytes, name: str = "fonts/own.otf") -> Summary:
    (blog / "fonts").mkdir(exist_ok=True)
    (blog / "fonts/own.otf").write_bytes(data)
    (blog / "pyproject.toml").write_text(f'{SETTINGS}social-font = "{name}"\n')
    return publish(blog)


def test_a_font_of_the_blog_is_used_and_another_one_draws_all_again(blog: Path) -> None:
    publish(blog)
    plain = cards(blog)
    with_font(blog, lettering.bundled())
    own = cards(blog) - plain
    with_font(blog, lettering.bundled() + b"\0")
    assert (len(own), len(cards(blog) - plain - own)) == (4, 4)


def test_a_changed_font_is_noticed_as_anything_that_the_blog_is_made_of(blog: Path) -> None:
    from publisher import config, sources

    with_font(blog, lettering.bundled())
    before = sources.look(config.load(blog)).digest()
    os.utime(blog / "fonts/own.otf", (1, 1))
    assert sources.look(config.load(blog)).digest() != before


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("fonts/none.otf", lettering.bundled(), "`social-font` none.otf: No such file or directory"),
        ("fonts/own.otf", b"nothing", "`social-font` own.otf: font cannot be read"),
    ],
)
def test_a_font_that_cannot_be_read_is_an_error_before_anything_is_published(
    blog: Path, name: str, data: bytes, message: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        with_font(blog, data, name)
    assert [problem.message for problem in raised.value.problems] == [message]
    assert not (blog / "public").exists()


# Icons and the manifest


def test_the_manifest_names_icons_that_are_there_below_the_prefix(blog: Path) -> None:
    publish(blog)
    manifest = json.loads((blog / "public/manifest.webmanifest").read_text())
    assert (manifest["name"], manifest["short_name"], manifest["start_url"]) == ("Residuals", "Residuals", "/blog/")
    assert (manifest["background_color"], manifest["theme_color"]) == ("#fdfcfa", "#fdfcfa")
    for icon in manifest["icons"]:
        image = opened(blog, icon["src"].removeprefix("/blog/"))
        assert f"{image.width}x{image.height}" == icon["sizes"]
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512"]


def test_every_page_links_the_icon_of_phones_and_the_manifest(blog: Path) -> None:
    publish(blog)
    for path, data in files(blog / "public").items():
        if path.endswith(".html"):
            (icon,) = re.findall(rb'<link rel="apple-touch-icon" href="/blog/([^"]+)">', data)
            assert Image.open(io.BytesIO(files(blog / "public")[icon.decode()])).size == (180, 180)
            assert b'<link rel="manifest" href="/blog/manifest.webmanifest">' in data


def test_icons_and_the_manifest_of_the_author_take_the_place_of_ours(blog: Path) -> None:
    (blog / "static").mkdir()
    (blog / "static/apple-touch-icon.png").write_bytes(png(180, 180))
    (blog / "static/manifest.webmanifest").write_text('{"name": "Mine"}')
    publish(blog)
    html = (blog / "public/index.html").read_text()
    assert '<link rel="apple-touch-icon" href="/blog/apple-touch-icon.png">' in html
    assert (blog / "public/manifest.webmanifest").read_text() == '{"name": "Mine"}'


def test_when_nothing_changed_nothing_is_drawn_or_even_asked_for(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(blog)
    monkeypatch.setattr(gallery.Gallery, "_with_pictures", lambda *_: pytest.fail("something was drawn"))
    assert not publish(blog).has_changed
    assert staging.Gallery is gallery.Gallery


def test_a_blog_of_an_undrawable_name_has_icons_all_the_same(blog: Path) -> None:
    (blog / "pyproject.toml").write_text(SETTINGS.replace("Residuals", "日記"))
    publish(blog, reporter=Recorder())
    assert json.loads((blog / "public/manifest.webmanifest").read_text())["short_name"] == "日記"
    assert card_of(blog, "index.html") in cards(blog)
