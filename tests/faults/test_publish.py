"""Wherever a whole publish is broken off, the site is that of the old sources or of the new ones."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.faults.blogs import VARIANTS, Site, differing, needed, read_site, write_blog
from tests.support.faults.publishers import BESIDE, Outcome, Running, Server, in_memory, names_in
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

POSTS = 12


class Scene:
    """A blog whose sources change from publish to publish."""

    def __init__(self, folder: Path) -> None:
        self.server = Server(folder)
        self.root = folder / "blog"
        self.variant = 0
        self.expected = [self._undisturbed(folder / f"variant-{variant}", variant) for variant in range(VARIANTS)]
        self._chance = random.Random(0)
        self.edit()
        self._seconds = {(jobs, is_cold): self._takes(jobs, is_cold) for jobs in (1, 2) for is_cold in (True, False)}
        self.before: Site = {}

    def _undisturbed(self, root: Path, variant: int) -> Site:
        write_blog(root, variant, POSTS)
        assert self.server.publish(root, "--jobs", "1").code == 0
        return needed(read_site(root / "public"))

    def edit(self, is_cold: bool = False) -> None:
        """Write another variant of the sources; lose the cache, if that is wanted."""
        self.variant = (self.variant + self._chance.randrange(1, VARIANTS)) % VARIANTS
        write_blog(self.root, self.variant, POSTS)
        if is_cold:
            shutil.rmtree(self.root / ".publisher-cache", ignore_errors=True)

    def site(self) -> Site:
        return read_site(self.root / "public")

    def begin(self, jobs: int, is_cold: bool, is_begun: bool = False) -> Running:
        """Begin to publish other sources; return at a random moment, of the work itself if that is wanted."""
        self.before = self.site()
        self.edit(is_cold)
        running = self.server.start(self.root, "--jobs", str(jobs))
        running.go()
        if is_begun:
            wait_until(lambda: self.is_locked() or self.site() != self.before)
        time.sleep(self._chance.uniform(0, self._seconds[jobs, is_cold]))
        return running

    def is_locked(self) -> bool:
        """Tell whether a publish is at work."""
        return (self.root / ".public.lock").exists()

    def missed(self, jobs: int, is_cold: bool) -> None:
        """Take the next moment from a shorter time: the machine has more to spare than when that was measured."""
        self._seconds[jobs, is_cold] *= 0.8

    def _takes(self, jobs: int, is_cold: bool) -> float:
        """Return how long such a publish takes."""
        self.edit(is_cold)
        begun = time.perf_counter()
        self.check_next("--jobs", str(jobs))
        return time.perf_counter() - begun

    def check(self) -> None:
        """Hold that the site is the old one to the byte, or the new one."""
        after = self.site()
        assert needed(after)
        if after != self.before:
            assert differing(needed(after), self.expected[self.variant]) == []

    def check_next(self, *options: str) -> None:
        """Hold that the next publish is as if nothing had happened."""
        outcome = self.server.publish(self.root, *options)
        assert outcome.code == 0, outcome
        assert differing(needed(self.site()), self.expected[self.variant]) == []
        assert names_in(self.root) <= BESIDE


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with in_memory() as folder:
        made = Scene(folder)
        yield made
        made.server.end()


def test_a_kill_at_a_random_moment_leaves_a_whole_site_and_no_process(
    scene: Scene, request: pytest.FixtureRequest
) -> None:
    kills = request.config.getoption("--kills")
    hits = 0
    for number in itertools.count():
        if number >= kills and hits > 0.4 * kills:
            break
        assert number < 10 * kills
        jobs, is_cold = 1 + number % 2, number % 4 < 2
        running = scene.begin(jobs, is_cold)
        os.kill(running.process, signal.SIGKILL)
        outcome = running.wait()
        assert outcome.code in (0, -signal.SIGKILL), outcome
        assert running.survivors() == []
        scene.check()
        hits += outcome.code != 0
        if outcome.code == 0:
            scene.missed(jobs, is_cold)
        if number % 10 == 9:
            scene.check_next()
    scene.check_next()


def test_ctrl_c_at_a_random_moment_ends_all_processes_and_leaves_nothing_behind(scene: Scene) -> None:
    outcomes: list[Outcome] = []
    while len(outcomes) < 10 or len([outcome for outcome in outcomes if outcome.code]) < 3:
        assert len(outcomes) < 100
        is_cold = len(outcomes) % 4 > 0
        running = scene.begin(2, is_cold, is_begun=True)
        os.killpg(running.process, signal.SIGINT)
        outcomes.append(running.wait())
        if outcomes[-1].code == 0:
            scene.missed(2, is_cold)
        assert running.survivors() == []
        assert names_in(scene.root) <= BESIDE
        scene.check()
    interrupted = [outcome for outcome in outcomes if outcome.code]
    assert {outcome.code for outcome in interrupted} == {130}, outcomes
    assert not [outcome for outcome in outcomes if "Traceback" in outcome.said]
    assert all("interrupted" in outcome.said for outcome in interrupted)
    scene.check_next()


def test_sigterm_ends_the_workers_too(scene: Scene) -> None:
    codes: list[int] = []
    while len(codes) < 6 or codes.count(-signal.SIGTERM) < 2:
        assert len(codes) < 100
        running = scene.begin(2, is_cold=True)
        os.kill(running.process, signal.SIGTERM)
        codes.append(running.wait().code)
        if codes[-1] == 0:
            scene.missed(2, is_cold=True)
        assert running.survivors() == []
        scene.check()
    assert set(codes) <= {0, -signal.SIGTERM}
    scene.check_next()


def test_what_a_killed_publish_left_goes_even_if_there_is_nothing_to_publish(scene: Scene) -> None:
    scene.check_next()
    (scene.root / ".public.stage-1/sub").mkdir(parents=True)
    (scene.root / ".public.next-1").mkdir()
    scene.check_next()
    (scene.root / ".public.lock").write_text("")
    scene.check_next()
