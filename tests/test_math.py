"""Formulas as HTML."""

from __future__ import annotations

from publisher import math


def test_tex_in_a_line_stays_readable_with_its_dollars() -> None:
    assert math.inline(r" \alpha_1 ") == r'<span class="math"><code>$\alpha_1$</code></span>'


def test_displayed_tex_can_be_scrolled_by_keyboard() -> None:
    assert math.display("\nx = 1\n") == '<div class="math" tabindex="0"><code>$$x = 1$$</code></div>'


def test_an_environment_needs_no_dollars() -> None:
    html = math.display("\\begin{align}\na &= b\n\\end{align}")
    assert html == '<div class="math" tabindex="0"><code>\\begin{align}\na &amp;= b\n\\end{align}</code></div>'


def test_an_environment_that_is_part_of_a_formula_has_dollars() -> None:
    assert "$$\\begin{array}" in math.display("\\begin{array}{c}\na\n\\end{array}")


def test_tex_is_escaped() -> None:
    assert math.inline("<script>") == '<span class="math"><code>$&lt;script&gt;$</code></span>'
    assert "<img" not in math.display("<img src=x onerror=alert(1)>")
