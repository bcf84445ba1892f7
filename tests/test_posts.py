"""Posts in the making: their places, their pictures and cards, what comes along."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from publisher import beside, illustrations, notebooks, posts, stored
from publisher.config import ImageSettings
from publisher.errors import Problem
from publisher.posts import Place
from tests.support.notebooks import cell, front, notebook, picture
from tests.support.posts import MAKING


def read(path: str, *cells: dict[str, object] | str, **metadata: object) -> notebooks.Notebook:
    return notebooks.interpret(notebooks.parse(notebook(*cells, **metadata), path))[0]


@dataclass
class Blog:
    """The folders of a blog, and how its posts are made."""

    source: Path
    static: Path
    making: posts.Making = MAKING

    def make(self, found: notebooks.Notebook) -> posts.Made:
        return self.fresh(found).made

    def fresh(self, found: notebooks.Notebook) -> posts.Fresh:
        return posts.make_of_files(found, self.making, self.source, self.static)


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    for name in ("notebooks/deep", "static"):
        (tmp_path / name).mkdir(parents=True)
    return Blog(tmp_path / "notebooks", tmp_path / "static")


def messages(made: posts.Made) -> list[tuple[str, int | None]]:
    return [(problem.message, problem.cell) for problem in made.problems]


# Places


@pytest.mark.parametrize(
    ("path", "keys", "permalink", "url", "page"),
    [
        ("trip.ipynb", {}, "/{slug}/", "/trip/", "trip/index.html"),
        ("2024-05-06-trip.ipynb", {}, "/{slug}/", "/trip/", "trip/index.html"),
        ("trip/index.ipynb", {}, "/{slug}/", "/trip/", "trip/index.html"),
        ("a/trip/index.ipynb", {}, "/{path}/{slug}/", "/a/trip/", "a/trip/index.html"),
        ("a/b c/Trip.ipynb", {}, "/{path}/{slug}/", "/a/b-c/trip/", "a/b-c/trip/index.html"),
        ("trip.ipynb", {}, "/{path}/{slug}/", "/trip/", "trip/index.html"),
        ("x.ipynb", {"slug": "other"}, "/{slug}/", "/other/", "other/index.html"),
        ("x.ipynb", {"date": "2024-05-06"}, "/{year}/{month}/{day}/", "/2024/05/06/", "2024/05/06/index.html"),
        ("x.ipynb", {}, "/{year}/{month}/{slug}/", "/x/", "x/index.html"),
        ("x.ipynb", {}, "/{slug}.html", "/x.html", "x.html"),
        ("x.ipynb", {"date": "2024-05-06"}, "/blog/{year}/{slug}.html", "/blog/2024/x.html", "blog/2024/x.html"),
        ("x.ipynb", {}, "/{slug}", "/x/", "x/index.html"),
        ("日本.ipynb", {}, "/{slug}/", "/%E6%97%A5%E6%9C%AC/", "日本/index.html"),
    ],
)  # fmt: skip
def test_the_permalink_says_where_a_post_goes(
    path: str, keys: dict[str, str], permalink: str, url: str, page: str
) -> None:
    assert posts.place(path, read(path, front(title="Title", **keys)).metadata, permalink) == Place(url, page)


@pytest.mark.parametrize(
    ("page", "download"),
    [
        ("trip/index.html", "trip/trip.ipynb"),
        ("a/trip/index.html", "a/trip/trip.ipynb"),
        ("trip.html", "trip.ipynb"),
        ("index.html", "index.ipynb"),
    ],
)
def test_the_notebook_is_beside_its_page(page: str, download: str) -> None:
    assert posts.download_path(Place("/", page)) == download


# Files that a notebook names


def test_a_file_is_looked_for_beside_the_notebook_then_from_the_top_of_the_source_folder(blog: Blog) -> None:
    near, top = blog.source / "deep/a.png", blog.source / "a.png"
    top.write_bytes(b"")
    assert beside.local_file("a.png", "deep/x.ipynb", blog.source, blog.static) == top
    near.write_bytes(b"")
    assert beside.local_file("a.png", "deep/x.ipynb", blog.source, blog.static) == near
    assert beside.local_file("../a.png?x=1#y", "deep/x.ipynb", blog.source, blog.static) == top
    assert beside.local_file("/a.png", "deep/x.ipynb", blog.source, blog.static) == top


def test_a_path_from_the_root_is_looked_for_in_the_static_folder_too(blog: Blog) -> None:
    file = blog.static / "a b.png"
    file.write_bytes(b"")
    assert beside.local_file("/a%20b.png", "deep/x.ipynb", blog.source, blog.static) == file
    assert beside.local_file("a%20b.png", "deep/x.ipynb", blog.source, blog.static) is None


@pytest.mark.parametrize(
    "name",
    ["../secret", "/../secret", "%2e%2e/secret", "link", "/etc/hostname", "deep", "", "#a", "a\0b", "a" * 5000],
)
def test_no_file_outside_is_found_and_no_name_is_too_odd(blog: Blog, name: str) -> None:
    (blog.source.parent / "secret").write_text("secret")
    (blog.source / "link").symlink_to(blog.source.parent / "secret")
    assert beside.local_file(name, "x.ipynb", blog.source, blog.static) is None


# Pictures


def test_every_figure_has_a_picture_or_none_when_it_is_broken(blog: Blog) -> None:
    (blog.source / "good.png").write_bytes(picture(300, 200))
    (blog.source / "bad.png").write_bytes(b"no image")
    (blog.source / "cut.png").write_bytes(picture(300, 200)[:-30])
    made = blog.make(read("x.ipynb", "# X", "![](good.png)", "![](bad.png) ![](gone.png) ![](cut.png)"))
    assert [each is not None for each in made.pictures] == [True, False, False, False]
    assert messages(made) == [
        ("shows 'gone.png', which does not exist", 3),
        ("image is of no kind that browsers show, or is broken", 3),
        ("image is broken: its PNG data ends early", 3),
    ]


def test_an_image_that_is_too_large_is_a_file_to_download_with_its_cell_told(blog: Blog) -> None:
    (blog.source / "a.png").write_bytes(picture(400, 300))
    blog.making = replace(MAKING, images=ImageSettings(max_pixels=100_000))
    fresh = blog.fresh(read("x.ipynb", "# X", "![](a.png)"))
    (large,) = fresh.made.pictures
    assert large is not None
    assert not large.is_shown
    assert messages(fresh.made) == [("image has 0.12 megapixels; the limit is 0.1 megapixels", 2)]
    assert fresh.made.card.is_cover
    assert large.src in fresh.made.files
    files = [fresh.pixels, *map(illustrations.render, fresh.renderings)]
    assert [each[large.src] for each in files if isinstance(each, dict) and large.src in each] == [picture(400, 300)]


def test_making_a_post_encodes_nothing(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    (blog.source / "a.png").write_bytes(picture(900, 600))
    monkeypatch.setattr(Image.Image, "save", lambda *_, **__: pytest.fail("a file was made"))
    fresh = blog.fresh(read("x.ipynb", "# X", "![](a.png)"))
    assert {path for rendering in fresh.renderings for path in rendering.paths} == {
        *fresh.made.pictures[0].paths,
        *fresh.made.card.picture.paths,
    }


def test_what_is_kept_of_a_post_has_no_bytes_of_images_and_comes_back_as_it_was(blog: Blog) -> None:
    (blog.source / "a.png").write_bytes(picture(900, 600))
    made = blog.make(read("x.ipynb", front(title="X", date="2025-01-02 10:00 +01:00"), "![](a.png)"))
    data = stored.dump(made)
    assert len(data) < 3_000
    assert stored.load(posts.Made, data) == made


def test_pixels_that_cannot_be_made_are_a_problem_with_notebook_and_cell(blog: Blog) -> None:
    (blog.source / "a.png").write_bytes(picture(900, 600))
    rendering = blog.fresh(read("x.ipynb", "# X", "![](a.png)")).renderings[0]
    broken = illustrations.render(replace(rendering, source=b"no image", cell=4))
    assert isinstance(broken, Problem)
    assert (broken.file, broken.cell) == ("x.ipynb", 4)
    assert "no kind that browsers show" in broken.message


def test_images_that_go_out_as_they_came_are_at_hand(blog: Blog) -> None:
    cells = (cell("", attachments={"a.png": {"image/png": base64.b64encode(picture(100, 80)).decode()}}),)
    text = {**cells[0], "source": "![](attachment:a.png)"}
    task = posts.Task(notebooks.Source("x.ipynb", notebook("# X", text)), {})
    fresh = posts.try_to_make(task, MAKING)
    assert isinstance(fresh, posts.Fresh)
    (shown,) = fresh.made.pictures
    assert shown is not None
    assert shown.form == "kept"
    assert set(fresh.pixels) == set(shown.paths)
    assert [rendering.paths for rendering in fresh.renderings] == [fresh.made.card.picture.paths]  # a cover is drawn


# Cards


def test_the_image_of_the_front_matter_is_the_card_and_opens_the_article(blog: Blog) -> None:
    (blog.source / "a.png").write_bytes(picture(900, 600))
    (blog.source / "b.jpg").write_bytes(picture(800, 500, "JPEG"))
    keys = {"title": "X", "image": "b.jpg", "image-alt": "A lake"}
    made = blog.make(read("x.ipynb", front(**keys), "![](a.png)"))
    assert made.card.lead is not None
    assert (made.card.lead.width, made.card.lead_alt, made.card.is_cover) == (800, "A lake", False)


def test_an_image_that_the_article_shows_does_not_open_it_again(blog: Blog) -> None:
    (blog.source / "a.png").write_bytes(picture(900, 600))
    made = blog.make(read("x.ipynb", front(title="X", image="a.png"), "![](a.png)"))
    assert (made.card.lead, made.card.is_cover) == (None, False)


def test_a_number_chooses_a_figure_and_a_wrong_one_is_told(blog: Blog) -> None:
    for name, colour in (("a", "navy"), ("b", "red")):
        (blog.source / f"{name}.png").write_bytes(picture(900, 600, colour=colour))
    text = "![](a.png)\n\n![](b.png)"
    first, second, third = (blog.make(read("x.ipynb", front(title="X", image=number), text)) for number in (1, 2, 3))
    assert first.card.picture != second.card.picture
    assert messages(third) == [("names figure 3 as its image, but has 2", None)]
    assert third.card.picture in (first.card.picture, second.card.picture)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("gone.png", "names the image 'gone.png', which does not exist"),
        ("bad.png", "its card's image is of no kind that browsers show, or is broken"),
    ],
)
def test_a_card_that_cannot_be_made_as_wanted_is_made_of_the_best_figure(blog: Blog, image: str, message: str) -> None:
    (blog.source / "bad.png").write_bytes(b"no image")
    (blog.source / "a.png").write_bytes(picture(900, 600))
    made = blog.make(read("x.ipynb", front(title="X", image=image), "![](a.png)"))
    assert messages(made) == [(message, None)]
    assert not made.card.is_cover


def test_a_post_without_a_good_figure_has_a_cover(blog: Blog) -> None:
    (blog.source / "tiny.png").write_bytes(picture(20, 20))
    made = blog.make(read("x.ipynb", "# X\n\n![](tiny.png)"))
    assert (made.card.is_cover, made.card.lead) == (True, None)


# What comes along


def test_files_that_a_post_links_to_come_along_once_under_the_hash_of_their_bytes(blog: Blog) -> None:
    (blog.source / "Daten 1.CSV").write_bytes(b"a,b\n")
    made = blog.make(read("x.ipynb", "# X", "[a](Daten%201.CSV) [again](Daten%201.CSV) [row](Daten%201.CSV#1)"))
    assert [(each.href, each.path) for each in made.attachments] == [
        ("Daten%201.CSV", "files/5be08c9684a1/daten-1.csv"),
        ("Daten%201.CSV#1", "files/5be08c9684a1/daten-1.csv"),
    ]


def test_what_a_browser_would_run_does_not_come_along(blog: Blog) -> None:
    (blog.source / "page.HTML").write_bytes(b"<script>alert(1)</script>")
    made = blog.make(read("x.ipynb", "# X", "[a](page.HTML)"))
    assert made.attachments == ()
    assert messages(made) == [("links to 'page.HTML', which is no kind of file that comes along", 2)]


def test_what_begins_like_a_page_does_not_come_along_whatever_it_is_called(blog: Blog) -> None:
    """A server that does not know a suffix sends no type, and a browser then looks at the bytes."""
    names = [f"f{suffix}" for suffix in sorted(beside.PASSIVE - {".txt", ".ipynb"})]
    for name in names:
        (blog.source / name).write_bytes(b"\xef\xbb\xbf \n<!doctype html><script>alert(1)</script>")
    made = blog.make(read("x.ipynb", "# X", " ".join(f"[a]({name})" for name in names)))
    assert made.attachments == ()
    reason = "which begins like a page, and may be run as one"
    assert messages(made) == [(f"links to {name!r}, {reason}", 2) for name in names]


def test_a_plain_text_may_begin_like_a_page(blog: Blog) -> None:
    (blog.source / "f.txt").write_bytes(b"<html>")
    made = blog.make(read("x.ipynb", "# X", "[a](f.txt)"))
    assert ([each.name for each in made.attachments], made.problems) == (["f.txt"], ())


def test_links_elsewhere_bring_nothing_along(blog: Blog) -> None:
    (blog.source / "other.ipynb").write_bytes(notebook())
    (blog.static / "a.html").write_text("own")
    text = "[a](other.ipynb) [b](https://example.org/x.csv) [c](#x) [d](deep/) [e](//x/y.csv) [f](/a.html)"
    made = blog.make(read("x.ipynb", "# X", text, "<a href='http://[half'>x</a>"))
    assert (made.attachments, made.problems) == ((), ())


def test_whatever_goes_wrong_is_one_failed_notebook(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts, "convert", lambda *_: 1 / 0)
    failed = posts.try_to_make(posts.Task(notebooks.Source("x.ipynb", notebook("# X")), {}), blog.making)
    assert isinstance(failed, posts.Failed)
    assert [(each.file, each.message) for each in failed.problems] == [
        ("x.ipynb", "cannot be converted: ZeroDivisionError: division by zero")
    ]


def test_only_files_of_known_kinds_come_along() -> None:
    assert not {".html", ".htm", ".htm ", ".xht", ".shtml", ".svg", ".svgz", ".js", ".xml", ".css", ""} & beside.PASSIVE
