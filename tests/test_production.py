"""Who does which part of the making of posts: what travels to workers, and what is there already."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from publisher import build, config, illustrations, libraries, posts, production, work
from publisher.build import Options
from publisher.illustrations import Rendering
from publisher.outputs import vega
from publisher.production import Composing
from tests.support.blogs import NOW, Recorder, files
from tests.support.notebooks import front, notebook, output, plot, png
from tests.support.outputs import BARS, VEGA


def publish(blog: Path, **options: object) -> build.Summary:
    return build.publish(config.load(blog), replace(Options(now=NOW), **options), Recorder())  # type: ignore[arg-type]


def sent(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list of what is sent to workers from here on."""
    values: list[object] = []

    def run(function: Callable[[object], object], items: Iterable[object]) -> Iterator[object]:
        for item in items:
            values.append(item)
            yield function(item)

    monkeypatch.setattr(work.Crew, "for_notebooks", lambda *_, **__: run)
    return values


def kinds(values: Iterable[object], *kinds: type) -> list[type]:
    return [type(value) for value in values if isinstance(value, kinds)]


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    source = tmp_path / "notebooks"
    source.mkdir()
    for name, colour in (("one", "purple"), ("two", "green")):
        (source / f"{name}.ipynb").write_bytes(notebook(front(name), plot(png(1500, 900, colour))))
    return tmp_path


@pytest.fixture
def chart(blog: Path) -> Path:
    bars = {"cell_type": "code", "source": "", "metadata": {}, "execution_count": 1, "outputs": [output({VEGA: BARS})]}
    (blog / "notebooks/chart.ipynb").write_bytes(notebook(front("Chart"), bars))
    return blog


def test_a_first_publish_renders_the_pictures_of_a_post_along_with_it(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = sent(monkeypatch)
    publish(blog)
    assert kinds(values, posts.Task, Rendering) == [posts.Task] * 2
    assert sum(path.startswith("img/") for path in files(blog / "public")) >= 2


@pytest.mark.parametrize("lost", ["public", ".publisher-cache"])
def test_where_pictures_may_be_there_a_notebook_is_made_before_what_it_lacks_is_rendered(
    blog: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    publish(blog)
    before = files(blog / "public")
    shutil.rmtree(blog / lost)
    edited = blog / "notebooks/one.ipynb"
    edited.write_bytes(edited.read_bytes().replace(b"one", b"One"))
    (blog / "notebooks/copy.ipynb").write_bytes(notebook(front("Copy"), plot(png(1500, 900, "green"))))
    (blog / "notebooks/new.ipynb").write_bytes(notebook(front("New"), plot(png(1500, 900, "red"))))
    values = sent(monkeypatch)
    publish(blog)
    assert {value.notebook for value in values if isinstance(value, Rendering)} == {"new.ipynb"}
    assert {path for path in before if path.startswith("img/")} <= files(blog / "public").keys()


def test_both_ways_to_render_give_the_same_site(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(blog)
    at_once = files(blog / "public")
    shutil.rmtree(blog / "public")
    shutil.rmtree(blog / ".publisher-cache")
    (blog / ".publisher-cache").mkdir()
    values = sent(monkeypatch)
    publish(blog)
    assert kinds(values, Rendering)
    assert files(blog / "public") == at_once


def test_an_image_that_breaks_while_it_is_rendered_at_once_is_told_and_left_out(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = illustrations.render
    broken = production.Problem("one.ipynb", "image is broken", "", 2)
    monkeypatch.setattr(
        illustrations,
        "render",
        lambda each: broken if each.notebook == "one.ipynb" and isinstance(each.source, bytes) else render(each),
    )
    assert [(each.file, each.cell, each.message) for each in publish(blog).warnings] == [
        ("one.ipynb", 2, "image is broken")
    ]
    assert 'class="missing-image"' in (blog / "public/one/index.html").read_text("utf-8")
    assert 'class="missing-image"' not in (blog / "public/two/index.html").read_text("utf-8")


def test_the_image_that_front_matter_names_is_sent_along_with_its_notebook(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (blog / "notebooks/lake.png").write_bytes(png(600, 400, "green"))
    (blog / "notebooks/three.ipynb").write_bytes(notebook(front("Three", image="lake.png")))
    values = sent(monkeypatch)
    publish(blog)
    assert len(kinds(values, posts.Task)) == 3


def test_a_library_is_composed_by_a_worker_once_and_kept(chart: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(chart / "notebooks/chart.ipynb", chart / "notebooks/other.ipynb")
    values = sent(monkeypatch)
    publish(chart)
    site = files(chart / "public")
    path = f"assets/scripts/vega-{version('vl-convert-python')}.js"
    assert [value for value in values if isinstance(value, Composing)] == [Composing("vega", path)]
    assert site[path] == libraries.LIBRARIES["vega"].read()
    vega = replace(libraries.LIBRARIES["vega"], read=lambda: pytest.fail("it was composed again"))
    monkeypatch.setitem(libraries.LIBRARIES, "vega", vega)
    shutil.rmtree(chart / "public")
    publish(chart)
    assert files(chart / "public") == site


def test_a_library_that_no_worker_can_compose_is_composed_here(chart: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: Any) -> dict[str, bytes]:
        return {}

    monkeypatch.setattr(production, "composed", nothing)
    assert publish(chart).warnings == ()
    assert any(path.startswith("assets/scripts/vega-") for path in files(chart / "public"))


def test_a_chart_is_drawn_with_the_same_bytes_whatever_was_drawn_before() -> None:
    clipped = {**BARS, "mark": {"type": "bar", "clip": True}}
    drawings = [vega._drawing(clipped)[0] for _ in range(2)]
    assert 'clip-path="url(#clip0)"' in drawings[0]
    assert '<clipPath id="clip0">' in drawings[0]
    assert drawings[0] == drawings[1]
