"""Files that are being written while they are read: no publish ever shows half of one, nor a mixture of two."""

from __future__ import annotations

import io
import itertools
import json
import random
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from publisher import beside
from publisher.release import MANIFEST
from tests.support.blogs import publish_if_changed as publish
from tests.support.faults.blogs import COLOURS, Site, needed, picture, post, read_site, write_blog
from tests.support.faults.publishers import Outcome, Server, in_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="publishes are forked")

POSTS = 4
TIMES = 1000
NOTEBOOK, IMAGE = "post-01.ipynb", "lake.png"
CHANGED = "changed while it was published"
SHOWING_IMAGE = ("only-0", "post-00")  # the posts
_DOWNLOAD = re.compile(rb'<ul class="download">.*?</ul>\n', re.S)


def _gif() -> bytes:
    stream = io.BytesIO()
    Image.open(io.BytesIO(picture(600, 400, "navy"))).convert("P").save(stream, "GIF")
    return stream.getvalue()


GIF = _gif()


class Writer(threading.Thread):
    """Rewrites a file again and again as careless programs do: it empties it, and writes it in two steps."""

    def __init__(self, file: Path, versions: Sequence[bytes]) -> None:
        super().__init__(daemon=True)
        self.enough = threading.Event()  # of versions was seen; a thousand are written in any case
        self._file = file
        self._versions = versions
        self._chance = random.Random(0)

    def run(self) -> None:
        for count in itertools.count():
            if count >= TIMES and self.enough.is_set():
                break
            data = self._chance.choice(self._versions)
            half = self._chance.randrange(len(data))
            with open(self._file, "wb", buffering=0) as stream:
                stream.write(data[:half])
                self._rest()
                stream.write(data[half:])
            self._rest()

    def _rest(self) -> None:
        """Pause: mostly for less time than a publish takes, at times for longer than one is patient."""
        time.sleep(0.25 if self._chance.randrange(100) == 0 else self._chance.choice((0, 0, 0, 0.001, 0.002, 0.005)))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a publish shows, and what it says of it: messages by the name of the notebook."""

    site: Site
    warnings: dict[str, str]
    failures: dict[str, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """A blog, and the sites that it may show: one for each version of a file."""

    server: Server
    root: Path
    file: Path
    versions: Sequence[bytes]
    expected: Sequence[Site]

    def publish_meanwhile(self, is_enough: Callable[[], bool]) -> Iterator[Shown]:
        """Publish as long as the file is rewritten, which ends when enough was seen."""
        writer = Writer(self.file, self.versions)
        writer.start()
        try:
            while writer.is_alive():
                yield self.publish()
                if is_enough():
                    writer.enough.set()
        finally:
            writer.enough.set()
            writer.join()

    def publish(self) -> Shown:
        """Publish, and read what is shown and said."""
        return self._shown(self.server.publish(self.root, "--jobs", "1", "--json"))

    def _shown(self, outcome: Outcome) -> Shown:
        assert outcome.code in (0, 1), outcome
        assert "Traceback" not in outcome.said
        found = json.loads(outcome.said.splitlines()[-1])
        warnings, failures = (
            {each["notebook"]: each["message"] for each in found[of]} for of in ("warnings", "failures")
        )
        return Shown(needed(read_site(self.root / "public")), warnings, failures)

    def check_calm(self) -> None:
        """Hold that the last version is shown when nobody writes."""
        self.file.write_bytes(self.versions[-1])
        assert self.server.publish(self.root).code == 0
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


def test_a_notebook_that_is_rewritten_a_thousand_times_is_one_version_or_another(folder: Path, server: Server) -> None:
    made = scene(folder, server, NOTEBOOK, [post(1, variant, POSTS) for variant in range(4)])
    seen: set[int] = set()
    for shown in made.publish_meanwhile(lambda: len(seen) > 1):
        assert {**shown.warnings, **shown.failures}.keys() <= {NOTEBOOK}
        seen.add(version_of_notebook(shown, made.expected))
    made.check_calm()


def version_of_notebook(shown: Shown, expected: Sequence[Site]) -> int:
    """Return the number of the version of which the whole site is.

    A notebook that changed after its article was made cannot be downloaded, which is said, until a publish goes well.
    """
    download = NOTEBOOK.replace(".ipynb", f"/{NOTEBOOK}")
    if download in shown.site:
        return list(expected).index(shown.site)
    assert NOTEBOOK in shown.failures or CHANGED in shown.warnings[NOTEBOOK]
    return [_without(site, download) for site in expected].index(_without(shown.site, download))


def _without(site: Site, download: str) -> Site:
    """Return a site without a file, the links to it and the manifest, which lists it."""
    return {path: _DOWNLOAD.sub(b"", data) for path, data in site.items() if path not in (download, MANIFEST)}


def test_an_image_that_is_rewritten_a_thousand_times_is_one_version_or_another(folder: Path, server: Server) -> None:
    whole = [picture(600, 400, colour) for colour in COLOURS]
    made = scene(folder, server, IMAGE, [whole[0][:500], *whole])
    seen: set[bytes] = set()
    for shown in made.publish_meanwhile(lambda: len(seen) > 3):
        assert shown.failures == {}
        assert shown.site.keys() <= set().union(*made.expected)
        versions = {path: {site.get(path) for site in made.expected} for path in shown.site if path != MANIFEST}
        assert all(shown.site[path] in versions[path] for path in versions)
        seen.update(shown.site[f"{name}/index.html"] for name in SHOWING_IMAGE)
        assert told(shown) == without(shown, made.expected[0])
    made.check_calm()


def told(shown: Shown) -> set[str]:
    """Return the posts of which it is said that their image is broken, or empty."""
    words = ("image is", f"shows {IMAGE!r}, which is empty")
    return {name.removesuffix(".ipynb") for name, message in shown.warnings.items() if message.startswith(words)}


def without(shown: Shown, broken: Site) -> set[str]:
    """Return the posts that are shown without the image."""
    return {name for name in SHOWING_IMAGE if shown.site[(page := f"{name}/index.html")] == broken[page]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        picture(600, 400, "navy")[:500],
        GIF[:-20],
    ],
    ids=["empty", "half", "half-of-a-GIF"],
)
def test_every_post_that_is_shown_without_a_broken_image_is_told(folder: Path, server: Server, data: bytes) -> None:
    made = scene(folder, server, IMAGE, [data])
    assert told(made.publish()) == set(SHOWING_IMAGE)


def test_an_image_that_changed_between_two_posts_is_the_same_in_both_after_the_next_publish(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_blog(folder, 0, POSTS)
    image, is_rewritten = folder / "notebooks" / IMAGE, False
    original = beside.open_file

    def open_file(name: str, *more: Any) -> beside.File | None:
        nonlocal is_rewritten
        found = original(name, *more)
        if name == IMAGE and not is_rewritten:
            image.write_bytes(picture(600, 400, "teal"))
            is_rewritten = True
        return found

    monkeypatch.setattr(beside, "open_file", open_file)
    publish(folder)
    publish(folder)
    site = read_site(folder / "public")
    shown = [re.findall(rb"/img/[0-9a-f]+-600", site[f"{name}/index.html"]) for name in SHOWING_IMAGE]
    assert is_rewritten
    assert shown[0]
    assert shown[0] == shown[1]
    assert publish(folder).posts.written == 0
