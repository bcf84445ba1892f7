from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publisher import localize, web
from publisher.errors import NotebookError, PublisherError, SettingsError
from tests.support.blogs import Write
from tests.support.notebooks import cell, notebook

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
JPEG = b"\xff\xd8\xff" + b"pixels"
SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'

PAGES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/a.png": (200, {"Content-Type": "image/png"}, PNG),
    "/copy.png": (200, {"Content-Type": "image/png"}, PNG),
    "/other/a.png": (200, {"Content-Type": "image/png"}, PNG + b" others"),
    "/wrong.png": (200, {"Content-Type": "text/plain"}, JPEG),
    "/drawing": (200, {"Content-Type": "image/svg+xml"}, SVG),
    "/page.png": (200, {"Content-Type": "image/png"}, b"<!DOCTYPE html><html><svg></svg>"),
    "/moved.png": (302, {"Location": "/a.png"}, b""),
    "/to-file.png": (302, {"Location": "file:///etc/passwd"}, b""),
    "/round.png": (302, {"Location": "/round.png"}, b""),
    "/empty.png": (200, {"Content-Type": "image/png"}, b""),
    "/large.png": (200, {"Content-Type": "image/png"}, PNG + bytes(1_100_000)),
    "/..%2f..%2fevil.png": (200, {"Content-Type": "image/png"}, PNG),
    "/%00%0aname:con.png": (200, {"Content-Type": "image/png"}, PNG),
    "/" + "long" * 100 + ".png": (200, {"Content-Type": "image/png"}, PNG),
    "/ü.png": (200, {"Content-Type": "image/png"}, PNG),
}


class _Site(http.server.BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - of the one server of a test

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        known = {path.replace("ü", "%C3%BC"): page for path, page in PAGES.items()}
        status, headers, body = known.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """Serve the images on the loopback interface; return the address."""
    _Site.asked.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(*cells: dict[str, Any] | str, name: str = "post.ipynb") -> Path:
        file = tmp_path / "blog" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(notebook(*cells))
        return file

    return write


def sources(file: Path) -> list[str]:
    return ["".join(each["source"]) for each in json.loads(file.read_bytes())["cells"]]


def names(file: Path) -> list[str]:
    return sorted(path.name for path in file.parent.iterdir() if path != file)


def test_images_are_saved_beside_the_notebook_which_names_them(write: Write, site: str) -> None:
    file = write(
        f'![A]({site}/a.png "title") and <img alt="B" src="{site}/wrong.png" width="3">',
        f"[![C](<{site}/drawing>)](https://example.org/)",
        cell(f"show('![]({site}/a.png)')", "code"),
        f"`![]({site}/a.png)`\n\n```\n![]({site}/a.png)\n```",
    )
    saved = localize.localize(file)
    assert names(file) == ["post-a.png", "post-drawing.svg", "post-wrong.jpg"] == sorted(saved.written)
    assert sources(file) == [
        '![A](post-a.png "title") and <img alt="B" src="post-wrong.jpg" width="3">',
        "[![C](<post-drawing.svg>)](https://example.org/)",
        f"show('![]({site}/a.png)')",
        f"`![]({site}/a.png)`\n\n```\n![]({site}/a.png)\n```",
    ]
    assert (file.parent / "post-wrong.jpg").read_bytes() == JPEG


def test_images_that_refer_to_a_definition_are_saved(write: Write, site: str) -> None:
    file = write(
        f'![A][one], ![Two  words][], ![b]\n\n[ONE]: {site}/a.png "A"\n[two words]: <{site}/wrong.png>\n'
        f"[b]: {site}/drawing\n[linked]: {site}/page.png\n\nA [link][linked]."
    )
    localize.localize(file)
    assert "".join(sources(file)) == (
        '![A][one], ![Two  words][], ![b]\n\n[ONE]: post-a.png "A"\n[two words]: <post-wrong.jpg>\n'
        f"[b]: post-drawing.svg\n[linked]: {site}/page.png\n\nA [link][linked]."
    )


def test_images_of_directives_are_saved(write: Write, site: str) -> None:
    text = (
        "```{{image}} {0}\n:alt: A\n```\n\n:::{{figure}} {1}\nA figure\n:::\n\n"
        "````\n```{{image}} {2}\n```\n````\n\n```{{image}} {2}```"
    )
    file = write(text.format(f"{site}/a.png", f"{site}/wrong.png", f"{site}/drawing"))
    localize.localize(file)
    assert sources(file) == [text.format("post-a.png", "post-wrong.jpg", f"{site}/drawing")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<img alt="more > less" src="', '">'),
        ("<img alt='a < b, \"quoted\"' src='", "'>"),
        ("<IMG src=", " width=3>"),
        ("<img src=", ">"),
        ('<img\n  src = " ', ' "\n/>'),
        ("![a][b] [c][d]\n\n> [b]: ", "\n>\n> Quoted"),
        ("> > ![a][b]\n> >\n> > [b]: <", "> 'title'"),
    ],
)
def test_an_image_is_saved_however_it_is_written(before: str, after: str, write: Write, site: str) -> None:
    file = write(f"{before}{site}/a.png{after}")
    localize.localize(file)
    assert "".join(sources(file)) == f"{before}post-a.png{after}"


