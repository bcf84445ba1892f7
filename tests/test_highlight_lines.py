"""Lines of code that an author points at."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.highlight import code
from publisher.highlight.lines import mark, numbers


def marked(html: str, written: str) -> tuple[str, list[str]]:
    said: list[str] = []
    return mark(html, written, lambda message, _hint: said.append(message)), said


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ("3", {3}),
        ("3,5-7", {3, 5, 6, 7}),
        ("3 5-7", {3, 5, 6, 7}),
        ("[1, 2]", {1, 2}),
        ("1|2-3", {1, 2, 3}),
        ("5 - 7", {5, 6, 7}),
        ("2\u20133", {2, 3}),
        ("1,1", {1}),
    ],
)
def test_lines_are_named_as_every_tool_names_them(written: str, chosen: set[int]) -> None:
    assert numbers(written, 9) == (chosen, ())


@pytest.mark.parametrize("wrong", ["0", "10", "8-12", "7-5", "x", "-3", "1.5"])
def test_what_names_no_line_is_told_and_the_rest_is_marked(wrong: str) -> None:
    chosen, told = numbers(f"2,{wrong}", 9)
    assert told == (wrong,)
    assert chosen == ({2, 8, 9} if wrong == "8-12" else {2})


def test_a_mark_is_around_its_line_and_a_text_over_lines_is_closed_within() -> None:
    html, said = marked(code('x = """a\nb"""\ny', "python"), "2")
    assert html == (
        'x <span class="o">=</span> <span class="s">"""a</span>\n<mark><span class="s">b"""</span>\n</mark>y'
    )
    assert said == []


def test_a_line_that_is_not_there_is_a_warning() -> None:
    assert marked("a\nb", "2-3") == ("a\n<mark>b</mark>", ["highlights line 2-3 of code that ends with line 2"])


@pytest.mark.parametrize("switch", ["true", "False", "none", ""])
def test_whether_to_number_lines_marks_none(switch: str) -> None:
    assert marked("a\nb", switch) == ("a\nb", [])


@given(
    st.text(st.sampled_from(list("abc 1='\"#<&\n")), max_size=60),
    st.text(st.sampled_from(list("0123456789,- |x")), max_size=12),
)
def test_marks_change_no_character_and_nest_in_nothing(source: str, written: str) -> None:
    html, _ = marked(code(source, "python"), written)
    assert unescape(re.sub("<[^>]*>", "", html)) == source
    opened: list[str] = []
    for tag in re.findall(r"<(/?\w+)", html):
        if tag.startswith("/"):
            assert opened.pop() == tag[1:]
        else:
            assert tag == "span" or not opened
            opened.append(tag)
    assert opened == []
