"""The pages that list posts, as a whole publish leaves them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publisher import markup
from tests.support.blogs import Write, broken, publish
from tests.support.notebooks import cell, front, output, plot, png


def settings(root: Path, text: str) -> None:
    (root / "pyproject.toml").write_text(f"[tool.publisher]\n{text}", encoding="utf-8")


def read(root: Path, path: str) -> str:
    return (root / "public" / path).read_text(encoding="utf-8")


def test_whole_articles_stand_on_one_page_each_with_ids_of_its_own(write_notebook: Write, tmp_path: Path) -> None:
    for name in ("one", "two"):
        text = f"# {name}\n\n## Method\n\nSee [the method](#Method).[^1]\n\n[^1]: A note.\n"
        write_notebook(f"{name}.ipynb", front(name, date="2025-01-01"), text, plot(png(300, 200)))
    settings(tmp_path, 'view = "full"')
    summary = publish(tmp_path)
    assert (summary.warnings, summary.failures) == ((), ())
    text = read(tmp_path, "index.html")
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert {"one-method", "two-method"} <= set(ids)
    assert '<h3 id="one-method">' in text
    assert 'href="#two-method"' in text
    assert not broken(tmp_path / "public")


def test_a_whole_article_changes_with_its_post_and_with_no_other(write_notebook: Write, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_notebook(f"{name}.ipynb", front(name, date="2025-01-01", tags=f"[{name}]"), f"The text of {name}.")
    settings(tmp_path, 'view = "full"')
    publish(tmp_path)
    write_notebook("two.ipynb", front("two", date="2025-01-01", tags="[two]"), "Another text.")
    summary = publish(tmp_path, explain=True)
    assert {each.page for each in summary.remade} == {"two/index.html", "index.html", "tags/two/index.html", "llms.txt"}
    assert "Another text." in read(tmp_path, "index.html")


def test_a_post_that_fails_stays_on_the_pages_of_its_tags(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("one.ipynb", front("one", date="2025-01-01", tags="[noise]", authors="[Ada]"), "A text.")
    write_notebook("two.ipynb", front("two", date="2025-01-02", authors="[Grace]"), "A text.")
    publish(tmp_path)
    before = read(tmp_path, "tags/noise/index.html")
    write_notebook("one.ipynb", front("one", date="2025-13-01", tags="[noise]", authors="[Ada]"), "A text.")
    assert publish(tmp_path).failures
    assert read(tmp_path, "tags/noise/index.html") == before
    assert (tmp_path / "public/authors/ada/index.html").is_file()
    assert not broken(tmp_path / "public")


def test_two_tags_of_one_address_fail_the_post_with_the_rarer(write_notebook: Write, tmp_path: Path) -> None:
    for name, tag in (("a", "time series"), ("b", "time series"), ("c", "time-series")):
        write_notebook(f"{name}.ipynb", front(name, tags=f"[{tag}]"), "A text.")
    (failure,) = publish(tmp_path).failures
    assert failure.file == "c.ipynb"
    assert "tags: 'time-series' would have the address of 'time series'" in failure.message


@pytest.mark.parametrize("slug", ["archive", "tags"])
def test_no_post_takes_the_place_of_an_overview(write_notebook: Write, tmp_path: Path, slug: str) -> None:
    write_notebook("a.ipynb", front("a", slug=slug, tags="[x]"), "A text.")
    (failure,) = publish(tmp_path).failures
    assert "has the URL of another page of the site" in failure.message


def test_a_post_in_the_place_of_a_tag_fails(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("tags/noise.ipynb", front("a", tags="[noise]"), "A text.")
    settings(tmp_path, 'permalink = "/{path}/{slug}/"')
    (failure,) = publish(tmp_path).failures
    assert "/tags/noise/" in failure.message


def test_tags_of_an_unlisted_post_lead_nowhere(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", front("a", tags="[noise]", unlisted="true"), "A text.")
    publish(tmp_path)
    assert '<span class="tags">noise</span>' in read(tmp_path, "a/index.html")
    assert not (tmp_path / "public/tags").exists()


def test_front_matter_of_a_folder_holds_where_a_notebook_says_nothing(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("talks/a.ipynb", front("a"), "A text.")
    write_notebook("talks/b.ipynb", front("b", tags="[own]"), "A text.")
    write_notebook("talks/old/c.ipynb", front("c"), "A text.")
    write_notebook("d.ipynb", front("d"), "A text.")
    settings(
        tmp_path, 'defaults = { talks = { tags = ["talk"], authors = ["Ada"] }, "talks/old" = { tags = ["past"] } }'
    )
    publish(tmp_path)
    assert {path.parent.name for path in (tmp_path / "public/tags").glob("*/index.html")} == {"talk", "own", "past"}
    assert ">Ada<" in read(tmp_path, "c/index.html")
    assert ">Ada<" not in read(tmp_path, "d/index.html")


def test_a_wrong_default_is_an_error_that_names_the_settings(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("talks/a.ipynb", front("a"), "A text.")
    settings(tmp_path, 'defaults = { talks = { date = "someday", taggs = ["x"] } }')
    summary = publish(tmp_path)
    assert any("pyproject.toml" in str(problem) and "someday" in str(problem) for problem in summary.failures)


def test_a_template_of_the_blog_may_change_the_archive(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", front("a", date="2025-01-01"), "A text.")
    publish(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/overview.html.j2").write_text("{{ heading }}: {{ overview.url }}", encoding="utf-8")
    publish(tmp_path)
    assert read(tmp_path, "archive/index.html") == "Archive: /archive/"


def test_nested_articles_keep_their_references_together() -> None:
    html = '<h2 id="a">A</h2><a class="x" href="#a">id="a"</a><td headers="a"><h6 id="b" aria-describedby="a">'
    assert markup.nested(html, "p-") == (
        '<h3 id="p-a">A</h3><a class="x" href="#p-a">id="a"</a><td headers="p-a"><h6 id="p-b" aria-describedby="p-a">'
    )


def test_a_list_of_whole_articles_follows_the_posts_that_they_link_to(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("one.ipynb", front("one", date="2025-01-02"), "See [two](two.ipynb).")
    write_notebook("two.ipynb", front("two", date="2025-01-01"), "A text.")
    settings(tmp_path, 'view = "full"\npage-size = 1')
    publish(tmp_path)
    write_notebook("two.ipynb", front("two", date="2025-01-01", slug="zwei"), "A text.")
    assert not publish(tmp_path).warnings
    assert 'href="/zwei/"' in read(tmp_path, "index.html")


def test_a_list_of_whole_articles_may_load_what_they_show(write_notebook: Write, tmp_path: Path) -> None:
    frame = cell("show()", "code", outputs=[output({"text/html": "<script>document.body.append(1)</script>"})])
    write_notebook("one.ipynb", front("one"), "![Far](https://far.example/a.png)", frame)
    settings(tmp_path, 'view = "full"\nremote-images = "allow"')
    publish(tmp_path)
    text = read(tmp_path, "index.html")
    assert "img-src 'self' data: https://far.example" in text.replace("&#39;", "'")
    assert "/assets/frames-" in text


def test_an_authors_own_list_for_programs_stays(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("one.ipynb", front("one"), "A text.")
    (tmp_path / "static").mkdir()
    (tmp_path / "static/llms.txt").write_text("mine")
    assert not publish(tmp_path).failures
    assert read(tmp_path, "llms.txt") == "mine"


def test_a_file_of_the_author_in_the_place_of_a_twin_fails_that_post_alone(
    write_notebook: Write, tmp_path: Path
) -> None:
    write_notebook("one.ipynb", front("one"), "A text.")
    write_notebook("two.ipynb", front("two"), "A text.")
    (tmp_path / "static/one").mkdir(parents=True)
    (tmp_path / "static/one/index.md").write_text("mine")
    summary = publish(tmp_path)
    assert [failure.file for failure in summary.failures] == ["one.ipynb"]
    assert read(tmp_path, "one/index.md") == "mine"


def test_addresses_of_authors_within_the_site_have_its_prefix(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("about.ipynb", front("About", type="page"), "A text.")
    write_notebook("one.ipynb", front("one"), "A text.")
    settings(tmp_path, 'base-url = "https://example.org/blog"\nauthors = [{ name = "Ada", url = "/about/" }]')
    publish(tmp_path)
    text = read(tmp_path, "one/index.html")
    assert text.count('href="/blog/about/"') == 2  # below the title, and at the end
    assert '"url":"https://example.org/blog/about/"' in text
    assert 'href="/about/"' not in text
