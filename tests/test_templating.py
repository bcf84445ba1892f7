"""Templates: where they are found, and what the environment does not forgive."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from jinja2 import TemplateAssertionError, TemplateNotFound, UndefinedError

from publisher import stylesheet, templating
from publisher.cache import Cache
from publisher.errors import PublisherError


def test_the_packaged_templates_have_all_that_a_site_needs() -> None:
    folder = templating.packaged()
    names = ("base", "article", "listing", "card", "notebook", "standalone")
    assert all((folder / f"{name}.html.j2").is_file() for name in names)
    assert (folder / "assets/style.css").is_file()


def test_a_blogs_own_folder_comes_first(tmp_path: Path) -> None:
    assert templating.folders(tmp_path) == (templating.packaged(),)
    (tmp_path / "templates").mkdir()
    assert templating.folders(tmp_path) == (tmp_path / "templates", templating.packaged())


def test_the_packaged_folder_is_not_named_twice() -> None:
    assert templating.folders(templating.packaged().parent) == (templating.packaged(),)


def test_a_file_of_the_blog_shadows_the_packaged_one_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/card.html.j2").write_text("mine")
    where = templating.folders(tmp_path)
    assert templating.find(where, "card.html.j2") == tmp_path / "templates/card.html.j2"
    assert templating.find(where, "base.html.j2") == templating.packaged() / "base.html.j2"
    assert templating.find(where, "nowhere.html.j2") is None
    assert templating.environment(templating.read(where)).get_template("card.html.j2").render() == "mine"


def test_the_extra_style_of_a_blog_comes_after_the_packaged_one(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/extra.css").write_text(".mine { color: red }")
    style = stylesheet.style(templating.folders(tmp_path))
    assert style.rstrip().endswith(".mine { color: red }")
    assert len(style) > 5000


def test_everything_is_escaped_and_no_name_may_be_unknown(tmp_path: Path) -> None:
    (tmp_path / "a.html.j2").write_text("{{ word }}")
    template = templating.environment(templating.read((tmp_path,))).get_template("a.html.j2")
    assert template.render(word="<b>&") == "&lt;b&gt;&amp;"
    with pytest.raises(UndefinedError, match="word"):
        template.render()


def test_blocks_leave_no_blank_lines(tmp_path: Path) -> None:
    (tmp_path / "a.html.j2").write_text("a\n  {% if true %}\nb\n  {% endif %}\nc\n")
    assert templating.environment(templating.read((tmp_path,))).get_template("a.html.j2").render() == "a\nb\nc"


def test_a_template_outside_of_the_folders_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "inside").mkdir()
    with pytest.raises(TemplateNotFound):
        templating.environment(templating.read((tmp_path / "inside",))).get_template("../secret")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{% include "b.j2" %}', {"a.j2", "b.j2"}),
        ("{%+ extends 'b.j2' -%}", {"a.j2", "b.j2"}),
        ('{%- from "b.j2" import x as y %}', {"a.j2", "b.j2"}),
        ('{% import "b.j2" as b %}', {"a.j2", "b.j2"}),
        ('{% include "b.j2" ignore missing %}', {"a.j2", "b.j2"}),
        ('{% include "b.j2" if x else "c.j2" %}', {"a.j2", "b.j2", "c.j2"}),
        ('{% include ["b.j2", "c.j2"] %}', {"a.j2", "b.j2", "c.j2"}),
        ("{% include name %}", {"a.j2", "b.j2", "c.j2"}),
        ('{{ "b.j2" }}', {"a.j2"}),
    ],
)
def test_what_a_template_needs_is_known_without_rendering_it(text: str, names: set[str]) -> None:
    templates = templating.Templates((("a.j2", text), ("b.j2", ""), ("c.j2", "")))
    assert {name for name, _ in templating.needed(templates, "a.j2").texts} == names


@pytest.mark.parametrize("text", ["a\n{{ nothing }}", "a\n{{ 1 / 0 }}", "a\n{% if %}"])
def test_an_error_in_a_template_names_file_and_line(text: str) -> None:
    environment = templating.environment(templating.Templates((("a.html.j2", text),)))
    with pytest.raises(PublisherError) as caught, templating.worded_errors():
        environment.get_template("a.html.j2").render()
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("templates/a.html.j2", 2)
    assert pickle.loads(pickle.dumps(caught.value)).problems == (problem,)


def test_errors_that_no_template_made_are_left_alone() -> None:
    with pytest.raises(ZeroDivisionError), templating.worded_errors():
        1 / 0  # noqa: B018 - it is to fail


def test_the_filters_of_nbconvert_are_there_for_templates_that_use_them() -> None:
    texts = (("a.j2", "{{ '<\x1b[31mred\x1b[0m' | ansi2html | safe }} {{ 'x' | upper }}"),)
    shown = templating.environment(templating.Templates(texts)).get_template("a.j2").render()
    assert shown == '&lt;<span class="ansi-red-fg">red</span> X'
    with pytest.raises(TemplateAssertionError, match="nowhere"):
        templating.environment(templating.Templates((("a.j2", "{{ 1 | nowhere }}"),))).get_template("a.j2")


def test_compiled_templates_are_kept_and_damaged_ones_compiled_again(tmp_path: Path) -> None:
    store = Cache(tmp_path / "cache")
    for text in ("one", "two"):
        templates = templating.Templates((("a.j2", text),))
        for _ in range(2):
            templating._made.clear()
            assert templating.environment(templates, store).get_template("a.j2").render() == text
    kept = list((tmp_path / "cache").glob("?/*"))
    assert len(kept) == 2
    for path in kept:
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    templating._made.clear()
    assert templating.environment(templates, store).get_template("a.j2").render() == "two"
