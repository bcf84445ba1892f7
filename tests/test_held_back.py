"""What an author held back stays so, whatever detour a publish takes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher import layout
from publisher.errors import SettingsError
from publisher.release import MANIFEST
from publisher.target import FolderTarget
from tests.support import CHECKOUT
from tests.support.blogs import NOW, files, publish
from tests.support.notebooks import cell, front, notebook, plot, png
from tests.support.workers import lossy

SECRETIVE = "hushword"  # stands wherever the held-back post says anything
TOKEN = "ghp_" + "A1b2C3d4E5" * 3 + "F6g7H8"
HELD = [{"draft": "true"}, {"date": "2025-06-16"}, {"date": "2025-06-16", "draft": "true"}, {"status": "draft"}]
BROKEN: dict[str, Callable[[dict[str, object]], bytes]] = {
    "no JSON": lambda _: b"{ broken",
    "empty": lambda _: b"",
    "front matter that is wrong": lambda more: notebook(front("Hush", **{**more, "updated": "never"})),
    "a secret": lambda more: notebook(front("Hush", **more), f"The key is {TOKEN}."),
    "a slug that another has": lambda more: notebook(front("Hush", **more, slug="open")),
}


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    source = tmp_path / "notebooks"
    source.mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\nbase-url = "https://example.org"\n')
    (source / "open.ipynb").write_bytes(notebook(front("Open", date="2025-01-01", tags="[all]"), "For everybody."))
    return tmp_path


def hush(blog: Path, colour: str = "navy", **more: object) -> None:
    """Write a post with a picture, a file that comes along, a tag, an old address and a link to it."""
    (blog / f"notebooks/{SECRETIVE}.csv").write_text(f"{SECRETIVE},{colour}\n")
    about = front(SECRETIVE, tags=f"[{SECRETIVE}]", aliases=f"[/old-{SECRETIVE}/]", **more)
    text = f"Says {SECRETIVE}, see [data]({SECRETIVE}.csv)."
    (blog / f"notebooks/{SECRETIVE}.ipynb").write_bytes(notebook(about, text, plot(png(300, 200, colour))))


def telling(site: Path) -> list[str]:
    """Return the paths of a site that tell of the post, by their name or by what is in them."""
    return [path for path, data in files(site).items() if SECRETIVE in path or SECRETIVE.encode() in data]


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("how", BROKEN)
def test_what_was_published_with_drafts_goes_when_its_notebook_breaks(
    blog: Path, held: dict[str, object], how: str
) -> None:
    publish(blog)
    before = files(blog / "public")
    hush(blog, **held)
    publish(blog, drafts=True, future=True)
    assert telling(blog / "public")
    (blog / f"notebooks/{SECRETIVE}.ipynb").write_bytes(BROKEN[how](held))
    summary = publish(blog)
    assert telling(blog / "public") == []
    assert files(blog / "public").keys() == before.keys()
    told = [problem for problem in summary.warnings if problem.file == f"{SECRETIVE}.ipynb"]
    if summary.failures:  # of one that can be read it is known that it is held back
        assert [each.message.partition(":")[0] for each in told] == ["its last good page was not kept"]
        assert "draft" in told[0].message or "future" in told[0].message
        assert summary.kept == 0


def test_why_a_last_good_page_was_not_kept_is_told_once_though_another_page_is_lost(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hush(blog, draft="true")
    publish(blog, drafts=True)
    (blog / f"notebooks/{SECRETIVE}.ipynb").write_bytes(b"{ broken")
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Other"\n')
    lossy(blog, monkeypatch, lambda value: isinstance(value, layout.Layout))
    summary = publish(blog)
    assert [each.file for each in summary.failures] == [f"{SECRETIVE}.ipynb", "open.ipynb"]
    assert [each.file for each in summary.warnings if "not kept" in each.message] == [f"{SECRETIVE}.ipynb"]
    assert summary.kept == 1


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("how", ["front matter that is wrong", "a secret", "a slug that another has"])
def test_what_is_held_back_by_now_goes_though_its_notebook_broke_at_the_same_time(
    blog: Path, held: dict[str, object], how: str
) -> None:
    hush(blog)
    publish(blog)
    assert telling(blog / "public")
    (blog / f"notebooks/{SECRETIVE}.ipynb").write_bytes(BROKEN[how](held))
    publish(blog)
    assert telling(blog / "public") == []


def test_a_post_that_is_unlisted_by_now_is_on_no_list_though_its_notebook_broke_at_the_same_time(blog: Path) -> None:
    hush(blog)
    publish(blog)
    (blog / f"notebooks/{SECRETIVE}.ipynb").write_bytes(BROKEN["a secret"]({"unlisted": "true"}))
    assert publish(blog).kept == 1
    own = (f"{SECRETIVE}/", f"{SECRETIVE}.", f"old-{SECRETIVE}/", "files/")
    assert [path for path in telling(blog / "public") if not path.startswith(own)] == []


def test_the_last_good_page_of_a_post_of_the_future_stays_once_its_day_has_come(blog: Path) -> None:
    hush(blog, date="2025-06-10")
    publish(blog, future=True)
    (blog / f"notebooks/{SECRETIVE}.ipynb").write_bytes(b"{ broken")
    summary = publish(blog)
    assert (summary.kept, summary.warnings) == (1, ())
    assert (blog / f"public/{SECRETIVE}/index.html").exists()


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "no JSON": lambda file: file.write_bytes(b"{ broken"),
    "empty": lambda file: file.write_bytes(b""),
    "JSON that is no notebook": lambda file: file.write_bytes(b"[1]"),
    "a notebook of the future": lambda file: file.write_bytes(b'{"nbformat": 9, "cells": []}'),
    "too large": lambda file: file.write_bytes(notebook("Text. " * 200_000)),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}
AROUND = {
    "a sidecar": (".. draft: true\n", ""),
    "a sidecar with a status": ("---\nstatus: draft\n---\n", ""),
    "a sidecar of the future": (".. date: 2025-06-17\n", ""),
    "the folder": ("", "draft = true"),
    "the status of the folder": ("", 'status = "draft"'),
    "the day of the folder": ("", 'date = "2025-06-17"'),
}


@pytest.mark.parametrize(("around", "how"), list(zip(AROUND, UNREADABLE, strict=True)))
def test_what_stands_around_a_notebook_that_cannot_be_read_holds_it_back(blog: Path, around: str, how: str) -> None:
    sidecar, defaults = AROUND[around]
    deep = blog / "notebooks/deep"
    hush(blog)
    deep.mkdir()
    for suffix in ("ipynb", "csv"):
        (blog / f"notebooks/{SECRETIVE}.{suffix}").rename(deep / f"{SECRETIVE}.{suffix}")
    publish(blog)
    assert telling(blog / "public")
    if sidecar:
        (deep / f"{SECRETIVE}.meta").write_text(sidecar)
    about = f"[tool.publisher.limits]\nnotebook = 1\n[tool.publisher.defaults.deep]\n{defaults}\n"
    (blog / "pyproject.toml").write_text(f'[tool.publisher]\nbase-url = "https://example.org"\n{about}')
    UNREADABLE[how](deep / f"{SECRETIVE}.ipynb")
    summary = publish(blog)
    assert telling(blog / "public") == []
    if summary.failures:
        assert [each.message.partition(":")[0] for each in summary.warnings] == ["its last good page was not kept"]


@pytest.mark.parametrize(
    "yaml",
    [
        'title: "Hush\ndraft: true',
        "draft: true # not yet\ntitle: Hush\n\tx: 1",
        "draft: 'yes'\ntitle: &a Hush",
        "title: Hush\ntitle: Hush\nstatus: draft",
        "title: [Hush\npublished: false",
        "title: {Hush\ndate: 2025-06-17 10:00",
        "title: Hush\n<<<<<<< local\ndraft: true\n=======\n>>>>>>> remote",
        "title: Hush\ndraft: maybe",
        "title: Hush\ndraft: [true]",
        "title: Hush\nstatus: not yet",
        "title: Hush\ndraft: true\n" + "x: y\n" * 30_000,
    ],
)
@pytest.mark.parametrize("end", ["---", ""])
def test_front_matter_that_cannot_be_read_holds_back_by_what_can_be_read_of_it(blog: Path, yaml: str, end: str) -> None:
    hush(blog)
    publish(blog)
    raw = cell(f"---\n{yaml}\n{end}", "raw")
    (blog / f"notebooks/{SECRETIVE}.ipynb").write_bytes(notebook(raw, "Text."))
    summary = publish(blog)
    assert summary.failures
    assert telling(blog / "public") == []


@pytest.mark.parametrize("key", ["draf", "drafts", "is_draft", "unlist", "Un-listed"])
def test_a_post_that_says_in_other_words_that_it_is_held_back_is_not_published(blog: Path, key: str) -> None:
    (blog / f"notebooks/{SECRETIVE}.ipynb").write_bytes(notebook(front(SECRETIVE, **{key: "true"}), "Text."))
    summary = publish(blog)
    assert [each.file for each in summary.failures] == [f"{SECRETIVE}.ipynb"]
    assert "did you mean" in summary.failures[0].hint
    assert telling(blog / "public") == []


@pytest.mark.parametrize(("key", "value"), [("side", "left"), ("listed", "true"), ("drafts", "3"), ("unlist", "false")])
def test_a_key_that_nobody_knows_and_that_hides_nothing_is_a_warning(blog: Path, key: str, value: str) -> None:
    (blog / "notebooks/other.ipynb").write_bytes(notebook(front("Other", **{key: value}), "Text."))
    summary = publish(blog)
    assert (summary.failures, [each.kind for each in summary.warnings]) == ((), ["unknown-key"])


def test_the_last_good_page_stays_whose_front_matter_cannot_be_read_and_holds_nothing_back(blog: Path) -> None:
    hush(blog)
    publish(blog)
    raw = cell('---\ntitle: "Hush\ndraft: false\ndate: 2025-01-01\nstatus: published\n---', "raw")
    (blog / f"notebooks/{SECRETIVE}.ipynb").write_bytes(notebook(raw, "Text."))
    assert publish(blog).kept == 1


NAMING: dict[str, tuple[dict[str, object], str]] = {
    "before and after": ({}, ""),
    "a series": ({"series": "Both"}, ""),
    "related posts": ({"tags": "[one, two]", "type": "page"}, ""),
    "a translation": ({"translates": "open.ipynb", "language": "de"}, ""),
    "a link": ({"type": "page"}, f"See [this]({SECRETIVE}.ipynb#says)."),
}


@pytest.mark.parametrize("naming", NAMING)
@pytest.mark.parametrize(
    ("how", "base"),
    [("draft", ""), ("future", "https://example.org"), ("deleted", "https://example.org/blog"), ("broken", "")],
)
def test_no_last_good_page_of_another_post_tells_of_one_that_is_held_back(
    blog: Path, naming: str, base: str, how: str
) -> None:
    about, text = NAMING[naming]
    (blog / "pyproject.toml").write_text(f'[tool.publisher]\nbase-url = "{base}"\n')
    hushed = blog / f"notebooks/{SECRETIVE}.ipynb"
    held = {"date": "2025-06-17"} if how == "future" else {"date": "2025-01-02", "draft": "true"}
    hushed.write_bytes(notebook(front(SECRETIVE, slug=SECRETIVE, **held, **about), "## Says\n\nWords."))
    same = {key: value for key, value in about.items() if key in ("series", "tags")}
    (blog / "notebooks/open.ipynb").write_bytes(notebook(front("Open", date="2025-01-01", **same), f"Words. {text}"))
    publish(blog, drafts=True, future=True)
    is_told = SECRETIVE in (blog / "public/open/index.html").read_text()
    (blog / "notebooks/open.ipynb").write_bytes(b"{ broken")
    if how == "deleted":
        hushed.unlink()
    elif how == "broken":
        hushed.write_bytes(b"{ broken")
    summary = publish(blog, allow_fewer=True)
    assert telling(blog / "public") == []
    if is_told:
        told = [each.message for each in summary.warnings if each.file == "open.ipynb"]
        assert [f"{SECRETIVE}.ipynb, which is held back" in each for each in told] == [True]


def test_the_last_good_page_stays_that_tells_of_no_post_that_is_held_back(blog: Path) -> None:
    hush(blog, draft="true", type="page")
    (blog / "notebooks/deep").mkdir()
    (blog / "notebooks/deep/other.ipynb").write_bytes(notebook(front("Other", slug=f"not-{SECRETIVE}"), "Text."))
    (blog / "notebooks/open.ipynb").write_bytes(notebook(front("Open"), "See [other](deep/other.ipynb)."))
    publish(blog, drafts=True)
    (blog / "notebooks/open.ipynb").write_bytes(b"{ broken")
    assert publish(blog).kept == 1


def pictures(site: Path) -> set[str]:
    return {path for path in files(site) if path.startswith(("img/", "files/"))}


@pytest.mark.parametrize("held", HELD)
def test_no_picture_and_no_file_of_a_draft_stays_for_readers_of_older_pages(
    blog: Path, held: dict[str, object]
) -> None:
    publish(blog)
    before = pictures(blog / "public")
    for colour in ("navy", "red", "green"):
        hush(blog, colour, **held)
        publish(blog, drafts=True, future=True)
    assert pictures(blog / "public") > before
    publish(blog)
    assert pictures(blog / "public") == before


def test_pictures_stay_for_readers_of_older_pages_while_the_post_is_there_and_public(blog: Path) -> None:
    publish(blog)
    before = pictures(blog / "public")
    hush(blog, "navy")
    publish(blog)
    first = pictures(blog / "public")
    hush(blog, "red")
    publish(blog)
    assert pictures(blog / "public") > first
    hush(blog, "red", draft="true")
    publish(blog)
    assert pictures(blog / "public") == before


@pytest.mark.parametrize("away", ["notebook", "folder"])
def test_with_a_post_that_is_deleted_its_pictures_go(blog: Path, away: str) -> None:
    publish(blog)
    before = pictures(blog / "public")
    source = blog / "notebooks/deep"
    source.mkdir()
    hush(blog)
    for file in (f"{SECRETIVE}.ipynb", f"{SECRETIVE}.csv"):
        (blog / "notebooks" / file).rename(source / file)
    publish(blog)
    shutil.rmtree(source) if away == "folder" else (source / f"{SECRETIVE}.ipynb").unlink()
    publish(blog)
    assert pictures(blog / "public") == before


# What may be read by whoever asks for it


def test_no_page_and_no_list_tells_of_an_unlisted_post(blog: Path) -> None:
    more = {"series": "Both", "date": "2025-01-02", "translates": "open.ipynb", "language": "de"}
    hush(blog, unlisted="true", **more)
    (blog / "notebooks/open.ipynb").write_bytes(notebook(front("Open", series="Both"), "For everybody."))
    publish(blog)
    own = (f"{SECRETIVE}/", f"old-{SECRETIVE}/", "files/")
    assert [path for path in telling(blog / "public") if not path.startswith(own)] == []
    assert b"/open/" in (blog / f"public/{SECRETIVE}/index.html").read_bytes()


def test_the_manifest_tells_no_name_that_no_page_tells(blog: Path) -> None:
    hush(blog, unlisted="true")
    publish(blog)
    assert (blog / f"public/{SECRETIVE}/index.html").exists()
    manifest = (blog / "public" / MANIFEST).read_text()
    assert SECRETIVE not in manifest
    assert ".ipynb" not in manifest.replace("open/open.ipynb", "")
    own = (f"{SECRETIVE}/", f"{SECRETIVE}.", f"old-{SECRETIVE}/", "files/")
    assert [path for path in telling(blog / "public") if not path.startswith(own)] == []


def test_what_a_listed_post_has_as_well_is_in_the_manifest_though_an_unlisted_one_has_it(blog: Path) -> None:
    hush(blog, unlisted="true")
    data = (blog / f"notebooks/{SECRETIVE}.ipynb").read_bytes()
    (blog / "notebooks/other.ipynb").write_bytes(
        data.replace(b"unlisted: true", b"slug: other").replace(b"/old-", b"/also-")
    )
    publish(blog)
    manifest = json.loads((blog / "public" / MANIFEST).read_text())
    assert [path for path in manifest["files"] if path.startswith("files/")]
    assert not [path for path in manifest["files"] if path.startswith((SECRETIVE, f"old-{SECRETIVE}"))]


@pytest.mark.parametrize("lost", ["memory", "memory that is damaged", "memory and cache"])
def test_unlisted_files_are_known_as_ours_when_all_but_the_site_is_lost(blog: Path, lost: str) -> None:
    hush(blog, unlisted="true")
    publish(blog)
    whole = files(blog / "public")
    for file in blog.glob(".public.posts/*"):
        file.write_bytes(b"{") if "damaged" in lost else file.unlink()
    if "cache" in lost:
        shutil.rmtree(blog / ".publisher-cache")
    assert FolderTarget(blog / "public").current().unlisted
    assert publish(blog, force=True).notes == ()
    assert files(blog / "public") == whole
    for file in blog.glob(".public.posts/*"):
        file.unlink()
    (blog / f"notebooks/{SECRETIVE}.ipynb").unlink()
    publish(blog)
    assert telling(blog / "public") == []


@pytest.mark.parametrize("ignored", ["", ".public*/\n", "public/\n"])
def test_a_repository_takes_nothing_along_of_what_is_remembered(blog: Path, ignored: str) -> None:
    (blog / ".gitignore").write_text(ignored)
    hush(blog, unlisted="true")
    publish(blog)
    subprocess.run(["git", "init", "--quiet"], cwd=blog, check=True)
    subprocess.run(["git", "add", "--all"], cwd=blog, check=True)
    taken = subprocess.run(["git", "ls-files"], cwd=blog, check=True, capture_output=True, text=True).stdout.split()
    assert "notebooks/open.ipynb" in taken
    assert not [path for path in taken if path.startswith(".public.posts")]


def test_what_is_remembered_is_of_the_site_that_is_shown_and_the_one_before(blog: Path) -> None:
    for number in range(4):
        (blog / "notebooks/open.ipynb").write_bytes(notebook(front("Open"), f"For {number}."))
        publish(blog)
    assert len(list(blog.glob(".public.posts/[0-9a-f]*"))) == 2
    target = FolderTarget(blog / "public")
    target.rollback()
    assert target.current().posts["open.ipynb"]["title"] == "Open"
    target.clean()
    assert list(blog.glob(".public*")) == []


def test_a_site_with_a_manifest_of_version_1_is_published_on_and_can_be_gone_back_to(blog: Path) -> None:
    hush(blog, unlisted="true")
    publish(blog)
    whole = files(blog / "public")
    target = FolderTarget(blog / "public")
    (blog / "public" / MANIFEST).write_bytes(first_manifest(blog / "public"))
    for file in blog.glob(".public.posts/*"):
        file.unlink()
    assert {SECRETIVE in record["title"] for record in target.current().posts.values()} == {True, False}
    (blog / "notebooks/open.ipynb").write_bytes(notebook(front("Open"), "For all."))
    publish(blog)
    assert SECRETIVE not in (blog / "public" / MANIFEST).read_text()
    assert SECRETIVE in (blog / ".public.former" / MANIFEST).read_text()
    target.rollback()
    assert files(blog / "public") == whole
    target.rollback()
    assert SECRETIVE not in (blog / "public" / MANIFEST).read_text()


def first_manifest(site: Path) -> bytes:
    """Return the manifest of a site as the first publishers wrote it."""
    release = FolderTarget(site).current()
    owners = {path: f"{SECRETIVE}.ipynb" for path in release.entries if SECRETIVE in path}
    rows = {path: [each.digest, each.size, owners.get(path, "")] for path, each in release.entries.items()}
    posts = {name: {**record, "unlisted": "unlisted" in record["metadata"]} for name, record in release.posts.items()}
    return json.dumps({"version": 1, "files": rows, "posts": posts}, separators=(",", ":")).encode()


# Going back


def test_going_back_does_not_show_what_is_held_back(blog: Path) -> None:
    hush(blog, draft="true")
    publish(blog, drafts=True)
    publish(blog)
    run = invoke(blog, "rollback")
    assert run.returncode == 2
    assert f"{SECRETIVE}.ipynb" in run.stderr
    assert telling(blog / "public") == []


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("before", [{}, {"unlisted": "true"}])
def test_going_back_does_not_show_what_was_public_and_is_held_back_by_now(
    blog: Path, before: dict[str, object], held: dict[str, object]
) -> None:
    hush(blog, **before)
    publish(blog)
    hush(blog, **held)
    publish(blog)
    run = invoke(blog, "rollback")
    assert run.returncode == 2
    assert f"{SECRETIVE}.ipynb" in run.stderr
    assert telling(blog / "public") == []


def test_going_back_from_a_site_with_drafts_to_one_without_is_undone_as_well(blog: Path) -> None:
    publish(blog)
    hush(blog, draft="true")
    publish(blog, drafts=True)
    assert invoke(blog, "rollback").returncode == 0
    assert telling(blog / "public") == []


def invoke(blog: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "publisher", *words]
    environ = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
    }
    return subprocess.run(command, cwd=blog, capture_output=True, text=True, env=environ, check=False)


# Far fewer posts


def write(blog: Path, count: int) -> None:
    for number in range(count):
        (blog / f"notebooks/{number}.ipynb").write_bytes(notebook(front(f"Number {number}"), "Text."))


@pytest.mark.parametrize(
    ("count", "left", "is_refused"),
    [(0, 0, True), (1, 0, True), (3, 0, True), (2, 1, False), (3, 1, False), (3, 2, False), (4, 2, False),
     (4, 1, True), (5, 2, True), (5, 3, False), (9, 0, True)],
)  # fmt: skip
def test_a_site_does_not_lose_most_of_its_posts_by_accident(
    tmp_path: Path, count: int, left: int, is_refused: bool
) -> None:
    (tmp_path / "notebooks").mkdir()
    write(tmp_path, max(count, 1))
    publish(tmp_path)
    before = files(tmp_path / "public")
    for number in range(left, max(count, 1)):
        (tmp_path / f"notebooks/{number}.ipynb").unlink()
    if is_refused:
        with pytest.raises(SettingsError, match="would vanish from the site"):
            publish(tmp_path)
        assert files(tmp_path / "public") == before
    assert publish(tmp_path, allow_fewer=True).posts.removed == max(count, 1) - left
    publish(tmp_path)


LOST: dict[str, Callable[[Path], object]] = {
    "gone": lambda file: file.unlink(),
    "broken": lambda file: file.write_bytes(b"{ broken"),
    "one that has a secret": lambda file: file.write_bytes(notebook(front("Hush"), f"The key is {TOKEN}.")),
}


@pytest.mark.parametrize("how", LOST)
@pytest.mark.parametrize("lost", ["memory", "memory and cache"])
def test_how_many_posts_there_were_is_known_when_all_but_the_site_is_lost(blog: Path, how: str, lost: str) -> None:
    write(blog, 4)
    publish(blog)
    before = files(blog / "public")
    for file in blog.glob(".public.posts/*"):
        file.unlink()
    if "cache" in lost:
        shutil.rmtree(blog / ".publisher-cache")
    for file in (blog / "notebooks").glob("[1-9].ipynb"):
        LOST[how](file)
    if how == "gone":
        (blog / "notebooks/0.ipynb").unlink()
    with pytest.raises(SettingsError, match=r"[34] posts of 5 would vanish from the site: .*[12]/index\.html"):
        publish(blog)
    assert files(blog / "public") == before
    publish(blog, allow_fewer=True)


def test_posts_that_fail_and_whose_last_good_pages_cannot_be_kept_are_missed(blog: Path) -> None:
    write(blog, 5)
    publish(blog)
    for number in range(5):
        (blog / f"notebooks/{number}.ipynb").write_bytes(b"{ broken")
        (blog / f"public/{number}/index.html").write_text("changed by a program")
    with pytest.raises(SettingsError, match="5 posts of 6 would vanish from the site"):
        publish(blog)
    publish(blog, allow_fewer=True)


def test_posts_that_fail_and_are_held_back_are_not_missed(blog: Path) -> None:
    write(blog, 6)
    publish(blog)
    for number in range(6):
        about = front(f"Number {number}", draft="true", updated="never")
        (blog / f"notebooks/{number}.ipynb").write_bytes(notebook(about, "Text."))
    assert publish(blog).posts.removed == 6


def test_what_the_author_holds_back_is_not_missed(blog: Path) -> None:
    write(blog, 6)
    publish(blog)
    for number in range(6):
        (blog / f"notebooks/{number}.ipynb").write_bytes(notebook(front(f"Number {number}", draft="true"), "Text."))
    assert publish(blog).posts.removed == 6


def test_notebooks_that_moved_or_got_another_name_are_not_missed(blog: Path) -> None:
    write(blog, 6)
    publish(blog)
    (blog / "notebooks/deep").mkdir()
    for number in range(6):
        (blog / f"notebooks/{number}.ipynb").rename(blog / f"notebooks/deep/{number}.ipynb")
    assert not publish(blog).failures


def test_the_command_says_what_would_vanish_and_how_to_let_it(blog: Path) -> None:
    write(blog, 6)
    assert invoke(blog, "publish").returncode == 0
    shutil.rmtree(blog / "notebooks")
    (blog / "notebooks").mkdir()
    run = invoke(blog, "publish")
    assert run.returncode == 2
    assert "7 posts of 7 would vanish" in run.stderr
    assert "--allow-fewer" in run.stderr
    assert (blog / "public/0/index.html").exists()
    assert invoke(blog, "publish", "--allow-fewer").returncode == 0
    assert not (blog / "public/0/index.html").exists()
