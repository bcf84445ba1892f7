"""HTML and JavaScript that run: in a frame if all is there, as what they are if not."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from urllib.parse import quote

import pytest

from publisher.article import Notes
from publisher.outputs import scripted
from tests.support.notebooks import PIXEL
from tests.support.outputs import payload, said, shown

CANVAS = '<canvas id="c" height="120"></canvas><script>document.getElementById("c").getContext("2d").fill();</script>'


def html_of(source: str, **more: bool) -> tuple[str, Notes]:
    return shown({"text/html": source}, **more)


def javascript_of(source: str) -> tuple[str, Notes]:
    return shown({"application/javascript": source})


@pytest.mark.parametrize(
    "loader",
    [
        "<script>require.config({paths: {plotly: ['https://cdn.test/plotly']}}); require(['plotly']);</script>",
        "<script>window.PlotlyConfig = {MathJaxConfig: 'local'};</script><script>" + "a;" * 100_001 + "</script>",
        '<script data-lets-plot-script="library" src="https://cdn.test/lets-plot.js"></script>',
    ],
)
def test_what_only_makes_a_library_ready_is_shown_as_nothing(loader: str) -> None:
    html, notes = html_of(loader)
    assert html.strip() == ""
    assert not notes.problems
    assert not notes.files


@pytest.mark.parametrize(
    ("script", "missing"),
    [
        ("IPython.notebook.kernel.execute('1')", "Jupyter"),
        ("require(['d3-cloud'], function (d) {})", "the module d3-cloud"),
        ("fetch('https://data.test/a.json')", "the network"),
        ("d3.select('p').text('x')", "D3"),
        ("L.map('m')", "Leaflet"),
        ("Highcharts.chart('p', {})", "Highcharts"),
    ],
)
def test_a_script_that_lacks_something_leaves_its_still_form_and_a_warning(script: str, missing: str) -> None:
    html, notes = html_of(f"<p>Still here</p><script>{script}</script>")
    assert "Still here" in html
    assert "<iframe" not in html
    assert f"needs {missing}, which the site does not have" in said(notes)


def test_a_file_of_another_host_is_named_by_its_host() -> None:
    html, notes = html_of('<p>Map</p><script src="https://cdn.test/map.js"></script><script>draw()</script>')
    assert "needs a file from cdn.test" in said(notes)
    assert "Map" in html


MAP = """<div style="width:100%;"><div style="position:relative;width:100%;height:0;padding-bottom:60%;">
<span style="color:#565656">Make this Notebook Trusted to load map: File -> Trust Notebook</span>
<iframe srcdoc="&lt;script src=&quot;https://cdn.test/leaflet.js&quot;&gt;&lt;/script&gt;
&lt;div id=map&gt;&lt;/div&gt;&lt;script&gt;L.map('map')&lt;/script&gt;">
</iframe></div></div>"""


@pytest.mark.parametrize("runs", [True, False])
@pytest.mark.parametrize("name", ["<folium.folium.Map object at 0x7f26990af310>", "<branca.element.Figure at 0x7f26>"])
def test_what_would_leave_no_more_than_the_name_of_an_object_is_a_note(name: str, runs: bool) -> None:
    html, notes = shown({"text/html": MAP, "text/plain": name}, runs=runs)
    assert html == '<p class="note">Interactive output: it is drawn by a script; the notebook has it.</p>'
    assert ("needs a file from cdn.test" in said(notes)) == runs


ALONE = {
    "text/html": '<script src="https://cdn.test/widget.js"></script>',
    "text/plain": "<IPython.core.display.HTML object>",
}


def test_an_output_that_is_one_script_from_elsewhere_leaves_a_note_and_one_warning() -> None:
    html, notes = shown(ALONE)
    assert html == '<p class="note">Interactive output: it is drawn by a script; the notebook has it.</p>'
    assert [problem.message for problem in notes.problems] == [
        "has an output whose script needs a file from cdn.test, which the site does not have"
    ]


@pytest.mark.parametrize("beside", [{}, {"text/plain": "A map of Bonn"}])
def test_what_is_shown_or_told_in_its_place_needs_no_warning_of_the_script(beside: dict[str, str]) -> None:
    html, notes = shown({"text/html": ALONE["text/html"], **beside})
    assert "Bonn" in html or "cannot be shown: text/html" in said(notes)
    assert "cdn.test" not in said(notes)


def test_the_author_of_a_guest_is_told_of_it_too() -> None:
    html, notes = shown(ALONE, runs=False)
    assert 'class="note"' in html
    assert "scripts and frames were left out" in said(notes)


PAGE = "<!doctype html><title>t</title><p onclick=x>Seen</p><img src=https://cdn.test/a.png><script>1</script>"
WITHIN = f'<iframe srcdoc="{escape(PAGE)}"></iframe>'


@pytest.mark.parametrize(
    "frame",
    [
        WITHIN,
        f"<iframe src='data:text/html,{quote(PAGE)}'></iframe>",
        f"<iframe srcdoc='{escape(WITHIN)}'></iframe>",
    ],
)
def test_the_page_within_of_a_guest_is_shown_as_plain_html(frame: str) -> None:
    html, notes = shown({"text/html": f"<p>Around</p>{frame}", "text/plain": "<A>"}, runs=False)
    assert "<p>Around</p><p>Seen</p>" in html
    assert 'href="https://cdn.test/a.png"' in html
    assert "<img" not in html
    assert not notes.files
    assert "scripts and frames were left out" in said(notes)


def test_the_page_within_of_a_guest_that_is_nothing_without_its_script_is_a_note() -> None:
    html, _ = shown({"text/html": f"<iframe srcdoc='{escape(CANVAS)}'></iframe>", "text/plain": "<A>"}, runs=False)
    assert html == '<p class="note">Interactive output: it is drawn by a script; the notebook has it.</p>'


def test_a_page_within_without_a_script_loses_nothing_of_a_guest() -> None:
    html, notes = shown({"text/html": '<iframe srcdoc="<b>Seen</b>"></iframe>'}, runs=False)
    assert "<b>Seen</b>" in html
    assert not notes.problems


def test_the_author_is_told_once_why_an_output_does_not_run() -> None:
    _, notes = html_of("<p>Name: <input></p><script>IPython.notebook.kernel.execute('1')</script>")
    assert len(notes.problems) == 1


def test_the_words_or_the_picture_beside_a_script_are_shown_in_its_place() -> None:
    assert "A map of Bonn" in shown({"text/html": MAP, "text/plain": "A map of Bonn"})[0]
    assert "<img" in shown({"text/html": MAP, "text/plain": "<folium.Map>", "image/png": PIXEL})[0]


def test_a_script_that_has_all_it_needs_runs_in_a_frame_of_its_height() -> None:
    html, notes = html_of(CANVAS)
    assert 'sandbox="allow-scripts"' in html
    assert 'style="height:120px"' in html
    assert payload(notes) == CANVAS
    assert not notes.problems


def test_the_same_of_a_guest_is_shown_without_its_script() -> None:
    html, notes = html_of(f"<p>Words</p>{CANVAS}", runs=False)
    assert "Words" in html
    assert "<iframe" not in html
    assert not notes.files


@pytest.mark.parametrize(
    "frame",
    [
        f'<iframe srcdoc="{escape(CANVAS)}"></iframe>',
        f"<iframe width=9 srcdoc='{escape(CANVAS)}'></iframe>",
        f'<iframe src="data:text/html;charset=utf-8;base64,{b64encode(CANVAS.encode()).decode()}"></iframe>',
    ],
)
def test_a_page_written_into_a_frame_is_taken_out_of_it(frame: str) -> None:
    html, notes = html_of(f"<div>{frame}</div>")
    assert html.count("<iframe") == 1
    assert payload(notes) == CANVAS


def test_a_page_within_that_does_not_decode_leaves_what_is_around_it() -> None:
    html, _ = html_of('<p>Words</p><iframe src="data:text/html;base64,a"></iframe>')
    assert "Words" in html


def test_a_script_that_draws_in_its_output_gets_a_place_for_it() -> None:
    html, notes = javascript_of("element.append('<b>drawn</b>'); '</script>'")
    assert "<iframe" in html
    assert '<div id="element"></div>' in payload(notes)
    assert payload(notes).count("</script>") == 1


def test_a_script_that_draws_nothing_is_folded_as_it_was_written() -> None:
    html, notes = javascript_of("alert(1 < 2)")
    assert "<summary>JavaScript that Jupyter runs</summary>" in html
    assert "alert(1 &lt; 2)" in html
    assert not notes.files


def test_the_picture_beside_a_script_is_shown_before_it() -> None:
    assert "figure:1" in shown({"application/javascript": "alert(1)", "image/png": PIXEL})[0]


@pytest.mark.parametrize(
    "seed",
    ["<script", "spec={", "})({", "Plotly.newPlot('a',[", "docs_json = {", "require([", "<iframe src=data:text/html"],
)
@pytest.mark.usefixtures("ends")
def test_time_grows_with_the_length_of_a_script_and_not_with_its_square(seed: str) -> None:
    text = seed * (3_000_000 // len(seed))
    html_of(f"<script>{text}</script>")
    assert scripted.runs(text) == text.startswith("<")


FRAME = "<iframe srcdoc='&lt;canvas id=c&gt;&lt;/canvas&gt;&lt;script&gt;draw({})&lt;/script&gt;'></iframe>"


def test_words_beside_a_page_in_a_frame_stay_and_so_do_all_pages() -> None:
    html, notes = html_of(f"<div><p>Before</p>{FRAME.format(1)}<b>between</b>{FRAME.format(2)}</div> after")
    places = [html.index(text) for text in ("Before", "<iframe", "<b>between</b>")]
    assert places == sorted(places)
    assert html.index("<b>between</b>") < html.rindex("<iframe") < html.index("after")
    assert len(notes.files) == 2
    assert not notes.problems


def test_a_page_in_a_frame_alone_is_no_more_than_that() -> None:
    html, _ = html_of(f"<div style='width:100%'>{FRAME.format(1)}</div>")
    assert html.startswith('<figure class="interactive')


def test_a_page_beside_words_that_cannot_run_leaves_a_note_and_a_warning() -> None:
    far = "<iframe srcdoc='&lt;script src=https://x.test/a.js&gt;&lt;/script&gt;'></iframe>"
    html, notes = html_of(f"words {far}")
    assert "words" in html
    assert '<p class="note">' in html
    assert len(notes.problems) == 1


def test_pages_without_number_end_no_run() -> None:
    assert html_of(f"x{FRAME.format(1)}" * 5_000)[0]


def test_words_and_pages_beyond_what_gets_a_frame_each_stay_without_their_scripts() -> None:
    html, notes = html_of("".join(f"<p>Words {n}</p>{FRAME.format(n)}" for n in range(60)) + "<p>The end</p>")
    assert all(f"<p>Words {number}</p>" in html for number in range(60))
    assert "<p>The end</p>" in html
    assert len(notes.files) == 50
    assert "scripts and frames were left out" in said(notes)


@pytest.mark.parametrize("runs", [True, False])
@pytest.mark.parametrize(
    "frame", ['<iframe srcdoc=""></iframe>', "<iframe srcdoc=''>", "<iframe src='data:text/html,'>"]
)
def test_a_frame_with_an_empty_page_hides_no_words(frame: str, runs: bool) -> None:
    assert "Words" in html_of(f"<p>Words</p>{frame}", runs=runs)[0]


def test_pages_in_a_thousand_frames_within_each_other_are_in_one() -> None:
    page = "<script>draw()</script>"
    for _ in range(1_000):
        page = f"<iframe/src=data:text/html,{page.replace('%', '%25').replace('<', '%3C').replace('>', '%3E')}>"
    html, notes = html_of(page)
    assert html.count("<iframe") == len(notes.files) == 1
