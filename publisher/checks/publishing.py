"""What publishing fails for and warns of, as findings: each says itself of which kind it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.checks.kinds import BY_NAME, Finding, found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from publisher.errors import Problem


def findings(failures: Iterable[Problem], warnings: Iterable[Problem]) -> Iterator[Finding]:
    """Yield what went wrong; whatever keeps a notebook from being published is an error."""
    for problem in failures:
        is_error = BY_NAME[problem.kind].severity == "error" if problem.kind in BY_NAME else False
        yield of(problem, problem.kind if is_error else "not-published")
    for problem in warnings:
        yield of(problem, problem.kind if problem.kind in BY_NAME else "publish-warning")


def of(problem: Problem, kind: str) -> Finding:
    """Return a problem as a finding of a kind."""
    return found(kind, problem.file, problem.message, problem.hint, problem.cell or 0, problem.line or 0)
