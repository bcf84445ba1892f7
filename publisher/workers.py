"""Run pure functions over many values, here or in other processes, with results in the order of the values."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from typing import Protocol, TypeVar

from publisher.errors import Problem, PublisherError

Value = TypeVar("Value")
Result = TypeVar("Result")

# Below this many notebooks a pool costs more than it saves: each worker needs most of a second to import nbconvert.
WORTH_A_POOL = 24
_AHEAD = 4  # values in flight a worker: memory depends on these, not on the size of the blog


class Run(Protocol):
    """Yield `function(value)` for each value, in order. What `function` raises is raised here."""

    def __call__(self, function: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result]:
        """Run it."""
        ...


def _here(function: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result]:
    return map(function, values)


@contextmanager
def pool(jobs: int, count: int) -> Iterator[Run]:
    """Give a way to run functions for about `count` values: in this process, or in `jobs` others where that pays.

    Raises PublisherError if one of those processes is killed.
    """
    if jobs <= 1 or count < WORTH_A_POOL:
        yield _here
        return
    with _executor(min(jobs, count)) as executor:

        def run(function: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result]:
            waiting: deque[Future[Result]] = deque()
            for value in values:
                waiting.append(executor.submit(function, value))
                if len(waiting) >= jobs * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        try:
            yield run
        except BaseException as error:
            executor.shutdown(wait=False, cancel_futures=True)
            if isinstance(error, BrokenProcessPool):
                problem = Problem("", "a worker process was killed, perhaps for want of memory", "try --jobs 1")
                raise PublisherError(problem) from None
            raise


def _executor(jobs: int) -> ProcessPoolExecutor:
    # A forked copy of a process with threads can hang; a fork server has none, and imports once for all its workers.
    method = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"
    context = get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["publisher.posts"])
    # Ctrl-C reaches every process of the terminal: this one alone decides what becomes of it.
    return ProcessPoolExecutor(jobs, context, signal.signal, (signal.SIGINT, signal.SIG_IGN))
