"""Plotly: a figure as JSON, drawn by plotly.js in a frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain, islice, repeat
from typing import Any

from publisher.article import Notes
from publisher.outputs import frames, literals, measures, static
from publisher.outputs.images import Labels

_HEIGHT = 450  # plotly.js' own
_CALL = re.compile(r"Plotly\.(?:newPlot|plot|react)\(\s*(?:'[^']*'|\"[^\"]*\"|\w+)\s*,")
_FRAMES = re.compile(r"Plotly\.addFrames\(\s*(?:'[^']*'|\"[^\"]*\"|\w+)\s*,\s*(?=\[)")
_NAMED = re.compile(r"\s*([A-Za-z_]\w*)\s*,\s*([A-Za-z_]\w*)\s*[,)]")
_DRAWN = """<div id="chart"></div><script>
var figure = %s;
Plotly.newPlot("chart", figure.data, figure.layout, figure.config).then(function (chart) {
  return figure.frames && Plotly.addFrames(chart, figure.frames);
});
</script>"""


def show(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a Plotly figure."""
    if not isinstance(data, dict) or not isinstance(data.get("data"), list):
        return ""
    layout = _layout(data)
    without, title = static.picture(labels, notes), _title(layout, notes)
    if frames.lacks(("plotly",), notes, "a Plotly chart"):
        return without or frames.note(title, notes)
    config = {**_known(data.get("config")), "responsive": True, "displaylogo": False}
    figure = {"data": data["data"], "layout": layout, "config": config, "frames": data.get("frames") or None}
    return frames.show(
        _DRAWN % frames.inert(figure),
        notes,
        title=title,
        libraries=("plotly",),
        width=measures.number(layout.get("width")),
        height=measures.number(layout.get("height")) or _HEIGHT,
        static=without,
    )


def _layout(data: Mapping[str, Any]) -> Mapping[str, Any]:
    layout = data.get("layout")
    return layout if isinstance(layout, dict) else {}


def _known(config: object) -> dict[str, object]:
    """Return what a notebook says of the buttons, without where Plotly's server would be."""
    return {k: v for k, v in config.items() if k != "plotlyServerURL"} if isinstance(config, dict) else {}


def _title(layout: Mapping[str, Any], notes: Notes) -> str:
    title = layout.get("title")
    text = title.get("text") if isinstance(title, dict) else title
    words = re.sub("<[^<>]*>", " ", text).strip() if isinstance(text, str) else ""
    kind = notes.words.chart_of(program="Plotly")
    return notes.words.titled(kind=kind, title=words) if words else kind


def written(script: str) -> dict[str, Any] | None:
    """Return the figure that a script draws, if its data and layout are written out; None if not."""
    call = _CALL.search(script)
    if not call:
        return None
    data, layout = islice(chain(literals.values(script, call.end()), repeat(None)), 2)
    if data is None and (named := _NAMED.match(script, call.end())):
        data, layout = (literals.after(re.compile(rf"\b{name}\s*=\s*"), script) for name in named.groups())
    frames_of_it = literals.after(_FRAMES, script)
    return {"data": data, "layout": layout, "frames": frames_of_it} if isinstance(data, list) else None