@pytest.mark.parametrize("opened", ["<img ", "<img src=", "<img src='http://a", "<img a=\"b'", "<!--"])
def test_what_opens_thousands_of_times_and_never_closes_is_read_soon(opened: str) -> None:
    source = opened * 50_000
    assert localize.pointed(source, {}) == source


def test_an_address_with_entities_is_asked_for_without_them(write: Write, site: str) -> None:
    file = write(f'<img alt="A" src="{site}/a.png?x=1&amp;y=2">')
    asked: list[str] = []

    def get(url: str, _: int) -> web.Answer:
        asked.append(url)
        return web.get(f"{site}/a.png", 1_000_000)

    localize.localize(file, get)
    assert asked == [f"{site}/a.png?x=1&y=2"]
    assert sources(file) == ['<img alt="A" src="post-a.png">']


def test_a_notebook_that_was_changed_while_images_came_stays(write: Write, site: str) -> None:
    file = write(f"![A]({site}/a.png)")

    def get(url: str, limit: int) -> web.Answer:
        file.write_text("saved meanwhile")
        return web.get(url, limit)

    with pytest.raises(PublisherError, match=r"post.ipynb: cannot be written: another program changed it meanwhile"):
        localize.localize(file, get)
    assert file.read_text() == "saved meanwhile"
    assert names(file) == []


def test_comments_without_end_are_soon_known_to_be_no_drawing() -> None:
    assert localize.ending(b"<!---->" * 500 + b"<html>") == ""
    assert localize.ending(b"<!---->" * 500 + b"<svg>") == ".svg"


def test_the_same_image_is_fetched_and_saved_once(write: Write, site: str) -> None:
    file = write(f"![A]({site}/a.png)", f"![A]({site}/a.png) ![B]({site}/copy.png)")
    localize.localize(file)
    assert names(file) == ["post-a.png"]
    assert sources(file) == ["![A](post-a.png)", "![A](post-a.png) ![B](post-a.png)"]
    assert _Site.asked == ["GET /a.png", "GET /copy.png"]


def test_a_name_that_is_taken_is_left_to_who_has_it(write: Write, site: str) -> None:
    file = write(f"![A]({site}/a.png) ![B]({site}/other/a.png)")
    (file.parent / "post-a.png").write_bytes(b"mine")
    localize.localize(file)
    assert (file.parent / "post-a.png").read_bytes() == b"mine"
    assert sources(file) == ["![A](post-a-2.png) ![B](post-a-3.png)"]


def test_done_twice_it_changes_nothing_and_asks_nobody(write: Write, site: str) -> None:
    file = write(f"![A]({site}/a.png)")
    localize.localize(file)
    before = file.read_bytes()
    _Site.asked.clear()
    assert localize.localize(file).files == {}
    assert (file.read_bytes(), _Site.asked) == (before, [])


