"""Formulas: found, drawn as MathML, linked, read aloud; and what happens to those that mean harm."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_mini_racer import JSTimeoutException

from publisher import markdown, math
from publisher.article import Notes
from publisher.math import engine, macros, mathml
from publisher.outputs.documents import show_latex
from publisher.outputs.images import Labels
from tests.support import CHECKOUT
from tests.support.markdown import dangers_of, render
from tests.support.waiting import PATIENCE

STYLE = (CHECKOUT / "templates/assets/style.css").read_text("utf-8")
UNSHOWN = re.compile(r"<annotation.*?</annotation>", re.S)


def notes() -> Notes:
    return Notes("a.ipynb", cell=3)


def shown(html: str) -> str:
    """Return MathML without attributes and without the TeX that it came from."""
    return re.sub(r"<(\w+) [^>]*>", r"<\1>", re.sub(r"</?semantics>", "", UNSHOWN.sub("", html)))


def words(html: str) -> str:
    return re.sub(r"<[^>]+>", "", UNSHOWN.sub("", html))


# Where formulas are found.


@pytest.mark.parametrize(
    "source",
    [
        "$x^2$",
        "$$x^2$$",
        r"\\(x^2\\)",
        r"\(x^2\)",
        r"\\[x^2\\]",
        "\\[\nx^2\n\\]",
        r"\begin{align}x^2\end{align}",
        "text\n\\begin{equation*}\nx^2\n\\end{equation*}\ntext",
        "# On $x^2$",
        "- item $x^2$",
        "| a |\n|---|\n| $x^2$ |",
        "> $$x^2$$",
        "<p>in HTML $x^2$</p>",
        "<div>\n$$x^2$$\n</div>",
        "[link $x^2$](https://a.example)",
        "{math}`x^2`",
    ],
)
def test_a_formula_is_drawn_wherever_it_stands(source: str) -> None:
    (html,), taken = render(source)
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert taken.problems == []


@pytest.mark.parametrize(
    "source", ["$5 and then $10", r"\$x\$", "`$x$`", "```\n$x$\n```", "<pre>$x$</pre>", "<b title='$x$'>"]
)
def test_what_is_no_formula_stays_as_it_is(source: str) -> None:
    assert "<math" not in render(source)[0][0]


@pytest.mark.parametrize(
    "source", ["$\\displaystyle x^2$", "$$x^2$$", "\\[x^2\\]", "\\begin{align}x^2\\end{align}", "x^2"]
)
def test_a_latex_output_is_drawn(source: str) -> None:
    assert "<msup>" in show_latex(source, {}, Labels([], []), notes())


def test_a_latex_output_may_be_words_with_formulas() -> None:
    html = show_latex("$P(x)=1+2x$, $x \\in [-1, 1]$", {}, Labels([], []), notes())
    assert html.count("<math>") == 2


def test_formulas_stand_in_titles_and_in_the_table_of_contents() -> None:
    _, taken = render("# The $\\ell_1$ norm")
    assert "<msub>" in taken.headings[0].html
    assert taken.headings[0].text == "The ℓ₁ norm"
    assert "<msub>" in markdown.inline("The $\\ell_1$ norm")


# Macros.


@pytest.mark.parametrize(
    ("definition", "use", "same"),
    [
        (r"\newcommand{\R}{\mathbb{R}}", r"\R^2", r"\mathbb{R}^2"),
        (r"\newcommand\R{\mathbb{R}}", r"\R", r"\mathbb{R}"),
        (r"\newcommand{\f}[2]{#1_{#2}}", r"\f{a}{b}", "a_{b}"),
        (r"\newcommand{\f}[2][k]{#1_{#2}}", r"\f{b}+\f[a]{b}", "k_{b}+a_{b}"),
        (r"\def\f#1{#1'}", r"\f{a}", "a'"),
        (r"\DeclareMathOperator{\argmin}{arg\,min}", r"\argmin x", r"\operatorname{arg\,min} x"),
        (r"\DeclareMathOperator*{\lim}{Lim}", r"\lim_x", r"\operatorname*{Lim}_x"),
        (r"\let\E\exp", r"\E x", r"\exp x"),
        (r"\renewcommand{\vec}[1]{\mathbf{#1}}", r"\vec{x}", r"\mathbf{x}"),
        (r"\newcommand{\a}{x}\newcommand{\b}{\a\a}", r"\b", "xx"),
    ],
)
def test_a_macro_holds_from_where_it_is_defined(definition: str, use: str, same: str) -> None:
    (defining, using), taken = render(f"$${definition}$$", f"${use}$")
    assert defining.strip() == ""
    assert shown(using) == shown(render(f"${same}$")[0][0])
    assert taken.problems == []


def test_a_macro_can_be_defined_again() -> None:
    html, _ = render(r"$\newcommand{\x}{a}$ $\x$", r"$\newcommand{\x}{b}\x$")
    assert [words(cell).strip() for cell in html] == ["a", "b"]


def test_a_macro_of_one_notebook_is_unknown_to_the_next() -> None:
    render(r"$\newcommand{\mine}{x}\mine$")
    _, taken = render(r"$\mine$")
    assert "Unsupported function name: \\mine" in taken.problems[0].message


@pytest.mark.parametrize(
    "bomb",
    [
        r"\def\x{\x\x}\x",
        r"\newcommand{\x}{" + "y" * 499 + r"}\newcommand{\z}{" + r"\x" * 400 + r"}\z\z\z\z\z",
        r"\newcommand{\x}[1]{" + "#1" * 300 + r"}\x{\x{\x{y}}}",
        r"\edef\x{aaaa}" + r"\edef\x{\x\x}" * 30 + r"\x",
        "{" * 6000 + "x" + "}" * 6000,
        "x" * 30_000,
        r"\begin{matrix}" + "&" * 9000 + r"\end{matrix}",
    ],
)
@pytest.mark.usefixtures("ends")
def test_a_bomb_of_macros_is_an_error_before_long(bomb: str) -> None:
    taken = notes()
    assert "math-error" in math.display(bomb, taken)
    assert len(taken.problems) == 1
    assert "<msup>" in math.inline("x^2", taken)


def test_after_a_formula_that_takes_too_long_others_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_SECONDS", 0.0001)
    with pytest.raises(engine.FormulaError, match="too long"):
        engine.render("x" * 19_000, True)
    monkeypatch.undo()
    assert "<msup>" in engine.render("y^{too long}", False)


def test_a_formula_that_a_busy_machine_had_no_time_for_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    really = engine._engine()

    class Busy:
        def call(self, *what: object, timeout_sec: float) -> object:
            asked.append(timeout_sec)
            if len(asked) < 3:
                raise JSTimeoutException
            return really.call(*what, timeout_sec=timeout_sec)

    monkeypatch.setattr(engine, "_engine", Busy)
    assert "<msup>" in engine.render("y^{busy}", False)
    assert asked == [5, 20, 80]


def test_after_a_formula_that_takes_too_much_memory_others_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_MEMORY", 2**24)
    monkeypatch.setattr(engine, "_SECONDS", PATIENCE)  # of the two limits this one must not be the first
    engine.close()
    with pytest.raises(engine.FormulaError, match="too much memory"):
        engine.render(r"\def\x{" + "y" * 9_000 + r"}\def\z{" + r"\x" * 900 + r"}\z", True)
    monkeypatch.undo()
    assert "<msup>" in engine.render("y^{too much}", False)


# Labels and tags.


def test_a_tag_shows_and_a_reference_links_to_its_formula_also_before_it() -> None:
    html, taken = render(r"See \eqref{eq:a} and $\ref{eq:a}$.", r"\begin{equation}x \tag{A} \label{eq:a}\end{equation}")
    assert '<a href="#eq-eq-a">(A)</a> and <a href="#eq-eq-a">A</a>.' in html[0]
    assert '<span id="eq-eq-a"></span>' in html[1]
    assert ">(A)</mtext>" in html[1]
    assert taken.problems == []


def test_a_formula_that_is_referred_to_without_a_tag_gets_a_number() -> None:
    html, _ = render(
        r"$$a \label{one}$$",
        r"\begin{align}b &= c \label{two} \\ d &= e \label{three}\end{align}",
        r"\eqref{two} \eqref{three}",
    )
    assert "tml-tag" not in html[0]
    assert re.findall(r'tml-tag">(\(\d\))<', html[1]) == ["(1)", "(2)"]
    assert html[2] == '<p><a href="#eq-two">(1)</a> <a href="#eq-three">(2)</a></p>\n'


def test_labels_of_markdown_are_labels_too() -> None:
    html, _ = render("$$\nx\n$$ (here)", "{eq}`here`")
    assert '<span id="eq-here"></span>' in html[0]
    assert '<a href="#eq-here">(1)</a>' in html[1]


def test_an_id_is_given_once() -> None:
    html, _ = render("# Eq a", r"$$x \label{a}$$ $$y \label{a}$$")
    assert sorted(re.findall(r'id="([^"]+)"', "".join(html)))[:2] == ["eq-a", "eq-a-2"]
    assert "".join(html).count('id="eq-a"') == 1


def test_a_reference_to_nothing_is_shown_as_in_jupyter_and_warned_of() -> None:
    (html,), taken = render(r"\eqref{none}")
    assert "(???)" in html
    assert taken.problems[0].message == "no formula with a number or tag has the label none"


def test_environments_have_no_numbers_of_their_own() -> None:
    assert words(math.display(r"\begin{align}a&=b\\c&=d\nonumber\end{align}", notes())) == "a=bc=d"


# What Jupyter understands and Temml does not.


@pytest.mark.parametrize(
    "source",
    [
        r"\begin{eqnarray}a &=& b \\ c &=& d\end{eqnarray}",
        r"\mbox{for all } x",
        r"\bm{x} \boldsymbol{y}",
        r"\require{cancel} \cancel{x}",
        r"\abs{x} \norm{y} \dv{f}{x} \pdv{f}{x}",
        r"\color{red}{x}",
        r"\unicode{945}",
    ],
)
def test_dialects_are_understood(source: str) -> None:
    taken = notes()
    assert "<math" in math.display(source, taken)
    assert taken.problems == []


def test_eqnarray_keeps_its_rows_and_columns() -> None:
    html = math.display(r"\begin{eqnarray}a &=& b \\ c &=& d\end{eqnarray}", notes())
    assert html.count("<mtr>") == 2
    assert html.count("<mtd ") == 6


# Formulas that fail, and those that mean harm.


def test_a_formula_that_fails_shows_its_source_and_is_warned_of() -> None:
    taken = notes()
    html = math.inline(r"\nothing{<b>}", taken)
    assert html == r'<span class="math"><code class="math-error">$\nothing{&lt;b&gt;}$</code></span>'
    problem = taken.problems[0]
    assert (problem.file, problem.cell) == ("a.ipynb", 3)
    assert problem.message == r"the formula $\nothing{<b>}$ is not understood: Unsupported function name: \nothing"


@pytest.mark.parametrize(
    "source",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\url{javascript:alert(1)}",
        r"\class{masthead}{x}",
        r"\id{_main}{x}",
        r"\cssId{_main}{x}",
        r"\style{position:fixed;inset:0}{x}",
        r"\data{onclick=alert(1)}{x}",
        r"\includegraphics{https://evil.example/x.png}",
        r"\color{url(https://evil.example)}{x}",
        r"\textcolor{red;background:url(//evil.example)}{x}",
        r"\text{<script>alert(1)</script>}",
        r"\text{</annotation></semantics></math><script>alert(1)</script>}",
        r"\tag{<img src=x onerror=alert(1)>} x",
        r'\label{"><script>alert(1)</script>} x',
        r"\operatorname{<img src=x onerror=alert(1)>}",
        r"\kern-900em x",
        r"\hspace{-9999px} x",
        r"\verb|<script>|",
        r"\char`\<script>",
        r"\def\x{<script>}\x",
    ],
)
def test_nothing_of_a_hostile_formula_runs_links_or_leaves_its_place(source: str) -> None:
    html = math.display(source, notes()) + math.inline(source, notes())
    assert dangers_of(html) == []
    outside = UNSHOWN.sub("", html)
    assert not re.search(
        r"<(?:a|img|script)\b|href|src=|url\(|position|masthead|-\d{3}",
        re.sub(r"<code.*?</code>|>[^<]+<", "><", outside),
    )
    assert set(re.findall(r'id="([^"]*)"', outside)) == set()


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            r"""x ^ _ { } \frac \text{ <b> " & \\ \href{javascript:x} \color{red} \begin{matrix} \end{matrix} [ ] #1 '
            \newcommand{\a} \a \def \let \tag{ \label{ \left( \right) \rule{9em}{9em} \cancel{ \style{a:b} \eqref{
            """.split()  # noqa: SIM905 (reads better)
        ),
        max_size=12,
    ).map("".join)
)  # fmt: skip
def test_whatever_is_in_a_formula_it_brings_mathml_and_nothing_else(source: str) -> None:
    html = math.display(source, notes())
    assert dangers_of(html) == []
    math.readable(source)


@pytest.mark.parametrize(
    "html",
    ["<math><a></a></math>", "<math>", "<math><mi onclick='x'></mi></math>", "x<math></math>", "<math><!--></math>"],
)
def test_what_is_no_mathml_is_refused(html: str) -> None:
    with pytest.raises(ValueError, match="into the page"):
        mathml.checked(html)


def test_attributes_that_a_formula_does_not_need_are_dropped() -> None:
    style = "position:fixed;color:#fff;margin-left:-900em"
    html = f'<math><mi class="masthead tml-tag" onclick="x" style="{style}" id="a">x</mi></math>'
    assert mathml.checked(html) == '<math><mi class="tml-tag" style="color:#fff">x</mi></math>'


@pytest.mark.parametrize("name", sorted(mathml.CLASSES))
def test_every_class_of_a_formula_has_a_style(name: str) -> None:
    assert f".{name}" in STYLE


# The page.


def test_a_displayed_formula_can_be_scrolled_by_keyboard_and_has_a_name() -> None:
    assert math.display("x", notes()).startswith(
        '<div class="math" role="group" aria-label="Formula" tabindex="0"><math'
    )


def test_a_long_formula_in_a_line_can_be_focused_but_not_within_a_link() -> None:
    source = " + ".join(f"x_{{{number}}}" for number in range(30))
    assert 'tabindex="0"' in math.inline(source, notes())
    assert 'tabindex="0"' not in math.inline("x", notes())
    assert "tabindex" not in markdown.inline(f"${source}$")


def test_letters_that_are_bold_are_not_made_bold_by_their_row() -> None:
    html = math.inline(r"\boldsymbol{x+1}", notes())
    assert '<mi style="font-weight:normal">𝒙</mi>' in html
    assert "font-weight" not in math.inline(r"\boldsymbol{x}", notes())


def test_a_formula_keeps_its_source_for_those_who_copy_it() -> None:
    assert '<annotation encoding="application/x-tex">a &lt; b</annotation>' in math.inline("a < b", notes())


# As words.


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\alpha + \Omega", "α + Ω"),
        ("x^2 + a_1", "x² + a₁"),
        ("e^{i\\pi} + 1 = 0", "e^(iπ) + 1 = 0"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"\sqrt{x}", "√x"),
        (r"\mathbb{R}^n", "ℝⁿ"),
        (r"\mathbb{NZ}, \mathbb 1", "ℕℤ, 1"),
        (r"\frac a b + \frac12 + \frac{x+1}2", "a/b + 1/2 + (x+1)/2"),
        (r"\text{if } x \le y", "if x ≤ y"),
        (r"\nabla\times\mathbf{E} = \partial\frac a b", "∇×E = ∂a/b"),
        (r"\left\{ x \mid x > 0 \right\}", "{x | x > 0 }"),
        (r"\sin \theta", "sin θ"),
        (r"\hat{\boldsymbol{x}} \label{a} \tag{1}", "x"),
        (r"50\%", "50%"),
        (r"\mathbf{x}\cdot\mathbf{A}", "x·A"),
        (r"\nabla\times\vec{E} = \bigcup_i \mathrm{A}_i", "∇×E = ⋃ᵢ Aᵢ"),
        (r"\unknown{x}", "unknownx"),
        ("{" * 300, ""),
    ],
)
def test_a_formula_reads_as_words(source: str, text: str) -> None:
    assert math.readable(source) == text


def test_paragraphs_read_with_their_formulas_and_without_definitions() -> None:
    _, taken = render("The area is $\\pi r^2$.\n\n$$\\newcommand{\\R}{\\mathbb{R}}$$\n\n$$E = mc^2$$")
    assert taken.paragraphs == ["The area is π r².", "E = mc²"]
    assert markdown.plain("On $\\pi$") == "On π"


def test_words_have_what_macros_and_references_stand_for() -> None:
    _, taken = render(
        "$\\newcommand{\\RR}{\\mathbb{R}}\\newcommand{\\RN}{\\RR^n}$\n\nIn $\\RN$ by \\eqref{a}, $\\eqref{a}$.",
        "$$x \\tag{T} \\label{a}$$",
    )
    assert taken.paragraphs == ["In ℝⁿ by (T), (T).", "x"]


def test_a_bomb_of_macros_is_cut_before_it_is_read() -> None:
    known = {"\\a": r"\def\a{" + r"\a" * 200 + "}"}
    assert len(macros.expanded(r"\a" * 900, known)) < 500_000


# The engine.


def test_one_formula_is_drawn_once() -> None:
    engine.render.cache_clear()
    for _ in range(3):
        math.inline("q^{17}", notes())
    assert (engine.render.cache_info().hits, engine.render.cache_info().misses) == (2, 1)


def run(code: str, **environ: str) -> str:
    here = str(CHECKOUT)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": here, **environ},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return done.stdout


def test_a_process_that_drew_a_formula_ends() -> None:
    assert run("from publisher.math import engine; print(engine.render('x', False))") == "<math><mi>x</mi></math>\n"


def test_formulas_are_drawn_where_an_event_loop_runs_and_after_it() -> None:
    code = (
        "import asyncio\n"
        "from publisher.math import engine\n"
        "async def draw(): return engine.render('x', False)\n"
        "print(asyncio.run(draw()), asyncio.run(draw()), engine.render('y', False))\n"
    )
    assert run(code).count("</math>") == 3


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_a_forked_process_draws_with_an_engine_of_its_own() -> None:
    code = (
        "import os, warnings; warnings.simplefilter('ignore')\n"
        "from publisher.math import engine\n"
        "engine.render('x', False); child = os.fork()\n"
        "print(engine.render('y', False), flush=True)\n"
        "if child: print(os.waitpid(child, 0)[1])\n"
        "else: engine.close(); os._exit(0)\n"
    )
    assert sorted(run(code).splitlines()) == ["0", "<math><mi>y</mi></math>", "<math><mi>y</mi></math>"]


def test_a_worker_with_little_memory_draws_formulas() -> None:
    code = (
        "from publisher import workers\n"
        "from publisher.math import engine\n"
        "from functools import partial\n"
        "if __name__ == '__main__':\n"
        "    with workers.pool(2, 20, workers.Limits(60, 300)) as run:\n"
        "        print(*run(partial(engine.render, is_display=False), list('abcdefghijklmnop')))\n"
    )
    assert run(code).count("</math>") == 16


def test_the_formulas_of_a_cell_are_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    engine.close()
    engine.render.cache_clear()
    calls: list[int] = []
    drawing = engine._draw

    def counted(formulas: list[tuple[str, bool]]) -> list[tuple[str, str]]:
        calls.append(len(formulas))
        return drawing(formulas)

    monkeypatch.setattr(engine, "_draw", counted)
    cell = r"""$\newcommand{\half}[1]{\frac{#1}{2}}$ and $\half{a}$, $b$, $b$ by $\eqref{one}$, $\frac{$.

$$c \label{one}$$

\begin{align} d &= e \tag{2} \end{align}

$\renewcommand{\half}{h}$ and $$\half$$ within words
"""
    (html,), notes = render(cell)
    assert calls == [6]
    assert html.count("<math") == 6
    assert "frac" in notes.problems[0].message
    render("$b$ once more, and $f$, $g$")
    assert calls == [6, 2]


def test_a_formula_that_takes_too_long_costs_its_neighbours_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    engine.close()
    engine.render.cache_clear()
    drawing = engine._draw

    def slow(formulas: list[tuple[str, bool]]) -> list[tuple[str, str]]:
        if any("slow" in tex for tex, _ in formulas):
            raise engine.FormulaError("it takes too long")
        return drawing(formulas)

    monkeypatch.setattr(engine, "_draw", slow)
    (html,), notes = render("$p_1$ and $slow$ and $p_2$")
    assert html.count("<math") == 2
    (problem,) = notes.problems
    assert problem.message == "the formula $slow$ is not understood: it takes too long"


def test_without_the_engine_formulas_show_their_source_with_one_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    engine.close()
    engine.render.cache_clear()
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    html, taken = render("$x^2$ and $y^2$", "$$z$$")
    assert html[0].count('<code class="math-error">') == 2
    assert [problem.message for problem in taken.problems] == ["formulas need the package mini-racer"]
    assert "mini-racer" in taken.problems[0].hint


@pytest.mark.corpus
def test_nearly_every_formula_of_real_notebooks_is_understood(corpus: Path) -> None:
    drawn = failed = 0
    for path in sorted(corpus.rglob("*.ipynb")):
        try:
            cells = json.loads(path.read_text("utf-8"))["cells"]
        except (ValueError, KeyError, TypeError):
            continue
        sources = ["".join(cell.get("source", "")) for cell in cells if cell.get("cell_type") == "markdown"]
        html, _ = render(*sources)
        drawn += "".join(html).count("<math")
        failed += "".join(html).count("math-error")
    assert drawn > 1000
    assert failed <= drawn * 0.002
