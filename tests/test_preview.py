"""The preview shows what is saved, at once, and leaves everything else alone."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from invoke.context import Context
from PIL import Image

from publisher import config, tasks, templating
from publisher.config import Options, Settings
from publisher.errors import Problem, PublisherError
from publisher.preview import Wishes, show_saved, update, wanted, watching
from publisher.preview.rounds import Desk, notebook_of, previewed
from publisher.preview.showing import Showing, Window, told
from publisher.preview.telling import Teller
from publisher.report import PlainReporter, QuietReporter
from publisher.work import Work
from tests.support.notebooks import cell, front, notebook
from tests.support.preview import Previewed, previewing, write
from tests.support.waiting import PATIENCE, wait_until

FOLD = "<details><summary>More</summary>\n\nHidden.\n\n</details>"
HELD = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    """Make a blog of three posts, a draft and one of the future."""
    posts = {
        "one": notebook(front(title="One", date="2024-01-01"), "First words.", FOLD),
        "two": notebook(front(title="Two", date="2024-01-02"), "Second, after [one](one.ipynb)."),
        "drafted": notebook(front(title="Drafted", draft="true"), "Not yet."),
        "due": notebook(front(title="Due", date="2999-12-31"), "Later."),
    }
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Ours"\n')
    for name, data in posts.items():
        (tmp_path / "notebooks" / f"{name}.ipynb").write_bytes(data)
    return tmp_path


@pytest.fixture
def desk(blog: Path) -> Desk:
    made = Desk(lambda: config.load(blog), lambda settings: wanted(settings, 1))
    made.whole(quiet())
    return made


@pytest.fixture
def running(blog: Path) -> Iterator[Previewed]:
    with previewing(blog) as found:
        yield found


def quiet() -> QuietReporter:
    return QuietReporter(io.StringIO())


def text(desk: Desk, path: str) -> str:
    return desk.showing.page(path, "").decode()


def image(colour: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(data, "PNG")
    return data.getvalue()


def look(folder: Path) -> dict[str, tuple[int, int]]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


def test_drafts_and_posts_of_the_future_are_shown_below_a_banner(desk: Desk) -> None:
    assert "Draft: not published" in text(desk, "drafted/index.html")
    assert "Dated December 31, 2999: not published before that day" in text(desk, "due/index.html")
    assert "not published" not in text(desk, "one/index.html")
    assert "Drafted" in text(desk, "index.html")


def test_a_banner_stands_at_the_top_of_the_body_in_the_language_of_its_post(blog: Path, desk: Desk) -> None:
    write(blog, "drafted", front(title="Drafted", draft="true", language="de"), "Noch nicht.")
    desk.whole(quiet())
    body = text(desk, "drafted/index.html").partition("<body>")[2]
    assert body.startswith("<aside")
    assert "Entwurf: nicht veröffentlicht" in body


def test_the_page_of_a_saved_notebook_is_what_the_whole_site_would_have(blog: Path, desk: Desk) -> None:
    write(blog, "one", front(title="One", date="2024-01-01"), "Other words.")
    assert desk.page("one.ipynb", quiet()) is not None
    alone = desk.showing.files["one/index.html"]
    assert b"Other words." in alone
    desk.whole(quiet())
    assert desk.showing.files["one/index.html"] == alone


def test_what_else_changes_with_a_notebook_is_left_to_the_whole_site(blog: Path, desk: Desk) -> None:
    before = desk.showing
    write(blog, "one", front(title="One", slug="elsewhere"), "Moved.")
    assert desk.page("one.ipynb", quiet()) is None
    assert desk.showing is before
    desk.whole(quiet())
    assert "elsewhere/index.html" in desk.showing.files
    assert "one/index.html" not in desk.showing.files


def test_a_new_title_reaches_the_listing_and_the_posts_beside(blog: Path, desk: Desk) -> None:
    write(blog, "one", front(title="Renamed", date="2024-01-01"), "First words.")
    desk.whole(quiet())
    assert "Renamed" in text(desk, "index.html")
    assert "Renamed" in text(desk, "two/index.html")


def test_a_round_without_a_change_makes_no_page_again(desk: Desk) -> None:
    files = desk.showing.files
    desk.whole(quiet())
    assert all(desk.showing.files[path] is data for path, data in files.items() if path.endswith(".html"))
    assert desk.showing.files.keys() == files.keys()


def test_a_notebook_that_fails_keeps_its_last_good_page_and_says_why(blog: Path, desk: Desk) -> None:
    (blog / "notebooks" / "one.ipynb").write_text("{ broken")
    assert desk.page("one.ipynb", quiet()) is None
    desk.whole(quiet())
    assert "First words." in text(desk, "one/index.html")
    (problem,) = told(desk.showing.problems)
    assert problem["place"].startswith("one.ipynb")
    assert problem["message"]
    assert problem["hint"]


def test_a_problem_names_its_cell_and_line(blog: Path, desk: Desk) -> None:
    write(blog, "one", front(title="One", date="2024-01-01"), cell("---\ndate: never\n---", "raw"))
    (blog / "notebooks" / "two.ipynb").write_bytes(notebook(cell("---\ntitle: [\n---", "raw"), "Words."))
    desk.whole(quiet())
    assert any("cell 1" in problem["place"] for problem in told(desk.showing.problems))


def test_settings_that_cannot_be_read_leave_the_site_as_it_was(blog: Path, desk: Desk) -> None:
    before = desk.showing
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitel = "Ours"\n')
    with pytest.raises(PublisherError, match="titel"):
        desk.whole(quiet())
    assert desk.showing is before


def test_a_preview_is_at_no_address_and_counts_nobody() -> None:
    tracked = config.Analytics(script="https://counter.example.org/script.js")
    settings = previewed(Settings(root=Path(), base_url="https://example.org/blog", analytics=tracked))
    assert (settings.base_url, settings.search, settings.analytics) == ("", False, config.Analytics())


def test_what_preview_converted_publish_need_not_convert_and_the_other_way_round(
    blog: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publisher import build, posts

    def fails(*_: object, **__: object) -> object:
        raise AssertionError("a notebook was converted")

    write(blog, "one", front(title="One", date="2024-01-01"), "Other words.")
    desk.page("one.ipynb", quiet())
    monkeypatch.setattr(posts, "try_to_make", fails)
    settings = config.load(blog)
    summary = build.publish(settings, Options(now=HELD, drafts=True, future=True), quiet())
    assert summary.posts.written == 4
    other = Desk(lambda: config.load(blog), lambda found: wanted(found, 1))
    other.whole(quiet())
    assert "Other words." in text(other, "one/index.html")


def test_the_site_and_what_publish_knows_of_it_stay_as_they_are(blog: Path) -> None:
    from publisher import build, unchanged

    settings, options = config.load(blog), Options(now=HELD)
    build.publish(settings, options, quiet())
    before = look(blog / "public")
    desk = Desk(lambda: config.load(blog), lambda found: wanted(found, 1))
    desk.whole(quiet())
    desk.page("one.ipynb", quiet())
    assert look(blog / "public") == before
    assert unchanged.summary(settings, options) is not None


def test_versions_of_a_page_tell_what_is_seen_but_not_the_style(blog: Path, desk: Desk) -> None:
    (blog / "static").mkdir()
    (blog / "static" / "seen.txt").write_bytes(b"1")
    write(blog, "one", front(title="One", date="2024-01-01"), "See [this](/seen.txt).")
    desk.whole(quiet())
    one, two = desk.showing.version("one/index.html"), desk.showing.version("two/index.html")
    (blog / "templates").mkdir()
    (blog / "templates" / "extra.css").write_text("body { letter-spacing: 0 }")
    style = desk.showing.style
    desk.whole(quiet())
    assert desk.showing.style != style
    assert desk.showing.version("one/index.html") == one
    (blog / "static" / "seen.txt").write_bytes(b"22")
    desk.whole(quiet())
    assert desk.showing.version("one/index.html") != one
    assert desk.showing.version("two/index.html") == two


def test_files_beside_a_notebook_belong_to_it(tmp_path: Path) -> None:
    source = tmp_path / "notebooks"
    source.mkdir()
    (source / "one.ipynb").write_bytes(notebook("One."))
    assert notebook_of(str(source / "one.ipynb"), source) == "one.ipynb"
    assert notebook_of(str(source / "one.meta"), source) == "one.ipynb"
    assert notebook_of(str(source / "picture.png"), source) == ""
    assert notebook_of(str(tmp_path / "elsewhere.ipynb"), source) == ""


def test_folders_are_watched_one_by_one_and_hidden_ones_are_not(blog: Path) -> None:
    for name in ("notebooks/2024", "notebooks/.ipynb_checkpoints", "static/a", "node_modules/b", "public"):
        (blog / name).mkdir(parents=True)
    found = {os.path.relpath(folder, blog) for folder in watching.folders(config.load(blog))}
    assert {".", "notebooks", "notebooks/2024", "static", "static/a"} <= found
    assert found.isdisjoint({"notebooks/.ipynb_checkpoints", "node_modules", "node_modules/b", "public"})


def test_a_saved_notebook_is_told_at_once_to_its_page_alone(blog: Path, running: Previewed) -> None:
    with running.channel("/one/") as one, running.channel("/two/") as two:
        first, second = one.event(), two.event()
        write(blog, "one", front(title="One", date="2024-01-01"), "Saved words.", FOLD)
        one.other("version", first["version"])
        assert b"Saved words." in running.get("/one/")[2]
        write(blog, "two", front(title="Two", date="2024-01-02"), "Other, after [one](one.ipynb).")
        told_before = []
        while (event := two.event())["version"] == second["version"]:
            told_before.append(event)
    assert told_before, "the page of the other post was told that something came, and that it is as it was"


@pytest.mark.parametrize(
    ("path", "data", "page", "expected"),
    [
        ("templates/missing.html.j2", b"Our lost page", "/nowhere/", b"Our lost page"),
        ("pyproject.toml", b'[tool.publisher]\ntitle = "Theirs"\n', "/", b"Theirs"),
        ("static/robots.txt", b"ours", "/robots.txt", b"ours"),
        ("notebooks/sub/new.ipynb", notebook("# New\n\nBrand new."), "/new/", b"Brand new."),
        (
            "templates/words/en.toml",
            b'contents = "Inside"\nsource = "Here"\nall_posts = "Every post"',
            "/",
            b"Every post",
        ),
    ],
    ids=["template", "setting", "static", "new notebook", "words"],
)
def test_whatever_the_site_is_made_of_is_watched_even_what_was_not_there(
    blog: Path, running: Previewed, path: str, data: bytes, page: str, expected: bytes
) -> None:
    (blog / path).parent.mkdir(parents=True, exist_ok=True)
    (blog / path).write_bytes(data)
    wait_until(lambda: expected in running.get(page)[2])


def test_sidecars_images_and_linked_files_are_watched(blog: Path, running: Previewed) -> None:
    (blog / "notebooks" / "data.csv").write_text("a,b\n")
    (blog / "notebooks" / "seen.png").write_bytes(image("blue"))
    write(blog, "one", front(title="One", date="2024-01-01"), "![Seen](seen.png) and [data](data.csv).")
    wait_until(lambda: b"data.csv" in running.get("/one/")[2] and b"/img/" in running.get("/one/")[2])
    before = running.get("/one/")[2]
    (blog / "notebooks" / "data.csv").write_text("a,b\n1,2\n")
    wait_until(lambda: running.get("/one/")[2] != before)
    before = running.get("/one/")[2]
    (blog / "notebooks" / "seen.png").write_bytes(image("red"))
    wait_until(lambda: running.get("/one/")[2] != before)


def test_a_file_that_no_event_tells_of_is_seen_all_the_same(blog: Path) -> None:
    elsewhere = blog / "notebooks" / ".store" / "linked.ipynb"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(notebook("# Linked\n\nOld words."))
    (blog / "notebooks" / "linked.ipynb").symlink_to(elsewhere)
    with previewing(blog) as running:
        assert b"Old words." in running.get("/linked/")[2]
        elsewhere.write_bytes(notebook("# Linked\n\nNew words, which are longer."))
        wait_until(lambda: b"New words" in running.get("/linked/")[2])


def test_an_error_is_told_to_all_pages_and_taken_back(blog: Path, running: Previewed) -> None:
    good = (blog / "notebooks" / "one.ipynb").read_bytes()
    with running.channel("/two/") as channel:
        assert channel.event()["problems"] == []
        (blog / "notebooks" / "one.ipynb").write_text("{ broken")
        (problem,) = channel.other("problems", [])["problems"]
        assert problem["place"].startswith("one.ipynb")
        assert b"First words." in running.get("/one/")[2]
        (blog / "pyproject.toml").write_text("[tool.publisher]\ntitel = 1\n")
        (blog / "notebooks" / "one.ipynb").write_bytes(good)
        while "titel" not in str(found := channel.event()["problems"]):
            assert found
        (blog / "pyproject.toml").write_text("[tool.publisher]\n")
        channel.until("problems", [])


def test_with_follow_pages_are_sent_to_the_notebook_saved_last(blog: Path) -> None:
    with previewing(blog, "--follow") as running, running.channel("/two/") as channel:
        assert channel.event()["follow"] == ""
        write(blog, "one", front(title="One", date="2024-01-01"), "Saved words.")
        assert channel.other("follow", "")["follow"] == "/one/"
        write(blog, "fresh", "# Fresh\n\nA new one.")
        assert channel.until("follow", "/fresh/")


def test_without_follow_pages_stay_where_they_are(blog: Path, running: Previewed) -> None:
    with running.channel("/two/") as channel:
        channel.event()
        write(blog, "one", front(title="One", date="2024-01-01"), "Saved words.")
        assert channel.event()["follow"] == ""


def test_an_interrupt_ends_it_while_pages_listen_and_leaves_nothing(
    blog: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(temporary))
    before = {path.name for path in blog.iterdir()}
    with previewing(blog) as running, running.channel("/one/") as channel:
        channel.event()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(PATIENCE) == 0
    assert {path.name for path in blog.iterdir()} - before == {".publisher-cache"}
    assert list(temporary.iterdir()) == []
    assert not (blog / "public").exists()
    with pytest.raises(OSError, match="refused"):
        running.get("/")
    with pytest.raises(ProcessLookupError):
        os.killpg(running.process.pid, 0)


@pytest.mark.parametrize(
    "error", [OSError(28, "full"), RuntimeError("full"), UnicodeEncodeError("utf-8", "\udcff", 0, 1, "full")]
)
def test_where_the_system_cannot_tell_what_is_saved_that_is_told_and_files_are_looked_at(
    blog: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def watch(*_: object, **__: object) -> Iterator[object]:
        raise error

    monkeypatch.setattr("watchfiles.watch", watch)
    monkeypatch.setattr(watching, "_LOOK_EVERY", 10)
    settings, told = config.load(blog), list[Problem]()
    found = watching.changes(lambda: settings, watching.look(settings), told.append)
    write(blog, "one", "# One\n\nOther words.")
    assert next(found) == {str(blog / "notebooks/one.ipynb")}
    write(blog, "two", "# Two\n\nOther words.")
    assert next(found) == {str(blog / "notebooks/two.ipynb")}
    (problem,) = told
    assert "the system does not tell what is saved" in problem.message
    assert "full" in problem.message


def test_a_folder_that_goes_while_it_is_begun_to_be_watched_is_no_error(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import watchfiles

    real, failures = watchfiles.watch, [FileNotFoundError("gone")]

    def watch(*folders: str, **options: object) -> object:
        if failures:
            raise failures.pop()
        return real(*folders, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("watchfiles.watch", watch)
    monkeypatch.setattr(watching, "_LOOK_EVERY", 10)
    settings, told = config.load(blog), list[Problem]()
    found = watching.changes(lambda: settings, watching.look(settings), told.append)
    write(blog, "one", "# One\n\nOther words.")
    assert next(found) == {str(blog / "notebooks/one.ipynb")}
    assert told == []
    assert failures == []


def test_a_folder_that_cannot_be_read_for_a_while_is_told_of_and_read_again(
    blog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan, folder = os.scandir, str(blog / "notebooks")
    locked = [False]

    def scandir(path: str) -> object:
        if locked[0] and path == folder:
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr("publisher.sources.os.scandir", scandir)
    monkeypatch.setattr(watching, "_LOOK_EVERY", 10)
    settings = config.load(blog)
    found = watching.changes(lambda: settings, watching.look(settings), lambda _: None)
    desk = Desk(lambda: settings, lambda settings: wanted(settings, 1))
    window, teller = Window(desk.showing), Teller(PlainReporter(io.StringIO()))
    update(desk, window, teller)
    for is_locked in (True, False):
        locked[0] = is_locked
        assert next(found) == {folder}
        assert show_saved({folder}, desk, window, teller, settings, follow=True) == ""
        update(desk, window, teller)
        assert ["cannot be read" in problem["message"] for problem in told(desk.showing.problems)] == [True] * is_locked
        assert "First words." in text(desk, "one/index.html")


def test_a_folder_that_may_not_be_looked_into_ends_no_preview(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (blog / "static" / "deep").mkdir(parents=True)
    (blog / "static" / "deep" / "logo.svg").write_text("<svg/>")
    (blog / "pyproject.toml").write_text('[tool.publisher]\nlogo = "static/deep/logo.svg"\n')
    settings, stat = config.load(blog), os.stat

    def locked(path: str | Path, **options: bool) -> os.stat_result:
        if any(name in Path(path).parts for name in ("deep", "one.ipynb")):
            raise PermissionError(13, "Permission denied")
        return stat(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr("os.stat", locked)
        assert notebook_of(str(blog / "notebooks/one.ipynb"), blog / "notebooks") == ""
        assert str(blog / "notebooks") in watching.folders(settings)
        with pytest.raises(PublisherError, match="logo"):
            config.load(blog)


def test_the_pages_that_are_looked_at_come_before_all_others(blog: Path, desk: Desk) -> None:
    shown: list[bytes] = []

    class Watched(Window):
        def show(self, showing: Showing, saved: str = "") -> None:
            shown.append(showing.files["one/index.html"])
            super().show(showing, saved)

    window, teller = Watched(desk.showing), Teller(PlainReporter(io.StringIO()))
    template = (templating.packaged() / "article.html.j2").read_text("utf-8")
    (blog / "templates").mkdir()
    (blog / "templates" / "article.html.j2").write_text(template.replace('class="article"', 'class="article ours"'))
    with window.opened("/one/"), window.opened("/"), window.opened("/nowhere/"), window.opened("/%ff"):
        assert window.looked_at() == ("one.ipynb",)
        show_saved((), desk, window, teller, config.load(blog), follow=False)
    assert window.looked_at() == ()
    (page,) = shown
    assert b"article ours" in page
    assert b"article ours" not in desk.showing.files["two/index.html"]
    update(desk, window, teller)
    assert b"article ours" in desk.showing.files["two/index.html"]


def test_the_command_says_where_the_blog_is_and_opens_it(
    blog: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[object] = []

    def shown(load: Callable[[], Settings], wishes: Wishes, _: object, ready: Callable[[str], object]) -> None:
        asked.extend((load().title, wishes))
        ready("http://127.0.0.1:8001/")
        raise KeyboardInterrupt

    monkeypatch.chdir(blog)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("publisher.preview.preview", shown)
    monkeypatch.setattr("webbrowser.open", asked.append)
    tasks.preview(Context(), port="8001", follow=True, open_=True, jobs="2")
    assert asked == ["Ours", Wishes(8001, 2, follow=True), "http://127.0.0.1:8001/"]
    assert "http://127.0.0.1:8001/ until you press Ctrl-C" in capsys.readouterr().out


def fails(*_: object) -> object:
    """Stand for a function of ours that has a bug."""
    raise ZeroDivisionError("division by zero")


def test_an_error_of_ours_is_told_and_the_preview_goes_on(
    blog: Path, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    monkeypatch.delenv("PUBLISHER_DEBUG", raising=False)
    stream = io.StringIO()
    window, teller = Window(desk.showing), Teller(PlainReporter(stream))
    with monkeypatch.context() as patch:
        patch.setattr("publisher.build.make_site", fails)
        update(desk, window, teller)
    (problem,) = told(window.news.showing.problems)
    assert "ZeroDivisionError" in problem["message"]
    assert "First words." in window.news.showing.files["one/index.html"].decode()
    update(desk, window, teller)
    assert window.news.showing.problems == ()
    assert stream.getvalue().endswith("All is well again.\n")


def test_a_round_that_fails_in_the_middle_leaves_no_bar(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    class Drawing(PlainReporter):
        is_drawn = False

        def start(self, name: str, total: int) -> None:
            self.is_drawn = True

        def stop(self) -> None:
            self.is_drawn = False

    def fails(work: Work) -> object:
        work.log.reporter.start("Converting", 200)
        assert reporter.is_drawn
        raise ZeroDivisionError

    monkeypatch.delenv("PUBLISHER_DEBUG", raising=False)
    monkeypatch.setattr("publisher.build.make_site", fails)
    reporter = Drawing(io.StringIO())
    update(desk, Window(desk.showing), Teller(reporter))
    assert not reporter.is_drawn


def test_an_error_of_ours_in_a_page_made_alone_is_told_until_the_whole_site_is_made(
    blog: Path, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    monkeypatch.delenv("PUBLISHER_DEBUG", raising=False)
    stream = io.StringIO()
    window, teller = Window(desk.showing), Teller(PlainReporter(stream))
    monkeypatch.setattr("publisher.preview.rounds.set_page", fails)
    write(blog, "one", front(title="One", date="2024-01-01"), "Other words.")
    saved = {str(blog / "notebooks/one.ipynb")}
    assert show_saved(saved, desk, window, teller, config.load(blog), follow=True) == "one.ipynb"
    (problem,) = told(window.news.showing.problems)
    assert "ZeroDivisionError" in problem["message"]
    assert "ZeroDivisionError" in stream.getvalue()
    update(desk, window, teller, "one.ipynb")
    assert window.news.showing.problems == ()
    assert window.news.saved == "/one/"
    assert "Other words." in text(desk, "one/index.html")
    monkeypatch.setenv("PUBLISHER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        show_saved(saved, desk, window, teller, config.load(blog), follow=False)
