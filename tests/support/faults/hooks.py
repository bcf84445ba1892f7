"""What can be made to go wrong inside of a publish, or to come in another order: each changes the process it is in."""

from __future__ import annotations

import itertools
import os
import random
import resource
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from publisher import posts
from publisher.report import PlainReporter
from publisher.workers import cluster
from tests.support.waiting import PATIENCE, wait_until

HELD, LET_GO = "held", "let-go"  # files beside the blog

Deed = Callable[[], object]


def _exit() -> None:
    os._exit(3)


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _linger() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.01, 1)  # as if all of its time were up
    time.sleep(PATIENCE)


def _hoard() -> None:
    hoard = [bytearray(10_000_000) for _ in range(100)]
    hoard.clear()


def _hold() -> None:
    """Tell which process this is, and go on when that is wanted."""
    here = Path.cwd()
    here.with_name(HELD).write_text(str(os.getpid()))
    wait_until(here.with_name(LET_GO).exists)


DEEDS: dict[str, Deed] = {"exit": _exit, "crash": _crash, "linger": _linger, "hoard": _hoard, "hold": _hold}


def poison(what: dict[str, str]) -> None:
    """Do something bad when notebooks are converted: `what` names the deed by the path of the notebook."""
    module: Any = posts
    convert = module.convert

    def poisoned(notebook: Any, *more: Any) -> Any:
        if notebook.path in what:
            DEEDS[what[notebook.path]]()
        return convert(notebook, *more)

    module.convert = poisoned


def hold_after(steps: int) -> None:
    """Hold the publish itself when so many steps are done."""
    advance, done = PlainReporter.advance, itertools.count(1)

    def advance_and_hold(reporter: PlainReporter) -> None:
        advance(reporter)
        if next(done) == steps:
            _hold()

    PlainReporter.advance = advance_and_hold  # type: ignore[method-assign]


def patient(_: bool) -> None:
    """Wait for a cluster as long as a busy machine takes."""
    cluster.ANSWERS_WITHIN = PATIENCE


class _Shuffled:
    """The entries of a folder in an order that no file system promises."""

    def __init__(self, entries: list[os.DirEntry[str]]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[os.DirEntry[str]]:
        return self._entries

    def __next__(self) -> os.DirEntry[str]:
        return next(self._entries)

    def __enter__(self) -> _Shuffled:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Have nothing to close."""

    def close(self) -> None:
        """Have nothing to close."""


def shuffle(seed: int) -> None:
    """List every folder in another order each time."""
    chance = random.Random(seed)
    listdir, scandir = os.listdir, os.scandir

    def shuffled_names(path: Any = ".") -> list[Any]:
        names = listdir(path)
        chance.shuffle(names)
        return names

    def shuffled_entries(path: Any = ".") -> _Shuffled:
        with scandir(path) as scan:
            entries = list(scan)
        chance.shuffle(entries)
        return _Shuffled(entries)

    os.listdir = shuffled_names
    os.scandir = shuffled_entries  # type: ignore[assignment]


def umask(mask: int) -> None:
    """Create files with other permissions."""
    os.umask(mask)


def largest_file(size: int) -> None:
    """Let the system refuse to write more bytes than that to a file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
