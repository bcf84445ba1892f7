"""The second publish: what did not change is not touched, what did is made again, and it can be said why."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec.structs import replace

from publisher import (
    build,
    closing,
    config,
    convert,
    illustrations,
    images,
    layout,
    ledger,
    posts,
    unchanged,
    work,
)
from publisher.build import Options
from publisher.errors import Problem, TargetError
from publisher.report import Change
from publisher.target import MANIFEST
from tests.support.blogs import NOW, Recorder, files, settings_of, stats
from tests.support.blogs import publish_if_changed as publish
from tests.support.notebooks import front, notebook, plot, png
from tests.support.workers import lossy


def is_unchanged(blog: Path, **options: object) -> bool:
    return unchanged.summary(settings_of(blog), replace(Options(now=NOW), **options)) is not None  # type: ignore[arg-type]


def remade(blog: Path) -> dict[str, set[str]]:
    """Publish; return which pages were made again, and the names of what changed in each."""
    summary = publish(blog, explain=True)
    return {each.page: {change.name for change in each.changes} for each in summary.remade}


def inodes(folder: Path) -> dict[str, tuple[int, int]]:
    """Return which file is where, and when it was written."""
    found = ((path, path.stat()) for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (about.st_ino, about.st_mtime_ns) for path, about in found}


def settle(blog: Path) -> None:
    """Make all files old enough to be trusted: a test is faster than the clock of a file system."""
    long_ago = time.time() - 60
    for path in blog.rglob("*"):
        if path.is_file() and not path.is_symlink() and "public" not in path.parts:
            os.utime(path, (long_ago, long_ago))


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """A blog of four posts: two that link to each other, one with a picture beside it, one alone."""
    source = tmp_path / "notebooks"
    source.mkdir()
    (source / "one.ipynb").write_bytes(
        notebook(front("One", date="2025-01-01"), "See [two](two.ipynb#part).", plot(png(500, 300)))
    )
    (source / "two.ipynb").write_bytes(notebook(front("Two", date="2025-01-02"), "## Part\n\nText."))
    (source / "three.ipynb").write_bytes(notebook(front("Three", date="2025-01-03"), "![A lake](lake.png)"))
    (source / "four.ipynb").write_bytes(notebook(front("Four", date="2025-01-04"), "[data](data.csv)"))
    (source / "lake.png").write_bytes(png(600, 400, "green"))
    (source / "data.csv").write_text("a,b")
    settle(tmp_path)
    publish(tmp_path)
    return tmp_path


def bytes_of(site: Path) -> dict[str, bytes]:
    return {path: (site / path).read_bytes() for path in files(site) if path != MANIFEST}


def with_metadata(blog: Path) -> None:
    file = blog / "notebooks/one.ipynb"
    content = json.loads(file.read_bytes())
    content["metadata"]["kernelspec"] = {"name": "other", "display_name": "Other"}
    file.write_text(json.dumps(content))


@pytest.mark.parametrize(
    "change",
    [
        with_metadata,
        lambda blog: (blog / "notebooks/data.csv").write_text("a,b,c"),
        lambda blog: (blog / "static").mkdir() or (blog / "static/CNAME").write_text("example.org"),
        lambda blog: (blog / "pyproject.toml").write_text('[tool.publisher]\nbase-url = "https://example.org"\n'),
    ],
    ids=["metadata of a notebook", "a linked file", "a static file", "feeds"],
)
def test_whatever_file_of_the_site_changes_something_was_done(blog: Path, change: Callable[[Path], object]) -> None:
    before = bytes_of(blog / "public")
    change(blog)
    summary = publish(blog)
    after = bytes_of(blog / "public")
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed
    assert summary.has_changed
    assert summary.files.written == len(changed)
    assert not publish(blog).has_changed


# Nothing changed


def test_when_nothing_changed_nothing_is_read_made_or_written(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stats(blog)
    monkeypatch.setattr(build, "publish", lambda *_: pytest.fail("something was done"))
    summary = publish(blog)
    assert stats(blog) == before
    assert (summary.posts.unchanged, summary.pages.unchanged, summary.has_changed) == (4, 7, False)


def test_when_nothing_changed_nothing_that_makes_pages_is_imported(blog: Path) -> None:
    heavy = ("nbconvert", "nbformat", "PIL", "jinja2", "markdown_it", "pygments", "yaml", "nh3", "publisher.build")
    script = f"""
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        from publisher import config, unchanged
        options = config.Options(now=datetime(2025, 6, 15, 23, 59, tzinfo=UTC))
        assert unchanged.summary(config.load(Path(sys.argv[1])), options) is not None
        assert not [name for name in sys.modules if name.startswith({heavy!r})]
    """
    build.publish(config.load(blog), Options(now=NOW), Recorder())  # with the settings that the script finds
    subprocess.run([sys.executable, "-c", textwrap.dedent(script), str(blog)], check=True)


def run_script(blog: Path) -> subprocess.CompletedProcess[str]:
    """Run `publisher publish` in a blog; print at the end whether invoke was imported."""
    script = """
        import atexit, sys
        from publisher.__main__ import main
        atexit.register(lambda: print("invoke" in sys.modules))
        sys.argv = ["publisher", "publish"]
        main()
    """
    here = str(Path(build.__file__).parents[1])  # the package that these tests test, if another one is installed
    environ = {**os.environ, "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())), "PYTHONPATH": here}
    command = [sys.executable, "-c", textwrap.dedent(script)]
    return subprocess.run(command, cwd=blog, env=environ, capture_output=True, text=True, check=False)


def test_the_console_script_says_that_nothing_is_to_be_done_before_it_imports_invoke(blog: Path) -> None:
    build.publish(config.load(blog), Options(now=NOW), Recorder())
    done = run_script(blog)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "False")
    assert "Nothing to do: public/ is up to date with 4 posts" in done.stdout


@pytest.mark.parametrize("change", ["edit", "failure", "settings"])
def test_the_console_script_leaves_all_else_to_the_command(blog: Path, change: str) -> None:
    if change == "edit":
        (blog / "notebooks/two.ipynb").write_bytes(notebook(front("Two"), "Edited."))
    elif change == "failure":
        (blog / "notebooks/bad.ipynb").write_text("{")
        settle(blog)
        publish(blog)
        assert is_unchanged(blog)
    else:
        (blog / "pyproject.toml").write_text("[tool.publisher]\ntitel = 1\n")
    done = run_script(blog)
    assert done.stdout.splitlines()[-1] == "True"
    assert ("Failed  bad.ipynb" in done.stdout) == (change == "failure")
    assert done.returncode == {"edit": 0, "failure": 1, "settings": 2}[change]


def test_files_that_only_look_changed_are_compared_by_their_content_and_then_known(blog: Path) -> None:
    for path in (blog / "notebooks").iterdir():
        os.utime(path, (1_700_000_000,) * 2)
    assert is_unchanged(blog)
    assert is_unchanged(blog)


def test_a_fresh_checkout_with_the_cache_restored_converts_nothing(
    blog: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = files(blog / "public")
    other = tmp_path_factory.mktemp("elsewhere") / "checkout"
    shutil.copytree(blog, other, ignore=shutil.ignore_patterns("public", ".public*"))
    (other / "pyproject.toml").write_text(f'[tool.publisher]\ntitle = "{settings_of(blog).title}"\n')
    monkeypatch.setattr(posts, "convert", lambda *_: pytest.fail("a notebook was converted"))
    monkeypatch.setattr(images, "render", lambda *_: pytest.fail("an image was rendered"))
    publish(other)
    assert files(other / "public") == expected


@pytest.mark.parametrize("path", ["one/index.html", "index.html", "three/three.ipynb"])
@pytest.mark.parametrize("damage", ["removed", "changed", "cut", "linked"])
def test_a_file_of_the_site_that_is_not_as_it_was_left_is_restored(blog: Path, path: str, damage: str) -> None:
    before = files(blog / "public")
    file = blog / "public" / path
    data = file.read_bytes()
    file.unlink()
    if damage == "changed":
        file.write_bytes(data[::-1])
    elif damage == "cut":
        file.write_bytes(data[:-1])
    elif damage == "linked":
        file.symlink_to(blog / "notebooks/data.csv")
    assert not is_unchanged(blog)
    publish(blog)
    assert files(blog / "public") == before
    assert is_unchanged(blog)


def test_pictures_that_are_missing_come_from_the_cache(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(blog / "public")
    shutil.rmtree(blog / "public/img")
    monkeypatch.setattr(posts, "convert", lambda *_: pytest.fail("a notebook was converted"))
    monkeypatch.setattr(images, "render", lambda *_: pytest.fail("an image was rendered"))
    publish(blog)
    assert files(blog / "public") == before


def test_what_went_wrong_is_told_again_when_nothing_changed(blog: Path) -> None:
    (blog / "notebooks/bad.ipynb").write_text("{")
    (blog / "notebooks/odd.ipynb").write_bytes(notebook("# Odd", "![](gone.png)"))
    settle(blog)
    first = publish(blog)
    assert is_unchanged(blog)
    again = publish(blog)
    assert (len(first.failures), len(first.warnings)) == (1, 1)
    assert (again.failures, again.warnings) == (first.failures, first.warnings)


def test_strictness_and_force_are_never_answered_from_memory(blog: Path) -> None:
    assert is_unchanged(blog)
    assert not is_unchanged(blog, strict=True)
    assert not is_unchanged(blog, force=True)


def test_other_options_and_settings_are_another_site(blog: Path) -> None:
    assert not is_unchanged(blog, drafts=True)
    assert not is_unchanged(blog, future=True)
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Other"\n')
    assert not is_unchanged(blog)


def test_a_post_that_is_due_is_published_on_its_day_and_not_before(blog: Path) -> None:
    (blog / "notebooks/later.ipynb").write_bytes(notebook(front("Later", date="2025-07-01"), "Text."))
    settle(blog)
    assert publish(blog).future == 1
    assert is_unchanged(blog)
    day = datetime(2025, 7, 1, 23, 59, tzinfo=UTC)
    assert is_unchanged(blog, now=datetime(2025, 6, 30, 23, 59, tzinfo=UTC))
    assert not is_unchanged(blog, now=day)
    assert publish(blog, now=day).future == 0
    assert (blog / "public/later/index.html").exists()
    assert not is_unchanged(blog)  # the day before, the post was of the future
    publish(blog)
    assert not (blog / "public/later/index.html").exists()


def test_a_notebook_saved_at_the_very_tick_of_a_publish_is_looked_into_again(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = blog / "notebooks/two.ipynb"
    file.write_bytes(notebook(front("Two", date="2025-01-02"), "## Part\n\nFirst."))
    moment = file.stat().st_mtime_ns
    monkeypatch.setattr(build.Cache, "stamp", lambda _: moment)  # a clock whose ticks are long
    publish(blog)
    before = file.stat()
    file.write_bytes(file.read_bytes().replace(b"First.", b"Other."))
    os.utime(file, ns=(before.st_atime_ns, moment))
    monkeypatch.setattr(
        "publisher.sources._signature", _signature_without_inode_times
    )  # as on file systems that do not keep them
    publish(blog)
    assert "Other." in (blog / "public/two/index.html").read_text("utf-8")


def _signature_without_inode_times(entry: os.DirEntry[str]) -> tuple[int, int, int, int]:
    found = entry.stat()
    return (found.st_size, found.st_mtime_ns, 0, 0)


# Something changed


def test_an_edited_sentence_makes_one_article_again_and_no_picture(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converted = []
    original = convert.convert
    monkeypatch.setattr(posts, "convert", lambda found, *more: converted.append(found.path) or original(found, *more))
    monkeypatch.setattr(images.encode, "webp", lambda *_, **__: pytest.fail("an image was encoded"))
    monkeypatch.setattr(images.palette, "png", lambda *_: pytest.fail("an image was encoded"))
    file = blog / "notebooks/one.ipynb"
    file.write_bytes(file.read_bytes().replace(b"See ", b"Do see "))
    before = inodes(blog / "public")
    summary = publish(blog, explain=True)
    after = inodes(blog / "public")
    assert converted == ["one.ipynb"]
    assert {each.page for each in summary.remade} == {"one/index.html", "index.html", "llms.txt"}
    changed = {path for path in after if before.get(path) != after[path]}
    assert changed == {"one/index.html", "one/index.md", "one/one.ipynb", "index.html", "llms.txt", MANIFEST}


def test_an_edit_below_the_excerpt_leaves_the_listing_as_it_is(blog: Path) -> None:
    words = " ".join(["word"] * 60)
    file = blog / "notebooks/four.ipynb"
    file.write_bytes(notebook(front("Four", date="2025-01-04"), words, "[data](data.csv)"))
    publish(blog)
    file.write_bytes(notebook(front("Four", date="2025-01-04"), words, "Added. [data](data.csv)"))
    before = inodes(blog / "public")["index.html"]
    publish(blog)
    assert inodes(blog / "public")["index.html"] == before


def test_another_title_makes_the_pages_again_that_name_it(blog: Path) -> None:
    file = blog / "notebooks/two.ipynb"
    file.write_bytes(notebook(front("Second", date="2025-01-02"), "## Part\n\nText."))
    found = remade(blog)
    articles = {"one/index.html", "two/index.html", "three/index.html"}
    assert found.keys() == {*articles, "index.html", "archive/index.html", "llms.txt"}
    assert found["one/index.html"] == {"newer post"}
    assert found["three/index.html"] == {"older post"}
    assert found["two/index.html"] == {"notebook two.ipynb"}
    assert "Second" in (blog / "public/three/index.html").read_text("utf-8")


def test_a_heading_that_went_away_makes_the_pages_again_that_lead_to_it(blog: Path) -> None:
    file = blog / "notebooks/two.ipynb"
    file.write_bytes(notebook(front("Two", date="2025-01-02", slug="zwei"), "## Other part\n\nText."))
    found = remade(blog)
    assert "link two.ipynb#part" in found["one/index.html"]
    summary = publish(blog, force=True)
    assert [each.message for each in summary.warnings] == [
        "a link leads to a place that the page does not have: /zwei/#part"
    ]


def test_a_picture_or_a_file_beside_a_notebook_is_part_of_it(blog: Path) -> None:
    (blog / "notebooks/lake.png").write_bytes(png(600, 400, "red"))
    assert remade(blog)["three/index.html"] == {"file lake.png"}
    (blog / "notebooks/data.csv").write_text("a,b,c")
    assert remade(blog)["four/index.html"] == {"file data.csv", "files that come along"}
    assert len(list((blog / "public/files").rglob("data.csv"))) == 2  # the older one stays a while
    (blog / "notebooks/data.csv").unlink()
    assert "file data.csv" in remade(blog)["four/index.html"]


def test_a_file_that_was_missing_and_comes_is_shown(blog: Path) -> None:
    (blog / "notebooks/five.ipynb").write_bytes(notebook(front("Five"), "![](new.png)"))
    assert len(publish(blog).warnings) == 1
    (blog / "notebooks/new.png").write_bytes(png(300, 200))
    summary = publish(blog, explain=True)
    assert summary.warnings == ()
    (five,) = (each for each in summary.remade if each.page == "five/index.html")
    (change,) = five.changes
    assert (change.name, change.old, change.new[64:]) == ("file new.png", "missing", " new.png")


def test_a_sidecar_is_part_of_its_notebook(blog: Path) -> None:
    (blog / "notebooks/four.meta").write_text(".. tags: new\n")
    assert "sidecar four.meta" in remade(blog)["four/index.html"]


@pytest.mark.parametrize(
    ("template", "pages"),
    [
        ("article.html.j2", {"one/index.html", "two/index.html", "three/index.html", "four/index.html"}),
        ("card.html.j2", {"index.html"}),
        ("listing.html.j2", {"index.html"}),
        ("overview.html.j2", {"archive/index.html"}),
        ("standalone.html.j2", set()),
    ],
)
def test_a_template_makes_those_pages_again_that_use_it(blog: Path, template: str, pages: set[str]) -> None:
    (blog / "templates").mkdir()
    packaged = Path(build.templating.packaged()) / template
    (blog / "templates" / template).write_text(packaged.read_text("utf-8") + "<!-- mine -->", "utf-8")
    found = remade(blog)
    assert found.keys() == pages
    assert all(names == {f"template {template}"} for names in found.values())


def test_the_template_of_cells_makes_all_articles_again(blog: Path) -> None:
    (blog / "templates").mkdir()
    packaged = Path(build.templating.packaged()) / "notebook.html.j2"
    (blog / "templates/notebook.html.j2").write_text(packaged.read_text("utf-8") + "<!-- mine -->", "utf-8")
    found = remade(blog)
    assert found["two/index.html"] == {"template notebook.html.j2"}


def test_a_setting_makes_those_pages_again_that_it_is_on(blog: Path) -> None:
    (blog / "pyproject.toml").write_text(f'[tool.publisher]\ntitle = "{settings_of(blog).title}"\nexcerpt-words = 1\n')
    assert remade(blog)["one/index.html"] == {"setting excerpt-words"}
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Other"\nexcerpt-words = 1\n')
    found = remade(blog)
    assert all("site title" in names for names in found.values())
    assert len(found) == 8


def test_why_a_page_was_made_again_is_told_with_old_and_new(blog: Path) -> None:
    (blog / "pyproject.toml").write_text(f'[tool.publisher]\ntitle = "{settings_of(blog).title}"\nexcerpt-words = 1\n')
    changes = {change for each in publish(blog, explain=True).remade for change in each.changes}
    assert Change("setting excerpt-words", "40", "1") in changes


def test_without_memory_or_with_force_that_is_the_reason(blog: Path) -> None:
    reasons = {change.name for each in publish(blog, force=True, explain=True).remade for change in each.changes}
    assert reasons == {"--force"}
    shutil.rmtree(blog / ".publisher-cache")
    found = remade(blog)
    assert len(found) == 8
    assert all(names == {"what it was made of"} for names in found.values())


def test_a_new_version_of_the_code_or_of_a_library_makes_everything_again(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build.sources, "package_digest", lambda: "other code")
    monkeypatch.setattr(build.ingredients, "_installed", lambda: {"pygments": "99"})
    assert not is_unchanged(blog)
    found = remade(blog)
    assert {"code of publisher", "version of pygments"} <= found["one/index.html"]
    assert found.keys() >= {"index.html", "one/index.html", "two/index.html"}


def test_dates_with_slashes_are_read_again_when_another_notebook_proves_their_order(blog: Path) -> None:
    source = blog / "notebooks"
    (source / "slash.ipynb").write_bytes(notebook(front("Slash", date="03/04/2025"), "Text."))
    assert [each.file for each in publish(blog).failures] == ["slash.ipynb"]
    (source / "proof.ipynb").write_bytes(notebook(front("Proof", date="25/04/2025"), "Text."))
    assert publish(blog).failures == ()
    assert "2025-04-03" in (blog / "public/slash/index.html").read_text("utf-8")
    (source / "proof.ipynb").write_bytes(notebook(front("Proof", date="04/25/2025"), "Text."))
    assert publish(blog).failures == ()
    assert "2025-03-04" in (blog / "public/slash/index.html").read_text("utf-8")


@pytest.mark.parametrize("source", ["./notebooks", "notebooks/", "x/../notebooks"])
def test_an_edit_is_seen_however_the_source_folder_is_spelled(blog: Path, source: str) -> None:
    (blog / "x").mkdir()
    (blog / "pyproject.toml").write_text(f'[tool.publisher]\nsource = "{source}"\nstatic = "./static"\n')
    publish(blog)
    file = blog / "notebooks/two.ipynb"
    file.write_bytes(file.read_bytes().replace(b"Text.", b"Edited."))
    publish(blog)
    assert "Edited." in (blog / "public/two/index.html").read_text("utf-8")


def test_a_file_that_moves_between_notebooks_and_static_files_is_linked_where_it_is(blog: Path) -> None:
    (blog / "static").mkdir()
    (blog / "static/table.csv").write_text("a")
    (blog / "notebooks/five.ipynb").write_bytes(notebook(front("Five"), "[table](/table.csv)"))
    assert publish(blog).warnings == ()
    (blog / "static/table.csv").rename(blog / "notebooks/table.csv")
    assert publish(blog).warnings == ()
    (blog / "notebooks/table.csv").rename(blog / "notebooks/other.csv")
    (blog / "notebooks/table.csv").symlink_to(blog / "notebooks/other.csv")
    publish(blog)
    assert "/other.csv" in (blog / "public/five/index.html").read_text("utf-8")


def test_what_is_hidden_is_not_there_however_a_link_leads_to_it(blog: Path) -> None:
    (blog / "notebooks/.store").mkdir()
    (blog / "notebooks/.store/secret.csv").write_text("secret")
    (blog / "notebooks/open").symlink_to(blog / "notebooks/.store")
    (blog / "notebooks/loop.csv").symlink_to("loop.csv")
    (blog / "notebooks/five.ipynb").write_bytes(notebook(front("Five"), "[a](open/secret.csv) [b](loop.csv)"))
    assert [each.message for each in publish(blog).warnings] == [
        "a link leads to a file that does not exist: open/secret.csv",
        "a link leads to a file that does not exist: loop.csv",
    ]


def test_a_page_is_never_laid_out_with_what_another_publish_made_of_the_notebook(blog: Path) -> None:
    lake = (blog / "notebooks/lake.png").read_bytes()
    (blog / "notebooks/lake.png").write_bytes(png(600, 400, "red"))
    preview = replace(settings_of(blog), output="preview")
    build.publish(preview, Options(now=NOW), Recorder())
    (blog / "notebooks/lake.png").write_bytes(lake)
    (blog / "templates").mkdir()
    packaged = Path(build.templating.packaged()) / "base.html.j2"
    (blog / "templates/base.html.j2").write_text(packaged.read_text("utf-8") + "<!-- mine -->", "utf-8")
    assert publish(blog).warnings == ()
    html = (blog / "public/three/index.html").read_text("utf-8")
    assert "<!-- mine -->" in html
    assert all((blog / f"public{path}").exists() for path in re.findall(r'src="(/img/[^"]+)"', html))


def test_a_page_that_is_lost_while_it_is_laid_out_stays_as_it_was_and_is_tried_again(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (blog / "public/two/index.html").read_bytes()
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Other"\n')
    with monkeypatch.context() as patch:
        lossy(blog, patch, lambda value: isinstance(value, layout.Layout) and value.post.notebook == "two.ipynb")
        summary = publish(blog)
    assert [(each.file, each.message) for each in summary.failures] == [("two.ipynb", "its worker died")]
    assert summary.warnings == ()
    assert (blog / "public/two/index.html").read_bytes() == before
    assert publish(blog).failures == ()
    assert (blog / "public/two/index.html").read_bytes() != before


def test_a_picture_that_is_lost_fails_every_post_that_shows_it(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = plot(png(1500, 900, "purple"))
    for name in ("five", "six"):
        (blog / f"notebooks/{name}.ipynb").write_bytes(notebook(front(name), shared))
    with monkeypatch.context() as patch:
        lossy(blog, patch, lambda value: isinstance(value, illustrations.Rendering))
        assert sorted({each.file for each in publish(blog).failures}) == ["five.ipynb", "six.ipynb"]
    assert publish(blog).failures == ()
    assert (blog / "public/six/index.html").exists()


def test_an_image_that_cannot_be_decoded_is_told_of_every_post_that_shows_it(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = illustrations.render

    def broken(rendering: illustrations.Rendering) -> object:
        is_drawn = isinstance(rendering.source, images.Cover)
        return render(rendering) if is_drawn else Problem(rendering.notebook, "image is broken", "", rendering.cell)

    monkeypatch.setattr(illustrations, "render", broken)
    for name in ("five", "six"):
        (blog / f"notebooks/{name}.ipynb").write_bytes(notebook(front(name), plot(png(1500, 900, "purple"))))
    first = publish(blog).warnings
    assert sorted((each.file, each.cell) for each in first) == [("five.ipynb", 2), ("six.ipynb", None)]
    assert 'class="missing-image"' in (blog / "public/six/index.html").read_text("utf-8")
    shutil.rmtree(blog / ".publisher-cache")
    assert [each for each in publish(blog).warnings if each.file in ("five.ipynb", "six.ipynb")] == list(first)


def test_a_failure_is_told_once_however_much_the_cache_has_lost(blog: Path) -> None:
    (blog / "notebooks/bad.ipynb").write_text("{")
    publish(blog)
    for file in (blog / ".publisher-cache").glob("?/*"):
        if b'"article"' in file.read_bytes()[:4000] and b'"notebooks"' not in file.read_bytes()[:40]:
            file.unlink()
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Other"\n')
    assert len(publish(blog).failures) == 1


def test_what_only_looks_like_a_notebook_is_none(blog: Path) -> None:
    os.mkfifo(blog / "notebooks/pipe.ipynb")
    (blog / "notebooks/gone.ipynb").symlink_to("nowhere.ipynb")
    (blog / "notebooks/loop.ipynb").symlink_to("loop.ipynb")
    assert publish(blog).posts.unchanged == 4


def test_a_name_that_is_no_text_fails_alone(blog: Path) -> None:
    source = os.fsencode(blog / "notebooks")
    try:
        with open(source + b"/bad\xff.ipynb", "wb") as file:
            file.write(notebook("# Bad"))
    except OSError:
        pytest.skip("this file system takes no such names")
    Path(os.fsdecode(source + b"/data\xff.csv")).write_text("x")
    for _ in range(2):
        summary = publish(blog)
        assert [(each.file, each.message) for each in summary.failures] == [
            ("bad\\udcff.ipynb", "has a name that is not UTF-8")
        ]
        assert summary.posts.unchanged == 4


def test_why_a_listing_was_made_again_names_the_card(blog: Path) -> None:
    file = blog / "notebooks/two.ipynb"
    file.write_bytes(file.read_bytes().replace(b"Text.", b"Edited."))
    assert remade(blog)["index.html"] == {"card of two.ipynb"}


# Going back


def test_after_a_rollback_the_next_publish_shows_the_notebooks_again_and_says_so(blog: Path) -> None:
    before = files(blog / "public")
    (blog / "notebooks/two.ipynb").write_bytes(notebook(front("Zwei", date="2025-01-02"), "## Part"))
    settle(blog)
    assert publish(blog).notes == (closing.NO_ADDRESS,)
    edited = files(blog / "public")
    target = build.FolderTarget(blog / "public")
    target.rollback()
    assert files(blog / "public") == before
    assert not is_unchanged(blog)
    summary = publish(blog)
    assert summary.notes == (closing.WENT_BACK, closing.NO_ADDRESS)
    assert files(blog / "public") == edited
    assert is_unchanged(blog)
    assert publish(blog).notes == ()


def test_a_rollback_that_is_undone_is_the_published_site(blog: Path) -> None:
    (blog / "notebooks/two.ipynb").write_bytes(notebook(front("Zwei", date="2025-01-02"), "## Part"))
    settle(blog)
    publish(blog)
    for _ in range(2):
        build.FolderTarget(blog / "public").rollback()
    assert is_unchanged(blog)


# Damage


def test_any_flipped_byte_of_the_cache_is_found_and_the_site_is_the_same(blog: Path) -> None:
    expected = files(blog / "public")
    entries = [path for path in (blog / ".publisher-cache").rglob("*") if path.is_file() and path.stat().st_size > 16]
    chance = random.Random(0)
    for file in filter(Path.exists, entries):  # the ledger is written anew each time
        whole = bytearray(file.read_bytes())
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(whole)
        shutil.rmtree(blog / "public/img")
        (blog / "public/two/index.html").unlink()
        publish(blog)
        assert files(blog / "public") == expected, file


def test_a_cache_of_which_all_is_damaged_is_as_good_as_none(blog: Path) -> None:
    expected = files(blog / "public")
    for file in (blog / ".publisher-cache").rglob("*"):
        if file.is_file():
            file.write_bytes(b"\0" * file.stat().st_size)
    shutil.rmtree(blog / "public")
    publish(blog)
    assert files(blog / "public") == expected


def test_a_ledger_of_another_shape_is_none(blog: Path) -> None:
    settings = settings_of(blog)
    cache = build.Cache(blog / settings.cache)
    found = ledger.Ledger(cache, settings.root / settings.output)
    head = found.head()
    assert head is not None
    cache.put(found.name, json.dumps({"wanted": 1}).encode())
    assert found.head() is None
    cache.put(head.memory, b'{"notebooks": 3}')
    assert found.memory(head, work.Memory) is None
    assert publish(blog).posts.unchanged == 4


def test_the_ledger_does_not_grow_from_publish_to_publish(blog: Path) -> None:
    def size() -> int:
        return len([path for path in (blog / ".publisher-cache").rglob("*") if path.is_file()])

    file = blog / "notebooks/two.ipynb"
    sizes = []
    for number in range(4):
        file.write_bytes(notebook(front("Two", date="2025-01-02"), f"Text {number}."))
        publish(blog)
        sizes.append(size())
    assert [after - before for before, after in pairwise(sizes)] == [1, 1, 1]  # one article each


Edit = Callable[[random.Random, Path], None]


def _edit(chance: random.Random, blog: Path) -> None:
    """Do one of the things that authors do."""
    source = blog / "notebooks"
    name = chance.choice(["one", "two", "three", "four", "five"])
    file = source / f"{name}.ipynb"
    what = chance.randrange(7)
    day = f"2025-01-{chance.randrange(1, 29):02}"
    text = chance.choice(["Text.", "[two](two.ipynb#part)", "![](lake.png)", "[data](data.csv)", "## Part"])
    if what == 0 and file.exists():
        file.unlink()
    elif what == 1:
        file.write_text("{")
    elif what == 2:
        (source / "lake.png").write_bytes(png(600, 400, chance.choice(["red", "green", "blue"])))
    elif what == 3:
        (blog / "pyproject.toml").write_text(f'[tool.publisher]\ntitle = "{chance.choice("AB")}"\npage-size = 2\n')
    else:
        draft = chance.random() < 0.2
        series = chance.choice(["", "S"])
        cells = [front(f"{name} {chance.randrange(3)}", date=day, draft=str(draft).lower(), series=series), text]
        file.write_bytes(notebook(*cells, plot(png(300, 200, chance.choice(["red", "green"])))))


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_the_site_is_what_a_first_publish_makes(
    blog: Path, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = random.Random(seed)
    for _ in range(5):
        for _ in range(chance.randrange(1, 4)):
            _edit(chance, blog)
        for file in (blog / "notebooks").glob("*.ipynb"):  # one that fails has a page only where it once was good
            if file.read_bytes() == b"{":
                file.unlink()
        publish(blog)
        fresh = tmp_path_factory.mktemp("fresh") / blog.name
        shutil.copytree(blog, fresh, ignore=shutil.ignore_patterns("public", ".public*", ".publisher-cache"))
        publish(fresh)
        expected, found = files(fresh / "public"), files(blog / "public")
        aged = {path for path in found if path not in expected}
        assert all(path.startswith(closing.RETAINED) for path in aged)
        assert {path: data for path, data in found.items() if path not in {*aged, MANIFEST}} == {
            path: data for path, data in expected.items() if path != MANIFEST
        }


def test_a_ledger_that_cannot_be_written_leaves_the_new_site_and_a_warning(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = TargetError(Problem("cache", "cannot be written: the disk is full", "free some space"))

    def save(*_: object) -> None:
        raise full

    (blog / "notebooks" / "four.ipynb").write_bytes(notebook(front("Four", date="2025-01-04"), "Other words."))
    with monkeypatch.context() as patched:
        patched.setattr(ledger.Ledger, "save", save)
        summary = publish(blog)
    assert "Other words." in (blog / "public" / "four" / "index.html").read_text("utf-8")
    assert [each.message for each in summary.warnings] == [full.problems[0].message]
    assert "the site is published" in summary.warnings[0].hint
    settle(blog)
    assert publish(blog).posts.unchanged == 4
    assert is_unchanged(blog)
