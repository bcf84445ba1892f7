"""Posts that cannot be where they want to be: each fails by its name, and the others are published."""

from __future__ import annotations

import base64
import errno
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from publisher import brand, clashes, config, disk, headers, indexes, pages, redirects, reserved, search, sitemap
from publisher.build import Options
from publisher.build import publish as publish_all
from publisher.outputs import frames
from publisher.paths import unfit
from publisher.posts import Place
from publisher.release import MANIFEST
from tests.support import everything
from tests.support.blogs import Recorder, publish
from tests.support.notebooks import cell, front, notebook, output

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from publisher.report import Summary

NOTHING = clashes.taken((), ())


def at(**pages: str) -> dict[str, Place]:
    """Return the places of posts by the paths of their pages."""
    return {f"{name}.ipynb": Place(f"/{page.removesuffix('index.html')}", page) for name, page in pages.items()}


def said(
    places: Mapping[str, Place], there: clashes.Taken = NOTHING, **aliases: tuple[str, ...]
) -> list[tuple[str, str]]:
    named = {f"{name}.ipynb": found for name, found in aliases.items()}
    return [(each.file, each.message) for each in clashes.find(places, named, there)]


# Posts and the site


FILES = ("about.html", "logo", "data/a.csv", "data/index.html")  # of an author
SITE = clashes.taken(FILES, ("/", *pages.OVERVIEWS, "/tags/plots/", "/talks/"))
PLACES = (
    *reserved.FILES,
    *reserved.FOLDERS,
    *reserved.LISTINGS,
    *("IMG", "Feed.XML", "_HEADERS", "CNAME", "tags/plots/feed.xml", "tags/plots/page/2", "page/7", "talks"),
    *("talks/page/3", "talks/feed.xml", "about.html", "logo", "logo/deep", "data", "Data", "data/a.csv"),
)


@pytest.mark.parametrize("name", PLACES)
def test_neither_a_post_nor_an_alias_takes_a_place_of_the_site(name: str) -> None:
    assert [file for file, _ in said(at(a=f"{name}/index.html"), SITE)] == ["a.ipynb"]
    assert [file for file, _ in said(at(a="a/index.html"), SITE, a=(f"/{name}/",))] == ["a.ipynb"]


@pytest.mark.parametrize("folder", sorted(reserved.FOLDERS))
@pytest.mark.parametrize("path", ["a/index.html", "a.html", "deep/er/index.html"])
def test_nothing_of_a_post_lies_in_a_folder_of_the_site(folder: str, path: str) -> None:
    assert [file for file, _ in said(at(a=f"{folder}/{path}"))] == ["a.ipynb"]
    assert [file for file, _ in said(at(a="a/index.html"), a=(f"/{folder}/{path}",))] == ["a.ipynb"]


@pytest.mark.parametrize(
    "name",
    [
        "images",
        "feed",
        "header",
        "tags/other",
        "archive/2019/old",
        "page/about",
        "feed.xml.html",
        "x/img",
        "a/feed.xml",
    ],
)
def test_what_only_looks_like_a_place_of_the_site_is_free(name: str) -> None:
    there = clashes.taken((), ("/", *pages.OVERVIEWS, "/tags/plots/"))
    assert said(at(a=f"{name}/index.html"), there, a=(f"/old/{name}/",)) == []


@pytest.mark.parametrize(
    "step", ["a" * 256, "ä" * 128, "con", "AUX", "nul.html", "Com1", "lpt9.x", "prn", "COM\xb9", "dot.", "conin$"]
)
def test_a_name_that_some_file_system_does_not_take_is_refused(step: str) -> None:
    assert unfit(f"deep/{step}/index.html")
    assert [file for file, _ in said(at(a="a/index.html"), a=(f"/{step}/x/",))] == ["a.ipynb"]
    assert [file for file, _ in said(at(a=f"{step}/index.html"))] == ["a.ipynb"]


def test_a_path_that_is_too_long_as_a_whole_is_refused() -> None:
    assert unfit("/".join(["a" * 200] * 5))
    assert not unfit("/".join(["a" * 190] * 4))


@pytest.mark.parametrize("step", ["a" * 255, "console", "aux-in", "com", "com10", "null", "a.con", ".hidden"])
def test_other_names_are_taken(step: str) -> None:
    assert unfit(f"deep/{step}") == ""


def test_a_message_says_the_address_and_what_is_there() -> None:
    there = clashes.taken(("logo",), ("/",))
    assert said(
        at(a="img/index.html", b="feed.xml/index.html", c="own/index.html", d="logo/index.html"), there, c=("/page/2/",)
    ) == [
        ("a.ipynb", "has the URL /img/, which lies in /img/, where the site keeps images"),
        ("b.ipynb", "has the URL /feed.xml/, which takes the place of /feed.xml, a feed"),
        ("c.ipynb", "has the alias /page/2/, which is where later pages of a list are"),
        ("d.ipynb", "has the URL /logo/, which lies below logo, a file of the site"),
    ]


