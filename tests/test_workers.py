"""Work for several processes: results in order, memory bounded, one bad value is one bad value, nothing left behind."""

from __future__ import annotations

import ctypes
import faulthandler
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from publisher import workers
from publisher.workers import Limits, Lost, nursery, processes
from publisher.workers.nursery import Forking, Nursery, Spawning, WarmUp
from tests.support.waiting import PATIENCE, hear_interrupts, wait_until
from tests.support.workers import double

MANY = workers.WORTH_A_POOL
MEGABYTE = 2**20

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc, forks and limits of memory")


def process(value: int) -> tuple[int, int]:
    return value, os.getpid()


def invert(value: int) -> float:
    return 1 / (value - 3)


def kill(value: int) -> int:
    if value in (2, 41):
        os.kill(os.getpid(), signal.SIGKILL)
    return value


def crash(value: int) -> int:
    if value == 2:
        faulthandler.disable()  # pytest has it, and it would tell of this
        ctypes.string_at(0)
    return value


def leave(value: int) -> int:
    if value == 2:
        os._exit(7)
    return value


def kill_first_time(mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return mark.name


def allocate(megabytes: int) -> int:
    return len(bytearray(megabytes * MEGABYTE))


def loop(seconds: float) -> float:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(Exception):
            sum(range(1000))
    return seconds


def hold_on(seconds: float) -> float:
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
    time.sleep(seconds)
    return seconds


def be_imported() -> None:
    """Have the module of this function imported before a worker's time begins."""


def tidy_up(mark: Path) -> None:
    try:
        time.sleep(PATIENCE)
    finally:
        mark.touch()


def large(value: int) -> bytes:
    return bytes([value]) * MEGABYTE


def first_of(data: bytes) -> bytes:
    return data[:1] + bytes(MEGABYTE)


@pytest.fixture(params=["fork", "mother", "spawn"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Start workers in each of the ways there are, also in those of other systems."""

    def chosen(limits: Limits, warm_up: WarmUp | None) -> Nursery:
        if request.param == "spawn":
            return Spawning(limits, warm_up)
        return Forking(limits, warm_up, "fork" if request.param == "fork" else "spawn")

    if sys.platform != "linux" and request.param != "spawn":
        pytest.skip("processes are forked on Linux alone")
    if request.param == "fork" and not nursery._is_alone():
        pytest.skip("this process has other threads")
    monkeypatch.setattr(nursery, "nursery", chosen)
    return str(request.param)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


def test_one_job_or_few_notebooks_stay_in_this_process() -> None:
    for jobs, count in ((1, 10 * MANY), (8, MANY - 1), (0, MANY)):
        with workers.pool(jobs, count) as run:
            assert list(run(process, range(3))) == [(value, os.getpid()) for value in range(3)]


def test_results_come_in_the_order_of_the_values_from_other_processes(way: str) -> None:
    with workers.pool(2, MANY) as run:
        found = [result for result in run(process, range(40)) if not isinstance(result, Lost)]
    assert [value for value, _ in found] == list(range(40))
    assert os.getpid() not in {where for _, where in found}
    assert len({where for _, where in found}) <= 2


def test_no_more_values_are_taken_than_can_be_worked_on() -> None:
    taken: list[int] = []

    def values() -> Iterator[int]:
        for value in range(100):
            taken.append(value)
            yield value

    with workers.pool(2, MANY) as run:
        for handed_on, _ in enumerate(run(process, values()), 1):
            assert len(taken) <= handed_on + 8
    assert handed_on == 100


def test_large_values_and_results_do_not_pile_up() -> None:
    tracemalloc.start()
    with workers.pool(2, MANY) as run:
        count = sum(1 for _ in run(first_of, map(large, [1] * 200)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 200
    assert peak < 40 * MEGABYTE


def test_a_run_may_feed_on_another_and_both_work_at_a_time() -> None:
    with workers.pool(2, MANY) as run:
        first = (2 * value for value in run(double, range(30)) if not isinstance(value, Lost))
        assert list(run(double, first)) == [8 * value for value in range(30)]


def test_a_run_that_is_given_up_leaves_room_for_the_next() -> None:
    with workers.pool(2, MANY) as run:
        assert next(iter(run(double, range(1000)))) == 0
        assert list(run(double, range(5))) == [0, 2, 4, 6, 8]


def test_what_a_function_raises_is_raised_here_and_tells_where_it_comes_from(way: str) -> None:
    with workers.pool(2, MANY) as run:
        results = run(invert, range(10))
        assert [next(results) for _ in range(3)] == [-1 / 3, -1 / 2, -1]
        with pytest.raises(ZeroDivisionError) as caught:
            next(results)
    assert "in invert" in "".join(caught.value.__notes__)


def test_what_cannot_travel_is_an_error_and_no_hanging() -> None:
    with workers.pool(2, MANY) as run:
        with pytest.raises(Exception, match=r"[Pp]ickle.*lambda|lambda.*[Pp]ickle|local object"):
            list(run(lambda value: value, range(3)))
        with pytest.raises(TypeError, match="pickle"):
            list(run(str, [threading.Lock()]))
        with pytest.raises(TypeError, match="pickle"):
            list(run(opened, range(3)))
        with pytest.raises(RuntimeError, match="StubbornError: no"):
            list(run(stubborn, range(3)))


def opened(_: int) -> object:
    return threading.Lock()


class StubbornError(Exception):
    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.lock = threading.Lock()


def stubborn(_: int) -> None:
    raise StubbornError("no")


@linux
@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (kill, "its worker process was killed (signal 9)"),
        (crash, "its worker process crashed (signal 11)"),
        (leave, "its worker process ended too early (exit code 7)"),
    ],
)
def test_a_value_that_its_worker_dies_of_costs_only_itself(function: Callable[[int], int], reason: str) -> None:
    with workers.pool(2, MANY) as run:
        found = list(run(function, range(20)))
    lost = found.pop(2)
    assert isinstance(lost, Lost)
    assert (lost.value, lost.reason) == (2, reason)
    assert lost.hint
    assert found == [value for value in range(20) if value != 2]


def test_two_of_sixty_are_lost_and_the_others_come_in_order(way: str) -> None:
    with workers.pool(2, MANY) as run:
        found = [result.value * -1 if isinstance(result, Lost) else result for result in run(kill, range(60))]
    assert found == [-value if value in (2, 41) else value for value in range(60)]


def test_a_value_whose_worker_was_killed_by_chance_is_not_lost(tmp_path: Path) -> None:
    with workers.pool(2, MANY) as run:
        names = [str(number) for number in range(6)]
        assert list(run(kill_first_time, [tmp_path / name for name in names])) == names


@linux
def test_when_the_mother_of_all_workers_is_killed_all_results_come_nevertheless() -> None:
    with workers.pool(2, MANY) as run:
        results = run(double, range(60))
        assert next(results) == 0
        (mother,) = multiprocessing.active_children()
        assert mother.pid
        os.kill(mother.pid, signal.SIGKILL)
        assert list(results) == [2 * value for value in range(1, 60)]


@linux
def test_only_own_workers_are_ended() -> None:
    place = Forking(Limits(), None, "spawn")
    first = place.start()
    (mother,) = multiprocessing.active_children()
    mother.kill()
    mother.join()
    second = place.start()
    with subprocess.Popen(["sleep", str(PATIENCE)]) as other:
        stranger, _ = multiprocessing.Pipe()
        assert place.end(nursery.Worker(stranger, other.pid)) == -signal.SIGKILL
        assert other.poll() is None
        other.kill()
    assert place.end(first) == -signal.SIGKILL
    assert second.connection.recv_bytes() == b"ready"
    second.connection.close()
    place.close()


@linux
def test_a_value_that_needs_too_much_memory_is_lost_and_the_limit_is_for_each() -> None:
    with workers.pool(2, MANY, Limits(megabytes=60)) as run:
        found = list(run(allocate, [30, 400, *[45] * 8]))
    assert found.pop(1) == Lost(400, "needed more than 60 MB", "raise `limits.memory`, or make the notebook smaller")
    assert found == [megabytes * MEGABYTE for megabytes in (30, *[45] * 8)]


@linux
def test_address_space_that_is_only_reserved_is_no_memory() -> None:
    with workers.pool(2, MANY, Limits(megabytes=50)) as run:
        assert list(run(reserve, [1000])) == [1000]


def reserve(megabytes: int) -> int:
    import mmap

    mmap.mmap(-1, megabytes * MEGABYTE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ).close()
    return megabytes


def test_a_value_that_takes_too_long_is_lost_though_it_catches_every_exception(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(processes, "OVERDUE", PATIENCE)  # it hears its alarm, whenever that is
    with workers.pool(2, MANY, Limits(seconds=2), warm_up=be_imported) as run:
        found = list(run(loop, [0, PATIENCE, 0]))
    hint = "raise `limits.seconds`, or make the notebook smaller"
    assert found == [0, Lost(PATIENCE, "took longer than 2 s", hint), 0]


def test_a_value_that_hears_no_signal_is_ended_soon_after_its_time(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setattr(processes, "OVERDUE", 0.5)
    with workers.pool(2, MANY, Limits(seconds=3), warm_up=be_imported) as run:
        found = list(run(hold_on, [0, PATIENCE, 0]))
    assert [result.reason if isinstance(result, Lost) else result for result in found] == [0, "took longer than 3 s", 0]


@linux
def test_a_function_whose_time_is_up_can_tidy_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "OVERDUE", PATIENCE)
    with workers.pool(2, MANY, Limits(seconds=1), warm_up=be_imported) as run:
        assert isinstance(next(run(tidy_up, [tmp_path / "tidy"])), Lost)
    assert (tmp_path / "tidy").exists()


def test_a_warm_up_that_fails_in_a_new_interpreter_is_told_and_no_hanging(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(nursery, "nursery", Spawning)
    with workers.pool(2, MANY, warm_up=fail) as run:
        (lost,) = run(double, [1])
    assert isinstance(lost, Lost)
    assert "ended too early (exit code 1)" in lost.reason
    assert "there is no such library" in capfd.readouterr().err


def fail() -> None:
    raise ImportError("there is no such library")


# Programs of their own: what becomes of processes when one of them ends can be seen only from outside.
BEGINNING = f"""
import gc, os, signal, sys, threading, time
from publisher import workers

SEEN = []

def see(_):
    gc.collect()
    return list(SEEN)

def wait(value):
    os.write(1, b"%d\\n" % value)  # at once, where two write beside each other
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
    time.sleep({PATIENCE})

def warm_up():
    SEEN.append("warm")

class Loud:
    def __init__(self):
        self.me = self
    def __del__(self):
        print("ended in", os.getpid() == HERE)

HERE = os.getpid()
MANY = {MANY}
if __name__ == "__main__":
"""
WAITING = """
    try:
        with workers.pool(2, MANY) as run:
            list(run(wait, range(MANY)))
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a program in a session of its own, in which every warning is an error."""
    begun: list[subprocess.Popen[str]] = []

    def start(end: str) -> subprocess.Popen[str]:
        file = tmp_path / "program.py"
        file.write_text(BEGINNING + end, encoding="utf-8")
        command = [sys.executable, "-W", "error", str(file)]
        pipe = subprocess.PIPE
        begun.append(
            subprocess.Popen(
                command, stdout=pipe, stderr=pipe, text=True, start_new_session=True, preexec_fn=hear_interrupts
            )
        )
        return begun[-1]

    yield start
    for each in begun:
        each.kill()
        each.communicate()


def session(leader: int) -> set[int]:
    """Return the processes of a session that still run."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")
        except OSError:  # it ended meanwhile
            continue
        state, _, _, number = rest.split()[:4]
        if int(number) == leader and state not in "ZX":
            found.add(int(stat.parent.name))
    return found


@linux
@pytest.mark.parametrize(
    ("number", "to_all", "code"),
    [(signal.SIGINT, True, 130), (signal.SIGTERM, False, -15), (signal.SIGKILL, False, -9)],
    ids=["Ctrl-C", "terminated", "killed"],
)
def test_however_it_ends_no_process_is_left_and_nothing_said(
    program: Callable[[str], subprocess.Popen[str]], number: signal.Signals, to_all: bool, code: int
) -> None:
    parent = program(WAITING)
    assert parent.stdout
    assert sorted(parent.stdout.readline() for _ in range(2)) == ["0\n", "1\n"]
    assert len(session(parent.pid)) == 4  # two workers, and one that bears them
    (os.killpg if to_all else os.kill)(parent.pid, number)
    assert parent.wait(PATIENCE) == code
    wait_until(lambda: not session(parent.pid))
    _, said = parent.communicate(timeout=PATIENCE)
    assert said == ""


@linux
@pytest.mark.parametrize(
    ("threads", "expected"),
    [("", "['here', 'warm']"), ("threading.Thread(target=time.sleep, args=(600,), daemon=True).start()", "['warm']")],
    ids=["alone", "with threads"],
)
def test_workers_share_what_is_warm_and_are_forked_only_from_a_process_without_threads(
    program: Callable[[str], subprocess.Popen[str]], threads: str, expected: str
) -> None:
    done = program(f"""
    SEEN.append("here")
    {threads}
    with workers.pool(2, MANY, warm_up=warm_up) as run:
        for _ in range(2):
            print(*run(see, [0]))
    """)
    said, errors = done.communicate(timeout=PATIENCE)
    assert (said, errors) == (f"{expected}\n" * 2, "")


@linux
def test_a_copy_of_this_process_ends_nothing_that_belongs_to_it(
    program: Callable[[str], subprocess.Popen[str]],
) -> None:
    done = program("""
    gc.disable()
    Loud()
    with workers.pool(2, MANY) as run:
        print(*run(see, range(2)))
    """)
    said, errors = done.communicate(timeout=PATIENCE)
    assert (said, errors) == ("[] []\nended in True\n", "")
