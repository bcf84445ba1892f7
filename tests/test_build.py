"""The whole of a publish: what is on the disk afterwards, and what was said about it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from publisher import beside, closing, notebooks, policies, posts, workers
from publisher.errors import SettingsError
from publisher.report import Summary
from publisher.target import FolderTarget
from tests.support import CHECKOUT
from tests.support.blogs import Recorder, Write, broken, files, publish, stats
from tests.support.notebooks import cell, front, notebook, plot, png
from tests.support.waiting import PATIENCE

HINT_OF_A_FAULT = "this is a fault of publisher: please report it with the notebook"
UNREADABLE = {
    "formats/nbdev__example_merge_conflict.ipynb",
    "formats/nbformat__test3_no_metadata.ipynb",
    "formats/nbformat__test3_no_worksheets.ipynb",
    "formats/nbformat__test3_worksheet_with_no_cells.ipynb",
    "formats/quarto-cli__globs_d_invalid_json.ipynb",
}

Given = Mapping[str, beside.File | None]


class Texts(HTMLParser):
    """Lists what is read of each card: the alternative text of its picture, then its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li" and "card" in (dict(attrs).get("class") or "").split():
            self.cards.append([])
        if tag == "img" and self.cards:
            self.cards[-1].append(dict(attrs)["alt"] or "")

    def handle_data(self, data: str) -> None:
        if self.cards and data.strip():
            self.cards[-1].append(data.strip())


def cards(page: Path) -> list[list[str]]:
    texts = Texts()
    texts.feed(page.read_text("utf-8").partition("<main")[2].partition("</ul>")[0])
    return texts.cards


# What a blog becomes


def test_eight_notebooks_in_an_empty_folder_become_eight_cards(write_notebook: Write, tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(1, 61)]
    text = " ".join(words[:20]) + "\n\n" + " ".join(words[20:])
    for number in range(1, 9):
        head = front(f"Post {number}", date=f"2025-01-0{number}", tags=f"[tag{number}, more]")
        write_notebook(f"post-{number}.ipynb", head, text, plot(png(640, 400)) if number % 2 else "The end.")
    summary = publish(tmp_path)
    assert (summary.posts.written, summary.warnings, summary.failures) == (8, (), ())
    found = cards(tmp_path / "public/index.html")
    assert len(found) == 8
    for number, card in zip(range(8, 0, -1), found, strict=True):
        assert card[:3] == [f"Image for Post {number}", f"Post {number}", " ".join(words[:40]) + " …"]
        assert set(card[3:]) == {f"January {number}, 2025", f"tag{number}", ",", "more", "1 min read"}


def test_a_blog_without_notebooks_has_a_page_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    summary = publish(tmp_path)
    assert summary.posts.written == 0
    assert "yet to come" in (tmp_path / "public/index.html").read_text("utf-8")


