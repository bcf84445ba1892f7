"""One notebook as one file, through nbconvert as a person would run it."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbconvert.exporters
import nbformat
import pytest

from publisher import notebooks
from publisher.exporter import PageExporter, page
from tests.support import CHECKOUT
from tests.support.blogs import publish
from tests.support.notebooks import cell, notebook, picture, plot
from tests.support.waiting import PATIENCE

FRONT = (
    '---\ntitle: "One file & no more"\ndate: 2025-01-02\nauthors:\n  - {name: Ada, url: "https://example.org/ada"}\n---'
)


class Addresses(HTMLParser):
    """Collects what a page loads, where its links lead, and how many of each element it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "poster") or (name == "href" and tag == "link"):
                self.loaded.append(value or "")
            elif name == "href":
                self.links.append(value or "")


def test_jupyter_makes_one_file_that_needs_no_other(tmp_path: Path) -> None:
    (tmp_path / "lake.jpg").write_bytes(picture(900, 600, "JPEG"))
    text = "![The lake](lake.jpg) and ![far](https://example.org/far.png)\n\n## A part\n\nSee [it](#A-part)."
    source = notebook(cell(FRONT, "raw"), text, plot(picture(300, 200)), cell("print(1)", "code"))
    (tmp_path / "post.ipynb").write_bytes(source)
    command = [sys.executable, "-m", "nbconvert", "--to", "article", "post.ipynb"]
    environ = {**os.environ, "JUPYTER_PLATFORM_DIRS": "1", "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lake.jpg", "post.html", "post.ipynb"]
    assert "shows an image from example.org" in done.stderr

    html = (tmp_path / "post.html").read_text("utf-8")
    found = Addresses(html)
    assert [address[:16] for address in found.loaded] == ["data:image/jpeg;", "data:image/png;b"]
    assert found.links == [
        "#_main",
        "https://example.org/ada",
        "https://example.org/far.png",
        "#a-part",
        "#a-part",
    ]
    assert "script" not in found.tags
    assert found.tags.count("h1") == 1
    assert "<title>One file &amp; no more</title>" in html
    assert not re.search(r"url\((?!['\"]?data:)", html)


def export(folder: Path, name: str = "post.ipynb") -> subprocess.CompletedProcess[str]:
    """Run nbconvert as a person would, in a folder."""
    command = [sys.executable, "-m", "nbconvert", "--to", "article", name]
    environ = {**os.environ, "JUPYTER_PLATFORM_DIRS": "1", "PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


TOKEN = "ghp_" + "A1b2C3d4E5" * 3 + "F6g7H8"
KEY = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 4 + "\n-----END PRIVATE KEY-----"
LEAKY: dict[str, dict[str, Any]] = {
    "code": cell(f"token = '{TOKEN}'", "code"),
    "prose": cell(f"Use {TOKEN}."),
    "raw": cell(f"<b>{TOKEN}</b>", "raw"),
    "output": cell("x", "code", outputs=[{"output_type": "stream", "name": "stdout", "text": KEY}]),
    "error": cell("x", "code", outputs=[{"output_type": "error", "ename": "E", "evalue": TOKEN, "traceback": []}]),
    "linked file": cell("[program](keys.py)"),
    "front matter that is wrong as well": cell(f"---\ntitle: {TOKEN}\ndate: never\n---", "raw"),
}


@pytest.mark.parametrize("where", LEAKY)
def test_a_secret_stops_the_export_with_the_words_of_a_publish(tmp_path: Path, where: str) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/post.ipynb").write_bytes(notebook(LEAKY[where]))
    (tmp_path / "notebooks/keys.py").write_text(f"TOKEN = '{TOKEN}'\n")
    done = export(tmp_path / "notebooks")
    assert done.returncode == 1
    assert not (tmp_path / "notebooks/post.html").exists()
    assert TOKEN not in done.stderr
    [problem] = publish(tmp_path).failures
    assert problem.message in done.stderr
    assert problem.hint in done.stderr
    mark = re.findall(r'"([0-9a-f]{16})"', problem.hint)[0]
    (tmp_path / "pyproject.toml").write_text(f'[tool.publisher]\nallowed-leaks = ["{mark}"]\n')
    assert export(tmp_path / "notebooks").returncode == int(where.startswith("front matter"))


def test_the_export_tells_what_outputs_say_of_people(tmp_path: Path) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "/home/margaret/data.csv"}
    (tmp_path / "post.ipynb").write_bytes(notebook(cell("x", "code", outputs=[output])))
    done = export(tmp_path)
    assert done.returncode == 0
    assert "shows the home folder of a person in its outputs" in done.stderr


