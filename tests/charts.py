"""Outputs that need scripts: shown, and taken out of their frames again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from publisher import libraries, outputs
from publisher.article import Notes

SCRIPTS = {name: f"assets/scripts/{name}-3.1.js" for name in libraries.LIBRARIES}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PLOTLY = "application/vnd.plotly.v1+json"
VEGA = "application/vnd.vegalite.v5+json"
BARS = {"data": {"values": [{"a": 1, "b": 2}]}, "mark": "bar", "encoding": {"x": {"field": "a"}, "y": {"field": "b"}}}


def output(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": dict(data), "metadata": {}}


def notes_of(*, scripts: Mapping[str, str] = SCRIPTS, runs: bool = True, **more: Any) -> Notes:
    return Notes("a.ipynb", cell=3, runs_scripts=runs, scripts=scripts, **more)


def shown(*bundles: Mapping[str, Any], **more: Any) -> tuple[str, Notes]:
    """Return what readers see of the outputs of a cell, and the notes taken."""
    notes = notes_of(**more)
    return "".join(outputs.show([output(each) for each in bundles], outputs.Wishes(), notes)), notes


def payload(notes: Notes) -> str:
    """Return what runs in the only frame."""
    (document,) = (data.decode() for path, data in notes.files.items() if path.startswith("outputs/"))
    found = re.search(r'id="payload">(.*?)</script>', document)
    assert found
    return str(json.loads(found[1]))


def said(notes: Notes) -> str:
    return "; ".join(f"{each.message} ({each.hint})" for each in notes.problems)
