"""The benchmark measures what it says: its blog is always the same, its edits are real, its figures are shown."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from benchmarks import __main__, blog, commands, edits, floor
from benchmarks.chart import WIDTH, chart
from benchmarks.commands import Cost
from benchmarks.publishing import Figures
from benchmarks.table import BASELINES, CASES, RATIOS, short, table
from publisher import build, config
from publisher.report import QuietReporter, Summary
from tests.support import CHECKOUT
from tests.support.blogs import files

POSTS = 5


def publish(folder: Path) -> Summary:
    options = build.Options(now=datetime(2026, 11, 1, tzinfo=UTC))
    return build.publish(config.load(folder), options, QuietReporter(io.StringIO()))


def images(post: bytes) -> list[bytes]:
    return list(floor.images(json.loads(post)))


def test_the_same_seed_makes_the_same_blog(tmp_path: Path) -> None:
    blog.write(tmp_path / "one", POSTS)
    blog.write(tmp_path / "two", POSTS)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert len(files(tmp_path / "one" / "notebooks")) == POSTS


def test_another_seed_makes_another_blog() -> None:
    assert blog.notebook(3, POSTS, 1) != blog.notebook(3, POSTS, 2)


def test_posts_made_in_several_processes_are_those_made_in_one(tmp_path: Path) -> None:
    blog.write(tmp_path / "one", POSTS)
    lines = (
        "import pathlib, sys",
        "from benchmarks import blog",
        "blog._WORTH_A_POOL = 0",
        "blog.write(pathlib.Path(sys.argv[1]), int(sys.argv[2]))",
    )
    command = [sys.executable, "-c", "; ".join(lines), str(tmp_path / "two"), str(POSTS)]
    subprocess.run(command, cwd=CHECKOUT, check=True)
    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.parametrize("number", range(POSTS))
def test_a_post_is_a_valid_notebook_with_prose_code_and_plots(number: int) -> None:
    post = nbformat.reads(blog.notebook(number, POSTS).decode(), as_version=nbformat.NO_CONVERT)
    nbformat.validate(post)
    assert (post.nbformat, post.nbformat_minor) == (4, 5)
    kinds = [cell.cell_type for cell in post.cells]
    assert (kinds.count("raw"), kinds.count("markdown"), kinds.count("code")) == (1, 5, 6)
    lines = [cell.source.count("\n") + 1 for cell in post.cells if cell.cell_type == "code"]
    assert min(lines) >= 5
    assert max(lines) <= 25


def test_no_two_plots_of_a_blog_are_alike_and_all_are_of_a_usual_size() -> None:
    drawn = [data for number in range(2 * POSTS) for data in images(blog.notebook(number, 2 * POSTS))]
    assert 2 * POSTS <= len(drawn) == len(set(drawn)) <= 4 * POSTS
    assert all(8_000 < len(data) < 50_000 for data in drawn)
    assert {Image.open(io.BytesIO(data)).width for data in drawn} <= {480, 560, 640}


def test_the_blog_is_published_without_a_warning(tmp_path: Path) -> None:
    blog.write(tmp_path / "blog", POSTS)
    summary = publish(tmp_path / "blog")
    assert summary.warnings + summary.failures == ()
    assert summary.posts.written == POSTS


@pytest.mark.parametrize("edit", [edits.prose, edits.code, edits.title, edits.template, edits.setting])
def test_each_edit_changes_the_site_each_time(edit: Callable[[Path, int], None], tmp_path: Path) -> None:
    blog.write(tmp_path / "blog", POSTS)
    publish(tmp_path / "blog")
    for number in (1, 2):
        edit(tmp_path / "blog", number)
        summary = publish(tmp_path / "blog")
        assert summary.pages.written
        assert summary.warnings + summary.failures == ()


def test_a_title_is_changed_where_a_notebook_has_no_front_matter(tmp_path: Path) -> None:
    source = tmp_path / "notebooks"
    source.mkdir()
    cells: list[dict[str, object]] = [
        {"cell_type": kind, "metadata": {}, "source": "one"} for kind in ("markdown", "code")
    ]
    raw = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (source / "a.ipynb").write_text(json.dumps(raw), "utf-8")
    edits.title(tmp_path, 7)
    assert json.loads((source / "a.ipynb").read_bytes())["metadata"] == {"publisher": {"title": "A title, version 7"}}


def test_the_floor_writes_a_page_and_a_thumbnail_for_every_post(tmp_path: Path) -> None:
    blog.write(tmp_path / "blog", 2)
    (tmp_path / "blog" / "notebooks" / "broken.ipynb").write_bytes(b"{")
    (tmp_path / "out").mkdir()
    floor.main(tmp_path / "blog" / "notebooks", tmp_path / "out")
    made = files(tmp_path / "out")
    assert {"1.html", "1.webp", "2.html", "2.webp"} < made.keys()
    assert b'<div class="highlight">' in made["2.html"]
    with Image.open(io.BytesIO(made["2.webp"])) as image:
        assert image.width <= 640


@pytest.mark.skipif(sys.platform == "win32", reason="there is no wait4")
def test_the_cost_of_a_command_is_that_of_its_child_processes_too(tmp_path: Path) -> None:
    import resource

    child = (
        "b = bytearray(60 << 20); import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = commands.measure([sys.executable, "-c", parent], tmp_path)
    assert cost.cpu >= 0.3
    assert cost.wall >= 0.3
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * commands._USAGE_UNIT / commands._MEGABYTE
    assert 60 < cost.largest <= cost.together < own + 300  # a command begins as a copy of this process
    assert cost.normal > 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no wait4")
def test_a_command_that_fails_is_no_figure(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('out of paper'); raise SystemExit(3)"]
    with pytest.raises(SystemExit, match=r"exit code 3\nout of paper"):
        commands.measure(command, tmp_path)
    assert commands.measure(command, tmp_path, accepted=(0, 3)).wall > 0


def column(posts: int) -> Figures:
    """Return invented figures: a second for the first case, two for the second, … times the size of the blog."""
    names = [name for name, _ in (*CASES, *BASELINES)]
    costs = {name: Cost(at * posts, 2.0, at * posts / 10, 50.4, 60.6) for at, name in enumerate(names, 1)}
    return Figures(f"{posts:,} posts", posts, costs)


def test_the_table_has_a_row_for_each_case_and_a_column_for_each_blog() -> None:
    lines = table([column(10), column(1000)]).splitlines()
    assert lines[0] == "|  | 10 posts | 1,000 posts |"
    assert lines[2] == "| cold: nothing was made before | 1.00 (10.0, 2.00) | 100 (1,000, 2.00) |"
    assert "| **nothing changed ÷ `invoke --list`** | 0.25 | 0.25 |" in lines
    assert "| memory, MB: nothing changed | 50, 61 | 50, 61 |" in lines
    assert len([line for line in lines if line.startswith("|")]) == 2 + len(CASES) + len(BASELINES) + len(RATIOS) + 3
    assert {line.count("|") for line in lines if line.startswith("|")} == {4}


def test_the_table_tells_which_figures_are_scaled() -> None:
    assert "≈" not in table([column(100)])
    large = table([column(101)])
    assert large.count("≈ ") == 2
    assert "≈ is scaled from 100 of the notebooks." in large


@pytest.mark.parametrize(("number", "text"), [(0.0312, "0.03"), (1.5, "1.50"), (12.34, "12.3"), (1234.5, "1,234")])
def test_numbers_have_two_or_three_digits_that_count(number: float, text: str) -> None:
    assert short(number) == text


def test_the_chart_has_longer_bars_for_more_seconds() -> None:
    columns = [column(10)]
    with Image.open(io.BytesIO(chart(columns))) as image:
        assert image.width == 2 * WIDTH
        bars = bar_lengths(image.convert("RGB"))
    assert len(bars) == len(CASES)
    assert bars == sorted(bars)
    assert len(set(bars)) == len(bars)


def bar_lengths(image: Image.Image) -> list[int]:
    """Return how many pixels of the colour of our bars there are in each of their rows, each length once."""
    pixels = image.load()
    assert pixels is not None
    counts = [sum(pixels[x, y] == (79, 125, 181) for x in range(540, image.width)) for y in range(160, image.height)]
    return [count for at, count in enumerate(counts) if count and counts[at - 1] != count]


def test_the_chart_shows_several_blogs_in_different_shades_always_with_the_same_bytes() -> None:
    columns = [column(posts) for posts in (10, 100, 1000, 10000)]
    assert chart(columns) == chart(columns)
    with Image.open(io.BytesIO(chart(columns))) as image, Image.open(io.BytesIO(chart(columns[:1]))) as lower:
        assert image.height > lower.height
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 16) or ()}
    assert {(134, 167, 207), (79, 125, 181), (31, 78, 140), (18, 48, 90)} <= colours


def test_the_chart_shows_figures_that_are_all_alike() -> None:
    even = replace(column(10), costs={name: Cost(1, 1, 1, 1, 1) for name, _ in (*CASES, *BASELINES)})
    with Image.open(io.BytesIO(chart([even]))) as image:
        assert len(set(bar_lengths(image.convert("RGB")))) == 1


def test_the_table_and_the_chart_get_into_the_documentation_in_place_of_those_before(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Before\n<!-- figures -->\nold\n<!-- end of figures -->\nAfter\n", "utf-8")
    results = tmp_path / "results"
    results.mkdir()
    (results / "performance.md").write_text("| a table |\n", "utf-8")
    (results / "performance.png").write_bytes(b"a chart")
    for _ in range(2):
        __main__.document(results, tmp_path)
    text = page.read_text("utf-8")
    assert text.startswith("# Before\n<!-- figures -->\n")
    assert text.endswith("\n<!-- end of figures -->\nAfter\n")
    assert text.count("| a table |") == 1
    assert "old" not in text
    assert "](performance.png)" in text
    assert (tmp_path / "performance.png").read_bytes() == b"a chart"


def test_the_figures_of_a_preview_are_put_into_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "preview.md"
    text = "Costs\n\n<!-- preview figures -->\n\n{}\n\n<!-- end of preview figures -->\n\nof a save\n"
    page.write_text(text.format("old"))
    monkeypatch.setattr(__main__, "_CHECKOUT", tmp_path)
    monkeypatch.setattr(__main__, "_previews", lambda _: ["| posts |", "|---:|", "| 10 |"])
    __main__.main(["--parts", "preview", "--docs"])
    assert page.read_text() == text.format("| posts |\n|---:|\n| 10 |")


def test_a_part_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        __main__.main(["--parts", "preview,publishign"])
    assert "there is no publishign, but conversion, publishing, preview" in capsys.readouterr().err
