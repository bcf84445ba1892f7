"""A new post: a notebook that Jupyter opens as it is, and that says of itself what was asked."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import nbformat
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from publisher import build, config, notebooks, scaffold
from publisher.errors import SettingsError
from publisher.metadata import dates
from publisher.report import QuietReporter
from tests.support import CHECKOUT
from tests.support.blogs import Run

NOW = datetime(2026, 11, 24, 23, 59, 59, tzinfo=ZoneInfo("Europe/Zurich"))
MIDNIGHT = "1795561200"  # 2026-11-24T23:00:00Z, which is the 25th in Zurich
ODD = [
    "How long is a second?",
    'She said: "No" # not a comment',
    "It's 5 o'clock: – tea?",
    "🎉 A party, [today] {really} & more!",
    "時間とは何か",
    "كم طول الثانية؟",
    "true",
    "null",
    "~",
    "2026-11-02",
    "1.10",
    "- not a list",
    "---",
    "%YAML &anchor *alias |",
    "a\\b\\u0041",
    "trailing colon:",
    "$E = mc^2$ and `code`",
    "@at, `tick",
    "tab\tand\u2028line \x85 end",
    "<b>bold</b>",
]
_UNSHOWABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufffe\uffff]")  # what HTML cannot hold
NAMES = st.text(min_size=1).filter(lambda text: text.split() and _is_text(text))


def _is_text(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def begin(title: str, tags: str = "", date: str = "", draft: bool = False) -> scaffold.Post:
    return scaffold.begin(title, tags, date, draft, "Europe/Zurich", NOW)[0]


def made(post: scaffold.Post) -> bytes:
    return scaffold.notebook(post, scaffold.Kernel())


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    (tmp_path / "tasks.py").write_text("from publisher.tasks import namespace as ns\n")
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\ntimezone = "Europe/Zurich"\n')
    return tmp_path


@pytest.fixture
def run(blog: Path) -> Run:
    """Run `invoke new` in a blog."""

    def new(*arguments: str, command: str = "invoke", **environment: str) -> subprocess.CompletedProcess[str]:
        own = {"PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "utf-8", "SOURCE_DATE_EPOCH": MIDNIGHT}
        return subprocess.run(
            [sys.executable, "-m", command, "new", *arguments],
            cwd=blog, env={**os.environ, **own, **environment}, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip

    return new


@pytest.mark.parametrize("title", ODD)
def test_a_new_notebook_is_valid_and_has_its_title(title: str) -> None:
    content = made(begin(title, "a: b, c#, {d}"))
    opened = nbformat.reads(content.decode(), nbformat.NO_CONVERT)
    nbformat.validate(opened)
    assert (opened.nbformat, opened.nbformat_minor) == (4, 5)
    assert [cell.cell_type for cell in opened.cells] == ["raw", "markdown", "code"]
    assert len({cell.id for cell in opened.cells}) == 3
    notebook, problems = notebooks.interpret(notebooks.parse(content, "post.ipynb"))
    assert problems == ()
    assert notebook.metadata.title == " ".join(title.split())
    assert notebook.metadata.tags == ("a: b", "c#", "{d}")


@given(title=NAMES)
def test_every_title_comes_back_from_the_front_matter(title: str) -> None:
    notebook, problems = notebooks.interpret(notebooks.parse(made(begin(title)), "post.ipynb"))
    assert problems == ()
    assert notebook.metadata.title == " ".join(_UNSHOWABLE.sub("\ufffd", title).split())


@given(title=NAMES)
def test_other_readers_of_yaml_find_the_same_title(title: str) -> None:
    lines = scaffold.front_matter(begin(title)).splitlines()
    assert yaml.safe_load("\n".join(lines[1:-1]))["title"] == " ".join(title.split())


def once_each(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the first of those tags that differ in case alone."""
    found: dict[str, str] = {}
    for tag in tags:
        found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


@given(tags=st.lists(st.text("abcAZé日🎉:{}[]&*!|>%@`+-.~ ?", min_size=1).filter(str.strip), max_size=4))
def test_every_tag_comes_back_from_the_front_matter(tags: list[str]) -> None:
    wanted = once_each(" ".join(tag.split()) for tag in tags)
    typed = ",".join(wanted)
    expected = once_each(begin("x", typed).tags)
    notebook, problems = notebooks.interpret(notebooks.parse(made(begin("x", typed)), "post.ipynb"))
    assert problems == ()
    assert notebook.metadata.tags == expected
    if not typed.startswith("[") and not typed.endswith("]"):
        assert expected == wanted


