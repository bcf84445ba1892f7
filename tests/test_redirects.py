"""Old addresses of posts lead on: by a page at each, and by a file for hosts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publisher import redirects
from tests.support.blogs import broken, files, publish
from tests.support.notebooks import front, notebook
from tests.support.posts import post

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from publisher.report import Summary


def write(blog: Path, name: str, *aliases: str, title: str = "", **more: object) -> None:
    (blog / "notebooks").mkdir(exist_ok=True)
    data = notebook(front(title or name.title(), aliases=f"[{', '.join(aliases)}]", **more), "Words.")
    (blog / f"notebooks/{name}.ipynb").write_bytes(data)


def failures(summary: Summary) -> list[str]:
    return [str(problem) for problem in summary.failures]


@pytest.mark.parametrize(
    ("alias", "path"),
    [
        ("/old/", "old/index.html"),
        ("/old", "old/index.html"),
        ("/2019/old.html", "2019/old.html"),
        ("/old.htm", "old.htm"),
        ("/v1.5", "v1.5/index.html"),
        ("/", "index.html"),
    ],
)
def test_an_old_address_has_its_page_where_a_server_looks_for_it(alias: str, path: str) -> None:
    assert redirects.path_of(alias) == path


def test_an_alias_that_is_written_twice_or_is_the_post_itself_is_one_or_none() -> None:
    found = redirects.of_posts([post("new", aliases=("/old/", "/old", "/New/", "/new"))])
    assert [(each.alias, each.path) for each in found] == [("/old/", "old/index.html")]


def test_the_page_leads_on_at_once_by_a_link_and_for_search_engines(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\nbase-url = "https://example.org/blog"')
    write(tmp_path, "new", "/2019/old/", title='Old & "new"')
    publish(tmp_path)
    html = (tmp_path / "public/2019/old/index.html").read_text()
    assert '<meta http-equiv="refresh" content="0; url=/blog/new/">' in html
    assert '<link rel="canonical" href="https://example.org/blog/new/">' in html
    assert '<meta name="robots" content="noindex">' in html
    assert '<a href="/blog/new/">Old &amp; &#34;new&#34;</a>' in html
    assert 'http-equiv="Content-Security-Policy"' in html
    assert "<script" not in html


def test_the_page_speaks_the_language_of_its_post(tmp_path: Path) -> None:
    write(tmp_path, "neu", "/alt.html", language="de")
    publish(tmp_path)
    html = (tmp_path / "public/alt.html").read_text()
    assert '<html lang="de"' in html
    assert "Diese Seite ist umgezogen" in html


def test_the_file_of_hosts_has_each_address_with_and_without_a_slash_below_the_prefix(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\nbase-url = "https://example.org/blog"')
    write(tmp_path, "new", "/old/", "/older.html", "/früher/")
    publish(tmp_path)
    assert (tmp_path / "public/_redirects").read_text().splitlines() == [
        "/blog/fr%C3%BCher /blog/new/ 301",
        "/blog/fr%C3%BCher/ /blog/new/ 301",
        "/blog/old /blog/new/ 301",
        "/blog/old/ /blog/new/ 301",
        "/blog/older.html /blog/new/ 301",
    ]


def test_a_blog_without_aliases_has_no_such_file(tmp_path: Path) -> None:
    write(tmp_path, "new")
    publish(tmp_path)
    assert not (tmp_path / "public/_redirects").exists()


def test_a_file_of_the_author_stays_and_a_warning_says_what_it_lacks(tmp_path: Path) -> None:
    write(tmp_path, "new", "/old/")
    (tmp_path / "static").mkdir()
    (tmp_path / "static/_redirects").write_text("/a /b 302\n")
    summary = publish(tmp_path)
    assert (tmp_path / "public/_redirects").read_text() == "/a /b 302\n"
    assert [str(problem) for problem in summary.warnings] == [
        "static/_redirects: does not have the aliases of posts (add them, or remove the file)"
    ]
    assert (tmp_path / "public/old/index.html").exists()


def test_links_to_an_old_address_are_good_and_lists_do_not_name_it(tmp_path: Path) -> None:
    write(tmp_path, "new", "/old/", tags="[python]")
    (tmp_path / "notebooks/other.ipynb").write_bytes(notebook(front("Other"), "See [it](/old/)."))
    assert publish(tmp_path).warnings == ()
    assert broken(tmp_path / "public") == []
    for path, data in files(tmp_path / "public").items():
        if path.endswith(".html") and not path.startswith(("other/", "old/")):
            assert b'"/old/"' not in data, path


# Clashes


def test_an_alias_that_is_the_page_of_another_post_is_an_error_that_names_both(tmp_path: Path) -> None:
    write(tmp_path, "one", "/TWO/")
    write(tmp_path, "two")
    summary = publish(tmp_path)
    assert failures(summary) == [
        "one.ipynb: has the alias /TWO/, which is the address of two.ipynb (remove it from one of them)"
    ]
    assert (tmp_path / "public/two/index.html").exists()


def test_an_alias_of_two_posts_is_an_error_of_both(tmp_path: Path) -> None:
    write(tmp_path, "one", "/old/")
    write(tmp_path, "two", "/old")
    assert failures(publish(tmp_path)) == [
        "one.ipynb: has the alias /old/, which two.ipynb has as well (remove it from one of them)",
        "two.ipynb: has the alias /old, which one.ipynb has as well (remove it from one of them)",
    ]


@pytest.mark.parametrize("alias", ["/", "/archive/", "/tags/python/", "/about.html"])
def test_an_alias_that_is_another_page_of_the_site_is_an_error(alias: str, tmp_path: Path) -> None:
    write(tmp_path, "one", alias, tags="[python]")
    (tmp_path / "static").mkdir()
    (tmp_path / "static/about.html").write_text("<p>About")
    assert failures(publish(tmp_path)) == [
        f"one.ipynb: has the alias {alias}, which is another page of the site (remove the alias)"
    ]


def test_an_alias_where_a_later_page_of_a_list_may_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.publisher]\npage-size = 1")
    write(tmp_path, "one", "/page/2/")
    for name in ("two", "three"):
        write(tmp_path, name)
    (failure,) = failures(publish(tmp_path))
    assert failure.startswith("one.ipynb: has the alias /page/2/, which is where later pages of a list are")
    assert 'http-equiv="refresh"' not in (tmp_path / "public/page/2/index.html").read_text()


@pytest.mark.parametrize(
    "alias", ["../old/", "/a/../b/", "https://example.com/old/", "//example.com/", "/a b/", "/a?b"]
)
def test_an_alias_that_leads_out_of_the_site_is_refused(alias: str, tmp_path: Path) -> None:
    write(tmp_path, "one", f'"{alias}"')
    (failure,) = failures(publish(tmp_path))
    assert "is not a path of this site" in failure


# Again


def test_a_redirect_is_made_again_when_its_post_moves_and_goes_when_its_alias_goes(tmp_path: Path) -> None:
    write(tmp_path, "new", "/old/")
    publish(tmp_path)
    assert [each.page for each in publish(tmp_path, explain=True).remade] == []
    write(tmp_path, "new", "/old/", slug="newer")
    remade = {each.page: [change.name for change in each.changes] for each in publish(tmp_path, explain=True).remade}
    assert remade["old/index.html"] == ["post"]
    assert "url=/newer/" in (tmp_path / "public/old/index.html").read_text()
    write(tmp_path, "new", slug="newer")
    publish(tmp_path)
    assert not (tmp_path / "public/old/index.html").exists()
    assert not (tmp_path / "public/_redirects").exists()


def test_a_failed_notebook_keeps_its_old_addresses(tmp_path: Path) -> None:
    write(tmp_path, "new", "/old/")
    write(tmp_path, "other")
    publish(tmp_path)
    (tmp_path / "notebooks/new.ipynb").write_text("{")
    publish(tmp_path)
    assert "url=/new/" in (tmp_path / "public/old/index.html").read_text()
    assert (tmp_path / "public/_redirects").read_text().startswith("/old /new/ 301")


@pytest.mark.browser
def test_a_browser_is_led_on_and_data_in_the_head_violates_no_policy(
    tmp_path: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\nbase-url = "https://example.org/blog"')
    write(tmp_path, "new", "/2019/old.html", title="New </script><script>alert(1)</script>")
    publish(tmp_path)
    (tmp_path / "root").mkdir()
    (tmp_path / "root/blog").symlink_to(tmp_path / "public")
    context = browser.new_context(java_script_enabled=True)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(f"{serve(tmp_path / 'root')}/blog/2019/old.html")
    page.wait_for_url("**/blog/new/")
    assert re.search("BlogPosting", page.locator('script[type="application/ld+json"]').text_content() or "")
    assert page.evaluate("document.querySelector('link[rel=manifest]').href").endswith("/blog/manifest.webmanifest")
    assert said == []
    context.close()
