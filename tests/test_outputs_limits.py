"""Outputs that are longer than a page should be."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from publisher import notebooks, substance
from publisher.article import Article, Limits
from publisher.errors import NotebookError
from publisher.outputs import frames, text
from tests.support.notebooks import output, stream
from tests.support.outputs import show


def table(rows: int) -> dict[str, Any]:
    body = "".join(f"<tr><th>{row}</th><td>a,{row} &lt;</td></tr>" for row in range(rows))
    html = f"<table><thead><tr><th></th><th>A</th></tr></thead><tbody>{body}</tbody></table>"
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}


def test_a_text_beyond_the_limit_shows_its_ends_and_comes_whole_as_a_file() -> None:
    words = "\n".join(f"line {number} \u00e9" for number in range(30_000))
    html, notes = show(stream(words))
    ((path, data),) = notes.files.items()
    assert data.decode() == words
    assert path.endswith(".txt")
    assert len(html) < 30_000
    assert "line 0 " in html
    assert "line 29999 " in html
    assert "line 15000 " not in html
    assert f'<a href="asset:{path}">the whole text</a> (TXT, {len(data) / 1000:.1f} kB)' in html
    assert notes.problems[0].cell == 3
    assert "of which the page shows the ends" in notes.problems[0].message


def test_colours_are_not_in_the_file_and_not_cut_in_the_middle() -> None:
    html, notes = show(stream("\x1b[31mred\x1b[0m " * 40), limits=Limits(characters=100))
    (data,) = notes.files.values()
    assert data == ("red " * 40).rstrip().encode()
    assert "\x1b" not in html
    assert not re.search(r"\[\d*m", html)


def test_a_limit_of_nothing_is_none() -> None:
    html, notes = show(stream("word " * 60_000), limits=Limits(characters=0))
    assert not notes.files
    assert len(html) > 299_000


def test_a_progress_bar_is_measured_by_what_is_left_of_it() -> None:
    html, notes = show(stream("".join(f"\r{number:3}%" for number in range(100)) * 400))
    assert (html, notes.problems) == ('<pre class="text" tabindex="0"> 99%</pre>', [])


@pytest.mark.usefixtures("ends")
def test_carriage_returns_on_a_long_line_take_no_time() -> None:
    assert text.terminal("x" * 900_000 + "\rab" * 300_000) == "ab" + "x" * 899_998


def test_a_line_without_end_is_folded_and_wrapped_and_whole() -> None:
    html, notes = show(stream("x" * 100_000))
    assert "<summary>Show all 100,000 characters</summary>" in html
    assert html.count('<pre class="text wrapped"') == 2
    assert sum(map(len, re.findall(r"x{9,}", html))) == 100_000
    assert not notes.files


def test_json_beyond_the_limit_is_shortened_too() -> None:
    data = {"output_type": "display_data", "metadata": {}, "data": {"application/json": ["word"] * 500}}
    html, notes = show(data, limits=Limits(characters=1000))
    assert html.startswith('<details class="json"><summary>JSON: 500 items</summary>')
    assert len(notes.files) == 1


def test_a_table_beyond_the_limit_is_cut_and_comes_whole_as_a_file() -> None:
    html, notes = show(table(2_500))
    ((path, data),) = notes.files.items()
    assert html.count("<tr>") == 1_001
    assert html.count("</tbody></table></div>") == 1
    assert f'The first 1,000 of 2,500 rows × 2 columns; <a href="asset:{path}">the whole table</a>' in html
    lines = data.decode().splitlines()
    assert (lines[0], lines[1], len(lines)) == (",A", '0,"a,0 <"', 2_501)
    assert notes.problems[0].message == "has a table of 2,500 rows, of which the page shows 1,000"


def test_a_table_within_the_limit_stays_as_it_is() -> None:
    html, notes = show(table(1_000))
    assert html.count("<tr>") == 1_001
    assert (notes.files, notes.problems) == ({}, [])


def test_cells_that_span_are_followed_in_the_file() -> None:
    body = '<tr><th rowspan="2">a</th><td>1</td></tr><tr><td colspan="1">2</td></tr><tr><td colspan="2">3</td></tr>'
    output = table(0)
    output["data"]["text/html"] = f"<table><tbody>{body}</tbody></table>"
    _, notes = show(output, limits=Limits(rows=1))
    assert next(iter(notes.files.values())).decode() == "a,1\na,2\n3,\n"


def test_a_long_traceback_is_shortened() -> None:
    error = {"output_type": "error", "ename": "E", "evalue": "v" * 90_000, "traceback": ["frame\n" * 60_000]}
    html, notes = show(error)
    assert len(html) < 60_000
    assert unescape(html).count("frame") < 8_000
    assert next(iter(notes.files.values())).decode().count("frame") == 60_000


def test_a_notebook_that_is_too_large_fails_by_name() -> None:
    notebooks.check_size(b"x" * 999_999, "a.ipynb", 1)
    notebooks.check_size(b"x" * 9_999_999, "a.ipynb", 0)
    with pytest.raises(NotebookError, match=r"a\.ipynb: has 1\.5 MB; the limit is 1 MB .*`limits\.notebook`"):
        notebooks.check_size(b"x" * 1_500_000, "a.ipynb", 1)


def test_a_table_of_more_rows_than_a_screen_has_scrolls_in_a_window() -> None:
    assert '<div class="table" role="region"' in show(table(60))[0]
    assert '<div class="table window" role="region"' in show(table(120))[0]


def test_html_beyond_the_limit_shows_its_beginning_and_comes_whole_as_a_file() -> None:
    given = "".join(f"<div><p>Part <b>{number}</b> &amp; more</p></div>" for number in range(9_000))
    html, notes = show(output({"text/html": f"<section>{given}</section>"}))
    ((path, data),) = notes.files.items()
    assert re.fullmatch(r"outputs/[0-9a-f]{16}\.html", path)
    assert data.decode().count("<b>") == 9_000
    assert "<b>8999</b> &amp; more" in data.decode()
    assert 18_000 < len(html) < 22_000
    assert "<b>0</b>" in html
    assert f'<a href="asset:{path}">the whole output</a> (HTML, {len(data) / 1000:.1f} kB)' in html
    assert re.search(r"[\d,]+ characters are left out here; <a", html)
    assert notes.problems[0].message.endswith("characters of HTML, of which the page shows the beginning")
    for name in ("div", "p", "b", "section"):
        assert len(re.findall(rf"<{name}[ >]", html)) == html.count(f"</{name}>")


def test_html_is_not_cut_within_a_tag_or_a_character() -> None:
    given = '<a href="https://example.org/?a=1&amp;b=2" title="x > y">&lt;word&gt;</a>' * 40
    for limit in range(100, 180):
        html, notes = show(output({"text/html": given}), limits=Limits(characters=limit))
        assert len(notes.files) == 1
        shown = re.sub(r"<p class=\"note\">.*", "", html)
        rest = re.sub(r'<a href="https://example.org/\?a=1&amp;b=2"[^<]*|</a>|</?div[^>]*>', "", shown)
        assert rest == ""
        assert re.search(r"&(?!amp;|lt;|gt;)", shown) is None


def test_the_file_of_html_runs_and_loads_nothing() -> None:
    given = "<script>bad()</script><p onclick='bad()'>" + "word " * 40 + "<img src=x onerror=bad()>"
    _, notes = show(output({"text/html": given}), limits=Limits(characters=100))
    (data,) = notes.files.values()
    page = data.decode()
    assert "bad()" not in page
    assert "<script" not in page
    assert page.index("content=\"default-src 'none'; style-src") < page.index("<meta charset") < page.index("<body")
    assert "script-src" not in page


def test_a_file_of_html_counts_as_seen_and_one_in_a_frame_does_not() -> None:
    whole, framed = "outputs/a.html", "outputs/b.html"
    body = f'<a href="asset:{whole}">all</a><iframe src="asset:{framed}" sandbox="allow-scripts"></iframe>'
    seen = [
        substance.digest(Article("T", "T", body, "", "", files=dict.fromkeys(files, b"")), "", {})
        for files in ((whole, framed), (whole,), (framed,))
    ]
    assert seen[0] == seen[1] != seen[2]
    assert frames.framed(body) == {framed}


@pytest.mark.parametrize(
    "given",
    [
        f'<p>An image <img src="data:image/png;base64,{"A" * 400_000}" alt="x"></p>',
        "<p>A table</p><table><tbody>" + "<tr><td>a cell of some words</td></tr>" * 900 + "</tbody></table>",
        "<p>" + "x" * 900 + "</p>",
    ],
)
def test_images_and_tables_in_html_do_not_count(given: str) -> None:
    _, notes = show(output({"text/html": given}), limits=Limits(characters=1_000))
    assert not notes.problems
    assert not notes.files


def test_a_table_at_the_beginning_of_long_html_stays_whole_on_the_page() -> None:
    table_of = "<table><tbody>" + "<tr><td>cell</td></tr>" * 50 + "</tbody></table>"
    html, notes = show(
        output({"text/html": f"<p>One</p>{table_of}<p>{'word ' * 100}</p>"}), limits=Limits(characters=200)
    )
    assert html.count("<tr>") == 50
    assert html.count("word") < 50
    assert next(iter(notes.files.values())).count(b"word") == 100
    assert next(iter(notes.files.values())).count(b"<tr>") == 50


def test_html_without_a_limit_is_all_there() -> None:
    html, notes = show(output({"text/html": "<p>" + "word " * 60_000 + "</p>"}), limits=Limits(characters=0))
    assert html.count("word") == 60_000
    assert not notes.files
