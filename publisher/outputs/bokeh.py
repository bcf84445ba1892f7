"""Bokeh and what draws with it (HoloViews, Panel): a document as JSON, drawn by BokehJS in a frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from publisher.article import Notes
from publisher.notebooks import joined
from publisher.outputs import frames, literals, measures, static
from publisher.outputs.images import Labels

_DOCUMENTS = re.compile(r"\bdocs_json\s*=\s*(?=\{)")
_QUOTED = re.compile(r"\bdocs_json\s*=\s*'(\{[^']*\})'")
_ROOT = re.compile(r"\s*<div[^<>]*(?:\bbk-root\b|\bdata-root-id=|\bid=)[^<>]*>(?:\s*</?div[^<>]*>)*\s*")
_LOADS = "Loading BokehJS"
_SHORT = 2000  # characters: what is longer is more than a place
_HEIGHT = 600
_DRAWN = """<div id="chart"></div><script>
var documents = %s;
var items = Object.keys(documents).map(function (id) {
  var chart = document.getElementById("chart"), roots = {};
  (documents[id].roots.map ? documents[id].roots : []).forEach(function (root) {
    var place = chart.appendChild(document.createElement("div"));
    place.id = "root-" + root.id;
    roots[root.id] = place.id;
  });
  return { docid: id, roots: roots, root_ids: Object.keys(roots) };
});
Bokeh.embed.embed_items(documents, items);
</script>"""
_LIBRARIES = ("bokeh", "bokeh-widgets", "bokeh-tables", "bokeh-gl")


def show(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show the chart that the script beside `bokehjs_exec` draws."""
    return show_script(joined(labels.bundle.get("application/javascript", "")), labels, notes)


def show_nothing(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show nothing for what only loads a library into Jupyter."""
    return " "


def is_place(html: str) -> bool:
    """Tell whether HTML is the empty place for a chart that the next output draws, or for a logo while it loads."""
    if _LOADS in html and "bk-logo" in html:
        return len(html) < _SHORT
    return len(html) < _SHORT and ("bk-root" in html or "data-root-id" in html) and _ROOT.fullmatch(html) is not None


def is_drawn(script: str) -> bool:
    """Tell whether a script has a Bokeh document in it."""
    return "docs_json" in script and bool(_DOCUMENTS.search(script) or _QUOTED.search(script))


def show_script(script: str, labels: Labels, notes: Notes) -> str:
    """Show the documents in a script; "" if it has none."""
    documents = _written(script)
    if not isinstance(documents, dict) or not documents:
        return ""
    without = static.picture(labels, notes)
    note = without or frames.note(_title(documents, notes), notes)
    if frames.lacks(_LIBRARIES, notes, "a Bokeh chart"):
        return note
    if wrong := _unfit(documents, notes.scripts["bokeh"]):
        notes.warn(f"has a chart of Bokeh {wrong}, which BokehJS of another version cannot draw", "run the cell again")
        return note
    used = tuple(name for name in _LIBRARIES if name == "bokeh" or _NEEDED[name].search(script))
    return frames.show(
        _DRAWN % frames.inert(documents),
        notes,
        title=_title(documents, notes),
        libraries=used,
        width=_largest(documents, "width"),
        height=_largest(documents, "height") or _HEIGHT,
        static=without,
    )


def _written(script: str) -> Any:
    """Return the documents in a script: as an object, or as a string in which Bokeh has escaped what HTML would."""
    if quoted := _QUOTED.search(script):
        return next(literals.values(unescape(quoted[1].replace("\\\\", "\\")), 0), None)
    return literals.after(_DOCUMENTS, script)


_NEEDED = {
    "bokeh-widgets": re.compile(
        r'"(?:Button|Toggle|Slider|RangeSlider|DateSlider|DateRangeSlider|Select|MultiSelect|TextInput|CheckboxGroup|'
        r"CheckboxButtonGroup|RadioGroup|RadioButtonGroup|Dropdown|Paragraph|Div|PreText|DatePicker|Spinner|AutocompleteInput|"
        r'ColorPicker|FileInput|PasswordInput|NumericInput|TextAreaInput|Switch|HelpButton|DatetimePicker)"'
    ),
    "bokeh-tables": re.compile(r'"(?:DataTable|DataCube)"'),
    "bokeh-gl": re.compile(r'"output_backend"\s*:\s*"webgl"'),
}


def _unfit(documents: Mapping[str, Any], path: str) -> str:
    """Return the version of a document if it is one that the library at this path cannot read."""
    versions = {str(each.get("version", "")) for each in documents.values() if isinstance(each, dict)}
    ours = path.rpartition("-")[2].partition(".")[0]
    return next((version or "of unknown version" for version in versions if version.partition(".")[0] != ours), "")


def _title(documents: object, notes: Notes) -> str:
    found = next((each for each in _attributes(documents, "text") if isinstance(each, str) and each.strip()), "")
    kind = notes.words.chart_of(program="Bokeh")
    return notes.words.titled(kind=kind, title=found) if found else kind


def _largest(documents: object, name: str) -> float:
    return max(map(measures.number, _attributes(documents, name)), default=0)


def _attributes(documents: object, name: str) -> list[object]:
    """Return all values of an attribute of the figures and titles in the documents."""
    models = (each for each in literals.objects(documents) if each.get("name") in ("Figure", "Title"))
    known = (model["attributes"] for model in models if isinstance(model.get("attributes"), dict))
    return [attributes[name] for attributes in known if name in attributes]
