"""JSON, places, tables of records, trees of elements, diagrams, and kinds that no family knows."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from publisher import markdown, outputs
from publisher.article import Limits, Notes
from publisher.outputs import sketch

DEFAULT = Limits()
LINE = {"type": "LineString", "coordinates": [[7, 46], [8, 47]]}
AREA = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 1], [0, 0]]]}


def show(mime: str, data: Any, limits: Limits = DEFAULT, **others: Any) -> tuple[str, Notes]:
    notes = Notes("a.ipynb", cell=3, limits=limits)
    more = {name.replace("_", "/", 1): value for name, value in others.items()}
    output = {"output_type": "display_data", "data": {mime: data, **more}, "metadata": {}}
    return "".join(outputs.show([output], outputs.Wishes(), notes)), notes


def test_json_says_what_it_is_and_folds_what_is_in_it() -> None:
    data = {"name": "a", "inner": {"words": ["long enough to be folded"] * 5}, "short": [1, 2]}
    html, _ = show("application/json", data, text_plain="<JSON>")
    assert html.startswith('<details class="json"><summary>JSON: 3 keys</summary>')
    assert "<summary>inner: 1 key</summary>" in html
    assert "short: [1, 2]</pre>" in html


@pytest.mark.parametrize(
    "data", [{"</script><img src=x onerror=alert(1)>": 1}, ["</pre><script>x</script>"], "<b>\x00"]
)
def test_json_cannot_leave_its_place(data: Any) -> None:
    html, _ = show("application/json", data)
    assert not re.search(r"<(?:script|img|b)\b|\x00", html)
    assert html.count("<pre") == html.count("</pre>")


def test_deep_and_wide_json_is_written_out() -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    assert show("application/json", deep)[0].count("<details") < 10
    html, _ = show("application/json", [[each] * 40 for each in range(900)])
    assert html.count('<details class="json">') == 1
    assert html.count("<details") == 2


def test_json_without_end_leaves_a_note() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = {"a": deep}
    for mime in ("application/json", "application/geo+json", "application/x-strange"):
        html, notes = show(mime, deep)
        assert 'class="note"' in html
        assert mime in notes.problems[0].message


def test_places_are_drawn_and_their_data_is_folded() -> None:
    data = {"type": "FeatureCollection", "features": [{"geometry": LINE}, {"geometry": AREA}, {"geometry": None}]}
    html, notes = show("application/geo+json", data, text_plain="<GeoJSON>")
    assert notes.figures[0].mime == "image/svg+xml"
    assert notes.figures[0].alt == "Sketch of 1 line, 1 area on a plain map"
    assert notes.figures[0].data.count(b"<path") == 2
    assert "JSON: 2 keys" in html


def test_north_is_up_and_shapes_keep_their_proportions() -> None:
    svg = sketch.draw({"type": "MultiPoint", "coordinates": [[0, 60], [2, 61]]})
    (x1, y1), (x2, y2) = ((float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg))
    assert y2 < y1
    assert x2 - x1 == pytest.approx(y1 - y2, rel=0.03)  # at 60 degrees a degree of longitude is half as long


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": ['1"/><script>', 2]},
        {"type": "Point", "coordinates": [1e308, 2]},
        {"type": "Polygon", "coordinates": [[1, 2]]},
        {"type": "LineString", "coordinates": {"a": 1}},
        {"type": "Topology"},
    ],
)
def test_what_is_no_place_is_shown_as_json_alone(geometry: Any) -> None:
    html, notes = show("application/geo+json", geometry)
    assert not notes.figures
    assert html.startswith('<details class="json">')


def test_records_are_a_table_with_the_data_as_a_file() -> None:
    data = {"schema": {"fields": [{"name": "n"}, {"name": "word"}]}, "data": [{"n": 1, "word": "a,<b>"}] * 30}
    html, notes = show("application/vnd.dataresource+json", data, Limits(rows=20), text_plain="…")
    assert html.count("<tr>") == 21
    assert '<th scope="col">word</th>' in html
    assert "a,&lt;b&gt;" in html
    assert "The first 20 of 30 rows × 2 columns" in html
    ((path, file),) = notes.files.items()
    assert path.endswith(".csv")
    assert file.decode().splitlines()[:2] == ["n,word", '1,"a,<b>"']
    assert len(file.decode().splitlines()) == 31
    assert notes.problems[0].message == "has a table of 30 rows, of which the page shows 20"


@pytest.mark.parametrize("data", [[], {"data": "x"}, {"data": [1]}, {"data": []}, None])
def test_records_that_are_none_leave_their_place_to_the_next_form(data: Any) -> None:
    assert ">next</pre>" in show("application/vnd.dataresource+json", data, text_plain="next")[0]


def test_a_tree_of_elements_becomes_html() -> None:
    tree = {
        "tagName": "div",
        "attributes": {"style": {"backgroundColor": "red", "position": "fixed"}},
        "children": [{"tagName": "b", "attributes": {}, "children": "a < b"}, 3, {"tagName": "br", "children": []}],
    }
    html, _ = show("application/vdom.v1+json", tree)
    assert html == '<div class="html"><div style="background-color:red"><b>a &lt; b</b>3<br></div></div>'


@pytest.mark.parametrize(
    "tree",
    [
        {"tagName": "script", "children": "alert(1)"},
        {"tagName": "img", "attributes": {"src": "x", "onError": "alert(1)"}},
        {"tagName": "a", "attributes": {"href": "javascript:alert(1)"}, "children": "x"},
        {"tagName": "div onclick=alert(1)", "children": "x"},
        {"tagName": "p", "attributes": {'a" onclick="alert(1)': "x"}, "children": "x"},
        {"tagName": "p", "attributes": {"title": '"><script>alert(1)</script>'}, "children": "x"},
        {"tagName": "iframe", "attributes": {"srcdoc": "<script>alert(1)</script>"}},
        {"tagName": "style", "children": "@import 'https://x.test'"},
        {"tagName": "p", "attributes": {"style": {"background": "url(https://x.test)", "color": "expression(1)"}}},
    ],
)
def test_a_tree_of_elements_runs_nothing(tree: dict[str, Any]) -> None:
    html, _ = show("application/vdom.v1+json", {"tagName": "div", "children": [tree, "seen"]})
    outside_values = re.sub(r'"[^"]*"', '""', html)
    assert not re.search(r"<(?:script|iframe|style)\b| on[a-z]+=|url\(|expression", outside_values, re.I)
    assert not re.search(r'(?:href|src)="\s*javascript', html, re.I)
    assert 'style="' not in html


def test_a_tree_without_end_is_cut() -> None:
    tree: dict[str, Any] = {"tagName": "b", "children": "deep"}
    for _ in range(400):
        tree = {"tagName": "div", "children": [tree]}
    assert "deep" not in show("application/vdom.v1+json", {"tagName": "p", "children": ["seen", tree]})[0]


def test_a_mermaid_diagram_shows_its_source_in_a_figure() -> None:
    source = 'graph TD;\nA["<img src=x onerror=alert(1)>"] --> B</pre><script>alert(1)</script>'
    html, _ = show("text/vnd.mermaid", source, text_plain="<Mermaid>")
    fenced = markdown.render(f"```mermaid\n{source}\n```", Notes("a.ipynb"))
    for shown in (html, fenced):
        assert shown.startswith('<figure class="figure diagram"><pre class="code" tabindex="0"><code>graph TD;')
        assert "<figcaption>Mermaid diagram</figcaption>" in shown
        assert not re.search(r"<(?:img|script)", shown)


@pytest.mark.parametrize(
    ("mime", "data", "shown"),
    [
        ("application/vnd.google.colaboratory.intrinsic+json", {"type": "string"}, "JSON: 1 key"),
        ("application/vnd.raw.v1+json", {"a": [1]}, "JSON: 1 key"),
        ("text/x-rst", [".. note::\n", "  words"], "  words</pre>"),
        ("some key", ["some data"], ">some data</pre>"),
        ("application/vnd.code.notebook.error", {"name": "E", "message": "<b>", "stack": "at x"}, "<strong>E</strong>"),
        ("application/vnd.jupyter.error", {"name": "E", "message": "m", "stack": "s"}, "<summary>Traceback</summary>"),
    ],
)
def test_kinds_of_other_programs_show_their_words(mime: str, data: Any, shown: str) -> None:
    html, notes = show(mime, data)
    assert shown in html
    assert not notes.problems


def test_what_was_put_away_is_not_shown_and_not_missed() -> None:
    other = {"application_papermill.record/image/png": "x"}
    html, notes = show("application/papermill.record/text/plain", "'secret'", **other)
    assert (html, notes.problems) == ("", [])


@pytest.mark.parametrize("mime", ["application/octet-stream", "application/vnd.ms-excel"])
def test_bytes_that_nobody_knows_leave_a_note(mime: str) -> None:
    html, notes = show(mime, "AAECAwQF" * 60)
    assert 'class="note"' in html
    assert mime in notes.problems[0].message


def test_an_image_of_an_unknown_kind_is_named_and_one_that_is_only_named_wrongly_is_shown() -> None:
    html, notes = show("image/x-portable-pixmap", "UDYKMSAxCg==")
    assert "Image not available" in html
    assert notes.problems[0].message == "has an image of a kind that browsers do not show"
    assert show("image/jpg", "/9j/4AAQ")[1].figures[0].mime == "image/jpeg"


def test_a_widget_is_never_shown_as_the_name_of_its_model() -> None:
    html, _ = show("application/vnd.jupyter.widget-view+json", {"model_id": "abc", "version_major": 2})
    assert "abc" not in html
    assert json.dumps("abc") not in html
