"""Charts of Plotly, Vega and Bokeh, from each form in which notebooks keep them."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pytest

from publisher import outputs
from publisher.article import Notes
from tests.support.notebooks import PIXEL, output
from tests.support.outputs import BARS, PLOTLY, SCRIPTS, VEGA, notes_of, payload, said, shown

POINTS = [{"y": [1, 2], "type": "scatter"}]
VIRIDIS = {"scheme": "viridis", "domain": [2, 4]}
TITLED = {"title": {"text": "Rain <b>in</b> May"}, "height": 320, "width": 900}


def plotly(script: str) -> dict[str, Any]:
    return {"text/html": f'<div id="x"></div><script type="text/javascript">{script}</script>'}


def test_a_plotly_figure_is_drawn_in_a_frame_of_its_size_with_its_title() -> None:
    html, notes = shown({PLOTLY: {"data": POINTS, "layout": TITLED, "config": {"plotlyServerURL": "https://x.test"}}})
    assert 'title="Plotly chart: Rain  in  May"' in html
    assert 'style="height:320px"' in html
    assert '<figure class="interactive wide">' in html
    assert '"y":[1,2]' in payload(notes)
    assert "x.test" not in payload(notes)
    assert notes.libraries == {"plotly"}


@pytest.mark.parametrize(
    "script",
    [
        f'Plotly.newPlot("x", {json.dumps(POINTS)}, {json.dumps(TITLED)}, {{"responsive": true}})',
        f'require(["plotly"], (Plotly) => {{ Plotly.newPlot(\n "x",\n {json.dumps(POINTS)}, {json.dumps(TITLED)}) }});',
        f"var d = {json.dumps(POINTS)}; var l = {json.dumps(TITLED)};\nPlotly.plot('x', d, l);",
        f"Plotly.react(element, {json.dumps(POINTS)}, {json.dumps(TITLED)})",
    ],
)
@pytest.mark.parametrize("kind", ["text/html", "text/vnd.plotly.v1+html", "application/javascript"])
def test_a_plotly_figure_is_found_in_the_script_that_draws_it(script: str, kind: str) -> None:
    html, notes = shown({kind: script if kind == "application/javascript" else plotly(script)["text/html"]})
    assert 'style="height:320px"' in html
    assert '"y":[1,2]' in payload(notes)
    assert not notes.problems


def test_a_plotly_figure_of_old_is_drawn_where_it_stands_alone() -> None:
    html, notes = shown({"text/vnd.plotly.v1+html": plotly(f'Plotly.newPlot("x", {json.dumps(POINTS)})')["text/html"]})
    assert "<iframe" in html
    assert '"y":[1,2]' in payload(notes)


def test_a_plotly_figure_keeps_its_animation() -> None:
    _, notes = shown(
        plotly(
            f"Plotly.newPlot('x', {json.dumps(POINTS)}, {{}}).then(function(){{"
            'Plotly.addFrames(\'x\', [{"name": "second"}]);})'
        )
    )
    assert '"frames":[{"name":"second"}]' in payload(notes)


def test_a_picture_stands_before_the_interactive_chart() -> None:
    html, _ = shown({PLOTLY: {"data": POINTS}, "image/png": PIXEL})
    assert html.index("<img") < html.index('<details class="interactive">') < html.index("<iframe")


def test_without_a_picture_readers_without_scripts_are_told() -> None:
    html, _ = shown({PLOTLY: {"data": POINTS, "layout": TITLED}})
    assert '<noscript><p class="note">Plotly chart: Rain' in html


@pytest.mark.parametrize(
    ("bundle", "missing", "extra"),
    [({PLOTLY: {"data": POINTS}}, "plotly", "plotly"), ({VEGA: BARS}, "vega", "")],
)
def test_a_library_that_is_not_there_leaves_what_needs_none(bundle: Any, missing: str, extra: str) -> None:
    html, notes = shown(bundle, scripts={k: v for k, v in SCRIPTS.items() if k != missing})
    assert "<iframe" not in html
    assert html
    assert (f"notebook-publisher[{extra}]" in said(notes)) == bool(extra)


@pytest.mark.parametrize("bundle", [{PLOTLY: {"data": POINTS}}, {VEGA: BARS}])
@pytest.mark.parametrize("beside", [{}, {"image/png": PIXEL}])
def test_a_guest_has_the_picture_or_a_note_and_no_frame(bundle: Any, beside: Any) -> None:
    html, notes = shown({**bundle, **beside}, runs=False)
    assert "<iframe" not in html
    assert "<details" not in html
    assert "<img" in html or '<p class="note">' in html
    assert not notes.files
    assert not notes.problems


def test_what_is_no_figure_of_plotly_falls_to_the_next_form() -> None:
    assert "words" in shown({PLOTLY: {"data": 3}, "text/plain": "words"})[0]


@pytest.mark.parametrize("version", ["v2+json", "v3+json", "v4+json", "v5+json", "v6+json", "v6.json"])
def test_vega_lite_of_any_version_is_a_picture_with_an_interactive_version(version: str) -> None:
    html, notes = shown({f"application/vnd.vegalite.{version}": {**BARS, "title": "Rain"}, "text/plain": "<VegaLite>"})
    assert [figure.scheme for figure in notes.figures] == ["light", "dark"]
    for figure in notes.figures:
        assert (figure.mime, figure.alt, figure.is_output) == ("image/svg+xml", "Chart: Rain", True)
        assert b"<svg" in figure.data
    assert html.index("figure:1") < html.index("figure:2") < html.index('<details class="interactive')
    assert 'mode: "vega-lite"' in payload(notes)


def test_vega_is_drawn_as_vega() -> None:
    marks = [{"type": "rect", "encode": {"enter": {"width": {"value": 20}, "height": {"value": 9}}}}]
    vega = {"$schema": "https://vega.github.io/schema/vega/v5.json", "width": 40, "height": 30, "marks": marks}
    _, notes = shown({"application/vnd.vega.v5+json": vega})
    assert len(notes.figures) == 2
    assert 'mode: "vega",' in payload(notes)


def test_a_chart_is_drawn_for_dark_pages_as_well_with_other_colours_around_the_same_marks() -> None:
    _, notes = shown({VEGA: {**BARS, "title": "Rain", "config": {"view": {"discreteWidth": 200}}}})
    light, dark = (figure.data.decode() for figure in notes.figures)
    assert "#4c78a8" in light
    assert "#4c78a8" in dark
    assert 'fill="white"' in light
    assert 'fill="white"' not in dark
    assert 'd="M0.5,0.5h200v' in dark
    assert set(re.findall('stroke="(#[^"]+)"', light)).isdisjoint(re.findall('stroke="(#[^"]+)"', dark))


@pytest.mark.parametrize(
    "chosen",
    [
        {"background": "#ffe"},
        {"config": {"background": "#ffe"}},
        {"config": {"axis": {"labelColor": "#222"}}},
        {"encoding": {**BARS["encoding"], "color": {"field": "a", "scale": {"range": ["#111", "#222"]}}}},
        {"mark": {"type": "bar", "color": "black"}},
        {"mark": {"type": "bar", "color": "hsl(0, 10%, 5%)"}},
        {"mark": {"type": "text", "text": "words"}},
        {"encoding": {**BARS["encoding"], "color": {"field": "b", "type": "quantitative", "scale": VIRIDIS}}},
    ],
)
def test_a_chart_whose_colours_are_for_light_pages_keeps_a_light_plate(chosen: dict[str, Any]) -> None:
    _, notes = shown({VEGA: {**BARS, **chosen}})
    assert [figure.scheme for figure in notes.figures] == [""]


def test_a_chart_that_is_said_to_be_for_one_scheme_is_drawn_for_it_alone() -> None:
    notes = notes_of()
    list(outputs.show([output({VEGA: BARS})] * 2, outputs.Wishes(renderings=("light", "dark")), notes))
    assert [figure.scheme for figure in notes.figures] == ["light", "dark"]
    assert not notes.problems


@pytest.mark.parametrize(
    "script",
    [
        "(function(vegaEmbed) {{ var spec = {0}; vegaEmbed('#vis', spec, {{}}); }})(vegaEmbed);",
        '(function(spec, embedOpt) {{ vegaEmbed(out, spec); }})({0}, {{"mode": "vega-lite"}});',
        'var spec = {{"spec": {0}, "config": {{}}}}; requirejs(["vega-embed"], vegaEmbed);',
        "vegaEmbed('#vis', {0});",
    ],
)
def test_a_chart_of_altair_is_found_in_its_html(script: str) -> None:
    page = f'<div id="vis"></div><script>{script.format(json.dumps(BARS))}</script>'
    _, notes = shown({"text/html": page})
    assert len(notes.figures) == 2
    assert '"mark":"bar"' in payload(notes)


@pytest.mark.parametrize("around", [{"repeat": {"row": ["a", "b"]}}, {"facet": {"row": {"field": "a"}}}])
def test_a_chart_that_is_drawn_several_times_is_found_whole(around: dict[str, Any]) -> None:
    whole = {**around, "spec": {"mark": "bar", "encoding": {}}, "data": BARS["data"]}
    _, notes = shown({"text/html": f"<script>(function(spec) {{}})({json.dumps(whole)});</script>"})
    assert json.dumps(around, separators=(",", ":"))[1:-1] in payload(notes)
    assert '"values":' in payload(notes)


def test_data_at_an_address_is_named_and_the_chart_is_shown_as_json() -> None:
    remote = {"layer": [{**BARS, "data": {"url": "https://x.test/cars.json"}}]}
    html, notes = shown({VEGA: remote})
    assert "its data is at https://x.test/cars.json" in said(notes)
    assert "json" in html
    assert not notes.figures


def test_a_broken_chart_is_told_and_shown_as_json_or_as_its_picture() -> None:
    broken = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "mark": "nothing such"}
    html, notes = shown({VEGA: broken})
    assert "cannot be drawn" in said(notes)
    assert "nothing such" in html
    assert "<img" in shown({VEGA: broken, "image/png": PIXEL})[0]


def test_without_vl_convert_the_author_is_told_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    html, notes = shown({VEGA: BARS})
    assert "notebook-publisher[vega]" in said(notes)
    assert html


def test_a_chart_that_is_nested_very_deeply_ends_no_run() -> None:
    deep: Any = {"mark": "bar"}
    for _ in range(400):
        deep = {"hconcat": [deep]}
    assert shown({VEGA: deep})[0]


def bokeh_document(version: str, **attributes: Any) -> dict[str, Any]:
    figure = {"type": "object", "name": "Figure", "id": "p1", "attributes": attributes}
    return {"d": {"version": version, "title": "Bokeh Application", "roots": [figure]}}


def bokeh_script(document: Any) -> str:
    return (
        f"(function(root) {{ const docs_json = {json.dumps(document)};\n"
        'const render_items = [{"docid":"d","roots":{"p1":"place"},"root_ids":["p1"]}];\n'
        "root.Bokeh.embed.embed_items_notebook(docs_json, render_items); })(window);"
    )


def bokeh(document: Any) -> tuple[str, Notes]:
    place = {"text/html": '\n  <div id="place" data-root-id="p1" style="display: contents;"></div>\n'}
    drawn = {"application/javascript": bokeh_script(document), "application/vnd.bokehjs_exec.v0+json": ""}
    return shown({"application/vnd.bokehjs_load.v0+json": "", "application/javascript": "load"}, place, drawn)


def test_a_place_and_the_script_that_draws_in_it_are_one_chart_of_bokeh() -> None:
    title = {"type": "object", "name": "Title", "attributes": {"text": "Rain"}}
    html, notes = bokeh(bokeh_document("3.9.2", height=250, width=500, title=title))
    assert html.count("<iframe") == 1
    assert 'title="Bokeh chart: Rain" style="height:250px"' in html
    assert "display: contents" not in html
    assert '"roots":[{' in payload(notes)
    assert notes.libraries == {"bokeh"}


@pytest.mark.parametrize("kind", ["bk-root", "bk-banner"])
def test_the_logo_of_bokeh_that_loads_is_shown_as_nothing(kind: str) -> None:
    logo = '<a href="https://bokeh.org" class="bk-logo bk-logo-small"></a><span id="1">Loading BokehJS ...</span>'
    html, notes = shown({"text/html": f'<div class="{kind}">{logo}</div>'})
    assert html.strip() == ""
    assert not notes.problems


def test_what_only_loads_holoviews_is_shown_as_nothing() -> None:
    html, notes = shown({"application/vnd.holoviews_load.v0+json": "var load"})
    assert html.strip() == ""
    assert not notes.problems


def test_bokeh_brings_the_library_of_widgets_for_a_chart_that_has_one() -> None:
    slider = {"type": "object", "name": "Slider", "id": "p2", "attributes": {}}
    _, notes = bokeh({"d": {"version": "3.1.0", "roots": [slider]}})
    assert notes.libraries == {"bokeh", "bokeh-widgets"}


@pytest.mark.parametrize("version", ["2.4.3", "1.0.1", ""])
def test_bokeh_of_another_major_version_is_a_named_reason(version: str) -> None:
    html, notes = bokeh(bokeh_document(version))
    assert "<iframe" not in html
    assert '<p class="note">Bokeh chart' in html
    assert f"Bokeh {version or 'of unknown version'}, which BokehJS of another version cannot draw" in said(notes)


def test_a_document_that_bokeh_itself_wrote_is_read_from_both_of_its_forms() -> None:
    embed = pytest.importorskip("bokeh.embed")
    from bokeh.embed.notebook import notebook_content
    from bokeh.plotting import figure

    chart = figure(width=300, height=210, title='It\'s <b> \\ "x"')
    chart.line([1, 2], [3, 4])
    quoted, place = embed.components(chart)
    for bundles in (
        [{"text/html": place + quoted}],
        [{"application/javascript": notebook_content(chart)[0], "application/vnd.bokehjs_exec.v0+json": ""}],
    ):
        html, notes = shown(*bundles)
        assert 'style="height:210px"' in html
        assert "It&#x27;s &lt;b&gt; \\ &quot;x&quot;" in html
        assert '\\u003cb\\u003e \\\\ \\"x\\"' in payload(notes)