@pytest.mark.parametrize(
    "title", ["How long is a second?", "C++ and (some) Python, today!", "Größe", "Fourier's circles"]
)
def test_a_plain_title_is_written_without_quotes(title: str) -> None:
    plain = title if "," not in title else f'"{title}"'
    assert scaffold.front_matter(begin(title)).splitlines()[1] == f"title: {plain}"


def test_jupyter_saves_the_notebook_as_it_is() -> None:
    content = made(begin("Größe 🎉", "a", draft=True)).decode()
    assert nbformat.writes(nbformat.reads(content, nbformat.NO_CONVERT)) + "\n" == content


def test_the_same_words_make_the_same_notebook() -> None:
    assert made(begin("One")) == made(begin("One"))
    assert made(begin("One")) != made(begin("Two"))


def test_the_kernel_is_one_that_jupyter_has_here() -> None:
    from jupyter_client.kernelspec import KernelSpecManager

    kernel = scaffold.default_kernel()
    assert kernel.display_name == KernelSpecManager().get_kernel_spec(kernel.name).display_name
    opened = json.loads(scaffold.notebook(begin("x"), kernel))
    assert opened["metadata"]["kernelspec"]["name"] == kernel.name


def test_without_jupyters_own_kernel_another_one_that_is_installed_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_client import kernelspec

    class Other(kernelspec.KernelSpecManager):
        ensure_native_kernel = False
        kernel_dirs = [str(tmp_path)]  # noqa: RUF012 - a trait

    for name, text in (
        ("broken", "{"),
        ("odd", '{"argv": 3}'),
        ("ir", '{"argv": [], "display_name": "R", "language": "R"}'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kernel.json").write_text(text)
    monkeypatch.setattr(kernelspec, "KernelSpecManager", Other)
    assert scaffold.default_kernel() == scaffold.Kernel("ir", "R", "R")
    (tmp_path / "ir/kernel.json").unlink()
    assert scaffold.default_kernel() == scaffold.Kernel("python3", "Python 3 (ipykernel)", "python")


def test_without_jupyter_the_kernel_is_the_one_that_most_people_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jupyter_client.kernelspec", None)
    assert scaffold.default_kernel() == scaffold.Kernel()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("", "2026-11-24"),
        ("today", "2026-11-24"),
        ("2026-11-02", "2026-11-02"),
        ("20261102", "2026-11-02"),
        ("2 Nov 2026", "2026-11-02"),
        ("November 2, 2026 6:30 pm", "2026-11-02 18:30"),
        ("2026-11-02T18:30:15", "2026-11-02 18:30:15"),
        ("2026-11-02T18:30+01:00", "2026-11-02 18:30"),
        ("2026-11-02 18:30 +05:00", "2026-11-02 18:30 +05:00"),
        ("2026-11-02 18:30 Asia/Tokyo", "2026-11-02 18:30 Asia/Tokyo"),
    ],
)
def test_a_date_is_written_in_its_shortest_form(typed: str, written: str) -> None:
    assert begin("x", date=typed).date == written


@given(
    moment=st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)),
    offset=st.none() | st.integers(-14 * 60, 14 * 60),
    digits=st.sampled_from(["minutes", "seconds", "microseconds"]),
)
def test_a_date_in_the_notebook_is_the_moment_that_was_typed(moment: datetime, offset: int | None, digits: str) -> None:
    if offset is not None:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    typed = moment.isoformat(" ", digits)
    notebook, problems = notebooks.interpret(
        notebooks.parse(made(begin("x", date=typed)), "x.ipynb"), timezone="Europe/Zurich"
    )
    assert problems == ()
    assert notebook.metadata.date == dates.read(typed, "Europe/Zurich")


@pytest.mark.parametrize("typed", ["tomorrow", "2026-02-30", "2026-13-01", "01/02/2026", "now", "2026-01-01 25:00"])
def test_a_wrong_date_is_told_as_in_front_matter(typed: str) -> None:
    with pytest.raises(dates.DateError) as known:
        dates.read(typed, "Europe/Zurich")
    with pytest.raises(SettingsError) as caught:
        begin("x", date=typed)
    assert str(caught.value) == f"--date: {known.value} ({known.value.hint})"


@pytest.mark.parametrize("title", ["", " \t\n", "half \udcff a letter"])
def test_a_title_that_is_none_is_an_error(title: str) -> None:
    with pytest.raises(SettingsError):
        begin(title)


