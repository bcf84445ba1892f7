"""Whether the cells were run, and in the order in which they are read.

Whether the code was changed since cannot be known: a notebook keeps how often and, sometimes, when a cell was run, but
not what its code was then.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from publisher.checks.kinds import Finding, found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from publisher.cells import Cell
    from publisher.checks.reading import Reading

_AGAIN = "restart the kernel, run all cells, save"
_NO_CODE = re.compile(r"(?:[ \t]*(?:(?:#|//|--|%(?!%)).*)?(?:\n|\Z))*")  # blank lines and comments alone
_NOT_MEANT = frozenset(("skip-execution", "nbval-skip", "skip-voila"))
_NOT_RUN = re.compile(r"^\s*(?:#|//|--|%)\|\s*(?:eval|exec)\s*:\s*false\b", re.M | re.I)

# Where programs note when a cell was run: JupyterLab, the extension ExecuteTime, papermill.
_TIMES = (
    ("execution", ("iopub.execute_input", "iopub.status.busy", "shell.execute_reply.started")),
    ("ExecuteTime", ("start_time",)),
    ("papermill", ("start_time",)),
)


def never_run(reading: Reading) -> Iterator[Finding]:
    """Yield the cells without a number among cells that have one; none where numbers were taken out.

    They were, as `nbdev_clean` does, where as many cells have outputs and no number as have a number.
    """
    cells = [cell for cell, _ in reading.code]
    bare = [cell for cell in cells if cell.outputs and cell.execution_count is None]
    if sum(bool(cell.execution_count) for cell in cells) > len(bare):
        for cell in cells:
            if cell.execution_count is None and not cell.outputs and _is_meant_to_run(cell):
                yield found("never-run", reading.path, "was not run", _AGAIN, cell.number)


def _is_meant_to_run(cell: Cell) -> bool:
    tags = cell.metadata.get("tags")
    skipped = _is_frozen(cell) or (isinstance(tags, list) and bool(_NOT_MEANT.intersection(tags)))
    return not skipped and not _NO_CODE.fullmatch(cell.source) and not _NOT_RUN.search(cell.source)


def _is_frozen(cell: Cell) -> bool:
    """Tell whether the extension Freeze keeps Jupyter from running a cell."""
    control = cell.metadata.get("run_control")
    return isinstance(control, dict) and control.get("frozen") is True


def out_of_order(reading: Reading) -> Iterator[Finding]:
    """Yield the first cell that was run before the one above it, by the numbers of their runs."""
    cells = [cell for cell, _ in reading.code if cell.execution_count]
    late = list(_descents(cells))
    if late:
        above, cell = late[0]
        what = f"was run out of order: [{cell.execution_count}] comes after [{above.execution_count}]"
        yield found("out-of-order", reading.path, what + _and_more(len(late) - 1), _AGAIN, cell.number)


def _descents(cells: list[Cell]) -> Iterator[tuple[Cell, Cell]]:
    for above, cell in pairwise(cells):
        if (cell.execution_count or 0) < (above.execution_count or 0):  # equal where a cell was split
            yield above, cell


def _and_more(number: int) -> str:
    return f" (and {number:,} more)" if number else ""


def stale_output(reading: Reading) -> Iterator[Finding]:
    """Yield the first cell that ran before the one above it did, by the clock, where the numbers do not tell."""
    cells = [(cell, time) for cell, _ in reading.code if (time := ran_at(cell.metadata))]
    stale = [(above, cell) for (above, earlier), (cell, later) in pairwise(cells) if later < earlier]
    if stale and not any(out_of_order(reading)):
        above, cell = stale[0]
        what = f"ran before cell {above.number} above it ran again, so its output may be out of date"
        yield found("stale-output", reading.path, what + _and_more(len(stale) - 1), _AGAIN, cell.number)


def ran_at(metadata: Mapping[str, object]) -> datetime | None:
    """Return when a cell was run, if a program has noted it."""
    for name, keys in _TIMES:
        noted = metadata.get(name)
        if isinstance(noted, dict):
            times = (_time(noted.get(key)) for key in keys)
            if time := next((time for time in times if time), None):
                return time
    return None


def _time(written: object) -> datetime | None:
    if not isinstance(written, str):
        return None
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
