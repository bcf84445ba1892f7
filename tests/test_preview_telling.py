"""The terminal of a preview tells what is new, and nothing twice."""

from __future__ import annotations

import io

import pytest

from publisher.errors import Problem, SettingsError
from publisher.preview.telling import Teller
from publisher.report import PlainReporter, QuietReporter
from publisher.tasks import number_of_port

BROKEN = Problem("one.ipynb", "is no notebook", "save it again")
ODD = Problem("two.ipynb", "has no date", "write one")


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def teller(stream: io.StringIO) -> Teller:
    return Teller(PlainReporter(stream))


def said(stream: io.StringIO) -> str:
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text


def test_a_failure_is_told_once_and_its_end(teller: Teller, stream: io.StringIO) -> None:
    teller.failed((BROKEN,))
    assert said(stream) == "Failed  one.ipynb: is no notebook\n        save it again\n"
    teller.failed((BROKEN,))
    assert said(stream) == ""
    teller.failed(())
    assert said(stream) == "All is well again.\n"
    teller.failed(())
    assert said(stream) == ""


def test_warnings_are_told_when_they_are_new(teller: Teller, stream: io.StringIO) -> None:
    teller.warned((ODD,))
    assert "two.ipynb: has no date" in said(stream)
    teller.warned((ODD, BROKEN))
    assert "has no date" not in (text := said(stream))
    assert "is no notebook" in text


def test_what_is_wrong_with_the_preview_is_told_once(teller: Teller, stream: io.StringIO) -> None:
    teller.noticed(Problem("", "cannot see", "look again"))
    assert "cannot see\n      look again\n" in said(stream)
    teller.warned((ODD,))
    said(stream)
    teller.noticed(Problem("", "cannot see", "look again"))
    assert said(stream) == ""


def test_what_nobody_hears_is_not_kept(teller: Teller, stream: io.StringIO) -> None:
    teller.silent.problem(BROKEN, is_failure=True)
    assert said(stream) == ""
    kept = teller.silent
    assert isinstance(kept, QuietReporter)
    assert isinstance(kept.stream, io.StringIO)
    assert kept.stream.getvalue() == ""


def test_a_round_is_told_by_what_was_saved(teller: Teller, stream: io.StringIO) -> None:
    for notebooks, expected in (
        (["one.ipynb"], "Shown: one.ipynb (0.2 s)\n"),
        (["one.ipynb", "two.ipynb"], "Shown: 2 notebooks (0.2 s)\n"),
        ([], "Shown: what changed (0.2 s)\n"),
    ):
        teller.saved(notebooks)
        teller.done_in(0.21)
        assert said(stream) == expected
    teller.failed((BROKEN,))
    said(stream)
    teller.done_in(0.21)
    assert said(stream) == "Shown as far as it can be: what changed (0.2 s)\n"


def test_only_long_rounds_have_a_bar(teller: Teller, stream: io.StringIO) -> None:
    teller.start("Converting", 2)
    assert said(stream) == ""
    teller.start("Converting", 200)
    assert said(stream) == "Converting (200)\n"


def test_a_port_is_a_number_that_there_is() -> None:
    assert [number_of_port(port) for port in ("0", "8000", "65535")] == [0, 8000, 65535]
    for wrong in ("", "-1", "65536", "http", "8000.0", "٨٠٠٠"):
        with pytest.raises(SettingsError, match="--port"):
            number_of_port(wrong)
