"""Run pure functions over many values: here, in other processes or on a cluster, with results in the values' order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeVar

from publisher.workers.worker import NO_LIMITS, Limits, Lost

__all__ = ["WORTH_A_POOL", "Limits", "Lost", "Run", "pool"]

Value = TypeVar("Value")
Result = TypeVar("Result")

# Seconds for notebooks and their pictures, in this process, in two forked workers, in two new interpreters:
# 4 take 1.1, 0.9, 1.9; 8 take 1.3, 1.0, 1.9; 16 take 4.9, 2.7, 3.1; 100 take 20.4, 11.0, 13.3.
WORTH_A_POOL = 8 if sys.platform == "linux" else 16
_AHEAD = 4  # values in flight a worker: memory depends on these, not on the size of the blog


class Run(Protocol):
    """Yield `function(value)` for each value, in order, or Lost. What `function` raises is raised here.

    Values are taken as they are needed, a few a worker ahead, so a run may feed on the results of another.
    """

    def __call__(self, function: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result | Lost]:
        """Run it."""
        ...


@contextmanager
def pool(
    jobs: int,
    count: int,
    limits: Limits = NO_LIMITS,
    executor: str = "",
    warm_up: Callable[[], object] | None = None,
) -> Iterator[Run]:
    """Give a way to run functions for about `count` values: in this process, or in `jobs` others where that pays.

    `limits` hold in those other processes only. `executor` is the address of a cluster, like `dask://host:8786`,
    which is used however few values there are, and has limits of its own. `warm_up` imports what the functions
    need, so that workers share it. Enter before a thread is started: then workers start at once. However the
    context ends, no process is left. Raises SettingsError if the cluster cannot be used.
    """
    if executor:
        from publisher.workers import cluster

        with cluster.connect(executor) as run:
            yield run
    elif jobs <= 1 or count < WORTH_A_POOL:
        yield _here
    else:
        with _processes(min(jobs, count), limits, warm_up) as run:
            yield run


def _here(function: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result | Lost]:
    return map(function, values)


@contextmanager
def _processes(jobs: int, limits: Limits, warm_up: Callable[[], object] | None) -> Iterator[Run]:
    from publisher.workers.nursery import nursery
    from publisher.workers.order import in_order
    from publisher.workers.processes import Processes, StoppedError

    def run(function: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result | Lost]:
        for value, future in in_order(values, partial(executor.submit, function), jobs * _AHEAD):
            try:
                yield future.result()
            except StoppedError as error:
                yield Lost(value, error.stopped.reason, error.stopped.hint)

    executor = Processes(jobs, nursery(limits, warm_up), limits)
    try:
        yield run
    finally:
        executor.shutdown(cancel_futures=True)
