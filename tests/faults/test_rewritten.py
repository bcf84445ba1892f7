"""Files that are being written while they are read: no publish ever shows half of one, nor a mixture of two."""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher.release import MANIFEST
from tests.conftest import notebook
from tests.faults.blogs import Site, needed, picture, post, read_site, write_blog
from tests.faults.publishers import Server, in_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="publishes are forked")

POSTS = 4
TIMES = 1000
COLOURS = ("navy", "darkred", "teal", "purple")
# What may be said of a file that is half there.
HONEST = re.compile(
    "was being written all the time|changed all the time|changed while it was published|is not valid JSON|"
    "holds no notebook|image"
)
_DOWNLOAD = re.compile(rb'<a [^>]*\.ipynb"[^>]*>.*?</a>', re.DOTALL)


class Writer(threading.Thread):
    """Rewrites a file again and again as careless programs do: it empties it, and writes it in two steps."""

    def __init__(self, file: Path, versions: Sequence[bytes]) -> None:
        super().__init__(daemon=True)
        self._file = file
        self._versions = versions
        self._chance = random.Random(0)

    def run(self) -> None:
        for _ in range(TIMES):
            data = self._chance.choice(self._versions)
            with open(self._file, "wb", buffering=0) as stream:
                stream.write(data[: self._chance.randrange(len(data))])
                self._rest()
            with open(self._file, "ab", buffering=0) as stream:
                stream.write(data[os.fstat(stream.fileno()).st_size :])
            self._rest()

    def _rest(self) -> None:
        """Pause: mostly for less time than a publish takes, at times for longer than it is patient."""
        time.sleep(self._chance.choice((0, 0, 0.001, 0.002, 0.005, 0.01, 0.03)) if self._chance.randrange(40) else 0.25)


@dataclass(frozen=True, slots=True)
class Scene:
    """A blog, and the sites that it may show: one for each version of a file."""

    server: Server
    root: Path
    file: Path
    versions: Sequence[bytes]
    expected: Sequence[Site]

    def publish_meanwhile(self) -> Iterator[Site]:
        """Publish as long as the file is rewritten, which nothing but what is honest may be said of; yield each site."""
        writer = Writer(self.file, self.versions)
        writer.start()
        while writer.is_alive():
            outcome = self.server.publish(self.root, "--jobs", "1", "--verbose")
            assert outcome.code in (0, 1), outcome
            assert "Traceback" not in outcome.said
            assert "fault of publisher" not in outcome.said
            print(outcome.said)
            yield needed(read_site(self.root / "public"))

    def check_calm(self) -> None:
        """Hold that the last version is shown when nobody writes."""
        self.file.write_bytes(self.versions[-1])
        outcome = self.server.publish(self.root)
        assert outcome.code == 0, outcome
        assert needed(read_site(self.root / "public")) == self.expected[-1]


def scene(folder: Path, server: Server, name: str, versions: Sequence[bytes]) -> Scene:
    expected = []
    for number, data in enumerate(versions):
        root = folder / f"version-{number}"
        write_blog(root, 0, POSTS)
        (root / "notebooks" / name).write_bytes(data)
        assert server.publish(root).code == 0
        expected.append(needed(read_site(root / "public")))
    root = folder / "blog"
    shutil.copytree(folder / "version-0", root)
    return Scene(server, root, root / "notebooks" / name, versions, expected)


@pytest.fixture
def folder() -> Iterator[Path]:
    with in_memory() as made:
        yield made


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    made = Server(folder)
    yield made
    made.end()


def test_a_notebook_that_is_rewritten_a_thousand_times_shows_one_version_or_another(
    folder: Path, server: Server
) -> None:
    versions = [post(1, variant, POSTS) for variant in range(4)]
    made = scene(folder, server, "post-01.ipynb", versions)
    seen = []
    for site in made.publish_meanwhile():
        alike = [version for version, expected in enumerate(made.expected) if site == expected]
        seen.append(alike[0] if alike else -1)
    print(seen)
    made.check_calm()


def test_an_image_that_is_rewritten_a_thousand_times_is_one_version_or_another(folder: Path, server: Server) -> None:
    versions = [picture(600, 400, colour) for colour in COLOURS]
    made = scene(folder, server, "lake.png", versions)
    seen = []
    for site in made.publish_meanwhile():
        alike = [version for version, expected in enumerate(made.expected) if site == expected]
        seen.append(alike[0] if alike else -1)
    print(seen)
    made.check_calm()
