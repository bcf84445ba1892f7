"""Tell what was found: to people, to programs, to GitHub."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from publisher import rewriting
from publisher.checks.kinds import SEVERITIES, Finding
from publisher.errors import Problem, SettingsError
from publisher.report import SHOWN_WARNINGS, Line, count, duration, warning_lines

if TYPE_CHECKING:
    from publisher.checks import Checked
    from publisher.report import Reporter, Summary
    from publisher.writing import Change

_TITLES = {"error": "Errors", "warning": "Warnings", "notice": "Notices"}
_ROLES = {"error": "bad", "warning": "warning", "notice": "quiet"}


class Progress:
    """Tells how far the work is, and nothing of what comes of it: that is told when all is found."""

    def __init__(self, reporter: Reporter) -> None:
        self.start = reporter.start
        self.advance = reporter.advance
        self.stop = reporter.stop

    def problem(self, problem: Problem, is_failure: bool) -> None:
        """Say nothing."""

    def done(self, summary: Summary) -> None:
        """Say nothing."""


def check_severity(written: str) -> None:
    """Raise SettingsError for what is no severity from which on a check fails."""
    if written not in (*SEVERITIES, "never"):
        hint = f"write --fail-on {', '.join(SEVERITIES)} or never"
        raise SettingsError(Problem("--fail-on", f"{written!r} is no severity", hint))


def fails(checked: Checked, severity: str) -> bool:
    """Tell whether anything is as bad as that, or worse."""
    grave = SEVERITIES[: SEVERITIES.index(severity) + 1] if severity in SEVERITIES else ()
    return any(finding.severity in grave for finding in checked.findings)


def lines(checked: Checked, is_verbose: bool = False) -> Iterator[Line]:
    """Yield the report: what is worst first, then the sum."""
    for severity in SEVERITIES:
        problems = [_problem(finding) for finding in checked.findings if finding.severity == severity]
        if problems:
            yield Line(_TITLES[severity], "title")
            yield from warning_lines(problems, None if is_verbose else SHOWN_WARNINGS)
            yield Line("")
    yield _sum(checked)


def _problem(finding: Finding) -> Problem:
    message = f"{finding.what}  [{finding.kind}]"
    return Problem(finding.file, message, finding.hint, finding.cell or None, finding.line or None)


def _sum(checked: Checked) -> Line:
    numbers = Counter(finding.severity for finding in checked.findings)
    told = [count(numbers[severity], severity) for severity in SEVERITIES if numbers[severity]]
    worst = next((severity for severity in SEVERITIES if numbers[severity]), None)
    more = f"; --fix would change {count(len(checked.fixes), 'file')}" if checked.fixes else ""
    where = f"Checked {count(checked.posts, 'post')} in {duration(checked.seconds)}"
    return Line(f"{where}: {', '.join(told) or 'all is well'}{more}.", _ROLES[worst] if worst else "good")


def to_json(checked: Checked) -> str:
    """Return what was found for programs, as one line."""
    numbers = Counter(finding.severity for finding in checked.findings)
    return json.dumps(
        {
            "posts": checked.posts,
            **{f"{severity}s": numbers[severity] for severity in SEVERITIES},
            "findings": [_plain(finding) for finding in checked.findings],
            "fixes": [fix.path for fix in checked.fixes],
            "seconds": round(checked.seconds, 3),
        },
        ensure_ascii=False,
    )


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "file": finding.file,
        "cell": finding.cell or None,
        "line": finding.line or None,
        "what": finding.what,
        "hint": finding.hint,
    }


def for_github(findings: Sequence[Finding], root: Path, source: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the findings as GitHub takes them from what a workflow prints.

    A notebook's line is the one in its file where the cell begins.
    """
    workspace = Path(environ.get("GITHUB_WORKSPACE") or root)
    folder = root / source
    cells: dict[Path, tuple[int, ...]] = {}
    for finding in findings:
        is_below = finding.file.endswith(".ipynb") or (folder / finding.file).is_file()  # a sidecar lies there, too
        file = (folder if is_below else root) / finding.file
        if finding.cell and file not in cells:
            cells[file] = _cells(file)
        line = _line(finding, cells.get(file, ()))
        parts = {
            "file": os.path.relpath(file, workspace).replace(os.sep, "/"),
            "line": str(line),
            "title": finding.kind,
        }
        where = ",".join(f"{name}={_property(value)}" for name, value in parts.items())
        cell = f"cell {finding.cell}: " if finding.cell else ""
        text = f"{cell}{finding.what}" + (f"\n{finding.hint}" if finding.hint else "")
        yield f"::{finding.severity} {where}::{_data(text)}"


def _cells(file: Path) -> tuple[int, ...]:
    try:
        return rewriting.first_lines(file.read_bytes())
    except OSError:
        return ()


def _line(finding: Finding, cells: Sequence[int]) -> int:
    if finding.cell:
        return cells[finding.cell - 1] if finding.cell <= len(cells) else 1
    return finding.line or 1


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def differences(fixes: Sequence[Change]) -> Iterator[str]:
    """Yield what fixes change, as `diff -u` shows it."""
    for fix in fixes:
        yield rewriting.difference(fix.path, fix.before or b"", fix.after)
