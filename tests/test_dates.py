"""Dates as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.metadata import dates

CASES = [
    [part.strip() for part in line.split("|")]
    for line in (Path(__file__).parent / "metadata/dates.txt").read_text("utf-8").splitlines()[1:]
]


@pytest.mark.parametrize("case", [case for case in CASES if len(case) == 2], ids=lambda case: case[0])
def test_a_date_is_read_as_its_author_means_it(case: list[str]) -> None:
    assert dates.read(case[0], "Europe/Berlin").isoformat() == case[1]


@pytest.mark.parametrize("case", [case for case in CASES if len(case) == 3], ids=lambda case: case[0])
def test_what_is_no_date_is_told_with_the_right_form(case: list[str]) -> None:
    with pytest.raises(dates.DateError, match=case[1]) as caught:
        dates.read(case[0], "Europe/Berlin")
    assert case[2] in caught.value.hint


def test_one_day_over_twelve_proves_the_order_of_all() -> None:
    assert dates.slash_order(["03/04/2020", "12/25/2020"]) == "month-first"
    assert dates.slash_order(["03/04/2020", "25/12/2020"]) == "day-first"


def test_no_proof_and_two_proofs_are_both_none() -> None:
    assert dates.slash_order(["03/04/2020", "2020-12-25"]) is None
    assert dates.slash_order(["25/12/2020", "12/25/2020"]) is None


def test_a_proven_order_is_used() -> None:
    assert dates.read("03/04/2020", "UTC", "month-first").isoformat() == "2020-03-04T00:00:00+00:00"
    assert dates.read("03/04/2020", "UTC", "day-first").isoformat() == "2020-04-03T00:00:00+00:00"
    with pytest.raises(dates.DateError, match="no month 25"):
        dates.read("25/12/2020", "UTC", "month-first")
