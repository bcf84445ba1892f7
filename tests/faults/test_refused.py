"""What the system refuses to a publish is told with a remedy, and the site stays whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.faults import mounts, tracing
from tests.support.faults.blogs import Site, differing, needed, read_site, write_blog
from tests.support.faults.publishers import BESIDE, EPOCH, Outcome, Server, in_memory, names_in
from tests.support.faults.tracing import why_not
from tests.support.notebooks import front, notebook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="calls of Linux are made to fail")

POSTS = 4
CACHE = ".publisher-cache"
ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "NO_COLOR": "1"}
_TRIES = 50
FAULTS = [
    (call, error)
    for call, errors in (
        ("openat", ("ENOSPC", "EROFS", "EMFILE")),
        ("write", ("ENOSPC", "EIO")),
        ("mkdir", ("ENOSPC",)),
    )
    for error in errors
]


class Scene:
    """A blog that shows its old sources, and has new ones."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        self.root = folder / "blog"
        self.log = folder / "trace"
        self._kept = folder / "kept"
        self.expected = self._undisturbed(folder / "new")
        write_blog(self._kept, 0, POSTS)
        shutil.copytree(self._kept, self.root)
        assert server.publish(self.root, "--jobs", "1").code == 0
        shutil.rmtree(self._kept)
        shutil.copytree(self.root, self._kept)
        self.old = read_site(self.root / "public")
        self.reset()

    def _undisturbed(self, root: Path) -> Site:
        write_blog(root, 1, POSTS)
        assert self.server.publish(root, "--jobs", "1").code == 0
        return needed(read_site(root / "public"))

    def reset(self) -> None:
        """Be as if nothing had been tried."""
        shutil.rmtree(self.root)
        shutil.copytree(self._kept, self.root)
        write_blog(self.root, 1, POSTS)

    def check(self, outcome: Outcome, named: str) -> None:
        """Hold that it was said what is wrong, where, and what to do, and that the site is a whole one."""
        assert "Traceback" not in outcome.said
        if outcome.code == 0:  # it was the ledger, and the site is shown by then
            assert "the site is published" in outcome.said
            assert f"{self.root / named}" in outcome.said
            assert needed(read_site(self.root / "public")) == self.expected
            return
        assert outcome.code == 74, outcome
        (failed,) = (line for line in outcome.said.splitlines() if line.startswith("Failed"))
        assert f"{self.root / named}" in failed
        assert "cannot be" in failed
        remedy = outcome.said.partition(failed)[2].strip()
        assert len(remedy) > 10
        assert "\n" not in remedy
        site = read_site(self.root / "public")
        assert site == self.old or needed(site) == self.expected

    def check_next(self) -> None:
        """Hold that the next publish is as if nothing had happened."""
        assert self.server.publish(self.root).code == 0
        assert differing(needed(read_site(self.root / "public")), self.expected) == []
        assert names_in(self.root) <= BESIDE


@pytest.fixture(scope="module")
def shared() -> Iterator[Scene]:
    with in_memory() as folder:
        server = Server(folder)
        yield Scene(folder, server)
        server.end()


@pytest.fixture
def scene(shared: Scene) -> Scene:
    shared.reset()
    return shared


# The folder of the cache


@pytest.mark.skipif(bool(why_not()), reason=why_not())
@pytest.mark.parametrize(("name", "error"), FAULTS, ids=[f"{name}-{error}" for name, error in FAULTS])
def test_a_call_that_fails_in_the_cache_leaves_a_whole_site(scene: Scene, name: str, error: str) -> None:
    """Let it fail the first time, in the middle and the last time that there is one.

    How many folders there are depends on what the ledger holds, which is written last: of these, only the first ones.
    """
    for part in (0.0, 0.5, *((1.0,) if name != "mkdir" else ())):
        scene.check(_failing_in_the_cache(scene, name, error, part), CACHE)
        scene.check_next()


def _failing_in_the_cache(scene: Scene, name: str, error: str, part: float) -> Outcome:
    """Return the outcome of a publish in which a call in the cache fails, that far from the first to the last.

    It is found by its number among all calls of its name. As a folder that has just been changed is looked into once
    more, there may be others before it the next time: then it is looked for again.
    """
    for _ in range(_TRIES):
        scene.reset()
        shutil.rmtree(scene.root / CACHE)
        assert tracing.traced(scene.server.start(scene.root, "--jobs", "1"), scene.log).code == 0
        calls = [call for call in tracing.changing(scene.log, _is_of_use) if call.name == name]
        assert len(calls) > 5
        scene.reset()
        shutil.rmtree(scene.root / CACHE)
        running = scene.server.start(scene.root, "--jobs", "1")
        outcome, line = tracing.failing(running, scene.log, calls[int((len(calls) - 1) * part)], error)
        if CACHE in line:
            return outcome
    raise AssertionError(f"no {name} in the cache could be made to fail")


def test_a_file_in_place_of_the_cache_is_named(scene: Scene) -> None:
    shutil.rmtree(scene.root / CACHE)
    (scene.root / CACHE).write_text("mine")
    scene.check(_command(scene.root), CACHE)
    assert (scene.root / CACHE).read_text() == "mine"
    assert read_site(scene.root / "public") == scene.old
    (scene.root / CACHE).unlink()
    scene.check_next()