def test_a_file_beside_a_page_is_told_by_its_own_path() -> None:
    there = clashes.taken(("trip/trip.ipynb",), ())
    assert said(at(a="trip/index.html"), there) == [
        ("a.ipynb", "would have trip/trip.ipynb beside its page, which is another file of the site")
    ]


# Posts among each other


def test_places_that_some_file_system_takes_for_one_clash() -> None:
    places = {
        "a.ipynb": Place("/Caf%C3%A9/", "Caf\u00e9/index.html"),
        "b.ipynb": Place("/cafe%CC%81/", "cafe\u0301/index.html"),
        "c.ipynb": Place("/cafe/", "cafe/index.html"),
        "d.ipynb": Place("/own/", "own/index.html"),
    }
    assert said(places, clashes.taken(("own/index.html",), ())) == [
        ("d.ipynb", "has the URL of another page of the site: /own/"),
        ("a.ipynb", "has the same URL as b.ipynb: /Caf\u00e9/"),
        ("b.ipynb", "has the same URL as a.ipynb: /cafe\u0301/"),
    ]


def test_no_alias_clashes_with_the_post_that_has_it() -> None:
    assert said(at(one="one/index.html"), one=("/one/", "/ONE", "/old/", "/Old/")) == []


@pytest.mark.parametrize("alias", ["/one/index.html/", "/one/index.md/", "/one/one.ipynb/", "/one/one.ipynb/x.html"])
def test_an_alias_below_a_file_of_a_post_fails_the_notebook_with_the_alias(alias: str) -> None:
    places = at(one="one/index.html", two="two/index.html")
    assert [file for file, _ in said(places, one=(alias,))] == ["one.ipynb"]
    assert [file for file, _ in said(places, two=(alias,))] == ["two.ipynb"]


def test_an_alias_where_the_post_of_another_needs_a_folder_fails_the_notebook_with_the_alias() -> None:
    places = at(one="2020.html/one/index.html", two="two/index.html")
    below = "2020.html/one/index.html of one.ipynb"
    message = f"has the alias /2020.html, of which 2020.html cannot be beside {below}"
    assert said(places, two=("/2020.html",)) == [("two.ipynb", message)]


def test_two_aliases_of_which_one_is_a_file_where_the_other_needs_a_folder_fail_both() -> None:
    places = at(one="one/index.html", two="two/index.html")
    assert [file for file, _ in said(places, one=("/old.html",), two=("/old.html/",))] == ["one.ipynb", "two.ipynb"]
    assert {file for file, _ in said(places, one=("/old.html", "/old.html/"))} == {"one.ipynb"}


def test_two_posts_of_which_one_is_a_file_where_the_other_needs_a_folder_fail_both() -> None:
    assert [file for file, _ in said(at(one="a.html", two="a.html/b.html"))] == ["one.ipynb", "two.ipynb"]


def test_two_posts_that_have_one_download_fail_both() -> None:
    assert [file for file, _ in said(at(one="foo/index.html", two="foo/foo.html"))] == ["one.ipynb", "two.ipynb"]


# A whole blog


BAD = {
    "alias-feed": {"aliases": "[/feed.xml/]"},
    "alias-manifest": {"aliases": "[/.publisher-manifest.json/]"},
    "alias-headers": {"aliases": "[/_headers/]"},
    "alias-robots": {"aliases": "[/robots.txt/x.html]"},
    "alias-long": {"aliases": f"[/{'a' * 300}]"},
    "alias-longer": {"aliases": f"[{'/abcdefgh' * 500}]"},
    "alias-static": {"aliases": "[/logo/old/]"},
    "alias-own": {"aliases": "[/good/good.ipynb/]"},
    "alias-image": {"aliases": "[/img/old/]"},
    "alias-missing": {"aliases": "[/404.html]"},
    "slug-headers": {"slug": "_headers"},
    "slug-feed": {"slug": "feed.xml"},
    "slug-static": {"slug": "logo"},
    "img": {},
    "outputs": {},
    "media": {},
    "assets": {},
    "files": {},
    "page": {},
    "pagefind": {},
    "con": {},
    "tag-device": {"tags": "[aux]"},
    "tag-static": {"tags": "[mine]"},
}


def write(blog: Path, name: str, **more: object) -> None:
    (blog / "notebooks").mkdir(exist_ok=True)
    (blog / f"notebooks/{name}.ipynb").write_bytes(notebook(front(name, **more), "Words."))


def failed(summary: Summary) -> list[str]:
    return [problem.file for problem in summary.failures]