def test_jupyter_lists_the_exporter_by_its_name() -> None:
    assert "article" in nbconvert.exporters.get_export_names()
    assert nbconvert.exporters.get_exporter("article") is PageExporter
    assert PageExporter.export_from_notebook == "Article"
    assert [each.value for each in entry_points(group="nbconvert.exporters", name="article")] == [
        "publisher.exporter:PageExporter"
    ]


def test_the_images_of_the_file_are_those_of_the_notebook(tmp_path: Path) -> None:
    shown = picture(300, 200)
    html, problems = exported(tmp_path, "# Title", plot(shown))
    found = re.findall(r'<img src="data:image/png;base64,([^"]+)"', html)
    assert [base64.b64decode(each) for each in found] == [shown]
    assert problems == ()


def exported(folder: Path, *cells: dict[str, Any] | str) -> tuple[str, tuple[Any, ...]]:
    return page(notebooks.interpret(notebooks.parse(notebook(*cells), "post.ipynb"))[0], folder)


def test_a_drawing_is_inside_too(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><rect width="90" height="60"/></svg>'
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": svg}}
    html, _ = exported(tmp_path, "# Title", cell("draw()", "code", outputs=[output]))
    assert [each[:19] for each in Addresses(html).loaded] == ["data:image/svg+xml;"]


def test_a_drawing_that_is_too_large_is_inside_to_be_saved(tmp_path: Path) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{"<g/>" * 500_000}</svg>'
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": svg}}
    html, problems = exported(tmp_path, "# Title", cell("draw()", "code", outputs=[output]))
    (saved,) = re.findall(r'<a href="data:text/plain;base64,([^"]+)" download="image.svg">', html)
    assert base64.b64decode(saved).decode() == svg
    assert [each.message for each in problems] == ["SVG drawing has 2.0 MB; the limit is 2 MB"]


def test_what_is_long_is_inside_to_be_saved(tmp_path: Path) -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "word " * 40_000},
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": f"<p>{'word ' * 40_000}</p>"}},
    ]
    html, _ = exported(tmp_path, "# Title", cell("draw()", "code", outputs=outputs))
    saved = re.findall(r'<a href="data:text/(\w+);base64,([^"]+)" download="[0-9a-f]{16}\.(\w+)">', html)
    assert [(kind, suffix) for kind, _, suffix in saved] == [("plain", "txt"), ("html", "html")]
    assert [base64.b64decode(data).count(b"word") for _, data, _ in saved] == [40_000, 40_000]


def test_a_missing_or_broken_image_leaves_its_text_and_a_warning(tmp_path: Path) -> None:
    html, problems = exported(tmp_path, "# Title\n\n![gone](gone.png)", plot(b"no image"))
    assert Addresses(html).loaded == []
    assert html.count("missing-image") >= 2
    assert [(each.cell, each.message.split()[0]) for each in problems] == [(1, "shows"), (2, "image")]


def test_no_image_is_taken_from_outside_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(picture(300, 200))
    (tmp_path / "inside").mkdir()
    html, _ = exported(tmp_path / "inside", "# Title\n\n![x](../secret.png)")
    assert Addresses(html).loaded == []


def test_the_same_notebook_gives_the_same_file(tmp_path: Path) -> None:
    cells = ("# Title", plot(picture(900, 700)), "## Part")
    assert exported(tmp_path, *cells) == exported(tmp_path, *cells)


def test_a_notebook_that_nbconvert_holds_in_memory_is_exported_with_its_name() -> None:
    opened = nbformat.reads(notebook("Text without a title."), as_version=4)  # type: ignore[no-untyped-call]
    made = PageExporter()  # type: ignore[no-untyped-call]
    html, resources = made.from_notebook_node(opened, {"metadata": {"name": "2025-01-02-a-trip"}})
    assert "<title>A trip" in html
    assert "January 2, 2025" in html
    assert resources["output_extension"] == ".html"


@pytest.mark.parametrize("cells", [(), ("",), (cell("", "code"),)])
def test_an_empty_notebook_is_an_empty_article(tmp_path: Path, cells: tuple[Any, ...]) -> None:
    html, problems = exported(tmp_path, *cells)
    assert "<article" in html
    assert problems == ()


def test_a_link_or_a_text_that_looks_like_a_file_of_the_page_stays(tmp_path: Path) -> None:
    source = notebook('[x](/img/logo.png) and `<img src="/img/logo.png">`', cell("print('src=\"/media/x\"')", "code"))
    found, _ = notebooks.interpret(notebooks.parse(source, "a.ipynb"))
    html, _ = page(found, tmp_path)
    assert '<a href="/img/logo.png">x</a> and <code>&lt;img src="/img/logo.png"&gt;</code>' in html