def test_a_blog_without_its_source_folder_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="notebooks: is not a folder"):
        publish(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_notebook_is_one_step_of_the_work(write_notebook: Write, tmp_path: Path) -> None:
    for name in "abc":
        write_notebook(f"{name}.ipynb", f"# {name}")
    recorder = Recorder()
    publish(tmp_path, recorder)
    assert (recorder.parts, recorder.steps) == ([("Converting", 3)], 3)


def test_what_a_post_needs_comes_along_and_what_is_static_is_copied(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a/post.ipynb", "# Post\n\n[data](data.csv) [paper](/paper.pdf) [page](/own.html)")
    (tmp_path / "notebooks/a/data.csv").write_bytes(b"a,b\n")
    (tmp_path / "static").mkdir()
    (tmp_path / "static/paper.pdf").write_bytes(b"%PDF")
    (tmp_path / "static/own.html").write_bytes(b"<h1>Own</h1>")
    summary = publish(tmp_path)
    site = files(tmp_path / "public")
    assert summary.warnings == ()
    assert site["paper.pdf"] == b"%PDF"
    assert site["own.html"] == b"<h1>Own</h1>"
    assert [path for path in site if path.startswith("files/")] == ["files/5be08c9684a1/data.csv"]
    assert 'href="/paper.pdf"' in site["post/index.html"].decode()


def test_two_posts_that_link_to_one_file_share_it(write_notebook: Write, tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/data.csv").write_bytes(b"a,b\n")
    for name in ("a", "b"):
        write_notebook(f"{name}.ipynb", f"# {name}\n\n[data](data.csv)", plot(png(300, 200)))
    publish(tmp_path)
    assert [path for path in files(tmp_path / "public") if path.endswith(".csv")] == ["files/5be08c9684a1/data.csv"]
    (tmp_path / "notebooks/a.ipynb").unlink()
    publish(tmp_path)
    assert [path for path in files(tmp_path / "public") if path.endswith(".csv")] == ["files/5be08c9684a1/data.csv"]


# Notebooks that fail


@pytest.fixture
def blog(write_notebook: Write, tmp_path: Path) -> Path:
    """Publish a blog of three posts, one of which will be made to fail."""
    write_notebook(
        "frail.ipynb",
        front("Frail", date="2025-02-02", lang="de", series="Both"),
        "Text.\n\n## Its end",
        plot(png(900, 600)),
    )
    write_notebook(
        "good.ipynb", front("Good", date="2025-01-01", series="Both"), "See [the other](frail.ipynb#Its-End)."
    )
    write_notebook("newer.ipynb", front("Newer", date="2025-03-03"), "Text.")
    assert publish(tmp_path).failures == ()
    return tmp_path


def test_a_notebook_that_fails_keeps_its_last_good_page_its_card_and_its_images(blog: Path) -> None:
    before = files(blog / "public")
    (blog / "notebooks/frail.ipynb").write_text("{")
    recorder = Recorder()
    summary = publish(blog, recorder)
    assert [problem.file for problem in summary.failures] == ["frail.ipynb"]
    assert [is_failure for _, is_failure in recorder.told] == [True]
    assert files(blog / "public") == before
    assert (summary.posts.written, summary.posts.unchanged, summary.posts.removed) == (0, 3, 0)


def test_the_page_of_a_failed_notebook_stays_whole_when_all_else_changes(blog: Path) -> None:
    before = files(blog / "public")
    (blog / "notebooks/frail.ipynb").write_text("{")
    (blog / "notebooks/good.ipynb").write_bytes(notebook(front("Better", slug="better"), "Text."))
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Another"\naccent = "#803000"\n')
    publish(blog)
    after = files(blog / "public")
    assert after["frail/index.html"] == before["frail/index.html"]
    assert after["index.html"] != before["index.html"]
    assert [each.href for each in broken(blog / "public")] == ["/good/"]  # the failed page has its neighbours


def test_a_page_is_kept_as_long_as_its_notebook_fails(blog: Path) -> None:
    before = files(blog / "public")
    (blog / "notebooks/frail.ipynb").write_text("{")
    for _ in range(3):
        assert len(publish(blog).failures) == 1
    assert files(blog / "public") == before


def test_a_notebook_that_was_put_right_comes_back(blog: Path) -> None:
    before = files(blog / "public")
    good = (blog / "notebooks/frail.ipynb").read_bytes()
    (blog / "notebooks/frail.ipynb").write_text("{")
    publish(blog)
    (blog / "notebooks/frail.ipynb").write_bytes(good)
    assert publish(blog).failures == ()
    assert files(blog / "public") == before


def test_a_notebook_that_never_was_good_has_no_card(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("good.ipynb", "# Good")
    (tmp_path / "notebooks/bad.ipynb").write_text("{")
    summary = publish(tmp_path)
    assert (summary.posts.written, len(summary.failures)) == (1, 1)
    assert [card[1] for card in cards(tmp_path / "public/index.html")] == ["Good"]


def test_a_failed_page_whose_files_are_gone_is_not_kept(blog: Path) -> None:
    for path in (blog / "public/img").glob("*.*"):
        path.unlink()
    (blog / "notebooks/frail.ipynb").write_text("{")
    assert publish(blog).posts.removed == 1
    assert not (blog / "public/frail/index.html").exists()
    publish(blog)
    assert not (blog / "public/frail").exists()


def test_a_fault_of_ours_is_one_failed_notebook(
    write_notebook: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_notebook("good.ipynb", "# Good")
    write_notebook("odd.ipynb", "# Odd")
    convert = posts.convert

    def faulty(notebook: notebooks.Notebook, conversion: object) -> object:
        return 1 / 0 if notebook.path == "odd.ipynb" else convert(notebook, conversion)  # type: ignore[arg-type]

    monkeypatch.setattr(posts, "convert", faulty)
    summary = publish(tmp_path)
    assert [(problem.file, problem.hint) for problem in summary.failures] == [("odd.ipynb", HINT_OF_A_FAULT)]
    assert "ZeroDivisionError" in summary.failures[0].message
    assert summary.posts.written == 1


def test_two_notebooks_with_one_url_fail_and_name_each_other(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("one.ipynb", front("One", slug="Caf\u00e9"))
    write_notebook("two.ipynb", front("Two", slug="caf\u00e9"))
    write_notebook("three.ipynb", "# Three")
    summary = publish(tmp_path)
    assert [(each.file, each.message.split(":")[0]) for each in summary.failures] == [
        ("one.ipynb", "has the same URL as two.ipynb"),
        ("two.ipynb", "has the same URL as one.ipynb"),
    ]
    assert summary.posts.written == 1


def test_a_clash_with_a_new_notebook_keeps_the_page_that_was_there(blog: Path, write_notebook: Write) -> None:
    before = files(blog / "public")
    write_notebook("new.ipynb", front("New", slug="frail"))
    assert {problem.file for problem in publish(blog).failures} == {"new.ipynb", "frail.ipynb"}
    assert files(blog / "public") == before


def test_a_new_notebook_may_take_the_place_of_one_that_fails(blog: Path, write_notebook: Write) -> None:
    (blog / "notebooks/frail.ipynb").write_text("{")
    write_notebook("new.ipynb", front("New", slug="frail"), "The new page.")
    summary = publish(blog)
    assert [problem.file for problem in summary.failures] == ["frail.ipynb"]
    assert "The new page." in (blog / "public/frail/index.html").read_text("utf-8")
    assert [card[1] for card in cards(blog / "public/index.html")] == ["Newer", "Good", "New"]


def test_strict_publishes_nothing_when_anything_is_wrong(blog: Path) -> None:
    before = stats(blog / "public")
    (blog / "notebooks/good.ipynb").write_bytes(notebook("# Good\n\n![gone](gone.png)"))
    summary = publish(blog, strict=True)
    assert (summary.is_shown, summary.has_changed, len(summary.warnings)) == (False, False, 1)
    assert (summary.posts.written, summary.posts.removed) == (0, 0)
    assert stats(blog / "public") == before
    assert publish(blog).is_shown


def test_an_interrupted_publish_leaves_the_site_as_it_was(blog: Path) -> None:
    class Interrupting(Recorder):
        def advance(self) -> None:
            if self.steps == 2:
                raise KeyboardInterrupt
            super().advance()

    before = stats(blog / "public")
    for name in ("frail", "good", "newer"):
        (blog / f"notebooks/{name}.ipynb").write_bytes(notebook(f"# {name}", plot(png(500, 300, "red"))))
    with pytest.raises(KeyboardInterrupt):
        publish(blog, Interrupting())
    assert stats(blog / "public") == before
    left = [path.name for path in blog.iterdir() if path.name != ".public.posts"]
    assert sorted(left) == [".publisher-cache", "notebooks", "public"]


# Publishing again


def test_a_second_publish_of_the_same_writes_nothing(blog: Path) -> None:
    before = stats(blog / "public")
    summary = publish(blog)
    assert stats(blog / "public") == before
    assert not summary.has_changed
    assert (summary.posts.written, summary.pages.written, summary.images.written) == (0, 0, 0)
    assert summary.posts.unchanged == 3


def test_force_makes_the_same_bytes_and_repairs_what_was_changed(blog: Path) -> None:
    before = files(blog / "public")
    page = blog / "public/good/index.html"
    page.write_bytes(page.read_bytes().replace(b"See", b"Saw"))
    image = next((blog / "public/img").glob("*.*"))
    image.write_bytes(bytes(len(image.read_bytes())))
    summary = publish(blog, force=True)
    assert files(blog / "public") == before
    assert (summary.pages.written, summary.images.written) == (1, 1)


def test_a_draft_that_was_published_is_removed(blog: Path) -> None:
    (blog / "notebooks/frail.ipynb").write_bytes(notebook(front("Frail", draft="true"), "Text."))
    summary = publish(blog)
    assert (summary.drafts, summary.posts.removed) == (1, 1)
    assert not [path for path in files(blog / "public") if "frail" in path]
    assert [(each.file, each.message) for each in summary.warnings] == [
        ("good.ipynb", "a link leads to a draft: frail.ipynb#Its-End")
    ]


def test_drafts_and_posts_of_the_future_are_shown_when_they_are_wanted(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("draft.ipynb", front("Draft", draft="true"))
    write_notebook("future.ipynb", front("Future", date="2025-06-16"))
    write_notebook("both.ipynb", front("Both", date="2025-06-16", draft="true"))
    none, drafts, future = publish(tmp_path), publish(tmp_path, drafts=True), publish(tmp_path, future=True)
    assert [(each.drafts, each.future) for each in (none, drafts, future)] == [(2, 1), (0, 2), (2, 0)]
    assert publish(tmp_path, drafts=True, future=True).posts.written == 3


def test_a_renamed_notebook_takes_its_page_along(blog: Path) -> None:
    (blog / "notebooks/frail.ipynb").rename(blog / "notebooks/strong.ipynb")
    summary = publish(blog)
    assert (summary.posts.written, summary.posts.removed) == (3, 1)  # the neighbours link to it
    assert not (blog / "public/frail").exists()
    assert (blog / "public/strong/index.html").exists()


def test_a_new_title_moves_no_page(blog: Path) -> None:
    (blog / "notebooks/frail.ipynb").write_bytes(notebook(front("Another title"), "Text."))
    assert publish(blog).posts.removed == 0
    assert "Another title" in (blog / "public/frail/index.html").read_text("utf-8")


def test_images_that_no_post_shows_any_more_are_removed_after_two_more_releases(blog: Path) -> None:
    before = {path for path in files(blog / "public") if path.startswith("img/")}
    removed = []
    for words in ("Text.", "Other text.", "Yet other text."):
        (blog / "notebooks/frail.ipynb").write_bytes(notebook(front("Frail"), words))
        removed.append(publish(blog).images.removed)
    assert (removed[:2], removed[2] > 0) == ([0, 0], True)
    assert not before <= set(files(blog / "public"))
    listed = re.findall(
        rb"/(img/[^ \"]+)", b" ".join(data for path, data in files(blog / "public").items() if ".html" in path)
    )
    assert {path.encode() for path in files(blog / "public") if path.startswith("img/")} == set(listed)


def test_files_that_others_put_into_the_site_stay(blog: Path) -> None:
    (blog / "public/CNAME").write_text("example.org")
    (blog / "notebooks/good.ipynb").write_bytes(notebook("# Good"))
    summary = publish(blog)
    assert (blog / "public/CNAME").read_text() == "example.org"
    assert summary.notes == ("left in place, as publisher did not make it: 1 file", closing.NO_ADDRESS)


# The same input gives the same bytes

SCRIPT = """
    import io, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from publisher import build, config, workers
    from publisher.report import QuietReporter

    if __name__ == "__main__":
        workers.WORTH_A_POOL = 1
        root, output, jobs = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
        options = build.Options(datetime(2025, 6, 15, tzinfo=UTC), jobs=jobs)
        summary = build.publish(config.load(root, output=output), options, QuietReporter(sys.stderr))
        assert not summary.failures and summary.posts.written == 4, summary
"""


def test_jobs_hash_seed_locale_and_time_zone_change_no_byte(write_notebook: Write, tmp_path: Path) -> None:
    for name in "abcd":
        shown = plot(png(700, 500, "navy" if name in "ab" else "green"))
        write_notebook(f"{name}.ipynb", front(f"Post {name}", date="2025-01-01", tags="[x, y, z]"), "Größe.", shown)
    (tmp_path / "pyproject.toml").write_text("[tool.publisher]\nsearch = false\n")  # test_search has its index
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT))
    settings = (
        ("one", "1", {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"}),
        ("two", "2", {"PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Auckland", "PYTHONUTF8": "0"}),
    )
    for output, jobs, more in settings:
        command = [sys.executable, "-W", "error", str(script), str(tmp_path), output, jobs]
        environ = {**os.environ, "PYTHONPATH": str(CHECKOUT), **more}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_the_order_of_the_folder_changes_no_byte(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(blog / "public")
    walk = os.walk

    def backwards(folder: Path, **options: object) -> Iterator[tuple[str, list[str], list[str]]]:
        for where, folders, names in walk(folder, **options):
            folders.sort(reverse=True)
            yield where, folders, sorted(names, reverse=True)

    monkeypatch.setattr(notebooks.os, "walk", backwards)
    publish(blog, force=True)
    assert files(blog / "public") == before


def test_nothing_on_the_disk_tells_where_or_when_it_was_made(blog: Path) -> None:
    year = str(datetime.now(UTC).year).encode()
    for path, data in files(blog / "public").items():
        assert str(blog).encode() not in data, path
        assert not path.endswith(".html") or year not in data, path


def test_others_are_called_in_from_a_number_of_notebooks_on_and_stay_to_the_end(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    pool = workers.pool

    def noting(jobs: int, count: int, *more: object) -> object:
        asked.append((jobs, count))
        return pool(1, count)

    monkeypatch.setattr(workers, "pool", noting)
    publish(blog, jobs=3, force=True)
    assert asked == [(1, 3), (1, 1)]  # converting, then laying out: too little for anybody else
    asked.clear()
    monkeypatch.setattr(workers, "WORTH_A_POOL", 3)
    publish(blog, jobs=3, force=True)
    assert asked == [(3, 3)]


# Notebooks and files that change meanwhile


def test_a_notebook_that_changes_while_it_is_published_offers_no_download(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = blog / "notebooks/good.ipynb"
    (blog / "notebooks/good.ipynb").write_bytes(notebook("# Good\n\nEdited."))
    make = posts.make

    def slow(notebook: notebooks.Notebook, making: posts.Making, given: Given) -> posts.Fresh | posts.Asking:
        if notebook.path == "good.ipynb":
            file.write_bytes(file.read_bytes() + b"\n")
        return make(notebook, making, given)

    with monkeypatch.context() as patch:
        patch.setattr(posts, "make", slow)
        assert [(each.file, each.message) for each in publish(blog).warnings] == [
            ("good.ipynb", "changed while it was published")
        ]
    assert not (blog / "public/good/good.ipynb").exists()
    assert "download" not in (blog / "public/good/index.html").read_text("utf-8").partition("<footer")[2]
    assert publish(blog).warnings == ()
    assert (blog / "public/good/good.ipynb").read_bytes() == file.read_bytes()


def test_a_notebook_that_goes_away_while_it_is_published_stops_nothing(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (blog / "notebooks/good.ipynb").write_bytes(notebook("# Good\n\nEdited."))
    make = posts.make

    def slow(notebook: notebooks.Notebook, making: posts.Making, given: Given) -> posts.Fresh | posts.Asking:
        if notebook.path == "good.ipynb":
            (blog / "notebooks/good.ipynb").unlink()
        return make(notebook, making, given)

    monkeypatch.setattr(posts, "make", slow)
    summary = publish(blog)
    assert [(each.file, each.message) for each in summary.warnings] == [
        ("good.ipynb", "changed while it was published")
    ]
    assert publish(blog).posts.removed == 1


def test_a_linked_file_that_goes_away_while_it_is_published_is_a_broken_link(
    write_notebook: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_notebook("post.ipynb", "# Post\n\n[data](data.csv)")
    data = tmp_path / "notebooks/data.csv"
    data.write_text("a,b")
    make = posts.make

    def slow(notebook: notebooks.Notebook, making: posts.Making, given: Given) -> posts.Fresh | posts.Asking:
        made = make(notebook, making, given)
        data.unlink()
        return made

    monkeypatch.setattr(posts, "make", slow)
    summary = publish(tmp_path)
    assert summary.failures == ()
    assert [each.message for each in summary.warnings] == ["a link leads to a file that does not exist: data.csv"]


# Clashes and broken links


def test_a_static_file_that_browsers_would_keep_for_a_year_is_warned_of(blog: Path) -> None:
    (blog / "static/img").mkdir(parents=True)
    (blog / "static/img/logo.png").write_bytes(b"mine")
    (blog / "static/img/other.png").write_bytes(b"mine")
    (blog / "static/pictures").mkdir()
    (blog / "static/pictures/logo.png").write_bytes(b"mine")
    told = [str(each) for each in publish(blog).warnings if each.file.startswith("static/")]
    (warning,) = told
    assert warning.startswith("static/img/logo.png: lies in img/ of the site, where browsers keep files for a year")


def test_a_static_file_that_comes_in_the_place_of_a_page_takes_it_and_the_notebook_fails(blog: Path) -> None:
    (blog / "static/good").mkdir(parents=True)
    (blog / "static/good/index.html").write_text("mine")
    summary = publish(blog)
    assert [(each.file, each.message) for each in summary.failures] == [
        ("good.ipynb", "has the URL of another page of the site: /good/")
    ]
    assert (blog / "public/good/index.html").read_text() == "mine"
    assert len(cards(blog / "public/index.html")) == 2


def test_a_page_in_the_place_of_the_listing_or_of_a_static_file_fails_alone(
    write_notebook: Write, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\npermalink = "/{slug}.html"\n')
    for name in ("index", "own", "good"):
        write_notebook(f"{name}.ipynb", f"# {name}")
    (tmp_path / "static").mkdir()
    (tmp_path / "static/own.html").write_text("mine")
    summary = publish(tmp_path)
    assert [(each.file, each.message.partition(":")[2]) for each in summary.failures] == [
        ("index.ipynb", " /index.html"),
        ("own.ipynb", " /own.html"),
    ]
    assert (tmp_path / "public/own.html").read_text() == "mine"
    assert summary.posts.written == 1


def test_a_link_out_of_the_static_folder_is_not_followed(write_notebook: Write, tmp_path: Path) -> None:
    root = tmp_path / "blog"
    (root / "static").mkdir(parents=True)
    (root / "notebooks").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (root / "static/secret.txt").symlink_to(tmp_path / "secret.txt")
    publish(root)
    assert not (root / "public/secret.txt").exists()


def test_a_broken_link_is_told_with_notebook_and_cell(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a/post.ipynb", "# Post", "Text.", "[gone](gone.pdf) and [nowhere](#nowhere)")
    told = [(each.file, each.cell, each.message) for each in publish(tmp_path).warnings]
    assert told == [
        ("a/post.ipynb", 3, "a link leads to a file that does not exist: gone.pdf"),
        ("a/post.ipynb", 3, "a link leads to a place that the page does not have: #nowhere"),
    ]


def test_an_address_that_is_none_stops_nothing(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("post.ipynb", '# Post\n\n<a href="http://[half">x</a> <a href="//[">y</a> <a href="%zz\u0000">z</a>')
    assert publish(tmp_path).failures == ()


# Dates


def test_month_and_day_are_told_apart_by_the_dates_of_the_whole_blog(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", front("A", date="03/04/2025"))
    assert ["03/04/2025" in problem.message for problem in publish(tmp_path).failures] == [True]
    write_notebook("b.ipynb", front("B", date="03/25/2025"))
    assert publish(tmp_path).failures == ()
    assert "March 4, 2025" in (tmp_path / "public/a/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("timezone", "moment", "held"),
    [
        ("UTC", "2025-06-15T12:00:00", 1),
        ("Pacific/Kiritimati", "2025-06-15T12:00:00", 0),  # there it is the 16th already
        ("Pacific/Pago_Pago", "2025-06-16T10:00:00", 1),  # there it is the 15th still
        ("UTC", "2025-06-16T00:00:00", 0),
    ],
)
def test_today_is_what_the_time_zone_of_the_blog_and_source_date_epoch_say(
    write_notebook: Write, tmp_path: Path, timezone: str, moment: str, held: int
) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.publisher]\ntimezone = "{timezone}"\n')
    write_notebook("post.ipynb", front("Post", date="2025-06-16"))
    epoch = str(int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()))
    environ = {**os.environ, "PYTHONPATH": str(CHECKOUT), "SOURCE_DATE_EPOCH": epoch, "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", "publisher", "publish", "--json"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert json.loads(done.stdout)["held_back"] == {"drafts": 0, "future": held}


# Where the site will be, and what it asks of others


def test_every_address_begins_with_the_path_of_the_base_url(write_notebook: Write, tmp_path: Path) -> None:
    text = '[tool.publisher]\nbase-url = "https://example.org/my blog/"\npage-size = 1\n'
    (tmp_path / "pyproject.toml").write_text(text.replace("my blog", "blog"))
    write_notebook("a.ipynb", front("A", date="2025-01-01"), "[b](b.ipynb#part) [x](x.csv)", plot(png(2000, 900)))
    write_notebook("b.ipynb", front("B", date="2025-01-02"), "## Part\n\n[a](a.ipynb)")
    (tmp_path / "notebooks/x.csv").write_text("1")
    assert publish(tmp_path).warnings == ()
    for path, data in files(tmp_path / "public").items():
        if path.endswith(".html"):
            found = re.findall(r'\b(?:href|src)="([^"]*)"|srcset="([^"]*)"', data.decode())
            addresses = [
                plain or part.split()[0]
                for plain, several in found
                for part in ([plain] if plain else several.split(", "))
            ]
            assert len(addresses) > 5
            assert [
                each for each in addresses if not each.startswith(("/blog/", "#", "https://example.org/blog/"))
            ] == []
    assert broken(tmp_path / "public", "https://example.org/blog/") == []


def test_nothing_is_fetched(write_notebook: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    text = "![far](https://example.org/a.png) [link](https://example.org/) <img src='//example.org/b.png'>"
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><image href="https://example.org/c.png"/></svg>'
    )
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": svg}}
    write_notebook(
        "post.ipynb", front("Post", image="https://example.org/d.png"), text, cell("x", "code", outputs=[output])
    )
    assert publish(tmp_path).failures == ()


# Real notebooks


@pytest.mark.corpus
def test_every_real_notebook_gets_a_page_or_is_one_of_the_unreadable(
    corpus: Path, corpus_blog: tuple[Path, Summary]
) -> None:
    site, summary = corpus_blog
    found = {path.relative_to(corpus).as_posix() for path in corpus.rglob("*.ipynb")}
    assert {problem.file for problem in summary.failures} == UNREADABLE
    assert all("\n" not in problem.message and problem.hint != HINT_OF_A_FAULT for problem in summary.failures)
    recorded = FolderTarget(site).current().posts
    assert set(recorded) == found - UNREADABLE
    assert all((site / record["path"]).is_file() for record in recorded.values())


@pytest.mark.corpus
def test_no_warning_about_a_real_notebook_is_a_fault_of_ours(corpus_blog: tuple[Path, Summary]) -> None:
    for problem in corpus_blog[1].warnings:
        assert problem.file.endswith(".ipynb"), problem
        assert not re.search(r"Traceback|Error\b|object at 0x", problem.message), problem


@pytest.mark.corpus
def test_every_image_of_the_site_of_real_notebooks_can_be_opened(corpus_site: Path) -> None:
    from PIL import Image

    count = 0
    for path in (corpus_site / "img").iterdir():
        count += 1
        if path.suffix != ".svg":
            with Image.open(path) as image:
                assert f"-{image.width}." in path.name
                image.draft("RGB", (16, 16))
                image.load()
    assert count > 800


@pytest.mark.corpus
def test_every_page_of_real_notebooks_has_one_heading_of_the_first_level_and_no_script_but_ours(
    corpus_site: Path,
) -> None:
    for path in corpus_site.rglob("*.html"):
        page = path.read_text("utf-8")
        if path.parent.name == "outputs":
            continue  # what runs in a frame
        assert len(re.findall(r"<h1\b", page)) == 1, path
        for early in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
            assert early == policies.EARLY, path
        for written in re.findall(r"<script ([^<>]*)>", page):
            assert re.match(r'src="/assets/(?:site|finder|frames)-[0-9a-f]{8}\.js" defer', written), path
            assert "/frames-" not in written or "<iframe" in page, path