def test_one_bad_address_is_one_bad_notebook(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\nbase-url = "https://example.org"')
    (tmp_path / "static/tags/mine").mkdir(parents=True)
    (tmp_path / "static/tags/mine/index.html").write_text("<p>My own words on it")
    (tmp_path / "static/logo").write_bytes(b"?")
    write(tmp_path, "good", tags="[plots]")
    for name, more in BAD.items():
        write(tmp_path, name, **more)
    summary = publish(tmp_path)
    assert sorted(failed(summary)) == sorted(f"{name}.ipynb" for name in BAD)
    assert all(problem.hint and problem.kind == "same-address" for problem in summary.failures)
    assert (tmp_path / "public/good/index.html").exists()
    assert (tmp_path / "public/feed.xml").is_file()


def test_the_last_good_page_of_a_failed_notebook_does_not_stop_others_that_want_its_place(tmp_path: Path) -> None:
    write(tmp_path, "old", slug="Same", aliases="[/before/, /deep]")
    publish(tmp_path)
    (tmp_path / "notebooks/old.ipynb").write_text("{")
    write(tmp_path, "new", slug="same", aliases="[/BEFORE/]")
    write(tmp_path, "other", aliases="[/deep/index.html/]")
    assert failed(publish(tmp_path)) == ["old.ipynb"]
    assert "<title>new" in (tmp_path / "public/same/index.html").read_text()
    assert not (tmp_path / "public/Same").exists()


def test_an_old_address_goes_to_the_post_that_has_it_now_and_not_to_the_last_good_page_of_another(
    tmp_path: Path,
) -> None:
    write(tmp_path, "old", aliases="[/before/]")
    publish(tmp_path)
    (tmp_path / "notebooks/old.ipynb").write_text("{")
    write(tmp_path, "new", aliases="[/before/]")
    summary = publish(tmp_path)
    assert failed(summary) == ["old.ipynb"]
    assert "url=/new/" in (tmp_path / "public/before/index.html").read_text()
    assert (tmp_path / "public/old/index.html").exists()


@pytest.mark.parametrize("number", [errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL])
def test_a_name_that_this_file_system_does_not_take_is_told_by_notebook(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "good", aliases="['/narrow:old/', /fine/]")
    write(tmp_path, "narrow")
    done = disk.write

    def refuse(file: str, data: bytes) -> os.stat_result:
        if "narrow" in file:
            raise OSError(number, os.strerror(number), file)
        return done(file, data)

    monkeypatch.setattr(disk, "write", refuse)
    summary = publish(tmp_path)
    assert failed(summary) == ["narrow.ipynb"]
    assert [(each.file, "narrow:old" in each.message) for each in summary.warnings] == [("good.ipynb", True)]
    assert (tmp_path / "public/fine/index.html").exists()


# The list is whole


def test_all_that_the_site_has_at_its_top_is_in_the_list(tmp_path: Path) -> None:
    everything.write(tmp_path)
    sound = base64.b64encode(
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x44\xac\0\0\x88\x58\1\0\2\0\x10\0data\0\0\0\0"
    ).decode()
    played = cell("play()", "code", outputs=[output({"audio/wav": sound})])
    mine = front("More", aliases="[/old/]", authors="[Grace Hopper, Alan Turing]")
    (tmp_path / "notebooks/more.ipynb").write_bytes(notebook(mine, "See [data](data.csv).", played))
    (tmp_path / "notebooks/data.csv").write_text("a,b\n1,2\n")
    now = datetime(2027, 1, 1, tzinfo=UTC)
    publish_all(config.load(tmp_path), Options(now=now), Recorder())
    names = {path.name for path in (tmp_path / "public").iterdir()}
    posts = {path.stem for path in (tmp_path / "notebooks").glob("*.ipynb")} | {"old"}
    of_authors = {"_routes.json", "_worker.js", "apple-touch-icon.png", "cname", "favicon.ico"}
    assert names - posts == {*reserved.FOLDERS, *reserved.FILES, *reserved.LISTINGS} - of_authors


def test_what_modules_write_and_what_headers_speak_of_is_in_the_list() -> None:
    files = {brand.MANIFEST, brand.TOUCH_ICON, headers.PATH, indexes.PATH, MANIFEST, pages.MISSING, redirects.FILE}
    assert {*files, sitemap.PATH, sitemap.ROBOTS} <= reserved.FILES.keys()
    spoken_of = {pattern.strip("/*") for pattern, _ in headers.RULES} - {""}
    assert {*spoken_of, frames.FOLDER.strip("/"), search.FOLDER.strip("/")} <= reserved.FOLDERS.keys()
    assert {url.strip("/") for url in pages.OVERVIEWS} <= set(reserved.LISTINGS)
