from __future__ import annotations

import json
import os
import runpy
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from invoke.context import Context
from invoke.exceptions import Exit

from publisher import __main__, __version__, tasks
from publisher.config import end_of_today
from publisher.errors import SettingsError
from publisher.tasks import number_of_jobs
from tests.support import CHECKOUT
from tests.support.blogs import Run
from tests.support.waiting import PATIENCE, hear_interrupts

HEAVY = ("nbconvert", "nbformat", "PIL", "jinja2", "yaml", "rich", "pygments", "markdown_it", "nh3", "publisher.build")

# A build that does what it is told by the title of the blog; the real one has its own tests.
FAKE = """
    import dataclasses, datetime, sys, time, types
    from publisher.errors import NotebookError, Problem, TargetError
    from publisher.report import Counts, Summary

    @dataclasses.dataclass
    class Options:
        now: datetime.datetime
        drafts: bool
        future: bool
        strict: bool
        force: bool
        jobs: int

    def publish(settings, options, reporter):
        reporter.start("Converting notebooks", 8)
        warning = Problem("w.ipynb", "is odd", cell=2)
        failure = Problem("f.ipynb", "is not JSON", "save it again")
        title = settings.title
        if title == "target":
            raise TargetError(Problem("public/x", "cannot be written: the disk is full", "free some space"))
        if title == "bug":
            raise ZeroDivisionError("oops")
        if title == "interrupt":
            raise KeyboardInterrupt
        if title == "wait":
            print("waiting", flush=True)
            time.sleep(600)
        if title == "options":
            print(options.drafts, options.future, options.strict, options.force, options.jobs, settings.source)
            print(settings.output, settings.base_url, settings.root)
        if title == "fail":
            reporter.problem(failure, is_failure=True)
            return Summary(posts=Counts(7), failures=(failure,))
        if title == "warn":
            return Summary(posts=Counts(8), warnings=(warning,), is_shown=not options.strict)
        return Summary(posts=Counts(8), pages=Counts(9), files=Counts(20), first_run=True, output=settings.output)

    build = types.ModuleType("publisher.build")
    build.Options, build.publish = Options, publish
    sys.modules["publisher.build"] = build
    import publisher
    publisher.build = build
"""


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    (tmp_path / "notebooks").mkdir()
    tasks = textwrap.dedent(FAKE) + "from publisher.tasks import namespace as ns\n"
    (tmp_path / "tasks.py").write_text(tasks)
    (tmp_path / "program.py").write_text(textwrap.dedent(FAKE) + "from publisher.__main__ import main\nmain()\n")
    return tmp_path


def environment(**more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("CI", "SOURCE_DATE_EPOCH", "PUBLISHER_DEBUG")
    }
    return {**kept, "PYTHONPATH": str(CHECKOUT), **more}


