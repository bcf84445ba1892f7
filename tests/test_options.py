"""How a cell is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from publisher import notebooks, options
from publisher.cells import Cell
from publisher.errors import NotebookError

if TYPE_CHECKING:
    from pathlib import Path


def read(source: str, **metadata: object) -> options.Options:
    return options.read(Cell(1, "code", source, "a", metadata), {})


@pytest.mark.parametrize(
    ("source", "wish"),
    [
        ("#| echo: false", {"show_code": False}),
        ("#|echo: FALSE", {"show_code": False}),
        ("//| output: false", {"show_output": False}),
        ("--| include: false", {"removed": True}),
        ("%| code-fold: true", {"code_fold": "closed"}),
        ("#| code-fold: show", {"code_fold": "open"}),
        ("#| code-fold: true\n#| code-summary: 'Show: it'", {"code_fold": "closed", "code_summary": "Show: it"}),
        ("#| warning: false\n#| error: false", {"warning": False, "error": False}),
        (
            "#| label: fig-x\n#| fig-cap: A: line\n#| fig-alt: Two",
            {"label": "fig-x", "captions": ("A: line",), "alts": ("Two",)},
        ),
        ('#| fig-cap:\n#|   - "One"\n#|   - Two\n#| layout-ncol: 2', {"captions": ("One", "Two"), "columns": 2}),
        ("#| fig-cap:\n#| - One\n#| - Two", {"captions": ("One", "Two")}),
        ("#| fig-cap: |\n#|   Over\n#|   lines", {"captions": ("Over lines",)}),
        ("#| tbl-cap: Numbers", {"table_caption": "Numbers"}),
        ("#| filename: app.py\n#| code-line-numbers: 3,5-7", {"filename": "app.py", "highlighted": "3,5-7"}),
        ('#| code-line-numbers: "3"', {"highlighted": "3"}),
        ("#| emphasize-lines: 3", {"highlighted": "3"}),
        ("#| highlight: [3, 5-7]", {"highlighted": "3,5-7"}),
        ("#| renderings: [light, dark]", {"renderings": ("light", "dark")}),
        ("#| hide", {"removed": True}),
        ("#| export some.thing\n#| hide_input", {"show_code": False}),
        ("#hide", {"removed": True}),
        ("# hide", {"removed": True}),
        ("#hide_input", {"show_code": False}),
        ("#hide-output", {"show_output": False}),
        ("#collapse", {"code_fold": "closed"}),
        ("#collapse_show", {"code_fold": "open"}),
        ("#collapse-output", {"output_fold": "closed"}),
        ("#ignore", {"removed": True}),
        ("#default_exp core\n#export", {}),
        ("#| eval: false\n#| notest\n#| whatever: [", {}),
        ('#@title Set up { display-mode: "form" }', {"code_fold": "closed", "code_summary": "Set up"}),
        ("#@title Set up", {"code_summary": "Set up"}),
        ("# About this\n#collapse-hide", {"code_fold": "closed"}),
    ],
)
def test_comments_say_how_a_cell_is_shown_and_never_show(source: str, wish: dict[str, object]) -> None:
    got = read(f"{source}\nx = 1\n# hide\n")
    assert got.source.removeprefix("# About this\n") == "x = 1\n# hide"
    assert got == options.Options(got.source, **wish)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "source", ["x = 1  # hide", "# hide the sea", "# a sentence about\n# hide\nx", "#|||||\nx", "# ignore\nx", "\n\nx"]
)
def test_ordinary_comments_stay(source: str) -> None:
    assert read(source) == options.Options(source)


def test_options_may_follow_a_magic() -> None:
    got = read("%%time\n#| echo: false\nx")
    assert (got.source, got.show_code) == ("%%time\nx", False)


@pytest.mark.parametrize(
    ("tag", "wish"),
    [
        ("remove-cell", {"removed": True}),
        ("remove-input", {"show_code": False}),
        ("remove-output", {"show_output": False}),
        ("remove-stderr", {"warning": False}),
        ("remove-stdout", {"stdout": False}),
        ("hide-input", {"code_fold": "closed"}),
        ("hide-output", {"output_fold": "closed"}),
        ("hide-cell", {"code_fold": "closed", "output_fold": "closed"}),
        ("thumbnail", {"is_thumbnail": True}),
        ("nbsphinx-thumbnail", {"is_thumbnail": True}),
        ("raises-exception", {}),
    ],
)
def test_tags_are_read_in_both_spellings(tag: str, wish: dict[str, object]) -> None:
    for written in (tag, tag.replace("-", "_"), tag.title()):
        assert read("x", tags=[written]) == options.Options("x", **wish)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("metadata", "wish"),
    [
        ({"jupyter": {"source_hidden": True}}, {"code_fold": "closed"}),
        ({"jupyter": {"outputs_hidden": True}}, {"output_fold": "closed"}),
        ({"inputHidden": True}, {"code_fold": "closed"}),
        ({"outputHidden": True}, {"output_fold": "closed"}),
        ({"cellView": "form"}, {"code_fold": "closed"}),
        ({"_kg_hide-input": True}, {"code_fold": "closed"}),
        ({"_kg_hide-output": True}, {"output_fold": "closed"}),
        ({"hide_input": True}, {"show_code": False}),
        ({"hide_input": False}, {}),
        ({"nbsphinx": "hidden"}, {"removed": True}),
        ({"nbsphinx-thumbnail": {"output-index": 1}}, {"is_thumbnail": True, "thumbnail_number": 1}),
        ({"collapsed": True}, {}),
        ({"tags": "hide-cell"}, {"code_fold": "closed", "output_fold": "closed"}),
        ({"tags": ["x", 3, None], "jupyter": "BAD", "nbsphinx": 4}, {}),
    ],
)
def test_metadata_of_other_tools_is_heeded(metadata: dict[str, object], wish: dict[str, object]) -> None:
    assert read("x", **metadata) == options.Options("x", **wish)  # type: ignore[arg-type]


def test_what_is_nearer_to_the_code_wins() -> None:
    assert options.read(Cell(1, "code", "x", "a", {}), {"hide_input": True}).show_code is False
    assert options.read(Cell(1, "code", "#| echo: true\nx", "a", {}), {"hide_input": True}).show_code is True
    assert read("#| code-fold: false\nx", tags=["hide-input"]).code_fold is None


def test_prose_is_removed_by_tag_only() -> None:
    assert options.read(Cell(1, "markdown", "#hide\n\ntext", "a", {})).removed is False
    assert options.read(Cell(1, "markdown", "#hide\n\ntext", "a", {"tags": ["remove-cell"]})).removed is True


@pytest.mark.corpus
def test_no_option_line_of_the_corpus_shows(corpus: Path) -> None:
    for path in notebooks.find(corpus):
        try:
            document = notebooks.read(corpus, path)
        except NotebookError:
            continue
        for cell in document.cells:
            if cell.kind == "code":
                got = options.read(cell, document.metadata)
                assert not got.source.lstrip().startswith("#|"), (path, cell.number)
