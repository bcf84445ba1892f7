"""HTML of former times becomes that of today, and looks as it did."""

from __future__ import annotations

import re

import pytest

from publisher import markdown, markup
from publisher.article import Notes
from publisher.obsolete import renewed


def render(source: str) -> str:
    return markdown.render(source, Notes("a.ipynb", cell=1))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<center>a</center>", '<div style="text-align:center">a</div>'),
        ("<tt>a</tt>", "<code>a</code>"),
        ('<big class="x">a</big>', '<span class="x" style="font-size:larger">a</span>'),
        ('<font color="#a00" size="3">a</font>', '<span style="color:#a00">a</span>'),
        ("<strike>a</strike>", "<s>a</s>"),
        ('<p align="center">a</p>', '<p style="text-align:center">a</p>'),
        ('<img src="a.png" align="right">', '<img src="a.png" style="float:right">'),
        (
            '<table><tr><td valign="top" style="color:red">a</td></tr></table>',
            '<table><tbody><tr><td style="vertical-align:top;color:red">a</td></tr></tbody></table>',
        ),
        ('<p align="url(x)">a</p>', "<p>a</p>"),
    ],
)
def test_what_only_said_how_something_looks_is_a_style(before: str, after: str) -> None:
    assert markup.clean(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a name="x"></a>', '<a id="user-x"></a>'),
        ('<a id="y" name="x"></a>', '<a id="user-y"><span id="user-x"></span></a>'),
        ('<a href="a b.ipynb?x=1&amp;y=2">a</a>', '<a href="a%20b.ipynb?x=1&amp;y=2">a</a>'),
        ('<a href="https://example.org/100%/{x}">a</a>', '<a href="https://example.org/100%25/%7Bx%7D">a</a>'),
        ('<a href="a%20b.ipynb">a</a>', '<a href="a%20b.ipynb">a</a>'),
        ('<details open="True"><summary>a</summary>b</details>', '<details open=""><summary>a</summary>b</details>'),
        ("<details><p>a</p></details>", "<details><summary>Details</summary><p>a</p></details>"),
        (
            "<details><details><summary>a</summary></details></details>",
            "<details><summary>Details</summary><details><summary>a</summary></details></details>",
        ),
        (
            "<table><tr><td>a</td></tr><tr></tr></table>",
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
        ),
        (
            '<table><tr><td rowspan="2">a</td></tr><tr></tr></table>',
            '<table><tbody><tr><td rowspan="2">a</td></tr><tr></tr></tbody></table>',
        ),
    ],
)
def test_what_browsers_forgave_is_put_right(before: str, after: str) -> None:
    assert markup.clean(before) == after


def test_what_is_of_today_stays_as_it_is() -> None:
    html = '<p class="a">tt <a href="/x/#y" title="align=">b</a></p><details><summary>c</summary></details>'
    assert renewed(html) == html


def test_an_id_stands_once_where_it_stood_first() -> None:
    html = '<p id="user-a">id="user-a"</p><p id="b">1</p><p class="x" id="user-a">2</p>'
    once = '<p id="user-a">id="user-a"</p><p id="b">1</p><p class="x">2</p>'
    assert markup.with_single_ids(html) == once
    assert markup.with_single_ids(once) == once


def test_a_formula_alone_in_a_paragraph_of_an_authors_html_leaves_it_whole() -> None:
    article = render("<p>\nas in\n$$x^2 + 1$$\n</p>")
    assert article.count("<p") == article.count("</p>") == 1
    assert "<div" not in article
    assert '<span class="math alone"' in article


def test_how_deep_something_stands_in_a_formula_is_said_by_a_style() -> None:
    drawn = render("$\\binom{n}{\\frac{1}{\\frac{2}{3}}}$ and $\\dfrac{e^{\\scriptstyle x}}{2}$")
    assert not re.search("<(?!mstyle)[a-z]+[^>]* scriptlevel=", drawn)
