"""Figures for light and for dark pages."""

from __future__ import annotations

from typing import Any

import pytest

from publisher.article import Notes
from publisher.outputs import Wishes, pairs
from publisher.outputs.images import adopt
from tests.support.outputs import PNG, bundle, show

LIGHT, DARK = 'class="only-light"', 'class="only-dark"'


@pytest.mark.parametrize(
    ("source", "classes", "scheme"),
    [
        ("a.png#only-light", "", "light"),
        ("a.png#only-dark", "", "dark"),
        ("a.png#gh-dark-mode-only", "", "dark"),
        ("a.png#GH-LIGHT-MODE-ONLY", "", "light"),
        ("a.png", "big only-dark", "dark"),
        ("a.png", "light-content", "light"),
        ("a.png#dark", "darker", ""),
    ],
)
def test_an_image_says_which_pages_it_is_for_in_the_words_of_every_tool(source: str, classes: str, scheme: str) -> None:
    address = "a.png" if "only" in source.lower() else source
    assert pairs.split(source, classes) == (address, scheme)


def adopted(html: str, **more: Any) -> tuple[str, Notes]:
    notes = Notes("a.ipynb", cell=1, **more)
    return adopt(html, notes), notes


def test_an_image_in_the_text_gets_the_class_and_its_file_loses_the_fragment() -> None:
    html, notes = adopted('<img src="plot.png#only-dark" alt="A plot">')
    assert html == f'<img src="figure:1" alt="A plot" {DARK}>'
    assert [(figure.path, figure.scheme) for figure in notes.figures] == [("plot.png", "dark")]


def test_an_attachment_and_a_remote_image_can_be_for_one_scheme() -> None:
    html, _ = adopted('<img src="attachment:a.png#only-light" alt="x">', attachments={"a.png": {"image/png": PNG}})
    assert html == f'<img src="figure:1" alt="x" {LIGHT}>'
    html, _ = adopted('<img src="https://example.org/a.png#gh-dark-mode-only" alt="x">', remote_images=True)
    assert html.startswith('<img src="https://example.org/a.png" ')
    assert DARK in html


def test_two_renderings_share_caption_and_words_and_a_third_figure_has_its_own() -> None:
    wishes = Wishes(("One", "Two"), ("First", "Second"), renderings=("light", "dark", "light", "dark"))
    html, notes = show(*[bundle(image_png=PNG)] * 4, wishes=wishes)
    assert html.count(LIGHT) == html.count(DARK) == 2
    assert [html.count(f'alt="{words}"') for words in ("First", "Second")] == [2, 2]
    assert [html.count(f"<figcaption>{words}<") for words in ("One", "Two")] == [2, 2]
    assert [figure.scheme for figure in notes.figures] == ["light", "dark", "light", "dark"]
    assert notes.problems == []


@pytest.mark.parametrize(
    ("renderings", "count", "message"),
    [
        (("light", "dark"), 1, "has 1 figures for 2 renderings"),
        (("light", "dark"), 3, "has 3 figures for 2 renderings"),
        (("light", "dim"), 2, "has a rendering 'dim': there are light and dark"),
    ],
)
def test_renderings_that_do_not_fit_are_a_warning(renderings: tuple[str, ...], count: int, message: str) -> None:
    html, notes = show(*[bundle(image_png=PNG)] * count, wishes=Wishes(renderings=renderings))
    assert [problem.message for problem in notes.problems] == [message]
    assert ("only-" in html) == ("dim" not in renderings)
