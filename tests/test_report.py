from __future__ import annotations

import io
import json
from typing import Any

import pytest

from publisher.errors import Problem
from publisher.report import (
    Counts,
    PlainReporter,
    QuietReporter,
    RichReporter,
    Summary,
    duration,
    failure_lines,
    reporter,
    summary_lines,
    to_json,
    warning_lines,
)

WHOLE = Summary(
    posts=Counts(12, 3, 1),
    pages=Counts(15, 4, 1),
    images=Counts(1234, 0, 0),
    files=Counts(1260, 9, 2),
    drafts=2,
    future=1,
    kept=1,
    warnings=(Problem("b.ipynb", "has no outputs", "run it", cell=2),),
    failures=(Problem("a.ipynb", "is not JSON", "save it again", line=7),),
    notes=("CNAME is not ours and stays",),
    seconds=3.21,
    site_url="https://example.org",
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def text(lines: Any) -> str:
    return "\n".join(line.text.rstrip() for line in lines)


def test_the_sum_says_what_was_written_held_back_and_what_to_do_next() -> None:
    assert text(summary_lines(WHOLE)) == (
        "Published 15 posts to public/ in 3.2 s.\n"
        "\n"
        "                written   unchanged   removed\n"
        "  posts              12           3         1\n"
        "  pages              15           4         1\n"
        "  images          1,234           0         0\n"
        "  other files        11           5         1\n"
        "\n"
        "  held back   2 drafts (--drafts shows them), 1 post of the future (--future shows it)\n"
        "  failed      1 notebook; a page published before stays\n"
        "  warnings    1\n"
        "  note        CNAME is not ours and stays\n"
        "  next        put right what failed, then publish again"
    )


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        (
            Summary(posts=Counts(8), first_run=True),
            "next        python -m http.server -d public, then open http://localhost:8000/",
        ),
        (
            Summary(posts=Counts(8), first_run=True, output="a b", site_url="https://example.org/"),
            "next        python -m http.server -d 'a b', then open http://localhost:8000/",
        ),
        (
            Summary(posts=Counts(8), first_run=True, site_url="https://example.org/blog"),
            "next        publisher preview, then open the address that it names",
        ),
        (Summary(posts=Counts(8), files=Counts(20), first_run=True), "set `base-url` in pyproject.toml"),
        (Summary(posts=Counts(0, 8), files=Counts(1, 20)), "Published 8 posts to public/"),
        (Summary(posts=Counts(0, 8), files=Counts(0, 20, 1)), "Published 8 posts to public/"),
        (
            Summary(posts=Counts(0, 8), seconds=0.04),
            "Nothing to do: public/ is up to date with 8 posts, found in 0.0 s.",
        ),
        (Summary(pages=Counts(1)), "put a notebook into the source folder"),
        (Summary(is_shown=False, posts=Counts(0, 8)), "Nothing was published: public/ is as it was."),
        (Summary(is_shown=False), "or publish without --strict"),
        (Summary(posts=Counts(1), files=Counts(1), output="out/"), "Published 1 post to out/ in"),
    ],
)
def test_the_next_thing_to_do_fits_what_happened(summary: Summary, said: str) -> None:
    assert said in text(summary_lines(summary))


def test_a_sum_with_nothing_special_is_one_line() -> None:
    assert len(list(summary_lines(Summary(posts=Counts(0, 8))))) == 1


def test_the_summary_for_programs_has_exactly_the_keys_that_are_promised() -> None:
    assert json.loads(to_json(WHOLE)) == {
        "posts": {"written": 12, "unchanged": 3, "removed": 1},
        "pages": {"written": 15, "unchanged": 4, "removed": 1},
        "images": {"written": 1234, "unchanged": 0, "removed": 0},
        "files": {"written": 1260, "unchanged": 9, "removed": 2},
        "held_back": {"drafts": 2, "future": 1},
        "warnings": [{"notebook": "b.ipynb", "cell": 2, "message": "has no outputs", "hint": "run it"}],
        "failures": [{"notebook": "a.ipynb", "cell": None, "message": "line 7: is not JSON", "hint": "save it again"}],
        "seconds": 3.21,
    }
    assert "\n" not in to_json(WHOLE)


def test_a_failure_shows_the_place_the_source_and_the_way_out() -> None:
    problem = Problem("a.ipynb", "is no date", "write it as 2025-03-04", cell=1, line=2, column=7, source="date: soon")
    assert text(failure_lines(problem)) == (
        "Failed  a.ipynb, cell 1, line 2: is no date\n"
        "        date: soon\n"
        "              ^\n"
        "        write it as 2025-03-04"
    )


