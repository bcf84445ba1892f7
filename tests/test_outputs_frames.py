"""The document in a frame, and the frame in a page."""

from __future__ import annotations

import json
import re

import pytest

from publisher.outputs import frames, measures
from tests.support.outputs import notes_of

SCRIPT = "<b>x</b><script>alert('</script><!--')</script>"


def document(payload: str = SCRIPT, title: str = "Chart", height: float = 300) -> tuple[str, str]:
    notes = notes_of()
    html = frames.show(payload, notes, title=title, libraries=("plotly",), height=height)
    (data,) = notes.files.values()
    return html, data.decode()


def test_the_policy_comes_before_anything_that_it_is_for() -> None:
    _, text = document()
    policy = text.index("Content-Security-Policy")
    assert all(policy < text.index(tag) for tag in ("<title", "<style", "<script", "<body"))
    assert "connect-src 'none'" in frames.POLICY
    assert "default-src 'none'" in frames.POLICY


def test_what_runs_is_inert_until_the_guard_has_looked() -> None:
    _, text = document()
    (held,) = re.findall(r'<script type="application/json" id="payload">(.*?)</script>', text, re.S)
    assert "<" not in held
    assert json.loads(held) == '<script src="../assets/scripts/plotly-3.1.js"></script>' + SCRIPT
    assert re.findall(r"<script[^>]*>", text) == ['<script type="application/json" id="payload">', "<script>"]
    assert text.index('self.origin !== "null"') < text.index("document.write")


def test_the_frame_may_run_scripts_and_nothing_else() -> None:
    html, _ = document()
    assert re.findall(r'sandbox="([^"]*)"', html) == ["allow-scripts"]
    assert 'loading="lazy"' in html


@pytest.mark.parametrize(("wanted", "reserved"), [(300, 300), (1, 20), (90_000, 4000)])
def test_the_height_is_reserved_within_bounds(wanted: float, reserved: int) -> None:
    assert f'style="height:{reserved}px"' in document(height=wanted)[0]


def test_a_title_stays_a_title() -> None:
    html, text = document(title='"><script>alert(1)</script>')
    assert "<script>alert" not in html + text
    assert "&lt;script&gt;alert" in html


def test_what_there_is_without_scripts_is_a_note_or_what_was_given() -> None:
    assert f"<noscript>{frames.note('Chart', notes_of())}</noscript>" in document()[0]
    given = frames.show(SCRIPT, notes_of(), title="Chart", static="<pre>1</pre>")
    assert "<noscript><pre>1</pre></noscript>" in given


def test_same_input_same_file() -> None:
    one, other = notes_of(), notes_of()
    assert frames.show(SCRIPT, one, title="A") == frames.show(SCRIPT, other, title="A")
    assert one.files == other.files


@pytest.mark.parametrize(
    ("given", "size"), [(300, 300), ("300", 300), (" 30.5px ", 30), ("50%", 296), (None, 0), (True, 0), ("9" * 9, 0)]
)
def test_a_size_is_pixels_or_unknown(given: object, size: int) -> None:
    assert measures.number(given) == size
