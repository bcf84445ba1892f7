"""The same sources make the same bytes, whatever machine, moment and way they are published by."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from publisher.workers import WORTH_A_POOL
from tests.support.faults.blogs import Site, differing, read_site, write_blog
from tests.support.faults.publishers import Server, in_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="publishes are forked")

POSTS = 32
FAR_EAST = {"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C"}
FAR_WEST = {"PYTHONHASHSEED": "1", "TZ": "America/St_Johns", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}


@dataclass(frozen=True, slots=True)
class Way:
    """A way to publish: under which conditions, and with what was there before."""

    name: str
    jobs: int = 2
    environment: dict[str, str] = field(default_factory=dict)
    hooks: dict[str, Any] = field(default_factory=dict)
    folder: str = "blog"
    options: tuple[str, ...] = ()
    before: tuple[int, ...] = ()  # how many of the notebooks were published before, each time


WAYS = (
    Way("in-the-far-east", jobs=1, environment=FAR_EAST),
    Way("in-the-far-west", jobs=2, environment=FAR_WEST),
    Way("with-three-workers", jobs=3, environment={"PYTHONHASHSEED": "2"}),
    Way("with-folders-in-any-order", hooks={"shuffle": 1}),
    Way("with-folders-in-another-order", jobs=1, hooks={"shuffle": 2}),
    Way("with-a-strict-umask", hooks={"umask": 0o077}),
    Way("in-a-folder-far-away", folder="a/b c/déjà vu/b_log"),
    Way("by-force-over-itself", options=("--force",), before=(POSTS + 1,)),
    Way("again-over-itself", options=("--explain",), before=(POSTS + 1,)),
    Way("step-by-step", before=(3, 20, 21)),
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with in_memory() as made:
        write_blog(made / "sources", 0, POSTS)
        yield made


@pytest.fixture(scope="module")
def reference(folder: Path) -> Site:
    return published(folder, folder / "reference", Way("plain"))


def published(folder: Path, root: Path, way: Way) -> Site:
    """Return the site that a way leads to."""
    server = Server(folder, way.environment)
    try:
        for count in (*way.before, POSTS + 1):
            copy(folder / "sources", root, count)
            outcome = server.publish(root, "--jobs", str(way.jobs), *way.options, **way.hooks)
            assert outcome.code == 0, outcome
            assert "warning" not in outcome.said.lower() or count < POSTS + 1
    finally:
        server.end()
    return read_site(root / "public")


def copy(sources: Path, root: Path, count: int) -> None:
    """Copy a blog file by file in any order, with times of any day, and with so many notebooks."""
    chance = random.Random(str(root))
    notebooks = sorted(sources.rglob("*.ipynb"))
    files = [file for file in sources.rglob("*") if file.is_file() and file not in notebooks[count:]]
    chance.shuffle(files)
    for file in files:
        to = root / file.relative_to(sources)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, to)
        os.utime(to, (chance.randrange(2_000_000_000),) * 2)


def test_there_are_enough_notebooks_for_workers() -> None:
    assert POSTS > 3 * WORTH_A_POOL


@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_the_same_sources_make_the_same_bytes(folder: Path, reference: Site, way: Way) -> None:
    site = published(folder, folder / way.name / way.folder, way)
    assert differing(site, reference) == []
