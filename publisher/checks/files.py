"""The file of a notebook: ids of its cells, and metadata that only make two versions of it harder to compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from publisher.checks import running
from publisher.checks.kinds import Finding, found
from publisher.report import count

if TYPE_CHECKING:
    from publisher.cells import Document
    from publisher.checks.reading import Reading

_WITH_IDS = (4, 5)  # the format from which on cells have ids
_WIDGETS = "widgets"
_WIDGET = "application/vnd.jupyter.widget-view+json"

# What programs write beside a cell at every run or click; what publishing reads is not among them.
_OF_CELLS = ("ExecuteTime", "collapsed", "executionInfo", "outputId", "papermill", "scrolled", "trusted")
_TIMES = ("ExecuteTime", "papermill")
# Of the whole notebook: a key, and what goes of it; nothing named means all.
_OF_NOTEBOOKS: Mapping[str, tuple[str, ...]] = {
    "interpreter": ("hash",),
    "papermill": ("duration", "end_time", "exception", "start_time", "version"),
    "signature": (),
    "varInspector": (),
    "vscode": ("interpreter",),
}


def cell_ids(reading: Reading) -> Iterator[Finding]:
    """Yield how many cells have no id of their own, in a format that wants one."""
    wrong = wrong_ids(reading.document)
    if wrong:
        what = f"has {count(len(wrong), 'cell')} without a valid id of {'its' if len(wrong) == 1 else 'their'} own"
        hint = "`invoke check --fix` gives them the ids that publishing does"
        yield found("cell-id", reading.path, what, hint, min(wrong))


def wrong_ids(document: Document) -> dict[int, str]:
    """Return the ids that cells should have, by their numbers, where that is not what they have."""
    raw = document.raw
    if (raw.get("nbformat"), raw.get("nbformat_minor", 0)) < _WITH_IDS:
        return {}
    written = raw["cells"]
    return {cell.number: cell.id for cell in document.cells if written[cell.number - 1].get("id") != cell.id}


def volatile_metadata(reading: Reading) -> Iterator[Finding]:
    """Yield that a notebook has metadata that change from run to run."""
    if reading.document.raw.get("nbformat") == 4 and without_volatile(reading.document.raw, reading) is not None:
        hint = "`invoke check --fix` takes them out; then versions are easier to compare"
        yield found("volatile-metadata", reading.path, "keeps metadata that change from run to run", hint)


def without_volatile(raw: Mapping[str, Any], reading: Reading) -> dict[str, Any] | None:
    """Return a notebook without its volatile metadata; None if there are none.

    When cells were run stays where it tells that outputs are out of date. The version of the language goes along
    with the rest; alone it is not worth a word, as every save brings it back.
    """
    kept = _TIMES if any(running.stale_output(reading)) else ()
    names = [name for name in _OF_CELLS if name not in kept]
    cells = [_without(cell, names) for cell in raw["cells"]]
    about = raw.get("metadata")
    metadata = _plain_metadata(about, raw["cells"]) if isinstance(about, dict) else about
    if cells == raw["cells"] and metadata == about:
        return None
    return {**raw, "cells": cells, **({"metadata": _without_version(metadata)} if isinstance(metadata, dict) else {})}


def _without(cell: Any, names: list[str]) -> Any:
    metadata = cell.get("metadata") if isinstance(cell, dict) else None
    if not isinstance(metadata, dict) or not any(name in metadata for name in names):
        return cell
    return {**cell, "metadata": {key: value for key, value in metadata.items() if key not in names}}


def _plain_metadata(metadata: dict[str, Any], cells: list[Any]) -> dict[str, Any]:
    kept = {}
    for key, value in metadata.items():
        if key == _WIDGETS and not _shows_widgets(cells):
            continue
        gone = _OF_NOTEBOOKS.get(key)
        if gone and isinstance(value, dict):
            value = {name: part for name, part in value.items() if name not in gone}
        if gone is None or (gone and (value or not metadata[key])):
            kept[key] = value
    return kept


def _shows_widgets(cells: list[Any]) -> bool:
    outputs = chain.from_iterable(
        cell["outputs"] for cell in cells if isinstance(cell, dict) and isinstance(cell.get("outputs"), list)
    )
    data = (output.get("data") for output in outputs if isinstance(output, dict))
    return any(_WIDGET in each for each in data if isinstance(each, dict))


def _without_version(metadata: dict[str, Any]) -> dict[str, Any]:
    info = metadata.get("language_info")
    if not isinstance(info, dict):
        return metadata
    return {**metadata, "language_info": {key: value for key, value in info.items() if key != "version"}}
