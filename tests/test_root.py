"""Where the blog is: here or in a folder above, and nothing is written where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher import config
from tests.support import CHECKOUT
from tests.support.notebooks import notebook

SETTINGS = '[tool.publisher]\ntitle = "A"\n'
TASKS = "from publisher.tasks import namespace as ns\n"


def run(here: Path, *arguments: str, program: str = "publisher") -> subprocess.CompletedProcess[str]:
    own = {"PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", program, *arguments]
    environment = {**os.environ, **own}
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    root = tmp_path / "blog"
    (root / "notebooks/deep").mkdir(parents=True)
    (root / "pyproject.toml").write_text(SETTINGS)
    (root / "notebooks/one.ipynb").write_bytes(notebook("# One"))
    return root


def text(path: str, content: str) -> Callable[[Path], object]:
    def write(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)

    return write


@pytest.mark.parametrize(
    "mark",
    [
        text("pyproject.toml", SETTINGS),
        text("pyproject.toml", "[tool.publisher]\ntitle = \n"),
        text("pyproject.toml", "[tool]\npublisher = {}\n"),
        text("tasks.py", TASKS),
        text("tasks/__init__.py", TASKS),
    ],
)
def test_a_blog_is_found_from_any_folder_in_it(tmp_path: Path, mark: Callable[[Path], object]) -> None:
    mark(tmp_path)
    (tmp_path / "notebooks/deep").mkdir(parents=True)
    (tmp_path / "other/notebooks").mkdir(parents=True)
    for here in (".", "notebooks", "notebooks/deep", "other"):
        found = config.find_root(tmp_path / here)
        assert found == (tmp_path / here if here == "other" else tmp_path)


@pytest.mark.parametrize(
    "mark",
    [
        text("pyproject.toml", '[project]\nname = "publisher"\n[tool.ruff]\n'),
        text("pyproject.toml", "[project\n"),
        text("pyproject.toml", '[tool]\nx = "tool.publisher"\n'),
        text("tasks.py", "from invoke import task\n"),
        text("pyproject.toml/x", ""),
    ],
)
def test_what_belongs_to_others_is_no_blog(tmp_path: Path, mark: Callable[[Path], object]) -> None:
    mark(tmp_path)
    (tmp_path / "below").mkdir()
    assert config.find_root(tmp_path) is None
    assert config.find_root(tmp_path / "below") is None


def test_the_nearest_blog_counts(blog: Path) -> None:
    text("inner/tasks.py", TASKS)(blog)
    assert config.find_root(blog / "inner") == blog / "inner"
    (blog / "inner/notebooks").mkdir()
    assert config.find_root(blog / "inner/notebooks") == blog / "inner"


def test_a_folder_that_has_notebooks_only_is_a_blog_from_inside_itself(tmp_path: Path) -> None:
    (tmp_path / "notebooks/deep").mkdir(parents=True)
    assert config.find_root(tmp_path) == tmp_path
    assert config.find_root(tmp_path / "notebooks") is None
    assert config.find_root(tmp_path / "notebooks/deep") is None


@pytest.mark.parametrize("source", ["notebooks", "posts"])
def test_a_folder_among_the_notebooks_of_a_blog_is_no_blog_whatever_its_name(tmp_path: Path, source: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.publisher]\nsource = "{source}"\n')
    (tmp_path / source / "deep/notebooks").mkdir(parents=True)
    assert config.find_root(tmp_path / source / "deep") == tmp_path


@pytest.mark.parametrize(
    "command",
    [["new", "A title"], ["publish"], ["publish", "--json"], ["check"], ["preview"], ["clean"], ["rollback"]],
    ids=" ".join,
)
def test_outside_of_a_blog_that_is_said_and_nothing_is_written(tmp_path: Path, command: list[str]) -> None:
    done = run(tmp_path, *command)
    assert done.returncode == 2
    assert "there is no blog here" in done.stderr
    assert "publisher init" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_post_begun_among_the_notebooks_is_one_of_them(blog: Path) -> None:
    for program in ("publisher", "invoke"):
        (blog / "tasks.py").write_text(TASKS)
        done = run(blog / "notebooks", "new", f"Found by {program}", program=program)
        assert done.returncode == 0
        assert (blog / f"notebooks/found-by-{program}.ipynb").is_file()
        assert not (blog / "notebooks/notebooks").exists()


def test_a_publish_from_below_says_where_the_site_is_from_there(blog: Path) -> None:
    here = blog / "notebooks/deep"
    done = run(here, "publish")
    assert "Published 1 post to ../../public/" in done.stdout
    assert "python -m http.server -d ../../public, " in done.stdout
    assert "Nothing to do: ../../public/" in run(here, "publish").stdout
    assert (blog / "public/one/index.html").is_file()


def test_what_is_named_is_named_from_where_the_command_was_typed(blog: Path) -> None:
    here = blog / "notebooks/deep"
    said = run(here, "new", "A title").stdout
    assert said.startswith("Wrote ../a-title.ipynb\n")
    assert "notebooks/a-title.ipynb" not in said
    assert run(here, "new", "Another", "--folder", "deep").stdout.startswith("Wrote another.ipynb\n")
    for words in ("publish", "publish --base-url=https://example.org"):
        assert run(here, *words.split()).returncode == 0
    assert run(here, "rollback").stdout.startswith("Rolled back: ../../public/ is ")
    said = run(here, "clean").stdout
    assert said.startswith("Removed ")
    assert "from ../../public/" in said
    assert not (blog / "public/one").exists()
    assert "nothing of ours in ../../public/" in run(here, "clean").stdout


@pytest.mark.parametrize("program", ["publisher", "invoke"])
def test_folders_are_meant_from_where_they_were_typed(blog: Path, program: str) -> None:
    (blog / "tasks.py").write_text(TASKS)
    (blog / "notebooks/deep/two.ipynb").write_bytes(notebook("# Two"))
    here = blog / "notebooks"
    done = run(here, "publish", "--source", "deep", "--output=../site", program=program)
    assert done.returncode == 0, done
    assert "Published 1 post to ../site/" in done.stdout
    assert (blog / "site/two/index.html").is_file()
    assert run(here, "publish", f"--source={here}", f"--output={blog / 'whole'}", program=program).returncode == 0
    assert (blog / "whole/one/index.html").is_file()
    missing = run(here, "publish", "--source", "nowhere", program=program)
    assert missing.returncode == 2


def test_a_folder_that_is_named_needs_no_blog(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts/one.ipynb").write_bytes(notebook("# One"))
    assert run(tmp_path, "publish", "--source", "posts").returncode == 0
    assert (tmp_path / "public/one/index.html").is_file()


def test_a_notebook_to_localize_is_meant_from_where_it_was_typed(blog: Path) -> None:
    done = run(blog / "notebooks", "localize", "one.ipynb")
    assert done.returncode == 0
    assert "one.ipynb" in done.stdout
