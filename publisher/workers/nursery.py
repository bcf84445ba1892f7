"""Where worker processes come from, and how they end: by themselves too, when the process that needs them is gone."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.process import BaseProcess
from typing import Literal, Protocol

from msgspec import Struct

from publisher.workers.worker import Limits, leave_signals_to_parent, serve

WarmUp = Callable[[], object]

_ENDED_WITHIN = 5.0  # seconds for processes that were told to end
_THREAD_ENDS_WITHIN = 0.05
_NUMBER = struct.Struct("!q")
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Worker(Struct, frozen=True):
    """A running worker process and the connection to it, which ends when the process does."""

    connection: Connection
    pid: int
    process: BaseProcess | None = None


class Nursery(Protocol):
    """Starts and ends workers. Can be called from several threads."""

    def start(self) -> Worker:
        """Return a new worker."""
        ...

    def end(self, worker: Worker) -> int:
        """Kill a worker, if it still runs; return what it ended with: an exit code, or -9 for signal 9."""
        ...

    def close(self) -> None:
        """Kill all workers."""
        ...


def nursery(limits: Limits, warm_up: WarmUp | None = None) -> Nursery:
    """Return the best nursery of this system, warmed up."""
    # Seconds from here to the first article, imports included, of two workers on two processors: forked 0.4, forked
    # by a new interpreter 1.4, new interpreters themselves 1.4; the fork server of the standard library 1.4.
    if sys.platform != "linux":
        return Spawning(limits, warm_up)
    if warm_up and _is_alone():
        warm_up()
    # A fork of a process with threads can hang, and Python 3.12 warns of it.
    return Forking(limits, warm_up, "fork" if _is_alone() else "spawn")


def _is_alone() -> bool:
    """Tell whether this process has one thread only; threads that Python does not know of count as well."""
    end = time.monotonic() + _THREAD_ENDS_WITHIN
    while (number := len(os.listdir("/proc/self/task"))) > 1 == threading.active_count() and time.monotonic() < end:
        time.sleep(0.001)  # a thread that was waited for is gone a moment later
    return number == 1


class Spawning:
    """Starts each worker as a new interpreter: works everywhere, and takes as long as the imports do."""

    def __init__(self, limits: Limits, warm_up: WarmUp | None = None) -> None:
        self._limits = limits
        self._warm_up = warm_up
        self._running: set[BaseProcess] = set()
        self._is_closed = False
        self._lock = threading.Lock()

    def start(self) -> Worker:
        """Return a new worker."""
        ours, theirs = Pipe()
        arguments = (theirs, self._limits, self._warm_up)
        process = get_context("spawn").Process(target=_serve_spawned, args=arguments, daemon=True)
        with self._lock, _undisturbed():
            if self._is_closed:
                raise OSError("no more workers are wanted")
            process.start()
            self._running.add(process)
        theirs.close()
        return Worker(ours, process.pid or 0, process)

    def end(self, worker: Worker) -> int:
        """Kill a worker, if it still runs; return what it ended with."""
        worker.connection.close()
        if worker.process is None:
            return 0
        with self._lock:
            self._running.discard(worker.process)
            return _killed(worker.process)

    def close(self) -> None:
        """Kill all workers."""
        with self._lock:
            self._is_closed = True
            for process in self._running:
                process.kill()
            for process in self._running:
                process.join(_ENDED_WITHIN)


def _killed(process: BaseProcess) -> int:
    process.kill()
    process.join(_ENDED_WITHIN)
    return process.exitcode or 0


def _serve_spawned(connection: Connection, limits: Limits, warm_up: WarmUp | None) -> None:
    leave_signals_to_parent()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if warm_up:
        warm_up()
    serve(connection, limits)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


class Forking:
    """Starts each worker as a copy of one process kept for that, which has all that is needed in memory and no thread.

    That process, the mother, is a fork of this one (`method` is "fork") or, where this one has threads, a new
    interpreter, which has to warm up. It reads from a socket: a file descriptor means a new worker that serves it,
    a number the worker to end. The end of that socket means the end of this process, whatever the reason: then the
    mother kills all workers.
    """

    def __init__(self, limits: Limits, warm_up: WarmUp | None, method: Literal["fork", "spawn"]) -> None:
        self._limits = limits
        self._warm_up = warm_up
        self._lock = threading.Lock()
        self._is_closed = False
        self._mother, self._control = self._new_mother(method)

    def start(self) -> Worker:
        """Return a new worker."""
        with self._lock:
            try:
                return self._bear()
            except OSError:
                if self._is_closed:
                    raise
            self._control.close()
            self._mother, self._control = self._new_mother("spawn")  # this process has threads by now
            return self._bear()

    def end(self, worker: Worker) -> int:
        """Kill a worker, if it still runs; return what it ended with."""
        worker.connection.close()
        with self._lock:
            try:
                return self._ask(worker.pid)
            except OSError:  # the mother was killed, and her workers with her
                return -signal.SIGKILL

    def close(self) -> None:
        """Kill all workers."""
        with self._lock:
            self._is_closed = True
            self._control.close()
            self._mother.join(_ENDED_WITHIN)
            _killed(self._mother)

    def _bear(self) -> Worker:
        ours, theirs = Pipe()
        try:
            with theirs:
                return Worker(ours, self._ask(0, [theirs.fileno()]))
        except OSError:
            ours.close()
            raise

    def _ask(self, number: int, descriptors: list[int] | None = None) -> int:
        socket.send_fds(self._control, [_NUMBER.pack(number)], descriptors or [])
        answer = self._control.recv(_NUMBER.size)
        if not answer:
            raise ConnectionResetError
        return int(_NUMBER.unpack(answer)[0])

    def _new_mother(self, method: Literal["fork", "spawn"]) -> tuple[BaseProcess, socket.socket]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        mother: BaseProcess
        if method == "fork":  # of a process that is warm
            arguments = (theirs, ours, self._limits, None)
            mother = get_context("fork").Process(target=_be_mother, args=arguments, daemon=True)
        else:
            anew = (theirs, None, self._limits, self._warm_up)
            mother = get_context("spawn").Process(target=_be_mother, args=anew, daemon=True)
        with theirs, _undisturbed():
            mother.start()
        return mother, ours


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep Ctrl-C from a process that is just being started, which would say so on the terminal."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _be_mother(control: socket.socket, parents: socket.socket | None, limits: Limits, warm_up: WarmUp | None) -> None:
    """Be the mother. Ends by `os._exit`: what the process that it is a copy of does at its end is not its business."""
    leave_signals_to_parent()
    if parents:
        parents.close()
    if warm_up:
        warm_up()
    # The collector would write to every object, and so copy the memory that workers share: 21 MB in each at its first
    # run, 2 MB without these. And in a copy it must not end what belongs to the original.
    gc.freeze()
    children: set[int] = set()
    with suppress(OSError):
        while _mind(control, children, limits):
            pass
    for pid in children:
        _ended(pid)
    os._exit(0)


def _mind(control: socket.socket, children: set[int], limits: Limits) -> bool:
    message, descriptors, *_ = socket.recv_fds(control, _NUMBER.size, 1)
    if not message:
        return False
    pid = int(_NUMBER.unpack(message)[0])
    if descriptors:
        answer = _born(control, descriptors[0], limits)
        children.add(answer)
    elif pid in children:
        children.remove(pid)
        answer = _ended(pid)
    else:  # a worker of the mother before, with whom it died; by now the number may be another's
        answer = -signal.SIGKILL
    control.send(_NUMBER.pack(answer))
    return True


def _born(control: socket.socket, descriptor: int, limits: Limits) -> int:
    mother = os.getpid()
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    try:
        control.close()
        _die_with(mother)
        serve(Connection(descriptor), limits)
    finally:
        os._exit(0)


def _die_with(mother: int) -> None:
    """Let the kernel kill this process when the one that it was forked from is gone."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != mother:
        os._exit(1)


def _ended(pid: int) -> int:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)