def test_a_file_that_has_the_image_already_is_taken(write: Write, site: str) -> None:
    file = write(f"![A]({site}/a.png)")
    (file.parent / "post-a.png").write_bytes(PNG)
    assert localize.localize(file).written == ()
    assert sources(file) == ["![A](post-a.png)"]


def test_a_redirect_is_followed(write: Write, site: str) -> None:
    file = write(f"![A]({site}/moved.png)")
    localize.localize(file)
    assert (file.parent / "post-moved.png").read_bytes() == PNG


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/gone.png", "answers 404"),
        ("/page.png", "is no image that browsers show, but image/png"),
        ("/empty.png", "is no image"),
        ("/large.png", "is larger than 1 MB"),
        ("/to-file.png", "which is not followed"),
        ("/round.png", "which is not followed"),
    ],
)
def test_a_failure_leaves_everything_as_it_was(path: str, why: str, write: Write, site: str) -> None:
    file = write(f"![A]({site}/a.png) ![B]({site}{path})")
    before = file.read_bytes()
    with pytest.raises(NotebookError) as caught:
        localize.localize(file, megabytes=1)
    assert why in str(caught.value)
    assert f"{site}{path}" in str(caught.value)
    assert (file.read_bytes(), names(file)) == (before, [])


def test_every_failure_is_told(write: Write, site: str) -> None:
    file = write(f"![A]({site}/one.png) ![B]({site}/two.png) ![C](http://127.0.0.1:9/x.png)")
    with pytest.raises(NotebookError) as caught:
        localize.localize(file)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("path", ["/..%2f..%2fevil.png", "/%00%0aname:con.png", "/" + "long" * 100 + ".png", "/ü.png"])
def test_no_name_leads_out_of_the_folder_or_cannot_be_written(path: str, write: Write, site: str) -> None:
    file = write(f"![A]({site}{path})")
    localize.localize(file)
    (name,) = names(file)
    assert len(name) < 150
    assert (file.parent / name).read_bytes() == PNG
    assert sorted(each.name for each in file.parent.parent.iterdir()) == ["blog"]
    assert sources(file) == [f"![A]({name})"]


@pytest.mark.parametrize(
    "source", ["![A](file:///etc/passwd)", "![A](ftp://127.0.0.1/a.png)", "![A](local.png)", "[A](http://a/b.png)"]
)
def test_what_is_no_image_of_the_web_is_left_alone(source: str, write: Write) -> None:
    file = write(source)
    before = file.read_bytes()
    assert localize.localize(file).files == {}
    assert file.read_bytes() == before


def test_nothing_but_the_web_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    for url in ((tmp_path / "a.png").as_uri(), "ftp://127.0.0.1/a", "http:///a", "http://[::1", "javascript:x"):
        assert web.get(url, 1_000_000) == web.Answer(0, "is no address of the web")


def test_lines_and_style_of_the_file_stay(write: Write, site: str) -> None:
    file = write("x")
    raw = json.loads(notebook("Text", ""))
    raw["cells"][1]["source"] = ["One\n", f"![A]({site}/a.png)\n", "Two"]
    file.write_text(json.dumps(raw, indent=4) + "\n")
    before = file.read_text().splitlines()
    localize.localize(file)
    changed = [new for old, new in zip(before, file.read_text().splitlines(), strict=True) if old != new]
    assert [line.strip() for line in changed] == [r'"![A](post-a.png)\n",']


def test_a_path_means_a_notebook_those_of_a_folder_or_those_that_fit(write: Write, tmp_path: Path) -> None:
    one, two = write("x", name="one.ipynb"), write("x", name="two.ipynb")
    folder = tmp_path / "blog"
    assert localize.named(str(one)) == [one]
    assert localize.named(str(folder)) == [one, two]
    assert localize.named(str(folder / "t*.ipynb")) == [two]
    with pytest.raises(SettingsError, match="fits no notebook"):
        localize.named(str(folder / "z*.ipynb"))


def test_what_is_no_notebook_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{}")
    with pytest.raises(NotebookError, match="is no notebook of format 4"):
        localize.localize(tmp_path / "a.ipynb")
    with pytest.raises(NotebookError, match="cannot be read"):
        localize.localize(tmp_path / "b.ipynb")
