"""Elements within elements, deeper than any browser shows: cut, quickly, and the end of no publish."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import nh3
import pytest

from publisher import markup, nesting, twins
from publisher.build import Options, publish
from publisher.config import Settings
from publisher.report import QuietReporter
from tests.support.notebooks import cell

TIMES = 2_000
# What opens more than it closes, each in a way of its own to hide that.
MONSTERS = (
    "<div>",
    "<div></b>",
    "<div></x>",
    "<div></p>",
    "<div></span></span>",
    "<div></div title='>'>",
    "<div><!-- </div> -->",
    "<!--><div><!-- </div> -->",
    '<div title="</div>">',
    "<div><style></div></style>",
    "<div/>",
    "<span><div></span></div>",
    "<b><table><tr><td></b></table>",
    "<div><table></div>",
    "<table><tr><td>",
    "<TABLE><TR><TD>",
    "<ul><li>",
    "<dl><dd>",
    "<blockquote><p>",
    "<a><div></a>",
    "<b><i>",
)


def depth(clean: str) -> int:
    """Return how many elements of clean HTML are within each other."""
    deepest = open_now = 0
    for end in re.findall(r"<(/?)(?!br|hr|img)[a-z]", clean):
        open_now += -1 if end else 1
        deepest = max(deepest, open_now)
    return deepest


def test_what_is_nested_deeper_than_browsers_show_keeps_what_it_holds() -> None:
    html = "<div>" * 50_000 + "x" + "</div>" * 50_000 + "<p><b>y</b></p>"
    cleaned = markup.clean(html)
    assert cleaned == "<div>" * nesting.DEEPEST + "x" + "</div>" * nesting.DEEPEST + "<p><b>y</b></p>"


@pytest.mark.parametrize("monster", MONSTERS)
def test_whatever_hides_the_depth_it_is_cut_and_the_words_stay(monster: str) -> None:
    cleaned = markup.clean(monster * TIMES + "words")
    assert depth(cleaned) <= nesting.DEEPEST
    assert "words" in cleaned
    assert markup.clean(cleaned) == cleaned
    assert "words" in twins.markdown(cleaned, "")


@pytest.mark.parametrize("monster", MONSTERS)
def test_most_of_the_depth_is_cut_before_a_parser_has_to_walk_it(monster: str) -> None:
    """The time of the parser grows with the square of the depth; what hides it must not reach it."""
    assert depth(nh3.clean(nesting.bounded(monster * TIMES))) <= 2 * nesting.DEEPEST


@pytest.mark.parametrize(
    "piece",
    [
        "<div><span>words</div>",
        "<p>words",
        "<ul><li>one<li>two</ul>",
        "<table><tr><td><b>words</b></table>",
        "<div title='a > b'><b>words</b></div>",
        "<p><b><i>words</i></b></p><hr>",
        "<details><summary>a</summary><div>words</div></details>",
    ],
)
def test_elements_beside_each_other_are_all_kept(piece: str) -> None:
    assert nesting.bounded(piece * TIMES) == piece * TIMES
    assert markup.clean(piece * 300).count("words") == markup.clean(piece).count("words") * 300


def test_a_notebook_of_such_outputs_is_published_like_any_other(
    write_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": monster * 500 + "words"}}
        for monster in MONSTERS
    ]
    write_notebook("deep.ipynb", "# Deep", cell("show()", "code", outputs=outputs))
    write_notebook("plain.ipynb", "# Plain\n\nWords.")
    options = Options(now=datetime(2026, 12, 1, tzinfo=UTC), jobs=1)
    summary = publish(Settings(root=tmp_path), options, QuietReporter(io.StringIO()))
    assert summary.failures == ()
    assert (tmp_path / "public/deep/index.html").read_text("utf-8").count("words") >= len(MONSTERS)
    assert (tmp_path / "public/plain/index.html").exists()
