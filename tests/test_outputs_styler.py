"""Styles of pandas' Styler."""

from __future__ import annotations

import re
from typing import Any

import pytest

from publisher import outputs
from publisher.article import Notes
from publisher.outputs.styler import inlined

TABLE = (
    '<table id="T_ab"><caption>Rain</caption><thead><tr><th class="col_heading">a</th></tr></thead><tbody>'
    '<tr><th class="row_heading">x</th><td id="T_ab_row0_col0" class="data row0 col0" >1</td></tr></tbody></table>'
)


def styled(sheet: str, table: str = TABLE) -> str:
    notes = Notes("a.ipynb", cell=1)
    output: dict[str, Any] = {"output_type": "display_data", "metadata": {}}
    output["data"] = {"text/html": f'<style type="text/css">\n{sheet}\n</style>\n{table}'}
    return "".join(outputs.show([output], outputs.Wishes(), notes))


def test_a_cell_gets_the_colours_that_its_style_sheet_gives_it() -> None:
    html = styled("#T_ab_row0_col0, #T_ab_row9_col9 {\n  background-color: #fdb52e;\n  color: #000;\n}")
    assert '<td style="background-color:#fdb52e;color:#000" id="user-T_ab_row0_col0"' in html
    assert "<style" not in html
    assert html.count("style=") == 1


@pytest.mark.parametrize(
    ("selector", "tag"),
    [
        ("#T_ab th", "th"),
        ("#T_ab thead th", "th"),
        ("#T_ab .data", "td"),
        ("#T_ab td.col0", "td"),
        ("#T_ab caption", "caption"),
        ("#T_ab", "table"),
    ],
)
def test_a_rule_for_the_table_means_what_lies_in_it(selector: str, tag: str) -> None:
    html = styled(selector + " { font-weight: bold }")
    assert re.search(rf'<{tag}(?: scope="col")? style="font-weight:bold"', html)


@pytest.mark.parametrize(
    "selector", ["#T_other th", "td", "body", "#T_ab tbody caption", "#T_ab td:hover", "#T_ab > td", ".data", "#T_ab *"]
)
def test_a_rule_for_anything_else_is_dropped(selector: str) -> None:
    assert "style=" not in styled(selector + " { color: red }")


@pytest.mark.parametrize(
    "declared",
    [
        "position: fixed",
        "background: url(https://x.test/a)",
        "background-color: u\\72l(x)",
        "color: expression(alert(1))",
        'color: red"><script>alert(1)</script>',
        "behavior: url(x.htc)",
        "z-index: 9",
        "width: var(--x)",
        "background: linear-gradient(red, blue), url(//x.test)",
    ],
)
def test_a_declaration_that_could_load_or_cover_something_is_dropped(declared: str) -> None:
    html = styled(f"#T_ab_row0_col0 {{ {declared}; }}")
    assert "style=" not in html
    assert "script" not in html


def test_an_own_style_of_a_cell_wins() -> None:
    html = styled("#T_ab_row0_col0 { color: red }", TABLE.replace('class="data', 'style="color: blue" class="data'))
    assert 'style="color:red;color:blue"' in html


def test_a_plain_colour_as_background_stays() -> None:
    assert "background-color:lightgreen" in styled("#T_ab_row0_col0 { background: lightgreen }")


def test_html_without_such_a_sheet_stays_as_it_is() -> None:
    html = "<style>.dataframe tbody tr th { vertical-align: top }</style><table><tr><td>1</td></tr></table>"
    assert inlined(html) == html


@pytest.mark.parametrize("opened", ["#T_" * 4, "<style>#T_", "/*#T_" * 4, "<td id=#T_"])
@pytest.mark.usefixtures("ends")
def test_what_is_not_closed_takes_no_time(opened: str) -> None:
    monster = opened * 200_000
    assert inlined(f"<style>#T_a {{{monster}")
    assert inlined(f"<style>#T_a {{ color: red }} {monster}</style><td>{monster}")
