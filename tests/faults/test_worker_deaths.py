"""Workers that die in the middle of a publish cost nothing; a notebook that they die of costs itself alone."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.faults.blogs import Site, differing, read_site, write_blog
from tests.support.faults.hooks import HELD, LET_GO
from tests.support.faults.publishers import BESIDE, Outcome, Running, Server, in_memory, names_in
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

POSTS = 60
FEW = 12


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with in_memory() as made:
        yield made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    made = Server(folder)
    yield made
    made.end()


@pytest.fixture(scope="module")
def expected(folder: Path, server: Server) -> Site:
    """Return the site of an undisturbed publish."""
    write_blog(folder / "undisturbed", 0, POSTS)
    assert server.publish(folder / "undisturbed", "--jobs", "1").code == 0
    return read_site(folder / "undisturbed/public")


@pytest.fixture
def root(folder: Path) -> Iterator[Path]:
    write_blog(folder / "blog", 0, POSTS)
    yield folder / "blog"
    shutil.rmtree(folder / "blog")
    for mark in (HELD, LET_GO):
        (folder / mark).unlink(missing_ok=True)


@contextmanager
def held(folder: Path) -> Iterator[int]:
    """Wait until a publish is held; give the process that holds it, and let it go on afterwards."""
    place = folder / HELD
    wait_until(lambda: place.exists() and place.read_text())
    yield int(place.read_text())
    (folder / LET_GO).touch()


def worker(_: Running, held: int) -> int:
    """Return the worker that is held."""
    return held


def mother(running: Running, held: int) -> int:
    """Return the process that workers are forked from."""
    parent = running.others()[held]
    assert running.others()[parent] == running.process
    return parent


@pytest.mark.parametrize("who", [worker, mother], ids=["worker", "mother"])
def test_when_a_process_is_killed_all_pages_are_what_they_would_have_been(
    root: Path, server: Server, expected: Site, who: Callable[[Running, int], int]
) -> None:
    running = server.start(root, "--jobs", "2", poison={"post-30.ipynb": "hold"})
    running.go()
    with held(root.parent) as process:
        os.kill(who(running, process), signal.SIGKILL)
    outcome = running.wait()
    assert outcome.code == 0, outcome
    assert "arning" not in outcome.said
    assert differing(read_site(root / "public"), expected) == []
    assert running.survivors() == []
    assert names_in(root) <= BESIDE


def test_when_a_worker_of_a_cluster_is_killed_all_pages_are_those_made_here(
    root: Path, server: Server, expected: Site
) -> None:
    distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install .[test]")
    settings = {"processes": True, "n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"}
    with distributed.LocalCluster(**settings, silence_logs=logging.CRITICAL) as local:
        address = local.scheduler_address.replace("tcp://", "dask://")
        first = next(iter(local.workers.values()))
        running = server.start(root, "--executor", address, hold_after=10, patient=True)
        running.go()
        with held(root.parent):
            os.kill(first.pid, signal.SIGKILL)
        outcome = running.wait()
    assert outcome.code == 0, outcome
    assert differing(read_site(root / "public"), expected) == []


LIBRARY = "a library that the notebook needs may be at fault"


@pytest.mark.parametrize(
    ("deed", "said", "hint"),
    [
        ("exit", "its worker process ended too early (exit code 3)", LIBRARY),
        ("crash", "its worker process crashed (signal 11)", LIBRARY),
        ("linger", "took longer than 600 s", "raise `limits.seconds`"),
        ("hoard", "needed more than 200 MB", "raise `limits.memory`"),
    ],
    ids=["exit", "crash", "linger", "hoard"],
)
def test_a_notebook_that_workers_die_of_fails_alone_and_is_named(
    folder: Path, server: Server, deed: str, said: str, hint: str
) -> None:
    root = poisoned_blog(folder / deed)
    outcome = publish_poisoned(root, server, deed)
    assert f"post-05.ipynb: {said}" in outcome.said
    assert hint in outcome.said
    assert outcome.said.count("Failed") == 1
    publish_poisoned(root, server, deed)  # still, this process must not die of it


def publish_poisoned(root: Path, server: Server, deed: str) -> Outcome:
    """Publish a blog of which one notebook is poisoned; hold that all others are published."""
    running = server.start(root, "--jobs", "2", poison={"post-05.ipynb": deed})
    running.go()
    outcome = running.wait()
    assert outcome.code == 1, outcome
    assert "Traceback" not in outcome.said
    assert running.survivors() == []
    site = read_site(root / "public")
    assert {f"post-{number:02}/index.html" in site for number in range(FEW) if number != 5} == {True}
    assert "post-05/index.html" not in site
    return outcome


def test_a_notebook_that_was_lost_is_tried_again_by_the_next_publish(folder: Path, server: Server) -> None:
    root = poisoned_blog(folder / "again")
    assert server.publish(root, "--jobs", "2", poison={"post-05.ipynb": "exit"}).code == 1
    assert server.publish(root, "--jobs", "2").code == 0
    assert "post-05/index.html" in read_site(root / "public")


def poisoned_blog(root: Path) -> Path:
    write_blog(root, 0, FEW)
    with (root / "pyproject.toml").open("a") as settings:
        settings.write("[tool.publisher.limits]\nseconds = 600\nmemory = 200\n")
    return root
