"""A new blog: made whole in an empty folder or in one that has files, which stay as they are."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import build, config, scaffold, writing
from publisher.errors import PublisherError, SettingsError
from publisher.report import QuietReporter
from tests.support import CHECKOUT
from tests.support.preview import previewing

SAMPLE = "notebooks/hours-of-daylight.ipynb"
FILES = [".gitignore", SAMPLE, "pyproject.toml", "tasks.py"]


def run(folder: Path, *arguments: str, command: str = "publisher") -> subprocess.CompletedProcess[str]:
    own = {"PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", command, *arguments],
        cwd=folder, env={**os.environ, **own}, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def make(root: Path) -> scaffold.Plan:
    plan = scaffold.plan(scaffold.look(root), "2026-11-24")
    writing.write(root, plan.changes)
    return plan


def test_a_blog_is_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = run(tmp_path, "init", "deep/my-blog")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(tree(tmp_path / "deep/my-blog")) == FILES
    for file in FILES:
        assert f"Wrote deep/my-blog/{file}\n" in done.stdout
    assert "cd deep/my-blog" in done.stdout
    assert "invoke publish" in done.stdout
    assert config.load(tmp_path / "deep/my-blog").title == "My blog"


def test_a_blog_is_made_here_by_invoke_as_well(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text("from publisher.tasks import namespace as ns\n")
    done = run(tmp_path, "init", command="invoke")
    assert done.returncode == 0
    assert "Left tasks.py as it is: has the commands already\n" in done.stdout
    assert sorted(tree(tmp_path).keys() - {"tasks.py"}) == sorted({*FILES} - {"tasks.py"})
    assert "cd " not in done.stdout


def test_the_new_blog_is_published_at_once_without_a_warning(tmp_path: Path) -> None:
    assert run(tmp_path, "init").returncode == 0
    done = run(tmp_path, "publish", "--strict", "--verbose", command="invoke")
    assert done.returncode == 0, done.stderr
    assert "Published 1 post" in done.stdout


def test_the_card_of_the_sample_has_its_figure_and_its_page_the_table(tmp_path: Path) -> None:
    make(tmp_path)
    now = datetime(2026, 12, 1, tzinfo=UTC)
    summary = build.publish(config.load(tmp_path), build.Options(now=now), QuietReporter(io.StringIO()))
    assert summary.warnings + summary.failures == ()
    listing = (tmp_path / "public/index.html").read_text("utf-8")
    assert 'alt="Image for Hours of daylight"' in listing
    assert "At the equator every day is twelve hours long." in listing
    page = (tmp_path / "public/hours-of-daylight/index.html").read_text("utf-8")
    assert "November 24, 2026" in page
    assert 'alt="Five curves of hours of daylight' in page
    assert "<table" in page
    assert "<math" in page


def test_the_sample_is_a_valid_notebook_that_was_run_in_order(tmp_path: Path) -> None:
    make(tmp_path)
    content = (tmp_path / SAMPLE).read_text("utf-8")
    opened = nbformat.reads(content, nbformat.NO_CONVERT)
    nbformat.validate(opened)
    code = [cell for cell in opened.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3]
    assert nbformat.writes(opened) + "\n" == content


def test_files_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "tasks.py").write_text("# mine\n")
    (tmp_path / ".gitignore").write_text("*.log\npublic/")
    (tmp_path / "notebooks/old").mkdir(parents=True)
    (tmp_path / "notebooks/old/mine.ipynb").write_text("{}")
    done = run(tmp_path, "init")
    assert done.returncode == 0
    found = tree(tmp_path)
    assert found["tasks.py"] == b"# mine\n"
    assert "Left tasks.py as it is: for `invoke publish` add to it: from publisher.tasks import" in done.stdout
    assert "publisher publish" in done.stdout
    assert found[".gitignore"] == b"*.log\npublic/\n.public*/\n.publisher-cache/\n.ipynb_checkpoints/\n"
    assert "Added to .gitignore\n" in done.stdout
    assert "notebooks/ as it is: has notebooks, so no sample was added" in done.stdout
    assert sorted(found) == [".gitignore", "notebooks/old/mine.ipynb", "pyproject.toml", "tasks.py"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_section_is_added_behind_what_is_in_the_file(tmp_path: Path, ending: str, last: str, mark: bytes) -> None:
    text = f'[project]\nname = "x" # of mine\n\n[tool.ruff]\nline-length = 99{last}'.replace("\n", ending)
    before = mark + text.encode()
    (tmp_path / "pyproject.toml").write_bytes(before)
    make(tmp_path)
    after = (tmp_path / "pyproject.toml").read_bytes()
    assert after.startswith(before)
    assert b"\n" not in after.replace(b"\r\n", b"") if ending == "\r\n" else b"\r" not in after
    data = tomllib.loads(after.decode("utf-8-sig"))
    assert data["tool"].pop("publisher") == {"title": config.load(tmp_path).title}
    assert data == tomllib.loads(text)
    assert stat_mode(tmp_path / "pyproject.toml") == stat_mode(tmp_path / "tasks.py")


def stat_mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


KEYS = st.text("abcdefg-_", min_size=1, max_size=6)
TABLES = st.dictionaries(KEYS, st.integers() | st.booleans() | st.text("aé\"\\'#[]= ", max_size=5), max_size=3)


@given(tables=st.dictionaries(KEYS | KEYS.map("tool.{}".format), TABLES, max_size=4), last=st.sampled_from(["", "\n"]))
def test_whatever_is_in_the_file_still_says_what_it_said(tables: dict[str, dict[str, object]], last: str) -> None:
    lines = []
    for name, values in tables.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    text = "\n".join(lines) + last
    before = tomllib.loads(text)
    plan = scaffold.plan(scaffold.Found("blog", text.encode()), "2026-11-24")
    after: dict[str, Any] = tomllib.loads(plan.changes[-1].after.decode())
    assert after["tool"].pop("publisher") == {"title": "Blog"}
    assert after == ({"tool": {}, **before})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[tool.publisher]\n", "it is a blog already"),
        (b'tool.publisher.title = "x"\n', "it is a blog already"),
        (b"[tool.publisher.images]\nquality = 1\n", "it is a blog already"),
        (b"[project\n", "is not TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"tool = { ruff = {} }\n", "takes no table"),
        (b"tool = 3\n", "takes no table"),
    ],
)
def test_a_file_that_takes_no_section_is_told_and_nothing_is_written(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=message):
        make(tmp_path)
    assert tree(tmp_path) == {"pyproject.toml": content}


def test_a_blog_is_not_made_twice(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "blog").returncode == 0
    before = tree(tmp_path)
    again = run(tmp_path, "init", "blog")
    assert again.returncode == 2
    assert "it is a blog already" in again.stderr
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", ["日本語", 'a "quoted" \\ name', "-", "x\x7fy", "half-\udcff"])
def test_the_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    try:
        root.mkdir()
    except (OSError, UnicodeEncodeError):
        pytest.skip("this system has no such name")
    make(root)
    title = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["publisher"]["title"]
    assert title.replace("?", "\udcff") == config.load(tmp_path / "other" / name).title


CALLS = ("open", "os.fsync", "os.link", "os.replace")


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("number", range(5))
def test_all_is_written_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> None:
    """Let one call fail, the first, the second and so on: the folder is as it was, or the blog is whole."""
    root = tmp_path / "blog"
    root.mkdir()
    (root / "pyproject.toml").write_text("[tool.ruff]\n")
    (root / ".gitignore").write_text("*.log\n")
    before = tree(tmp_path)
    plan = scaffold.plan(scaffold.look(root), "2026-11-24")
    calls = _fail(monkeypatch, call, number)
    if number >= _count_of(call):
        writing.write(root, plan.changes)
        assert sorted(tree(root)) == FILES
    else:
        with pytest.raises(PublisherError, match=r"cannot be written: No space left on device \(free some space"):
            writing.write(root, plan.changes)
        monkeypatch.undo()
        assert tree(tmp_path) == before
        assert sorted(path.name for path in root.iterdir()) == [".gitignore", "pyproject.toml"]
    assert calls


def _count_of(call: str) -> int:
    """Return how often a call happens: four files are written, two of them are new and two replaced."""
    return {"open": 4, "os.fsync": 4, "os.link": 2, "os.replace": 2}[call]


def _fail(monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> list[int]:
    calls: list[int] = []
    module, name = (writing, "open") if call == "open" else (os, call.removeprefix("os."))
    real = open if call == "open" else getattr(os, name)

    def failing(*arguments: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == number + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **more)

    monkeypatch.setattr(module, name, failing, raising=False)
    return calls


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    plan = scaffold.plan(scaffold.look(tmp_path), "2026-11-24")
    (tmp_path / "tasks.py").write_text("# came\n")
    with pytest.raises(PublisherError, match=r"tasks.py: exists already"):
        writing.write(tmp_path, plan.changes)
    assert tree(tmp_path) == {"tasks.py": b"# came\n"}
    assert list(tmp_path.iterdir()) == [tmp_path / "tasks.py"]


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("a\n")
    plan = scaffold.plan(scaffold.look(tmp_path), "2026-11-24")
    (tmp_path / ".gitignore").write_text("b\n")
    with pytest.raises(PublisherError, match="another program changed it meanwhile"):
        writing.write(tmp_path, plan.changes)
    assert tree(tmp_path) == {".gitignore": b"b\n"}


def test_where_links_are_not_known_the_files_are_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    make(tmp_path)
    assert sorted(tree(tmp_path)) == FILES


def test_a_file_where_the_folder_has_to_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "notebooks").write_text("a list of them")
    with pytest.raises(PublisherError, match="notebooks"):
        make(tmp_path)
    assert tree(tmp_path) == {"notebooks": b"a list of them"}


CONSOLE = re.compile(r"^```console\n(.*?)^```", re.M | re.S)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.M)


def test_the_walkthrough_of_the_documentation_is_answered_as_it_says(tmp_path: Path) -> None:
    """Type what docs/getting-started.md types, write the post between, and compare all answers but the seconds."""
    folder = tmp_path
    blocks = CONSOLE.findall((CHECKOUT / "docs/getting-started.md").read_text("utf-8"))
    typed = [(shlex.split(line), answer) for block in blocks for line, answer in COMMAND.findall(block)]
    assert [line[:2] for line, _ in typed][:3] == [["publisher", "init"], ["cd", "numbers"], ["invoke", "new"]]
    for (command, *arguments), answer in typed:
        if command == "cd":
            folder /= arguments[0]
            continue
        if arguments[0] == "preview":
            assert what_a_preview_says(folder, *arguments[1:]) == answer
            continue
        done = run(folder, *arguments, command=command)
        assert without_seconds(done.stdout + done.stderr) == without_seconds(answer)
        if arguments[0] == "new" and done.returncode == 0:
            write_into(folder / done.stdout.splitlines()[0].removeprefix("Wrote "))


def what_a_preview_says(folder: Path, *options: str) -> str:
    """Return the first line of a preview, which may have taken another port."""
    with previewing(folder, *options, BROWSER="true") as preview:
        assert preview.get("/")[0] == 200
        return preview.said[0].replace(f":{preview.port}/", ":8000/")


def without_seconds(text: str) -> str:
    return re.sub(r"\d+\.\d s", "… s", text).strip()


def write_into(file: Path) -> None:
    """Write text and code into a new notebook and run it, as an author does."""
    opened = nbformat.read(file, nbformat.NO_CONVERT)
    opened.cells[1].source = "Everything that counts is a clock; it only has to count fast."
    opened.cells[2].source = "print(9_192_631_770)"
    opened.cells[2].execution_count = 1
    opened.cells[2].outputs = [nbformat.v4.new_output("stream", text="9192631770\n")]
    nbformat.write(opened, file)