@pytest.mark.skipif(bool(mounts.why_not()), reason=mounts.why_not())
def test_a_cache_that_cannot_be_written_is_named(scene: Scene) -> None:
    with mounts.mounted(scene.root / CACHE, mounts.READ_ONLY) as mount:
        scene.check(mount.publish(scene.root, ENVIRONMENT), CACHE)
    assert read_site(scene.root / "public") == scene.old
    scene.check_next()


@pytest.mark.skipif(bool(mounts.why_not()), reason=mounts.why_not())
def test_the_remedy_for_a_read_only_cache_is_its_own_setting(scene: Scene) -> None:
    with mounts.mounted(scene.root / CACHE, mounts.READ_ONLY) as mount:
        outcome = mount.publish(scene.root, ENVIRONMENT)
    assert "`cache`" in outcome.said
    assert "`output`" not in outcome.said


# The folder of the site


def test_a_file_in_place_of_the_output_is_named(scene: Scene) -> None:
    shutil.rmtree(scene.root / "public")
    (scene.root / "public").write_text("mine")
    outcome = _command(scene.root)
    assert outcome.code == 74
    assert f"{scene.root / 'public'}: " in outcome.said
    assert "move that file away" in outcome.said
    assert (scene.root / "public").read_text() == "mine"
    (scene.root / "public").unlink()
    scene.check_next()


@pytest.mark.skipif(bool(mounts.why_not()), reason=mounts.why_not())
def test_an_output_on_a_read_only_file_system_is_named(scene: Scene) -> None:
    (scene.root / "deep").mkdir()
    (scene.root / "public").rename(scene.root / "deep/public")
    with mounts.mounted(scene.root / "deep", mounts.READ_ONLY) as mount:
        outcome = mount.publish(scene.root, ENVIRONMENT, "--output", "deep/public")
    assert outcome.code == 74
    assert f"{scene.root / 'deep/public'}: cannot be locked: the file system is read-only" in outcome.said
    assert "Traceback" not in outcome.said
    assert read_site(scene.root / "deep/public") == scene.old
    (scene.root / "deep/public").rename(scene.root / "public")
    (scene.root / "deep").rmdir()
    scene.check_next()


# What the author wrote

ONE_FAILS = 1


@pytest.mark.skipif(bool(why_not()), reason=why_not())
@pytest.mark.parametrize("error", ["EACCES", "EIO", "ENOENT"])
@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("notebooks/post-01.ipynb", "post-01.ipynb"),
        pytest.param("notebooks/lake.png", "post-00.ipynb"),
        pytest.param("notebooks/post-02.meta", "post-02"),
        ("static/robots.txt", "static/robots.txt"),
    ],
    ids=["notebook", "image", "sidecar", "static"],
)
def test_a_file_that_cannot_be_read_is_named(scene: Scene, path: str, named: str, error: str) -> None:
    (scene.root / "notebooks/post-02.meta").write_text(".. tags: new\n")
    outcome = tracing.unreadable(scene.server.start(scene.root, "--jobs", "1"), scene.root / path, error)
    assert outcome.code == ONE_FAILS, outcome
    assert named in outcome.said
    assert "cannot be read" in outcome.said
    assert "permissions" in outcome.said
    assert needed(read_site(scene.root / "public"))
    (scene.root / "notebooks/post-02.meta").unlink()
    scene.check_next()


# The disk


@pytest.mark.skipif(bool(mounts.why_not()), reason=mounts.why_not())
def test_on_a_disk_that_is_full_the_old_site_stays_and_room_is_all_that_is_needed(tmp_path: Path) -> None:
    with mounts.mounted(tmp_path, mounts.TWO_MEGABYTES) as mount:
        write_blog(mount.seen, 0, POSTS)
        assert mount.publish(tmp_path, ENVIRONMENT, "--jobs", "1").code == 0
        old = read_site(mount.seen / "public")
        text = "Text. " * 5_000
        (mount.seen / "notebooks/large.ipynb").write_bytes(notebook(front("Large", date="2025-01-01"), text))
        _fill(mount.seen / "ballast")
        outcome = mount.publish(tmp_path, ENVIRONMENT, "--jobs", "1")
        assert outcome.code == 74
        assert "the disk is full" in outcome.said
        assert "free some space" in outcome.said
        assert "Traceback" not in outcome.said
        assert read_site(mount.seen / "public") == old
        (mount.seen / "ballast").unlink()
        assert mount.publish(tmp_path, ENVIRONMENT, "--jobs", "1").code == 0
        assert "large/index.html" in needed(read_site(mount.seen / "public"))
        assert names_in(mount.seen) <= BESIDE


@pytest.mark.parametrize("size", [1_000, 4_000])
def test_files_that_may_not_grow_leave_the_old_site(scene: Scene, size: int) -> None:
    outcome = scene.server.publish(scene.root, "--jobs", "1", largest_file=size)
    assert outcome.code == 74, outcome
    assert "the file is larger than the system allows" in outcome.said
    assert "Traceback" not in outcome.said
    assert read_site(scene.root / "public") == scene.old
    scene.check_next()


def _is_of_use(path: str) -> bool:
    """Tell whether a path is one of the cache, and not the mark that only says when it was tidied."""
    return CACHE in path and not path.endswith("/pruned")


def _command(root: Path) -> Outcome:
    command = [sys.executable, "-m", "publisher", "publish", "--jobs", "1"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, env=ENVIRONMENT)
    return Outcome(done.returncode, done.stdout + done.stderr)


def _fill(file: Path) -> None:
    """Write until nothing more fits."""
    with suppress(OSError), open(file, "wb", buffering=0) as stream:
        while True:
            stream.write(b"\1" * 4096)
