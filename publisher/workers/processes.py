"""An executor of worker processes, in which a value that kills its worker or takes too much costs only itself."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, TypeVar

from msgspec import Struct

from publisher.workers.nursery import Nursery, Worker
from publisher.workers.worker import NO_LIMITS, Answer, Limits, Raised, Returned, Stopped, pack, took_too_long, unpack

Result = TypeVar("Result")

OVERDUE = 3.0  # seconds after the alarm until a worker that does not hear it is killed


class StoppedError(Exception):
    """A value was lost. Carries why, and what to do about it."""

    def __init__(self, stopped: Stopped) -> None:
        super().__init__(stopped.reason)
        self.stopped = stopped


class _DiedError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _Call(Struct, frozen=True):
    future: Future[Any]
    function: Callable[[Any], Any]
    value: Any


class Processes(Executor):
    """Runs each call in one of `jobs` worker processes; a call whose worker came to grief raises StoppedError.

    A thread here looks after each worker, and so knows which value is there when the worker dies. That value runs
    once more, with nothing beside it and so with all the memory of the machine, before it is given up: the first
    death may have been another's fault.
    """

    def __init__(self, jobs: int, nursery: Nursery, limits: Limits = NO_LIMITS) -> None:
        self._nursery = nursery
        self._limits = limits
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._room = _Room()
        self._is_shut = self._is_cancelled = False
        self._threads = [threading.Thread(target=self._look_after_one, daemon=True) for _ in range(jobs)]
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Let a worker call a function of one value."""
        if self._is_shut:
            raise RuntimeError("nothing more is run after shutdown")
        (value,) = (*args, *kwargs.values())
        future: Future[Result] = Future()
        self._calls.put(_Call(future, function, value))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End when all is done; with `cancel_futures` at once, by killing what still runs."""
        self._is_shut = True
        self._is_cancelled = cancel_futures
        if cancel_futures:
            self._nursery.close()
        for _ in self._threads:
            self._calls.put(None)
        if wait or cancel_futures:
            for thread in self._threads:
                thread.join()
            self._nursery.close()

    def _look_after_one(self) -> None:
        keeper = _Keeper(self._nursery, self._limits)
        while call := self._calls.get():
            if self._is_cancelled:
                call.future.cancel()
            if call.future.set_running_or_notify_cancel():
                self._fulfil(call, keeper)
            del call  # its value may be large
        keeper.end()

    def _fulfil(self, call: _Call, keeper: _Keeper) -> None:
        try:
            answer = self._answer(pack(call.function, call.value), keeper)
        except BaseException as error:  # noqa: BLE001 - raised again where the result is waited for
            answer = Raised(error)
        if isinstance(answer, Returned):
            call.future.set_result(answer.result)
        else:
            call.future.set_exception(answer.error if isinstance(answer, Raised) else StoppedError(answer))

    def _answer(self, message: bytes, keeper: _Keeper) -> Answer:
        try:
            with self._room.together():
                return keeper.ask(message)
        except _DiedError:
            pass
        try:
            with self._room.alone():
                return keeper.ask(message)
        except _DiedError as death:
            return _died(death.code)


class _Keeper:
    """Keeps one worker, and replaces it when it is gone or not to be trusted."""

    def __init__(self, nursery: Nursery, limits: Limits) -> None:
        self._nursery = nursery
        self._limits = limits
        self._worker: Worker | None = None

    def ask(self, message: bytes) -> Answer:
        """Return what the worker answers. Raises _DiedError if it dies of the question."""
        try:
            data = self._reply(message)
        except (EOFError, OSError):
            raise _DiedError(self.end()) from None
        answer = unpack(data) if data else took_too_long(self._limits.seconds)
        if isinstance(answer, Stopped):
            self.end()
        return answer

    def end(self) -> int:
        """End the worker, if there is one; return its exit code."""
        worker, self._worker = self._worker, None
        return self._nursery.end(worker) if worker else 0

    def _reply(self, message: bytes) -> bytes:
        """Return the reply of a worker, which is empty if there is none in time."""
        if not self._worker:
            self._worker = self._nursery.start()
            self._worker.connection.recv_bytes()  # it is ready: now its time begins
        connection = self._worker.connection
        connection.send_bytes(message)
        in_time = connection.poll(self._limits.seconds + OVERDUE if self._limits.seconds else None)
        return connection.recv_bytes() if in_time else b""


def _died(code: int) -> Stopped:
    if code == -getattr(signal, "SIGKILL", 0):
        hint = "perhaps there was too little memory: make the notebook smaller, or try --jobs 1"
        return Stopped(f"its worker process was killed (signal {-code})", hint)
    hint = "a library that the notebook needs may be at fault: update it, or leave out what it is needed for"
    if code < 0:
        return Stopped(f"its worker process crashed (signal {-code})", hint)
    return Stopped(f"its worker process ended too early (exit code {code})", hint)


class _Room:
    """Where many may be together, or one alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._asked_for = 0  # those who are alone, or wait to be

    @contextmanager
    def together(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: not self._asked_for)
            self._inside += 1
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._changed:
            self._asked_for += 1
            self._changed.wait_for(lambda: not self._inside)
            self._inside += 1
        try:
            yield
        finally:
            self._leave(was_alone=1)

    def _leave(self, was_alone: int = 0) -> None:
        with self._changed:
            self._inside -= 1
            self._asked_for -= was_alone
            self._changed.notify_all()
