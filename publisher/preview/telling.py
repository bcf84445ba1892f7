"""Tell the author on the terminal what comes of each round: what is new, and nothing twice."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from publisher.report import Line, QuietReporter, count, duration, failure_lines, warning_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publisher.errors import Problem
    from publisher.report import PlainReporter, Reporter, Summary

_MANY = 20  # notebooks: what takes no longer than a moment needs no bar


class Teller:
    """A reporter of rounds: the progress of long ones, failures and warnings that the round before did not have."""

    def __init__(self, reporter: PlainReporter) -> None:
        self._reporter = reporter
        self._told: frozenset[Problem] = frozenset()
        self._warnings: frozenset[Problem] = frozenset()
        self._noticed: frozenset[Problem] = frozenset()
        self._saved = ""

    @property
    def silent(self) -> Reporter:
        """A reporter that nobody hears, which keeps what it is told: a new one each time."""
        return QuietReporter(io.StringIO())

    def start(self, name: str, total: int) -> None:
        """Begin a part of the work that has `total` steps."""
        if total >= _MANY:
            self._reporter.start(name, total)

    def advance(self) -> None:
        """Finish one step of the part in hand."""
        self._reporter.advance()

    def problem(self, problem: Problem, is_failure: bool) -> None:
        """Say nothing: all is told when the round is over."""

    def done(self, summary: Summary) -> None:
        """Say nothing: a round is no publish."""

    def stop(self) -> None:
        """Leave the terminal as it was."""
        self._reporter.stop()

    def saved(self, notebooks: Sequence[str]) -> None:
        """Note what a round is for."""
        self._saved = notebooks[0] if len(notebooks) == 1 else count(len(notebooks), "notebook") * bool(notebooks)

    def warned(self, warnings: Sequence[Problem]) -> None:
        """Tell the warnings that the round before did not have."""
        found = [warning for warning in warnings if warning not in self._warnings]
        self._reporter.tell(warning_lines(found))
        self._warnings = frozenset(warnings)

    def noticed(self, problem: Problem) -> None:
        """Tell what is wrong with the preview, not with the blog: once."""
        if problem not in self._noticed:
            self._reporter.tell(warning_lines([problem]))
        self._noticed |= {problem}

    def failed(self, problems: Sequence[Problem]) -> None:
        """Tell the failures that the round before did not have, or that there are none any more."""
        for problem in problems:
            if problem not in self._told:
                self._reporter.tell(failure_lines(problem))
        if self._told and not problems:
            self._reporter.tell([Line("All is well again.", "good")])
        self._told = frozenset(problems)

    def done_in(self, seconds: float) -> None:
        """Tell that a round is over, and what it was for."""
        what = self._saved or "what changed"
        state = "Shown as far as it can be" if self._told else "Shown"
        self._reporter.tell([Line(f"{state}: {what} ({duration(seconds)})", "quiet")])
