"""Vega and Vega-Lite: drawn at build time as SVG, and once more by a script for who wants to touch the chart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from publisher.article import Notes
from publisher.outputs import darkened, data, frames, images, literals, measures, pairs, static
from publisher.outputs.images import Labels

_ENDINGS = ("+json", ".json")  # the second is what Altair writes since its version 6
MIMES = tuple(
    f"application/vnd.{name}.v{version}{ending}"
    for name, version, ending in product(("vegalite", "vega"), range(6, 0, -1), _ENDINGS)
)
_SPECIFICATION = re.compile(r"(?:\bspec\w*\s*=|\}\)\(|vegaEmbed\([^,{]{1,200},|\bspec[\"']?\s*:)\s*(?=\{)")
_SPECIFIC = ("mark", "layer", "marks", "hconcat", "vconcat", "concat", "repeat", "facet", "spec")
_AROUND = ("repeat", "facet")  # a chart with these has under `spec` what is drawn several times
_VALUES = frozenset({"values", "datasets"})  # what is within is data, and never a chart
_COUNTED = re.compile(r"""( id="|url\(#)(clip|gradient_)(\d+)(?=["')])""")
_DRAWN = """<div id="chart"></div><script>
vegaEmbed("#chart", %s, { mode: "%s", actions: false, renderer: "svg" });
</script>"""


def show(given: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a specification of Vega or Vega-Lite, of any version."""
    return _show(given, labels, notes) if isinstance(given, dict) else ""


def written(text: str) -> dict[str, Any] | None:
    """Return the specification that a page or a script draws, as Altair and others write them; None if there is none.

    One under `config`, `data` or `datasets` alone is no chart.
    """
    for value in literals.found(_SPECIFICATION, text):
        specification = _unwrapped(value) if isinstance(value, dict) else None
        if isinstance(specification, dict) and not specification.keys().isdisjoint(_SPECIFIC):
            return specification
    return None


def _unwrapped(value: dict[str, Any]) -> object:
    """Return the specification that an object has, or is."""
    return value.get("spec", value) if value.keys().isdisjoint(_AROUND) else value


def _show(specification: dict[str, Any], labels: Labels, notes: Notes) -> str:
    drawing, reason, hint = _drawing(specification)
    if not drawing:
        if shown := static.picture(labels, notes):
            return shown
        notes.warn(f"has a chart that cannot be drawn: {reason}", hint)
        return data.show_json(specification, {}, labels, notes)
    labels.alts = labels.alts or [_description(specification, notes)]
    picture = _picture(drawing, specification, labels, notes)
    if not notes.runs_scripts or "vega" not in notes.scripts:
        return picture
    width, height = _size(drawing)
    mode = "vega-lite" if _is_lite(specification) else "vega"
    payload = _DRAWN % (frames.inert(specification), mode)
    title = _description(specification, notes)
    return frames.show(
        payload, notes, title=title, libraries=("vega",), width=width, height=height + 20, static=picture
    )


def _picture(drawing: str, specification: dict[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a chart that is drawn, on dark pages in other colours, if they can be."""
    dark = None if labels.schemes else darkened.specification(specification)
    other = _drawing(dark)[0] if dark else ""
    if not other or not darkened.is_legible(other):
        return images.show_svg(drawing, {}, labels, notes)
    labels.schemes = [*pairs.SCHEMES]
    return "".join(images.show_svg(each, {}, labels, notes) for each in (drawing, other))


def _is_lite(specification: Mapping[str, Any]) -> bool:
    return "vega-lite" in str(specification.get("$schema", "vega-lite")) or "marks" not in specification


def _drawing(specification: dict[str, Any]) -> tuple[str, str, str]:
    """Return the chart as SVG; or why it cannot be drawn, and what to do."""
    try:
        import vl_convert
    except ImportError:
        return "", "vl-convert is not installed", "pip install 'notebook-publisher[vega]'"
    if address := _address(specification):
        return "", f"its data is at {address}", "keep the data in the chart: nothing is fetched while a site is made"
    draw: Callable[..., str] = vl_convert.vegalite_to_svg if _is_lite(specification) else vl_convert.vega_to_svg
    try:
        return _renumbered(draw(json.dumps(specification), allowed_base_urls=[])), "", ""
    except ValueError as error:
        return "", str(error).strip().splitlines()[0][:200], "correct the chart, or save it with a picture"


def _renumbered(svg: str) -> str:
    """Count the ids of a drawing from 0: Vega counts on from chart to chart, so they tell what was drawn before."""
    numbers: dict[str, int] = {}

    def renumbered(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}{numbers.setdefault(match[2] + match[3], len(numbers))}"

    return _COUNTED.sub(renumbered, svg)


def _address(value: object) -> str:
    """Return the address of data that a specification would have to fetch; "" if it has all of it."""
    for each in literals.objects(value, without=_VALUES):
        sources = each.get("data")
        for source in sources if isinstance(sources, list) else [sources]:
            if isinstance(source, dict) and isinstance(source.get("url"), str):
                return str(source["url"])
    return ""


def _description(specification: Mapping[str, Any], notes: Notes) -> str:
    title = specification.get("title")
    text = title.get("text") if isinstance(title, dict) else title
    said = specification.get("description") or text
    is_said = isinstance(said, str) and said.strip()
    return notes.words.titled(kind=notes.words.chart, title=said) if is_said else notes.words.chart


def _size(drawing: str) -> tuple[float, float]:
    found = dict(re.findall(r'\b(width|height)="([\d.]+)"', drawing[: drawing.find(">") + 1]))
    return measures.number(found.get("width")), measures.number(found.get("height")) or frames.DEFAULT_HEIGHT
