"""The only door to dask: run functions on a cluster. Its workers need the same publisher, and no files of the blog."""

from __future__ import annotations

import asyncio
import math
import pickle
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast
from urllib.parse import urlsplit

from msgspec import Struct

import publisher
from publisher.errors import Problem, PublisherError, SettingsError
from publisher.workers.order import in_order
from publisher.workers.worker import Answer, Lost, Raised, Returned, Stopped, attempt

if TYPE_CHECKING:
    from publisher.workers import Run

Value = TypeVar("Value")
Result = TypeVar("Result")

_Timed = tuple[Answer, float]

ANSWERS_WITHIN = 20  # seconds for a cluster to answer, which may be busy
_AHEAD = 2  # batches in flight for each thread of the cluster
# A task costs dask 5 ms however little there is to do.
_WORK = 0.1  # seconds that a batch should take at least
_MOST = 100  # values in a batch: memory depends on it
_KILLED = Stopped("the workers that tried it were killed", "look at what they say; perhaps there was too little memory")


@contextmanager
def connect(address: str) -> Iterator[Run]:
    """Give a way to run functions on the cluster at `dask://host:port`. Raises SettingsError if it cannot be used."""
    with _client(_location(address)) as client:
        threads = _check(client, address)
        executor = client.get_executor(pure=False)
        try:
            yield _Cluster(executor, threads * _AHEAD).run
        finally:
            executor.shutdown(wait=False)


def _location(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme != "dask" or not host or not port or parts.path.strip("/"):
        _refuse(f"{address!r} is not the address of a cluster", "write for instance dask://localhost:8786")
    try:
        # Asked before dask is: that repeats its question until the time is up, whatever it is told.
        socket.create_connection((host, port), ANSWERS_WITHIN).close()
    except OSError as error:
        _nobody(address, error)
    return f"tcp://{parts.netloc}"


def _refuse(what: str, hint: str) -> NoReturn:
    raise SettingsError(Problem("executor", what, hint)) from None


def _nobody(address: str, error: Exception) -> NoReturn:
    _refuse(
        f"nobody answers at {address}: {str(error) or type(error).__name__}", "start a scheduler there: dask scheduler"
    )


@contextmanager
def _client(location: str) -> Iterator[Any]:
    try:
        import dask
        from distributed import Client
    except ImportError:
        _refuse("a cluster needs dask.distributed", "install publisher[cluster]")
    try:
        with ThreadPoolExecutor(1) as thread:  # this one may have a loop of events of its own
            thread.submit(asyncio.run, _greet(location)).result()
    except Exception as error:  # noqa: BLE001 - the answer of something that is no scheduler may fail in any way
        _nobody(f"dask{location.removeprefix('tcp')}", error)
    # Notebooks are as large as they are.
    with (
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}),
        cast(Any, Client)(location, timeout=ANSWERS_WITHIN, set_as_default=False) as client,
    ):
        yield client


async def _greet(location: str) -> None:
    """Shake hands with a scheduler. A client does so without an end to its patience."""
    from distributed.comm.core import connect as dial

    async with asyncio.timeout(ANSWERS_WITHIN):
        comm = await cast(Any, dial)(location)
        await comm.close()


def _check(client: Any, address: str) -> int:
    """Return the number of threads of a cluster; refuse one that would not make the same pages as this machine."""

    def version() -> str:  # a function in a function travels whole, to where there may be no publisher
        try:
            import publisher
        except ImportError:
            return "no publisher"
        return f"publisher {publisher.__version__}"

    threads: int = sum(client.nthreads().values())
    if not threads:
        command = f"dask worker {address.removeprefix('dask://')}"
        _refuse(f"the cluster at {address} has no workers", f"start some: {command}")
    ours = f"publisher {publisher.__version__}"
    for worker, theirs in client.run(version).items():
        if theirs != ours:
            _refuse(f"the worker {worker} has {theirs}, this machine {ours}", "install the same on both")
    return threads


class _Pace(Struct):
    """How long one value takes, as far as is known."""

    seconds: float = _WORK

    @property
    def batch(self) -> int:
        return max(1, min(_MOST, math.ceil(_WORK / max(self.seconds, 1e-6))))

    def learn(self, seconds: float) -> None:
        self.seconds += (seconds - self.seconds) / 8


class _Cluster:
    """Sends values to an executor in batches."""

    def __init__(self, executor: Executor, ahead: int) -> None:
        self._executor = executor
        self._ahead = ahead
        self._running: set[Future[bytes]] = set()

    def run(self, function: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result | Lost]:
        """Be a Run."""
        pace = _Pace()
        submit = partial(self._submit, function)
        for batch, future in in_order(_batches(values, pace), submit, self._ahead):
            for value, (answer, seconds) in zip(batch, self._answers(function, batch, future), strict=False):
                pace.learn(seconds)
                if isinstance(answer, Raised):
                    raise answer.error
                yield answer.result if isinstance(answer, Returned) else Lost(value, answer.reason, answer.hint)

    def _submit(self, function: Callable[[Value], Result], batch: list[Value]) -> Future[bytes]:
        message = pickle.dumps((function, batch), pickle.HIGHEST_PROTOCOL)
        future = self._executor.submit(call, message)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    def _answers(
        self, function: Callable[[Value], Result], batch: list[Value], future: Future[bytes]
    ) -> Iterable[_Timed]:
        """Wait for the answers to a batch. The values of one that workers died of, perhaps by chance, run again."""
        answers = _answers(future)
        return answers if answers is not None else (self._alone(function, value) for value in batch)

    def _alone(self, function: Callable[[Value], Result], value: Value) -> _Timed:
        """Run a value with nothing beside it: dask suspects whatever was on a worker that died."""
        wait(list(self._running))
        answers = _answers(self._submit(function, [value]))
        return answers[0] if answers is not None else (_KILLED, _WORK)


def _batches(values: Iterable[Value], pace: _Pace) -> Iterator[list[Value]]:
    remaining = iter(values)
    while batch := list(islice(remaining, pace.batch)):
        yield batch


def call(message: bytes) -> bytes:
    """Call a function with each value of a batch, on a worker, up to the first that raises. Return timed answers."""
    function, values = pickle.loads(message)  # noqa: S301 - from the process that published
    answers: list[_Timed] = []
    for value in values:
        begun = time.perf_counter()
        answers.append((attempt(function, value), time.perf_counter() - begun))
        if isinstance(answers[-1][0], Raised):
            break
    return pickle.dumps(answers, pickle.HIGHEST_PROTOCOL)


def _answers(future: Future[bytes]) -> list[_Timed] | None:
    """Wait for the answers to a batch; return None if several workers died of it."""
    from distributed import KilledWorker

    try:
        answers: list[_Timed] = pickle.loads(future.result())  # noqa: S301 - from a worker of the cluster
    except KilledWorker:
        return None
    except CancelledError:
        raise PublisherError(Problem("executor", "the cluster went away", "look at what its scheduler says")) from None
    return answers
