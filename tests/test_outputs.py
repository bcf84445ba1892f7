"""Outputs of code cells as HTML."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from publisher import outputs, words
from publisher.article import Notes
from publisher.outputs import text
from publisher.outputs.images import adopt
from publisher.outputs.tables import with_tables
from tests.support.notebooks import stream
from tests.support.outputs import PNG, bundle, show

ENGLISH = words.of("en")


def test_streams_of_one_name_are_joined() -> None:
    html, _ = show(stream("a"), stream("b\n"), stream("c", "stderr"))
    assert html == '<pre class="text" tabindex="0">ab</pre><pre class="text stderr" tabindex="0">c</pre>'


def test_warnings_can_be_left_out() -> None:
    assert show(stream("w", "stderr"), wishes=outputs.Wishes(shows_stderr=False))[0] == ""


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("10%\r50%\r100%", "100%"),
        ("long line\rshort", "shortline"),
        ("a\r\nb", "a\nb"),
        ("ab\b\bcd", "cd"),
        ("\x1b[31mred\x1b[0m", '<span class="ansi-red-fg">red</span>'),
        ("\x1b]8;;https://x.test\x07link\x1b]8;;\x07", "link"),
        ("<b> & \x07", "&lt;b&gt; &amp; "),
        ("\x1b[2K1\r\x1b[2K2", "2"),
    ],
)
def test_text_is_shown_as_a_terminal_shows_it(written: str, shown: str) -> None:
    assert text.terminal(written) == shown


def test_a_long_text_is_folded_and_whole() -> None:
    lines = [f"line {number}" for number in range(1200)]
    html, _ = show(stream("\n".join(lines)))
    assert "<summary>Show all 1,200 lines</summary>" in html
    assert all(line in html for line in lines)


def test_a_traceback_shows_its_message_and_folds_the_rest() -> None:
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no <b>",
        "traceback": ["\x1b[31mTrace\x1b[0m", "x < y"],
    }
    html, _ = show(error)
    assert '<p class="error-message"><strong>ValueError</strong>: no &lt;b&gt;</p>' in html
    assert (
        '<details><summary>Traceback</summary><pre class="text" tabindex="0">'
        '<span class="ansi-red-fg">Trace</span>\nx &lt; y</pre>' in html
    )


def test_an_image_becomes_a_figure_with_its_caption_alt_and_size() -> None:
    output = bundle(image_png=PNG, text_plain="<Figure>")
    output["metadata"] = {"image/png": {"width": 374, "height": "1 onload=alert(1)"}}
    html, notes = show(output, wishes=outputs.Wishes(("A caption",), ("What it shows",)))
    assert (
        html == '<figure class="figure"><img src="figure:1" alt="What it shows" width="374">'
        "<figcaption>A caption</figcaption></figure>"
    )
    assert notes.figures[0].data == b"not looked at here"


def test_a_figure_without_words_is_described_by_the_first_comment_of_its_code() -> None:
    html, _ = show(bundle(image_png=PNG), wishes=outputs.Wishes(code="#| echo: true\n# Rain by month\nplot()"))
    assert 'alt="Figure: Rain by month"' in html


def test_broken_base64_is_a_warning_and_a_visible_placeholder() -> None:
    html, notes = show(bundle(image_png="abc"))
    assert 'class="missing-image"' in html
    assert notes.problems[0].cell == 3


def test_html_that_needs_scripts_gives_way_to_what_can_be_seen() -> None:
    html, notes = show(bundle(text_html="<div id=x></div><script>draw()</script>", image_png=PNG))
    assert "figure:1" in html
    assert not notes.problems


def test_html_loses_its_scripts_and_says_so() -> None:
    html, notes = show(bundle(text_html="<h1>Rain</h1><script>draw()</script>"))
    assert html == '<div class="html"><div class="heading">Rain</div></div>'
    assert "scripts" in notes.problems[0].message


def test_what_cannot_be_shown_leaves_a_note_and_a_warning() -> None:
    html, notes = show(bundle(**{"application_vnd.plotly.v1+json": {}}))
    assert 'class="note"' in html
    assert "application/vnd.plotly.v1+json" in notes.problems[0].message


def test_several_outputs_of_a_cell_that_cannot_be_shown_leave_one_note_and_one_warning() -> None:
    script = bundle(text_html="<script>load()</script>")
    html, notes = show(script, bundle(**{"application_vnd.holoviews_exec.v0+json": "1"}), script, stream("done"))
    assert html.count('class="note"') == 1
    assert "(application/vnd.holoviews_exec.v0+json, text/html)" in html
    assert '<pre class="text" tabindex="0">done</pre>' in html
    assert len(notes.problems) == 1


def test_links_that_hold_nothing_are_left_out_unless_something_may_lead_to_them() -> None:
    html, _ = show(bundle(text_html='<a href="https://x.test/" class="logo"></a><a name="here"></a>words'))
    assert html == '<div class="html"><a id="user-here"></a>words</div>'


def test_what_cannot_be_shown_falls_back_to_its_text() -> None:
    html, notes = show(bundle(**{"application_vnd.plotly.v1+json": {}, "text_plain": "a chart"}))
    assert html == '<pre class="text" tabindex="0">a chart</pre>'
    assert not notes.problems


def test_json_is_folded_and_escaped() -> None:
    html, _ = show(bundle(application_json={"a": "</pre><script>"}))
    assert html.startswith('<details class="json">')
    assert "&lt;/pre&gt;&lt;script&gt;" in html


def test_latex_is_a_formula_without_its_dollars() -> None:
    html, _ = show(bundle(text_latex="$\\displaystyle x < y$"))
    assert "x &lt; y" in html


@pytest.mark.parametrize("data", [None, 3, [], {}, [1, 2], "\ud800".encode("utf-8", "replace").decode()])
@pytest.mark.parametrize("mime", [mime for mime, _ in outputs.FAMILIES])
def test_no_data_of_a_wrong_kind_stops_the_page(mime: str, data: Any) -> None:
    show({"output_type": "display_data", "data": {mime: data}, "metadata": {mime: 3}})
    show({"output_type": "execute_result", "data": data})


def test_a_table_is_a_labelled_region_and_its_headers_have_a_scope() -> None:
    html = (
        '<table border="1" class="dataframe"><thead><tr><th></th><th>a</th></tr></thead>'
        "<tbody><tr><th>0</th><td>1,234.5</td><td>x</td></tr></tbody></table>"
    )
    shown = show(bundle(text_html=html))[0]
    assert shown == (
        '<div class="html"><div class="table" role="region" aria-label="Table" tabindex="0"><table class="dataframe">'
        '<thead><tr><td></td><th scope="col">a</th></tr></thead>'
        '<tbody><tr><th scope="row">0</th><td class="number">1,234.5</td><td>x</td></tr></tbody></table></div></div>'
    )


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        (
            "<tr><th></th><th>a</th></tr><tr><th>year</th><th></th></tr>",
            '<tr><th scope="col">year</th><th scope="col">a</th></tr>',
        ),
        (
            "<tr><th>unit</th><th>a</th></tr><tr><th>year</th><th></th></tr>",
            '<tr><th scope="col">unit</th><th scope="col">a</th></tr><tr><th scope="col">year</th><td></td></tr>',
        ),
        (
            '<tr><th></th><th colspan="2">a</th></tr><tr><th>x</th><th></th><th></th></tr>',
            '<tr><td></td><th scope="col" colspan="2">a</th></tr><tr><th scope="col">x</th><td></td><td></td></tr>',
        ),
        ("<tr><th></th></tr><tr><th></th></tr>", "<tr><td></td></tr><tr><td></td></tr>"),
    ],
    ids=["joined", "both named", "spanning", "empty"],
)
def test_the_name_of_an_index_stands_above_the_index(head: str, shown: str) -> None:
    html = with_tables(f"<table><thead>{head}</thead><tbody></tbody></table>", ENGLISH)
    assert f"<thead>{shown}</thead>" in html


@pytest.mark.parametrize("number", ["$125,000.00", "-3.5 %", "12 €", "1e-5", "€9", "NaN", ".5", "\u22121.2"])
def test_what_is_a_number_is_set_as_one(number: str) -> None:
    assert f'<td class="number">{number}</td>' in with_tables(f"<table><tr><td>{number}</td></tr></table>", ENGLISH)


@pytest.mark.parametrize("words", ["2024-01-01", "v1.2", "3 cats", "$", "", "1:30"])
def test_what_is_no_number_is_set_as_words(words: str) -> None:
    assert "number" not in with_tables(f"<table><tr><td>{words}</td></tr></table>", ENGLISH)


def test_a_table_can_have_a_caption() -> None:
    html = with_tables("<table><tr><td>1</td></tr></table>", ENGLISH, "Rain & sun")
    assert 'aria-label="Rain &amp; sun"' in html
    assert "<caption>Rain &amp; sun</caption>" in html


def test_every_way_to_name_an_image_gives_a_figure() -> None:
    notes = Notes("a.ipynb", attachments={"p.png": {"image/png": PNG}})
    html = adopt(
        f'<img src="attachment:p.png" alt="p"><img src="data:image/png;base64,{PNG}" width="50%"><img src="a%20b.png">',
        notes,
    )
    assert html == '<img src="figure:1" alt="p"><img src="figure:2" alt="" width="296"><img src="figure:3" alt="">'
    assert [(figure.mime, figure.path) for figure in notes.figures] == [
        ("image/png", ""),
        ("image/png", ""),
        ("", "a b.png"),
    ]


def test_a_missing_attachment_is_a_warning() -> None:
    notes = Notes("a.ipynb", cell=2)
    assert "missing-image" in adopt('<img src="attachment:p.png" alt="p">', notes)
    assert "attachment 'p.png'" in notes.problems[0].message


def test_an_image_elsewhere_is_not_loaded_from_there() -> None:
    notes = Notes("a.ipynb", cell=2)
    assert (
        adopt('<img src="https://x.test/a.png" alt="A">', notes)
        == '<a class="remote-image" href="https://x.test/a.png">A</a>'
    )
    assert adopt('<a href="/"><img src="//x.test/a.svg"></a>', notes) == '<a href="/">Image at x.test</a>'
    assert len(notes.problems) == 1  # it is the same to say


def test_what_to_do_about_an_image_elsewhere_is_said_of_the_text_or_of_the_code() -> None:
    notes = Notes("a.ipynb")
    for notes.cell, is_output in enumerate((False, True)):
        adopt('<img src="https://x.test/a.png" alt="A">', notes, is_output=is_output)
    assert ["publisher localize" in problem.hint for problem in notes.problems] == [True, False]


def test_an_image_elsewhere_can_be_allowed() -> None:
    notes = Notes("a.ipynb", remote_images=True)
    assert adopt('<img src="https://x.test/a.png" alt="A">', notes) == (
        '<img src="https://x.test/a.png" alt="A" loading="lazy" referrerpolicy="no-referrer">'
    )


def test_one_output_of_a_cell_can_be_chosen_for_the_card() -> None:
    other = b64encode(b"another one").decode()
    wishes = outputs.Wishes(is_thumbnail=True, thumbnail_number=1)
    _, notes = show(bundle(image_png=PNG), bundle(image_png=other), wishes=wishes)
    assert [figure.is_thumbnail for figure in notes.figures] == [False, True]


def test_no_author_can_name_a_figure_by_its_number() -> None:
    notes = Notes("a.ipynb", cell=2)
    assert adopt('<img src="figure:99" alt="x">', notes) == '<img src="figure:1" alt="x">'
    assert notes.figures[0].path == "figure:99"
