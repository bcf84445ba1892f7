"""Outputs shown, and those that need scripts taken out of their frames again."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from publisher import libraries, outputs
from publisher.article import Limits, Notes
from tests.support.notebooks import output

SCRIPTS = {name: f"assets/scripts/{name}-3.1.js" for name in libraries.LIBRARIES}
PLOTLY = "application/vnd.plotly.v1+json"
VEGA = "application/vnd.vegalite.v5+json"
BARS = {"data": {"values": [{"a": 1, "b": 2}]}, "mark": "bar", "encoding": {"x": {"field": "a"}, "y": {"field": "b"}}}


def notes_of(*, scripts: Mapping[str, str] = SCRIPTS, runs: bool = True, **more: Any) -> Notes:
    return Notes("a.ipynb", cell=3, runs_scripts=runs, scripts=scripts, **more)


def shown(*bundles: Mapping[str, Any], **more: Any) -> tuple[str, Notes]:
    """Return what readers see of the outputs of a cell, and the notes taken."""
    notes = notes_of(**more)
    return "".join(outputs.show([output(each) for each in bundles], outputs.Wishes(), notes)), notes


def bundle(**data: Any) -> dict[str, Any]:
    return output({mime.replace("_", "/", 1): value for mime, value in data.items()})


def show(
    *given: dict[str, Any], wishes: outputs.Wishes | None = None, limits: Limits | None = None
) -> tuple[str, Notes]:
    notes = Notes("a.ipynb", cell=3, limits=limits or Limits())
    return "".join(outputs.show(given, wishes or outputs.Wishes(), notes)), notes


def payload(notes: Notes) -> str:
    """Return what runs in the only frame."""
    (document,) = (data.decode() for path, data in notes.files.items() if path.startswith("outputs/"))
    found = re.search(r'id="payload">(.*?)</script>', document)
    assert found
    return str(json.loads(found[1]))


def said(notes: Notes) -> str:
    return "; ".join(f"{each.message} ({each.hint})" for each in notes.problems)


PNG = b64encode(b"not looked at here").decode()


CONTROLS = "@jupyter-widgets/controls"


def model(name: str, module: str = CONTROLS, **state: Any) -> dict[str, Any]:
    named = {"_model_name": name, "_model_module": module, **state}
    return {"model_module": module, "model_module_version": "2.0.0", "model_name": name, "state": named}


SLIDER = model("IntSliderModel", description="Size", value=7, layout="IPY_MODEL_layout", style="IPY_MODEL_style")
STYLE = model("SliderStyleModel")
LAYOUT = model("LayoutModel", "@jupyter-widgets/base")
BOX = model("VBoxModel", children=["IPY_MODEL_slider"])
WIDGETS = {
    "slider": SLIDER,
    "layout": LAYOUT,
    "style": STYLE,
    "box": BOX,
    "other": model("TextModel", value="Not asked for"),
}
