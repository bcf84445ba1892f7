"""Templates: where they are found, and what the environment does not forgive."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from publisher import pages, templating


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
    style = pages.style(templating.folders(tmp_path))
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