def test_warnings_that_say_the_same_are_told_once() -> None:
    warnings = [Problem(f"{name}.ipynb", "has no outputs", "run it") for name in "abcde"] + [
        Problem("x.ipynb", "is odd", cell=3)
    ]
    assert text(warning_lines(warnings)) == (
        "  has no outputs\n      a.ipynb; b.ipynb; c.ipynb and 2 more\n      run it\n  x.ipynb, cell 3: is odd"
    )


def test_of_many_warnings_the_first_twenty_are_told() -> None:
    warnings = [Problem("a.ipynb", f"warning {number}") for number in range(332)]
    lines = text(warning_lines(warnings)).split("\n")
    assert len(lines) == 21
    assert lines[-1] == "  … 312 more; --verbose shows all"
    assert len(text(warning_lines(warnings, None)).split("\n")) == 332


def test_verbose_names_every_place() -> None:
    warnings = [Problem(f"{number}.ipynb", "has no outputs") for number in range(9)]
    assert len(list(warning_lines(warnings, None))) == 10


def test_seconds_become_minutes() -> None:
    assert (duration(0.44), duration(59.9), duration(135)) == ("0.4 s", "59.9 s", "2 min 15 s")


def test_plain_lines_have_no_colour_and_no_bar() -> None:
    stream = io.StringIO()
    plain = PlainReporter(stream)
    plain.start("Converting notebooks", 40)
    plain.advance()
    plain.problem(WHOLE.failures[0], is_failure=True)
    plain.problem(WHOLE.warnings[0], is_failure=False)
    plain.done(WHOLE)
    plain.stop()
    said = stream.getvalue()
    assert said.startswith(
        "Converting notebooks (40)\nFailed  a.ipynb, line 7: is not JSON\n        save it again\n\nWarnings\n"
    )
    assert "\x1b" not in said
    assert said.count("is not JSON") == 1
    assert said.count("has no outputs") == 1
    assert not any(line.endswith(" ") for line in said.split("\n"))


def test_the_words_of_a_notebook_do_not_steer_the_terminal() -> None:
    stream = io.StringIO()
    PlainReporter(stream).problem(Problem("a.ipynb", "is \x1b]0;owned\x07\x9b31m odd"), is_failure=True)
    assert stream.getvalue() == "Failed  a.ipynb: is \ufffd]0;owned\ufffd\ufffd31m odd\n"


def test_quiet_tells_failures_alone() -> None:
    stream = io.StringIO()
    quiet = QuietReporter(stream)
    quiet.start("Converting notebooks", 40)
    quiet.problem(WHOLE.warnings[0], is_failure=False)
    quiet.done(WHOLE)
    assert stream.getvalue() == ""
    quiet.problem(WHOLE.failures[0], is_failure=True)
    assert stream.getvalue().count("\n") == 2


def test_quiet_tells_the_warnings_that_stopped_a_strict_publish() -> None:
    stream = io.StringIO()
    QuietReporter(stream).done(Summary(warnings=WHOLE.warnings, is_shown=False))
    assert "has no outputs" in stream.getvalue()


def test_a_terminal_gets_a_bar_and_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    shown = RichReporter(stream)
    shown.start("Converting notebooks", 2)
    shown.advance()
    shown.problem(Problem("[bold]a[/bold].ipynb", "is not JSON " + "x" * 200), is_failure=True)
    shown.start("Rendering images", 2)
    shown.done(WHOLE)
    shown.stop()
    said = stream.getvalue()
    assert "Failed  [bold]a[/bold].ipynb: is not JSON " + "x" * 200 in said
    assert said.count("\x1b[?25l") == said.count("\x1b[?25h") == 2
    assert "Published 15 posts" in said


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"CI": "true"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_no_colour_gets_plain_lines(environ: dict[str, str]) -> None:
    assert isinstance(reporter(Terminal(), environ), PlainReporter)


def test_the_reporter_suits_the_stream() -> None:
    assert isinstance(reporter(Terminal(), {"TERM": "xterm", "CI": "false"}), RichReporter)
    assert isinstance(reporter(io.StringIO(), {"TERM": "xterm"}), PlainReporter)
    assert isinstance(reporter(Terminal(), {"TERM": "xterm"}, is_quiet=True), QuietReporter)
