"""Articles as Markdown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from publisher import indexes, markup, twins
from publisher.pages import Site
from tests.support.blogs import Write, publish
from tests.support.notebooks import cell, front
from tests.support.posts import post

CASES = (Path(__file__).parent / "twins/cases.txt").read_text("utf-8").split("\n.\n")


@pytest.mark.parametrize(
    ("html", "expected"), list(zip(CASES[1::3], CASES[2::3], strict=True)), ids=[each.strip() for each in CASES[:-1:3]]
)
def test_html_becomes_markdown(html: str, expected: str) -> None:
    assert twins.markdown(html, "https://example.org").rstrip("\n") == expected


def test_nothing_becomes_nothing() -> None:
    assert twins.markdown("") == ""


def test_a_twin_has_front_matter_that_any_reader_of_yaml_understands() -> None:
    import yaml

    text = twins.twin('A "b": c', (("title", 'A "b": c'), ("tags", ["x", "ü"]), ("date", "")), "<p>T</p>", "")
    head, _, rest = text.removeprefix("---\n").partition("---\n")
    assert yaml.safe_load(head) == {"title": 'A "b": c', "tags": ["x", "ü"]}
    assert rest == '\n# A "b": c\n\nT\n'


def test_every_post_has_a_twin_beside_its_page(write_notebook: Write, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\nbase-url = "https://example.org/blog"\n')
    hidden = cell("secret = 1", "code", metadata={"tags": ["hide-input", "remove-cell"]})
    write_notebook("a.ipynb", front("A", date="2025-01-01"), "See [b](b.ipynb).", cell("1 + 1", "code"), hidden)
    write_notebook("b.ipynb", front("B"), "Text.")
    publish(tmp_path)
    text = (tmp_path / "public/a/index.md").read_text("utf-8")
    assert "See [b](https://example.org/blog/b/)." in text
    assert "```python\n1 + 1\n```" in text
    assert "secret" not in text
    page = (tmp_path / "public/a/index.html").read_text("utf-8")
    assert '<link rel="alternate" type="text/markdown" href="/blog/a/index.md">' in page


def test_a_twin_that_is_gone_comes_back_and_one_of_a_failed_post_stays(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", front("A"), "Text.")
    publish(tmp_path)
    twin = tmp_path / "public/a/index.md"
    text = twin.read_bytes()
    twin.unlink()
    publish(tmp_path)
    assert twin.read_bytes() == text
    write_notebook("a.ipynb", front("A", date="2025-13-01"), "Text.")
    assert publish(tmp_path).failures
    assert twin.read_bytes() == text


def test_programs_find_all_posts_in_one_list(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", front("A [b]", date="2025-01-01"), "Text.")
    write_notebook("b.ipynb", front("Secret", unlisted="true"), "Text.")
    publish(tmp_path)
    assert "\n- [A \\[b\\]](/a/index.md): Text.\n" in (tmp_path / "public/llms.txt").read_text("utf-8")
    assert "Secret" not in (tmp_path / "public/llms.txt").read_text("utf-8")


def test_the_list_opens_with_the_name_of_the_blog() -> None:
    text = indexes.index(Site("Blog", "On things.", "https://example.org/b", prefix="/b"), [post("a")]).decode()
    assert text.startswith("# Blog\n\n> On things.\n\n## Posts\n\n- [a](https://example.org/b/a/index.md): ")


def test_a_page_stands_in_for_those_that_do_not_exist_unless_the_author_has_one(
    write_notebook: Write, tmp_path: Path
) -> None:
    write_notebook("a.ipynb", front("A"), "Text.")
    publish(tmp_path)
    page = tmp_path / "public/404.html"
    assert "<h1>This page does not exist</h1>" in page.read_text("utf-8")
    (tmp_path / "static").mkdir()
    (tmp_path / "static/404.html").write_text("mine")
    publish(tmp_path)
    assert page.read_text("utf-8") == "mine"


def test_a_value_is_json(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", front('"A: \\"b\\""'), "Text.")
    publish(tmp_path)
    lines = (tmp_path / "public/a/index.md").read_text("utf-8").splitlines()
    assert json.loads(lines[1].removeprefix("title: ")) == 'A: "b"'


def test_what_is_nested_as_deep_as_a_page_may_have_it_becomes_text() -> None:
    assert twins.markdown(markup.clean("<div>" * 5_000 + "<p>x</p>")) == "x\n"
    assert twins.markdown(markup.clean("<blockquote><ul><li>" * 5_000 + "x")).endswith("x\n")
