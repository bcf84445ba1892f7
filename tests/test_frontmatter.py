"""Front matter, wherever people put it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publisher import notebooks
from publisher.cells import Cell, Sidecar
from publisher.errors import NotebookError
from publisher.metadata import Metadata, frontmatter, headings, parse
from tests.support.notebooks import cell, notebook

if TYPE_CHECKING:
    from publisher.metadata.frontmatter import FrontMatter


def find(
    *cells: object, path: str = "post.ipynb", sidecars: tuple[Sidecar, ...] = (), **metadata: object
) -> FrontMatter:
    return frontmatter.front_matter(notebooks.parse(notebook(*cells, **metadata), path, sidecars))  # type: ignore[arg-type]


def read(*cells: object, path: str = "post.ipynb", sidecars: tuple[Sidecar, ...] = (), **metadata: object) -> Metadata:
    return parse(find(*cells, path=path, sidecars=sidecars, **metadata), path=path, timezone="UTC")[0]


def titles() -> list[tuple[str, list[str], str]]:
    text = (Path(__file__).parent / "metadata/titles.txt").read_text("utf-8").split("\n", 1)[1]
    cases = []
    while "\n---\n" in text:
        case, rest = text.split("\n---\n", 1)
        title, _, text = rest.partition("\n")
        name, _, cells = case.strip("\n").partition("\n")
        cases.append((name, cells.split("\n+++\n"), title))
    return cases


@pytest.mark.parametrize(
    ("name", "cells", "title"), titles(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_title_is_found_in_the_text(name: str, cells: list[str], title: str) -> None:
    made = [Cell(number, "markdown", source, str(number), {}) for number, source in enumerate(cells, 1)]
    assert headings.title(made) == title


def test_yaml_in_a_raw_cell_is_taken_out_and_its_body_kept_as_prose() -> None:
    found = find(cell("---\ntitle: One\n---\nText below.", "raw"), "More.")
    assert [(each.number, each.kind, each.source) for each in found.cells] == [
        (1, "markdown", "Text below."),
        (2, "markdown", "More."),
    ]
    assert found.title_given


def test_yaml_in_the_first_markdown_cell_counts_even_below_code() -> None:
    found = find(cell("import numpy", "code"), "---\ntitle: One\n---", "More.")
    assert [each.number for each in found.cells] == [1, 3]
    assert found.title_given


def test_the_same_yaml_in_a_raw_and_a_markdown_cell_leaves_both() -> None:
    found = find(cell("---\ntitle: One\n---", "raw"), "---\ntitle: One\n---\n\n# Two")
    assert [each.source for each in found.cells] == ["\n# Two"]


def test_yaml_further_down_is_text() -> None:
    found = find("---\ntitle: One\n---", "Words.", "---\ntitle: Section\n---")
    assert [each.source for each in found.cells] == ["Words.", "---\ntitle: Section\n---"]


@pytest.mark.parametrize(
    "source",
    [
        "---\n\nA paragraph\nover lines.\n\n---",
        "---\nContent.\n---",
        "---\n\n### Edit 7/18/2020:\n\nIf I had: this *to do*\n\n---",
        "---",
        "---\n---",
        "---\nThis is a remark: it has a colon\n---",
        "---\n- a\n- b\n---",
        "Words\n---\ntitle: no\n---",
    ],
)
def test_rules_that_are_not_front_matter_stay_text(source: str) -> None:
    found = find(source)
    assert [each.source for each in found.cells] == [source]
    assert not found.title_given
    assert not found.errors


@pytest.mark.parametrize(
    ("yaml", "line", "column"),
    [
        ('title: "never closed\ndate: 2024-01-01', 2, 8),
        ("title: x\ntags: [a, b\ndate: 2024-01-01", 3, 7),
        ("title: x\n\ttabbed: y", 3, 1),
        ("title: &x One\nsubtitle: *x", 2, 8),
        ("title: One\ntitle: Two", 3, 1),
        ("title: " + "[" * 99 + "]" * 99, 2, 48),
    ],
)
def test_front_matter_that_is_not_yaml_is_an_error_with_its_place(yaml: str, line: int, column: int) -> None:
    with pytest.raises(NotebookError) as caught:
        read(f"---\n{yaml}\n---\ntext")
    problem = caught.value.problems[0]
    assert (problem.file, problem.cell, problem.line, problem.column) == ("post.ipynb", 1, line, column)
    assert problem.source == yaml.split("\n")[line - 2]
    assert problem.hint


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    bomb = "\n".join(
        ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)), "title: x"]
    )
    with pytest.raises(NotebookError, match="anchors and aliases"):
        read(f"---\n{bomb}\n---")


def test_front_matter_as_long_as_a_book_is_refused() -> None:
    with pytest.raises(NotebookError, match="longer than 65,536"):
        read(f"---\ntitle: x\ndescription: {'y' * 70_000}\n---")


def test_a_tag_of_yaml_does_nothing() -> None:
    assert read('---\ntitle: !!python/name:os.system "x"\n---').title == "x"


def test_a_value_that_only_lacks_quotes_is_read_with_a_warning() -> None:
    found = find("---\ntitle: Exception: Test\nsubtitle: `code` first\n---")
    metadata, warnings = parse(found, path="post.ipynb", timezone="UTC")
    assert (metadata.title, metadata.subtitle) == ("Exception: Test", "`code` first")
    assert [(warning.line, warning.hint) for warning in warnings] == [
        (2, 'write title: "Exception: Test"'),
        (3, 'write subtitle: "`code` first"'),
    ]


def test_front_matter_without_its_last_fence_is_an_error() -> None:
    with pytest.raises(NotebookError, match="no closing `---`"):
        read("---\ntitle: One\ndate: 2024-01-01\n\nText")


def test_values_stay_as_they_are_written() -> None:
    metadata = read("---\ntitle: 1.10\nsubtitle: no\ntags: [on, 2024-1-2, 0x10]\n---")
    assert (metadata.title, metadata.subtitle, metadata.tags) == ("1.10", "no", ("on", "2024-1-2", "0x10"))


def test_yaml_wins_over_metadata_over_sidecars_over_the_text() -> None:
    sidecar = Sidecar("post.meta", ".. title: Sidecar\n.. slug: from-sidecar\n.. tags: a, b\n")
    opening = "# Heading\n> Summary of the heading.\n- tags: [c]\n- license: MIT"
    metadata = read(
        cell("---\nTitle: YAML\n---", "raw"),
        opening,
        sidecars=(sidecar,),
        nikola={"title": "Nikola", "tags": "n1, n2"},
        title="Plain",
    )
    assert (metadata.title, metadata.slug, metadata.tags) == ("YAML", "from-sidecar", ("n1", "n2"))
    assert (metadata.description, metadata.license) == ("Summary of the heading.", "MIT")


def test_an_empty_value_is_no_value() -> None:
    assert (
        read("---\ntitle: \ndescription: ''\n---\n# Heading", nikola={"description": "N", "title": ""}).title
        == "Heading"
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("post.meta", ".. title: A title\n.. slug: a-title\n.. date: 2013/5/1 20:00:00\n.. tags: a,b\n.. category: \n"),
        ("post.ipynb-meta", "Title: A title\nSlug: a-title\nDate: 2013-05-01 20:00\nTags: a, b\n"),
        ("post.nbdata", "title: A\n    title\nslug: a-title\ndate: 2013-05-01 20:00\ntags: a, b"),
        ("post.meta", "---\ntitle: A title\nslug: a-title\ndate: 2013-05-01 20:00:00\ntags: [a, b]\n---\n"),
        ("post.meta", "A title\na-title\n2013/5/1 20:00:00\na, b\n"),
    ],
)
def test_every_dialect_of_sidecar_is_read(name: str, text: str) -> None:
    metadata = read("Words.", sidecars=(Sidecar(name, text),))
    assert (metadata.title, metadata.slug, metadata.tags) == ("A title", "a-title", ("a", "b"))
    assert str(metadata.date) == "2013-05-01 20:00:00+00:00"


def test_a_wrong_value_of_a_sidecar_is_reported_there() -> None:
    with pytest.raises(NotebookError) as caught:
        read("Words.", sidecars=(Sidecar("post.nbdata", "Title: x\nDate: 2024-02-31\n"),))
    problem = caught.value.problems[0]
    assert (problem.file, problem.cell, problem.line, problem.column) == ("post.nbdata", None, 2, 7)


def test_fastpages_is_read_as_it_is() -> None:
    found = find(
        '# "Sliding: Off"\n> A look\n> at growth.\n\n- toc: true\n- badges: true\n- categories: [physics, math]\n'
        "- author: \"<a href='https://example.org/jane'>Jane Doe</a>\"\n- hide: true\n- image: \n\nThe text.",
    )
    metadata, warnings = parse(found, path="post.ipynb", timezone="UTC")
    assert (metadata.title, metadata.description, metadata.tags) == (
        "Sliding: Off",
        "A look at growth.",
        ("physics", "math"),
    )
    assert (metadata.toc, metadata.unlisted, metadata.image) == (True, True, None)
    assert [(author.name, author.url) for author in metadata.authors] == [("Jane Doe", "https://example.org/jane")]
    assert [each.source for each in found.cells] == ["The text."]
    assert not warnings


def test_nbdev_has_a_summary_right_below_its_title() -> None:
    found = find("# Style\n\n> Fast styling.\n\nMore.")
    assert [each.source for each in found.cells] == ["More."]
    assert parse(found, path="a.ipynb", timezone="UTC")[0].description == "Fast styling."


@pytest.mark.parametrize(
    "source",
    [
        "# T\n\n> Note: be careful",
        "# T\n\n> [!TIP]\n> x",
        "# T\n\nText\n\n> A quote.",
        "# T\n\n> Call me Ishmael.\n> — Melville",
        "# T",
    ],
)
def test_a_quotation_is_not_a_summary(source: str) -> None:
    found = find(source)
    assert [each.source for each in found.cells] == [source]
    assert parse(found, path="a.ipynb", timezone="UTC")[0].description == ""


def test_an_ordinary_list_below_a_title_stays_text() -> None:
    source = "# Pasta\n- Flour: 400 g\n- Eggs: four\n- Salt"
    assert [each.source for each in find(source).cells] == [source]


def test_what_better_sources_have_said_stays_in_the_text() -> None:
    found = find(cell("---\ntitle: YAML\ndescription: Said\n---", "raw"), "# Other\n> Quote\n- toc: true\n\nText")
    assert [each.source for each in found.cells] == ["# Other\n\n> Quote\n\nText"]


def test_pelicans_list_in_the_first_cell_is_front_matter() -> None:
    found = find("- Title: Listed\n- Slug: listed\n- Date: 2100-12-31\n- Tags: Test\n", "Words.")
    assert [each.source for each in found.cells] == ["Words."]
    assert parse(found, path="a.ipynb", timezone="UTC")[0].slug == "listed"


def test_a_date_in_the_name_of_the_file_is_the_date() -> None:
    assert str(read("Words.", path="a/2020-02-20-trip.ipynb").date) == "2020-02-20 00:00:00+00:00"
    assert str(read("Words.", path="20200220_trip.ipynb").date) == "2020-02-20 00:00:00+00:00"
    assert read("---\ndate: 2021-01-01\n---", path="2020-02-20-trip.ipynb").date.year == 2021  # type: ignore[union-attr]


def test_an_impossible_date_in_the_name_of_the_file_is_an_error() -> None:
    with pytest.raises(NotebookError, match="the file's name: `2024-02-31` is not a date"):
        read("Words.", path="2024-02-31-trip.ipynb")


def test_without_any_title_the_file_gives_one() -> None:
    assert read("Words.", path="2020-02-20-my-first_post.ipynb").title == "My first post"
    assert read("Words.", path="a*b.ipynb").title == "A\\*b"
    assert read("Words.", path="trip/index.ipynb").title == "Trip"


def test_nothing_breaks_on_odd_metadata() -> None:
    odd = {"nikola": "text", "publisher": [1], "title": None, "tags": None, "authors": [], "name": 3, "date": ""}
    assert read("# One", **odd).title == "One"
    document = notebooks.parse(json.dumps({"nbformat": 4, "metadata": {}, "cells": []}).encode(), "none.ipynb")
    assert parse(frontmatter.front_matter(document), path="none.ipynb", timezone="UTC")[0].title == "None"


@pytest.mark.corpus
def test_every_notebook_of_the_corpus_has_valid_front_matter(corpus: Path) -> None:
    documents = []
    for path in notebooks.find(corpus):
        try:
            documents.append(notebooks.read(corpus, path))
        except NotebookError:
            continue
    assert len(documents) > 400
    for document in documents:
        metadata, _ = parse(frontmatter.front_matter(document), path=document.path, timezone="UTC")
        assert metadata.title
        assert metadata.slug
