"""What programs send to a terminal, as HTML: colours as nbconvert shows them, and nothing of all other commands."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from nbconvert.filters import ansi2html

from publisher.outputs import ansi

ESC = "\x1b"
RED = '<span class="ansi-red-fg">x</span>'

# What nbconvert reads as terminals do: it takes the values of 58, the colour of a line, for codes.
_BYTE = st.integers(0, 255).map(str)
_COLOUR = st.one_of(
    st.tuples(st.sampled_from(("38", "48")), st.just("5"), _BYTE),
    st.tuples(st.sampled_from(("38", "48")), st.just("2"), _BYTE, _BYTE, _BYTE),
).map(";".join)
_CODE = st.integers(0, 120).filter(lambda code: code not in (38, 48, 58)).map(str)
_CODES = st.lists(st.one_of(_CODE, _COLOUR, st.just("")), max_size=6).map(lambda codes: f"{ESC}[{';'.join(codes)}m")
_OTHERS = st.sampled_from(("[2K", "[?25h", "[1;31H", "[0 q", "[31~")).map(lambda rest: ESC + rest)
_TEXT = st.text("ab <>&'\"[;m\n1é")


@given(st.lists(st.one_of(_CODES, _OTHERS, _TEXT)).map("".join))
def test_colours_are_those_of_nbconvert(written: str) -> None:
    assert Markup(ansi.html(written)) == ansi2html(written).replace("&#34;", '"').replace("&#39;", "'")


@given(st.lists(st.one_of(st.sampled_from(tuple("\x1b[]();:m0123458P_^X\\\x07?>")), _TEXT)).map("".join))
def test_whatever_is_written_its_html_holds_the_text_and_whole_elements(written: str) -> None:
    shown = ansi.html(written)
    assert re.sub(r'<span(?: (?:class|style)="[-a-z0-9:;,() ]+")+>|</span>', "", shown) == ansi.html(
        ansi.plain(written)
    )
    assert shown.count("<span") == shown.count("</span>")


@pytest.mark.parametrize(
    ("codes", "shown"),
    [
        ("38:5:1", RED),
        ("38:2:1:2:3", '<span style="color: rgb(1,2,3)">x</span>'),
        ("38:2::1:2:3", '<span style="color: rgb(1,2,3)">x</span>'),
        ("48:2:0:1:2:3:0:1", '<span style="background-color: rgb(1,2,3)">x</span>'),
        ("31;38:9:1", RED),
        ("4:3", '<span class="ansi-underline">x</span>'),
        ("4;4:0", "x"),
        ("1:2", "x"),
        ("31;58;5;1", RED),
        ("31;58;2;1;4;7", RED),
        ("31;58:5:1", RED),
        ("31;38", RED),
        ("31;48;", RED),
        ("31;38;5", RED),
        ("31;38;2;1;2", RED),
        ("31;38;5;256", RED),
        ("31;38;2;256;0;0", RED),
        ("31;" + "9" * 5000, RED),
        ("0" * 5000 + "31", RED),
        ("31;" + "1;22;" * 50_000 + "39", "x"),
    ],
)
def test_codes_of_colours_are_read_as_terminals_read_them(codes: str, shown: str) -> None:
    assert ansi.html(f"{ESC}[{codes}mx") == shown


@pytest.mark.parametrize(
    "command",
    [
        "(B",  # with `[m` what `tput sgr0` writes
        "[?2004h",
        "[>4;2m",
        "[ q",
        "=",
        "7",
        "c",
        "M",
        "%G",
        "]0;title\x07",
        "]8;;https://x.test\x1b\\",
        "]1337;File=inline=1:AAAA\x07",
        "Pq#0;2;0;0;0~-\x1b\\",
        "_Gf=100;AAAA\x1b\\",
        "^private\x1b\\",
        "Xany\x1b\\",
    ],
)
def test_nothing_is_seen_of_other_commands(command: str) -> None:
    written = f"<a{ESC}{command}b"
    assert (ansi.html(written), ansi.plain(written)) == ("&lt;ab", "<ab")


@pytest.mark.parametrize("end", ["\x07", "\x1b\\"])
def test_the_words_of_a_link_stay_without_its_address(end: str) -> None:
    written = f"see {ESC}]8;id=1;javascript:alert(1){end}{ESC}[31mx{ESC}[0m{ESC}]8;;{end}."
    assert (ansi.html(written), ansi.plain(written)) == (f"see {RED}.", "see x.")


def test_a_command_that_does_not_end_takes_no_text_along() -> None:
    assert "text" in ansi.plain(f"{ESC}]8;;text")
    assert "text" in ansi.plain(f"{ESC}Ptext")
