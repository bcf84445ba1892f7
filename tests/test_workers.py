"""Work for several processes: results in order, memory bounded, nothing left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest

from publisher import workers
from publisher.errors import PublisherError

MANY = workers.WORTH_A_POOL


def process(value: int) -> tuple[int, int]:
    return value, os.getpid()


def fail(value: int) -> int:
    return 1 // (value - 3)


def die(value: int) -> int:
    if value == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return value


def test_one_job_or_few_notebooks_stay_in_this_process() -> None:
    for jobs, count in ((1, 10 * MANY), (8, MANY - 1), (0, MANY)):
        with workers.pool(jobs, count) as run:
            assert list(run(process, range(3))) == [(value, os.getpid()) for value in range(3)]


def test_results_come_in_the_order_of_the_values_from_other_processes() -> None:
    with workers.pool(2, MANY) as run:
        found = list(run(process, range(40)))
    assert [value for value, _ in found] == list(range(40))
    assert os.getpid() not in {where for _, where in found}
    assert multiprocessing.active_children() == []


def test_no_more_values_are_taken_than_can_be_worked_on() -> None:
    taken: list[int] = []

    def values() -> Iterator[int]:
        for value in range(100):
            taken.append(value)
            yield value

    with workers.pool(2, MANY) as run:
        results = run(process, values())
        next(results)
        assert len(taken) <= 10
        assert len(list(results)) == 99


def test_a_run_may_feed_on_another() -> None:
    with workers.pool(2, MANY) as run:
        first = (value for value, _ in run(process, range(20)))
        assert [value for value, _ in run(process, first)] == list(range(20))


def test_what_goes_wrong_there_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError), workers.pool(2, MANY) as run:
        list(run(fail, range(10)))
    for child in multiprocessing.active_children():
        child.join(10)
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills no process")
def test_a_process_that_is_killed_is_an_error_in_words() -> None:
    with pytest.raises(PublisherError, match=r"killed.*--jobs 1"), workers.pool(2, MANY) as run:
        list(run(die, range(10)))