@pytest.fixture(params=["invoke", "publisher"])
def run(request: pytest.FixtureRequest, blog: Path) -> Run:
    """Run a command of a blog with a given title, once through invoke and once through the console script."""
    start = ["-m", "invoke"] if request.param == "invoke" else ["program.py"]

    def run(*arguments: str, title: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        if title:
            (blog / "pyproject.toml").write_text(f'[tool.publisher]\ntitle = "{title}"\n')
        command = [sys.executable, *start, *arguments]
        done = subprocess.run(
            command, cwd=blog, env=environment(**environ), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert "PUBLISHER_DEBUG" in environ or "Traceback" not in done.stderr
        return done

    return run


def test_importing_the_commands_imports_nothing_heavy() -> None:
    code = """
        import sys
        import invoke  # what it imports itself is not ours to choose
        before = set(sys.modules)
        import publisher.tasks
        print(*sorted(set(sys.modules) - before))
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    imported = done.stdout.split()
    assert "publisher.report" in imported
    assert not [name for name in imported if name.split(".")[0] in HEAVY or name in HEAVY]


def test_a_good_publish_says_what_to_do_next_and_exits_with_0(run: Run) -> None:
    done = run("publish")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Published 8 posts to public/" in done.stdout
    assert "python -m http.server -d public" in done.stdout


def test_a_failed_notebook_exits_with_1(run: Run) -> None:
    done = run("publish", title="fail")
    assert done.returncode == 1
    assert "Failed  f.ipynb: is not JSON\n        save it again" in done.stdout


def test_a_warning_exits_with_0_and_under_strict_with_1(run: Run) -> None:
    assert run("publish", title="warn").returncode == 0
    done = run("publish", "--strict", title="warn")
    assert done.returncode == 1
    assert "Nothing was published" in done.stdout


@pytest.mark.parametrize("value", ["x", "0", "-1", "1.5", "²"])
def test_a_wrong_number_of_jobs_exits_with_2(run: Run, value: str) -> None:
    done = run("publish", f"--jobs={value}")
    assert done.returncode == 2
    assert "--jobs" in done.stderr
    assert "--jobs 4" in done.stderr


def test_wrong_settings_exit_with_2(run: Run, blog: Path) -> None:
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitel = "x"\n')
    done = run("publish")
    assert done.returncode == 2
    assert "titel" in done.stderr
    assert "title" in done.stderr
    assert run("clean").returncode == 2


def test_a_wrong_date_of_the_build_exits_with_2(run: Run) -> None:
    assert run("publish", SOURCE_DATE_EPOCH="yesterday").returncode == 2


def test_a_site_that_cannot_be_put_there_exits_with_74(run: Run) -> None:
    done = run("publish", title="target")
    assert done.returncode == 74
    assert done.stderr == "Failed  public/x: cannot be written: the disk is full\n        free some space\n"


def test_an_interrupt_exits_with_130(run: Run) -> None:
    assert run("publish", title="interrupt").returncode == 130


def test_control_c_exits_with_130(blog: Path) -> None:
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitle = "wait"\n')
    command = [sys.executable, "-m", "invoke", "publish"]
    process = subprocess.Popen(
        command,
        cwd=blog,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interrupts,
    )
    assert process.stdout is not None
    while "waiting" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == 130
    assert said == "Failed  interrupted\n        the site is as it was\n"


@pytest.mark.parametrize("place", ["publisher.__main__._is_up_to_date", "invoke.program.Program.parse_core"])
def test_an_interrupt_before_the_command_has_begun_says_so_and_exits_with_130(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*given: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, interrupted)
    monkeypatch.setattr(sys, "argv", ["publisher", "publish", *(["--force"] if "parse" in place else [])])
    with pytest.raises(SystemExit) as end:
        __main__.main()
    assert end.value.code == 130
    assert capsys.readouterr().err == "Failed  interrupted\n        the site is as it was\n"


def test_an_internal_error_is_one_line_and_the_way_to_the_traceback(run: Run) -> None:
    done = run("publish", title="bug")
    assert done.returncode == 70
    assert "internal error, which should not happen: ZeroDivisionError: oops" in done.stderr
    assert "PUBLISHER_DEBUG=1" in done.stderr
    assert "Traceback" in run("publish", title="bug", PUBLISHER_DEBUG="1").stderr


@pytest.mark.parametrize(
    ("title", "code", "failures"),
    [("", 0, 0), ("fail", 1, 1), ("warn", 0, 0), ("target", 74, 1), ("bug", 70, 1), ("interrupt", 130, 1)],
)
def test_for_programs_there_is_one_json_object_on_stdout_whatever_happens(
    run: Run, title: str, code: int, failures: int
) -> None:
    done = run("publish", "--json", title=title)
    assert done.returncode == code
    said = json.loads(done.stdout)
    assert set(said) == {"posts", "pages", "images", "files", "held_back", "warnings", "failures", "seconds"}
    assert len(said["failures"]) == failures


def test_wrong_settings_and_options_are_told_to_programs_too(run: Run, blog: Path) -> None:
    (said,) = json.loads(run("publish", "--json", "--jobs=x").stdout)["failures"]
    assert said["notebook"] == "--jobs"
    (blog / "pyproject.toml").write_text("[tool.publisher]\npage-size = 0\n")
    assert json.loads(run("publish", "--json").stdout)["failures"]


def test_quiet_says_nothing_when_all_is_well(run: Run) -> None:
    done = run("publish", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "f.ipynb" in run("publish", "--quiet", title="fail").stderr


def test_every_option_arrives(run: Run, blog: Path) -> None:
    options = [
        "--drafts",
        "--future",
        "--strict",
        "--force",
        "--jobs=3",
        "--source=posts",
        "--output=site",
        "--base-url=https://x.org",
    ]
    (blog / "posts").mkdir()
    said = run("publish", *options, title="options").stdout
    assert f"True True True True 3 posts\nsite https://x.org {blog}" in said


def test_the_blog_is_where_its_tasks_are_found(blog: Path) -> None:
    (blog / "pyproject.toml").write_text('[tool.publisher]\ntitle = "options"\n')
    command = [sys.executable, "-m", "invoke", "publish"]
    done = subprocess.run(
        command, cwd=blog / "notebooks", env=environment(), capture_output=True, text=True, check=True
    )
    assert str(blog) in done.stdout
    assert "notebooks\npublic" in done.stdout


def test_a_reader_who_leaves_early_makes_no_noise(blog: Path) -> None:
    command = f"{sys.executable} -m invoke publish | true"
    done = subprocess.run(
        ["bash", "-c", command], cwd=blog, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_the_browser_is_opened_on_success_but_never_by_a_build_service(run: Run, blog: Path) -> None:
    opener = blog / "opener"
    opener.write_text(f'#!/bin/sh\necho "$1" >> {blog}/opened\n')
    opener.chmod(0o755)
    run("publish", "--open", title="fail", BROWSER=f"{opener} %s")
    run("publish", "--open", title="ok", BROWSER=f"{opener} %s", CI="true")
    assert not (blog / "opened").exists()
    run("publish", "--open", title="ok", BROWSER=f"{opener} %s")
    assert (blog / "opened").read_text() == f"file://{blog}/public/index.html\n"


def test_clean_removes_what_publish_made_and_names_what_stays(run: Run, blog: Path) -> None:
    from publisher.target import FolderTarget

    with FolderTarget(blog / "public").stage() as stage:
        stage.write("index.html", b"x")
        stage.show({})
    (blog / "public/CNAME").write_text("x")
    done = run("clean")
    assert done.returncode == 0
    assert done.stdout == "Removed 1 file from public/\nLeft there, as publisher did not make it: CNAME\n"
    assert "nothing of ours" in run("clean").stdout


def test_the_list_of_commands_reads_like_a_table_of_contents(run: Run) -> None:
    lines = [line.strip() for line in run("--list").stdout.split("\n")]
    assert any(line.startswith("publish ") and line.endswith("article pages and a listing.") for line in lines)
    assert any(line.startswith("clean ") and line.endswith("and nothing else.") for line in lines)


def test_the_help_of_publish_names_every_option(run: Run) -> None:
    said = run("--help", "publish").stdout
    options = "source output base-url drafts future strict force jobs open quiet verbose json"
    assert [name for name in options.split() if f"--{name}" not in said] == []


def test_the_console_script_knows_its_version() -> None:
    command = [sys.executable, "-m", "publisher", "--version"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == f"publisher {__version__}\n"


def test_the_checkout_has_the_commands_of_contributors_too() -> None:
    command = [sys.executable, "-m", "invoke", "--list"]
    said = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert [name for name in ("publish", "clean", "test", "dev.lint", "dev.bench") if f"  {name} " not in said] == []


@pytest.mark.parametrize(("codes", "expected"), [((0, 0), None), ((1, 0), 1), ((0, 2), 2), ((1, 1), 1), ((-9, 0), -9)])
def test_the_second_part_of_the_tests_runs_whatever_came_of_the_first(
    codes: tuple[int, int], expected: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    own: Any = runpy.run_path(str(CHECKOUT / "tasks.py"))
    ran: list[str] = []

    def code_of(_: Context, command: str, environment: dict[str, str]) -> int:
        ran.append(command)
        return codes[len(ran) - 1]

    monkeypatch.setitem(own["test"].body.__globals__, "code_of", code_of)
    monkeypatch.setitem(own["test"].body.__globals__, "find_chromium", lambda _: "")
    if expected is None:
        own["test"](Context())
    else:
        with pytest.raises(Exit) as end:
            own["test"](Context())
        assert end.value.code == expected
        assert [command in str(end.value.message) for command in ran] == [code != 0 for code in codes]
    assert [own["ALONE"] in command for command in ran] == [True, True]
    assert "--ignore" in ran[1]


def test_a_day_ends_at_midnight_of_the_blog() -> None:
    noon = str(int(datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp()))
    assert end_of_today("UTC", {"SOURCE_DATE_EPOCH": noon}).isoformat() == "2026-03-04T23:59:59.999999+00:00"
    assert (
        end_of_today("Pacific/Kiritimati", {"SOURCE_DATE_EPOCH": noon}).isoformat()
        == "2026-03-05T23:59:59.999999+14:00"
    )
    assert end_of_today("UTC", {}).date() in (datetime.now(UTC).date(),)


def test_without_a_number_of_jobs_there_are_as_many_as_processors() -> None:
    assert number_of_jobs("") >= 1
    assert number_of_jobs("3") == 3
    with pytest.raises(SettingsError):
        number_of_jobs("many")


@pytest.fixture
def checked(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `invoke check` in a blog with one odd notebook."""
    from tests.support.notebooks import cell, notebook

    (tmp_path / "notebooks").mkdir()
    (tmp_path / "tasks.py").write_text("from publisher.tasks import namespace as ns\n")
    front = cell("---\ntitle: A\ndate: 2026-01-02\ndescription: B\n---", "raw", metadata={"collapsed": True})
    (tmp_path / "notebooks/a.ipynb").write_bytes(notebook(front, "[gone](#gone)"))

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "invoke", "check", *arguments]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(**environ),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run


def test_check_ends_with_1_from_the_severity_that_is_wanted(
    checked: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert [checked(f"--fail-on={each}").returncode for each in ("error", "warning", "never", "wrong")] == [0, 1, 0, 2]


def test_check_prints_json_and_annotations_apart_from_what_is_for_people(
    checked: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = checked("--json", "--github")
    told = json.loads(done.stdout)
    assert [each["kind"] for each in told["findings"]] == ["volatile-metadata", "broken-anchor", "unrecorded-address"]
    assert "::warning file=notebooks/a.ipynb,line=1,title=broken-anchor::cell 2: " in done.stderr
    assert "[broken-anchor]" in done.stderr


def test_check_repairs_only_where_that_is_wanted_and_tells_what_is_left(
    checked: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    file = tmp_path / "notebooks/a.ipynb"
    before = file.read_bytes()
    shown = checked("--fix", "--dry-run")
    assert "--- a/notebooks/a.ipynb" in shown.stdout
    assert "--fix would change 2 files" in shown.stdout
    assert file.read_bytes() == before
    assert not (tmp_path / "published-urls.txt").exists()
    done = checked("--fix")
    assert "--- a/notebooks/a.ipynb" in done.stdout
    assert b"collapsed" not in file.read_bytes()
    assert (tmp_path / "published-urls.txt").read_text().endswith("\n/a/\n")
    assert "1 warning." in done.stdout


def test_check_asks_nobody_in_ci_unless_that_is_said_twice(
    checked: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    from tests.support.notebooks import notebook

    (tmp_path / "notebooks/a.ipynb").write_bytes(notebook("# A\n\n[gone](http://127.0.0.1:9/)"))
    assert "unreachable-link" in checked("--external").stdout
    quiet = checked("--external", CI="true")
    assert "not tried in CI" in quiet.stderr
    assert "unreachable-link" not in quiet.stdout
    assert "unreachable-link" in checked("--external=always", CI="true").stdout
    assert checked("--external=sometimes").returncode == 2


@pytest.mark.parametrize("name", ["publish", "preview", "check", "new", "clean"])
def test_every_command_looks_for_garbage_seldom(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[int, ...]] = []
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.publisher]\ntitel = 1\n")  # so that it ends before it begins
    monkeypatch.setattr("gc.set_threshold", lambda *numbers: asked.append(numbers))
    with pytest.raises(Exit):
        getattr(tasks, name)(Context(), **({"title": "A"} if name == "new" else {}))
    assert len(asked) == 1
    assert asked[0][0] > 10_000
    assert "titel" in capsys.readouterr().err
