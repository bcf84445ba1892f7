"""What can go wrong, as one tree of errors that say what, where and what to do."""

from __future__ import annotations

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One thing that is wrong, located as closely as it is known.

    `file` is a path as its author would type it. `cell`, `line` and `column` count from 1; `line` is
    a line of the cell where there is a cell, else of the file. `source` is the text of that line. `kind` is the name
    of its kind for `invoke check`, as far as it has one.
    """

    file: str
    message: str
    hint: str = ""
    cell: int | None = None
    line: int | None = None
    column: int | None = None
    source: str = ""
    kind: str = ""

    def __str__(self) -> str:
        where = self.file
        if self.cell is not None:
            where += f", cell {self.cell}"
        if self.line is not None:
            where += f", line {self.line}"
        text = f"{where}: {self.message}" if where else self.message
        if self.hint:
            text += f" ({self.hint})"
        if self.source:
            text += f"\n    {self.source}"
            if self.column is not None:
                text += "\n    " + " " * (self.column - 1) + "^"
        return text


EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells count
INTERRUPTED = Problem("", "interrupted", "the site is as it was")


class PublisherError(Exception):
    """Anything that the author, not a programmer, can put right. Carries every problem found."""

    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class SettingsError(PublisherError):
    """Settings or option values are wrong: nothing was begun."""

    exit_code = 2


class NotebookError(PublisherError):
    """One notebook cannot be published; the others can."""


class TargetError(PublisherError):
    """The site cannot be put where it belongs; what was there is untouched."""

    exit_code = 74  # EX_IOERR of sysexits.h


class BusyError(PublisherError):
    """Another publish has the site in its hands; nothing was begun."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h


def internal(error: Exception) -> Problem:
    """Return what to say of an error that only a programmer can put right."""
    message = f"internal error, which should not happen: {type(error).__name__}: {error}"
    return Problem("", message, "run again with PUBLISHER_DEBUG=1 for the traceback")
