"""What an editor can find, as a table; one finding as a value."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "notice"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "notice")


class Kind(Struct, frozen=True):
    """A kind of finding: its name, which stays, how bad it is, and what it is."""

    name: str
    severity: Severity
    about: str


KINDS = (
    Kind("not-published", "error", "A notebook cannot be published."),
    Kind("publish-warning", "warning", "Publishing warns of something that has no kind of its own."),
    Kind("leak", "error", "A secret, or the place where a photograph was taken."),
    Kind("personal-data", "warning", "Home folders and e-mail addresses in outputs."),
    Kind("same-address", "error", "Two posts want one address, or a post that of another page."),
    Kind("ambiguous-date", "error", "A date that may be two days."),
    Kind("unknown-key", "warning", "A key of front matter that nothing uses."),
    Kind("unread-front-matter", "warning", "Front matter so far down that it is not read."),
    Kind("late-front-matter", "notice", "Front matter that is not in the first cell."),
    Kind("missing-title", "warning", "No title but the file's name."),
    Kind("missing-date", "warning", "A post without a date."),
    Kind("missing-summary", "notice", "A post without a summary: cards show how the text begins."),
    Kind("same-title", "warning", "Two posts of one title."),
    Kind("broken-link", "error", "A link within the site to what is not there."),
    Kind("broken-anchor", "warning", "A link to a place that the page does not have."),
    Kind("missing-image", "error", "An image that is not there, or cannot be read."),
    Kind("remote-image", "warning", "An image on another site, which readers see as a link."),
    Kind("dead-link", "warning", "A link to a page of another site that is gone (`--external`)."),
    Kind("unreachable-link", "notice", "A link to another site that gave no answer (`--external`)."),
    Kind("vanished-address", "error", "An address that was published before leads nowhere."),
    Kind("unrecorded-address", "notice", "An address that is not in the list of published ones."),
    Kind("missing-alt", "warning", "An image or a figure without an alternative text."),
    Kind("too-many-missing-alts", "error", "More of them than the setting `check.missing-alt` allows."),
    Kind("heading-order", "notice", "A heading that skips a level."),
    Kind("heavy-page", "warning", "A page that is large to load."),
    Kind("heavy-image", "warning", "An image that is large to load."),
    Kind("traceback", "warning", "The traceback of an exception that no tag expects."),
    Kind("empty-output", "notice", "An output that shows nothing."),
    Kind("no-outputs", "warning", "No saved output, although the code makes some."),
    Kind("never-run", "warning", "A cell that was not run, among others that were."),
    Kind("out-of-order", "warning", "Cells that were run in another order than they are read in."),
    Kind("stale-output", "warning", "A cell that ran before the cells above it ran again."),
    Kind("cell-id", "notice", "Cells that have no id, or that of another."),
    Kind("volatile-metadata", "notice", "Metadata that change at every run and that nothing shows."),
)
BY_NAME = {kind.name: kind for kind in KINDS}


class Finding(Struct, frozen=True, order=True):
    """One thing found. `file` is as in reports: a notebook by its path below the source folder.

    `cell` and `line` count from 1, 0 where there is none; the line is one of the cell, where there is a cell.
    """

    file: str
    cell: int
    line: int
    kind: str
    what: str
    hint: str = ""

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return BY_NAME[self.kind].severity


def found(kind: str, file: str, what: str, hint: str = "", cell: int = 0, line: int = 0) -> Finding:
    """Return a finding; its kind has to be in the table."""
    return Finding(file, cell, line, BY_NAME[kind].name, what, hint)