@pytest.mark.parametrize("folder", ["../elsewhere", "/tmp", "_drafts", "talks/.hidden", "."])
def test_a_folder_that_has_no_posts_is_an_error(folder: str) -> None:
    with pytest.raises(SettingsError, match="--folder"):
        scaffold.place("notebooks", folder, begin("x"))


def test_the_command_writes_a_notebook_and_says_what_to_do_next(blog: Path, run: Run) -> None:
    done = run("How long: a “second”?", "--tags", "time, C++", "--draft")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Wrote notebooks/how-long-a-second.ipynb"
    assert "jupyter lab notebooks/how-long-a-second.ipynb" in done.stdout
    assert "invoke publish" in done.stdout
    notebook, problems = notebooks.interpret(
        notebooks.parse((blog / "notebooks/how-long-a-second.ipynb").read_bytes(), "how-long-a-second.ipynb")
    )
    assert problems == ()
    assert notebook.metadata.title == "How long: a “second”?"
    assert notebook.metadata.slug == "how-long-a-second"
    assert notebook.metadata.tags == ("time", "C++")
    assert notebook.metadata.draft


def test_the_date_is_today_in_the_time_zone_of_the_blog(blog: Path, run: Run) -> None:
    assert run("One").returncode == 0
    assert "date: 2026-11-25\\n" in (blog / "notebooks/one.ipynb").read_text("utf-8")
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntimezone = "America/New_York"\n')
    assert run("Two").returncode == 0
    assert "date: 2026-11-24\\n" in (blog / "notebooks/two.ipynb").read_text("utf-8")


def test_nothing_is_ever_overwritten(blog: Path, run: Run) -> None:
    assert run("One").returncode == 0
    before = (blog / "notebooks/one.ipynb").read_bytes()
    again = run("One!", "--draft")
    assert again.returncode == 1
    assert "notebooks/one.ipynb: exists already" in again.stderr
    assert "choose another name, or edit that file" in again.stderr
    assert (blog / "notebooks/one.ipynb").read_bytes() == before
    assert os.listdir(blog / "notebooks") == ["one.ipynb"]


def test_a_link_that_leads_nowhere_is_not_written_through(blog: Path, run: Run) -> None:
    (blog / "notebooks").mkdir()
    (blog / "notebooks/one.ipynb").symlink_to(blog / "elsewhere.ipynb")
    assert run("One").returncode == 1
    assert not (blog / "elsewhere.ipynb").exists()


def test_a_folder_and_the_setting_source_say_where(blog: Path, run: Run) -> None:
    (blog / "pyproject.toml").write_text('[tool.publisher]\nsource = "posts"\n')
    assert run("One", "--folder", "talks/2026").stdout.startswith("Wrote posts/talks/2026/one.ipynb\n")
    assert (blog / "posts/talks/2026/one.ipynb").is_file()


def test_tomorrow_is_an_error_and_nothing_is_written(blog: Path, run: Run) -> None:
    done = run("One", "--date", "tomorrow")
    assert done.returncode == 2
    assert "--date: `tomorrow` is not a date" in done.stderr
    assert "write it as 2024-01-31" in done.stderr
    assert not (blog / "notebooks").exists()


def test_a_date_to_come_is_told(run: Run) -> None:
    assert "on 2027-01-01 or later" in run("One", "--date", "2027-01-01").stdout
    assert "or later" not in run("Two", "--date", "2026-11-25").stdout


def test_the_console_script_names_itself(blog: Path, run: Run) -> None:
    (blog / "tasks.py").unlink()
    assert "publisher publish" in run("One", command="publisher").stdout


def test_a_new_post_is_published_without_a_warning(blog: Path, run: Run) -> None:
    assert run("How long is a second?").returncode == 0
    options = build.Options(now=datetime(2026, 12, 1, tzinfo=UTC))
    summary = build.publish(config.load(blog), options, QuietReporter(io.StringIO()))
    assert summary.warnings + summary.failures == ()
    assert "<h1>How long is a second?</h1>" in (blog / "public/how-long-is-a-second/index.html").read_text("utf-8")


def test_a_file_where_the_folder_has_to_be_is_told(blog: Path, run: Run) -> None:
    (blog / "notebooks").write_text("")
    done = run("One")
    assert done.returncode == 1
    assert "notebooks/one.ipynb: cannot be written" in done.stderr
