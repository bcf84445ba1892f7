"""What a worker process does: call functions with values, one after another and within limits, and answer."""

from __future__ import annotations

import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from msgspec import Struct

MEBIBYTE = 2**20


class Limits(Struct, frozen=True):
    """What one value may take in a worker process: seconds, and megabytes beyond what the worker has; 0 means no limit.

    Memory is limited on Linux alone. Time is limited everywhere; where there are alarms (all but Windows)
    the function is interrupted first, so that it can tidy up, and its process is killed only if that does not help.
    """

    seconds: int = 0
    megabytes: int = 0


NO_LIMITS = Limits()


class Lost(Struct, frozen=True):
    """Stands for the result of a value whose worker died, or which took too much: the value, why, and what to do."""

    value: Any
    reason: str
    hint: str


class Returned(Struct, frozen=True):
    """The answer of a function that came to its end."""

    result: Any


class Raised(Struct, frozen=True):
    """The answer of a function that raised."""

    error: BaseException


class Stopped(Struct, frozen=True):
    """The answer when a limit was reached."""

    reason: str
    hint: str


Answer = Returned | Raised | Stopped


class TooLongError(BaseException):
    """A value has had its time. Not an Exception, which a function may well catch all of."""


def took_too_long(seconds: int) -> Stopped:
    """Word that the time was up."""
    return Stopped(f"took longer than {seconds} s", "raise `limits.seconds`, or make the notebook smaller")


def needed_too_much(megabytes: int) -> Stopped:
    """Word that there was no more memory."""
    if not megabytes:
        return Stopped("ran out of memory", "make the notebook smaller, or try --jobs 1")
    return Stopped(f"needed more than {megabytes:,} MB", "raise `limits.memory`, or make the notebook smaller")


def serve(connection: Connection, limits: Limits) -> None:
    """Answer until the connection ends, or a limit is reached: what was broken off there may hurt the next value."""
    leave_signals_to_parent()
    with suppress(EOFError, OSError):
        connection.send_bytes(b"ready")
        while not isinstance(_answer(connection, limits), Stopped):
            pass


def leave_signals_to_parent() -> None:
    """Do nothing on Ctrl-C, which reaches every process of the terminal; undo what the parent does on other signals."""
    # A handler, as SIG_IGN would be inherited by what is run from here: kernels are interrupted by this signal.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _answer(connection: Connection, limits: Limits) -> Answer:
    answer = _call(connection.recv_bytes(), limits)
    try:
        data = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - a result that cannot be pickled may raise anything
        answer = _raised(error)
        data = pickle.dumps(answer)
    connection.send_bytes(data)
    return answer


def _call(message: bytes, limits: Limits) -> Answer:
    try:
        function, value = pickle.loads(message)  # noqa: S301 - from the process that started this one
        with _memory(limits.megabytes), _time(limits.seconds):
            return attempt(function, value, limits)
    except TooLongError:
        return took_too_long(limits.seconds)
    except BaseException as error:  # noqa: BLE001 - raised again where the result is waited for
        return _raised(error)


def attempt(function: Callable[[Any], Any], value: object, limits: Limits = NO_LIMITS) -> Answer:
    """Call a function; whatever comes of it is the answer, unless its time is up."""
    try:
        return Returned(function(value))
    except TooLongError:
        raise
    except MemoryError:
        return needed_too_much(limits.megabytes)
    except BaseException as error:  # noqa: BLE001 - raised again where the result is waited for
        return _raised(error)


def _raised(error: BaseException) -> Raised:
    """Return what can be raised in another process and still tells where it comes from."""
    told = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - an exception that does not survive it may raise anything
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(f"In a worker process:\n{told}")
    return Raised(error)


@contextmanager
def _time(seconds: int) -> Iterator[None]:
    """Raise TooLongError after a while, and each second from then on: code may catch it once, by a bare `except`."""
    if not seconds or sys.platform == "win32":
        yield
        return
    is_running = True

    def ring(*_: object) -> None:
        if is_running:  # an alarm may be on its way when the function ends
            raise TooLongError

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        is_running = False
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _memory(megabytes: int) -> Iterator[None]:
    """Limit what is allocated from here on.

    RLIMIT_DATA counts memory that can be written. RLIMIT_AS would count address space too, of which V8, which
    draws formulas and charts, reserves gigabytes that it never touches.
    """
    if not megabytes or sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = _data_size() + megabytes * MEBIBYTE
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard < 0 else min(wanted, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _data_size() -> int:
    """Return how many bytes RLIMIT_DATA counts at present: the sixth number of proc_pid_statm(5), in pages."""
    import resource

    return int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()


def pack(function: Callable[[Any], Any], value: object) -> bytes:
    """Return the message that asks for `function(value)`."""
    return pickle.dumps((function, value), pickle.HIGHEST_PROTOCOL)


def unpack(message: bytes) -> Answer:
    """Return the answer that a message holds."""
    answer: Answer = pickle.loads(message)  # noqa: S301 - from a process that this one started
    return answer
