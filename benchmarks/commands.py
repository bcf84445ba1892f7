"""Run a command to its end and say what it cost, its child processes included."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

SPIN_REFERENCE = 13.5  # milliseconds that `spin` took where a second is a second

_PAUSE = 0.05  # seconds between two looks at the memory
_AROUND = 4  # spins before and after: a short command has none meanwhile
_LOOKS_A_SPIN = 10  # spins take a fortieth of the time of one processor
_MEGABYTE = 1 << 20
_USAGE_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes, as getrusage(2) of each system says


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command cost: seconds, and megabytes at the peak.

    `normal` is `cpu` as if the machine had run at the speed of the reference all the time. `largest` is the memory of
    the largest process, `together` that of all that ran at one moment, where what they share counts once.
    """

    cpu: float
    wall: float
    normal: float
    largest: float
    together: float


def measure(command: Sequence[str], folder: Path, accepted: Sequence[int] = (0,)) -> Cost:
    """Run a command in a folder. Raises SystemExit with what it said if it ends with any other code."""
    spins = [spin() for _ in range(_AROUND)]
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        watch = _Watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        watch.stop()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepted:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}\n{said.read().decode()}")
    spins += (*watch.spins, *(spin() for _ in range(_AROUND)))
    cpu, largest = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _USAGE_UNIT / _MEGABYTE
    speed = SPIN_REFERENCE * len(spins) / sum(spins)
    return Cost(cpu, wall, cpu * speed, largest, max(largest, watch.peak / _MEGABYTE))


def spin() -> float:
    """Return how many milliseconds of CPU time a fixed piece of work takes just now."""
    begun = time.thread_time()
    table, length = {}, 0
    for number in range(80_000):
        table[number & 4095] = number
        length += len(str(number))
    return 1000 * (time.thread_time() - begun)


class _Watch:
    """Look at a process and its children from a thread, until stopped: how much memory they have, how fast we are."""

    def __init__(self, process: int) -> None:
        self.peak = 0
        self.spins: list[float] = []
        self._process = process
        self._done = Event()
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        looks = 0
        while not self._done.wait(_PAUSE):
            self.peak = max(self.peak, sum(map(_memory, _tree(self._process))))
            looks += 1
            if looks % _LOOKS_A_SPIN == 0:
                self.spins.append(spin())


def _tree(process: int) -> Iterator[int]:
    """Yield a process and all below it; where there is no /proc, the process alone."""
    yield process
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children") as file:
                children = file.read().split()
            for child in children:
                yield from _tree(int(child))


def _memory(process: int) -> int:
    """Return the bytes of a process, with its share of what it has in common with others; 0 where nobody tells."""
    with suppress(OSError, StopIteration), open(f"/proc/{process}/smaps_rollup", "rb") as file:
        return 1024 * next(int(line.split()[1]) for line in file if line.startswith(b"Pss:"))
    return 0
