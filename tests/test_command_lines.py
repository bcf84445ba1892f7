"""Command lines, right and wrong: what is not understood writes nothing, and help is help wherever it is asked for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from publisher import command_lines, tasks
from publisher.command_lines import Command, Line
from publisher.errors import SettingsError
from tests.support import CHECKOUT
from tests.support.blogs import Run

COMMANDS = ("init", "new", "preview", "check", "publish", "localize", "rollback", "clean", "schema")
PROGRAMS = ("invoke", "publisher")


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    (tmp_path / "notebooks").mkdir()
    own = "\n\n@task\ndef greet(context, drafs=False):\n    print('hello', drafs)\n\nns.add_task(greet)\n"
    start = "from invoke import task\nfrom publisher.tasks import namespace as ns\n"
    (tmp_path / "tasks.py").write_text(start + own)
    return tmp_path


@pytest.fixture
def run(blog: Path) -> Run:
    """Run a program in a blog; hold that whatever is refused has written nothing."""

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        before = written(blog)
        done = subprocess.run(
            [sys.executable, "-m", program, *arguments],
            cwd=blog, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        assert done.returncode == 0 or written(blog) == before
        return done

    return run


def environment() -> dict[str, str]:
    own = {"PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **own}


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def read(*words: str) -> Line:
    return command_lines.read(words, commands(), "publisher")


def commands() -> dict[str, Command | None]:
    return {**command_lines.commands_of(tasks.namespace), "greet": None}


def refused(*words: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(*words)
    return str(caught.value)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", COMMANDS)
def test_help_after_a_command_is_its_help_and_nothing_is_written(run: Run, blog: Path, program: str, name: str) -> None:
    before = written(blog)
    for asked in ("--help", "-h"):
        done = run(program, name, asked)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"Usage: {program} {name}")
        assert written(blog) == before


@pytest.mark.parametrize("words", [["new", "A title"], ["publish", "--drafts"], ["localize", "a.ipynb"], ["init", "x"]])
@pytest.mark.parametrize("asked", ["--help", "-h", "--help=yes"])
def test_help_is_help_wherever_it_stands(words: list[str], asked: str) -> None:
    for place in range(1, len(words) + 1):
        assert read(*words[:place], asked, *words[place:]).help_of == words[0]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["new", "--drft", "My title"], "did you mean --draft?"),
        (["new", "My title", "--drft"], "did you mean --draft?"),
        (["new", "--drft"], "did you mean --draft?"),
        (["new", "-5 degrees"], "new -- '-5 degrees'"),
        (["new", "--", "-5", "degrees"], "put it in quotes"),
        (["new", "My", "title"], 'new "My title"'),
        (["new", "My", "--draft", "title"], 'new "My title"'),
        (["new", "Please", "publish"], 'new "Please publish"'),
        (["new", "Tidy", "clean"], 'new "Tidy clean"'),
        (["new", "How", "to", "greet"], 'new "How to greet"'),
        (["new"], 'new "How long is a second?"'),
        (["localize", "--megabyte=5", "a.ipynb"], "did you mean --megabytes?"),
        (["localize", "a.ipynb", "--megabytes", "many"], "'many' is not a whole number"),
        (["localize", "a.ipynb", "b.ipynb"], "put in quotes what is a glob"),
        (["localize"], "NOTEBOOK is missing"),
        (["schema", "--nam=settings"], "did you mean --name?"),
        (["schema"], "NAME is missing"),
        (["publish", "--drafs"], "did you mean --drafts?"),
        (["publish", "--dry-run"], "--dry-run: is not an option of publish"),
        (["publish", "--source"], "write --source=…"),
        (["publish", "--source", "--drafts"], "write --source=…"),
        (["publish", "--drafts=yes"], "--drafts: takes no value"),
        (["publish", "--source=a", "--source=b"], "--source: is given twice"),
        (["publish", "publsh"], "did you mean publish?"),
        (["publish", "-q"], "-q: is not an option of publish"),
        (["init", "a", "b"], "name one at a time"),
        (["rollback", "now"], "now: is not a command"),
        (["publish", "--", "now"], "publish takes no words, and here is 1"),
        (["clean", "--", "-a", "b"], "clean takes no words, and here are 2"),
    ],
)
def test_what_is_not_understood_is_told_with_what_was_meant(
    run: Run, program: str, words: list[str], said: str
) -> None:
    done = run(program, *words)
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.startswith("Failed  ")


def test_programs_are_told_of_a_wrong_option_too(run: Run) -> None:
    for program in PROGRAMS:
        (said,) = json.loads(run(program, "publish", "--json", "--drafs").stdout)["failures"]
        assert (said["notebook"], said["hint"]) == ("--drafs", "did you mean --drafts?")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_title_that_begins_with_a_dash_comes_after_two(run: Run, blog: Path, program: str) -> None:
    done = run(program, "new", "--tags", "weather", "--", "-5 °C")
    assert done.returncode == 0, done
    assert '"title: \\"-5 °C\\"\\n"' in (blog / "notebooks/5-c.ipynb").read_text("utf-8")


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_folder_is_a_word_of_init_that_may_be_left_out(run: Run, blog: Path, program: str) -> None:
    assert run(program, "init", "deep/one").returncode == 0
    assert (blog / "deep/one/pyproject.toml").is_file()


def test_every_value_arrives_however_it_is_written() -> None:
    assert read("new", "A", "--tags", "b,c").tokens == ("new", "--tags=b,c", "--title=A")
    assert read("new", "--tags=b=c", "A").tokens == ("new", "--tags=b=c", "--title=A")
    assert read("new", "--title=A").tokens == ("new", "--title=A")
    assert read("new", "").tokens == ("new", "--title=")
    assert read("publish", "--jobs", "-1").tokens == ("publish", "--jobs=-1")
    assert read("check", "--external").tokens == ("check", "--external")
    assert read("check", "--external", "--fix").tokens == ("check", "--external", "--fix")
    assert read("check", "--external", "always").tokens == ("check", "--external=always")
    assert read("clean", "publish", "--drafts").tokens == ("clean", "publish", "--drafts")
    assert read("publish", "--echo").tokens == ("publish", "--echo")
    assert read().tokens == ()


def test_commands_of_the_blog_itself_are_left_to_invoke(run: Run) -> None:
    assert read("clean", "greet", "--drafs", "x").tokens == ("clean", "greet", "--drafs", "x")
    assert run("invoke", "greet", "--drafs").stdout == "hello True\n"
    assert "No idea what" in run("invoke", "greet", "--draft").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--drafts", "publish"), "publisher publish --drafts"),
        (("--nonsense",), "publisher --help"),
        (("pubish",), "did you mean publish?"),
        (("notebooks",), "publisher --help"),
    ],
)
def test_what_stands_before_any_command_is_told_too(words: tuple[str, ...], said: str) -> None:
    assert said in refused(*words)


@pytest.mark.parametrize("asked", [[], ["--help"], ["-h"]])
def test_the_help_of_publisher_is_its_own(run: Run, asked: list[str]) -> None:
    done = run("publisher", *asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("publisher ")
    for name in COMMANDS:
        assert re.search(rf"^  {name}\b", done.stdout, re.M)
    assert "Exit codes:" in done.stdout
    assert "docs/" in done.stdout
    assert "--help-core" in done.stdout
    assert "--prompt-for-sudo-password" not in done.stdout


def test_the_options_of_invoke_are_behind_an_option(run: Run) -> None:
    assert "--prompt-for-sudo-password" in run("publisher", "--help-core").stdout


def test_help_of_what_is_no_command_is_an_error(run: Run) -> None:
    done = run("publisher", "--help", "pubish")
    assert done.returncode == 2
    assert "did you mean publish?" in done.stderr


def test_the_readme_tells_the_same_exit_codes() -> None:
    text = (CHECKOUT / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", text, re.M)
    assert [(int(code), meaning.replace("`", "")) for code, meaning in rows] == list(command_lines.EXIT_CODES)


@pytest.mark.parametrize(
    "line",
    [
        "-m publisher --help",
        "-m publisher",
        "-m publisher --help-core",
        "-m publisher --list",
        "-m publisher --version",
        "-m publisher publish --help",
        "-m publisher --help publish",
        "-m publisher publish --drafs 2>&1",
        "-m publisher schema pyproject",
        "-m publisher new A",
        "-m publisher check",
        "-m publisher init there",
        "-m publisher publish",
        "-m publisher clean",
        "-m invoke publish --help",
        "-m invoke publish --drafs 2>&1",
        "-m invoke schema pyproject",
        "-m invoke new A",
        "-m invoke rollback 2>&1",
    ],
)
def test_a_reader_who_went_away_is_no_news(blog: Path, line: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # before anything is written
    arguments = line.removesuffix(" 2>&1").split()
    stderr = writing if line.endswith(" 2>&1") else subprocess.PIPE
    done = subprocess.run(
        [sys.executable, *arguments], cwd=blog, env=environment(), stdout=writing, stderr=stderr, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr or "") == (141, "")


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    ("command", "code"),
    [("publish", 0), ("publish --json", 0), ("check", 0), ("new A", 0), ("rollback", 74), ("publish --drafs", 2)],
)
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_a_command_whose_output_is_closed_does_its_work(
    blog: Path, program: str, command: str, code: int, closed: str
) -> None:
    line = f'"{sys.executable}" -m {program} {command} {closed}'
    done = subprocess.run(
        ["bash", "-c", line], cwd=blog, env=environment(), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == code
    assert (blog / "public").exists() == (command.startswith("publish") and code == 0)
