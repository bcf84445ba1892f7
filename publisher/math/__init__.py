"""Formulas: TeX in, MathML out, so that a page needs no script to show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from publisher.article import Notes
from publisher.markup import escape
from publisher.math import engine, macros, mathml, tex
from publisher.math.engine import FormulaError
from publisher.math.labels import find as find_labels
from publisher.math.labels import refer
from publisher.math.reading import readable

__all__ = ["display", "find_labels", "inline", "prepare", "readable", "refer", "said", "without_focus"]

# A formula that may be wider than a phone can be scrolled there, with a keyboard too. `group`, as a `region` is a
# landmark, and a page would have one for each formula.
_FOCUS = re.compile(r'(?<= class="math") role="group" aria-label="[^"]*" tabindex="0"')
_WIDE = 24  # characters; a phone of 390 px has room for about 30 of them in a line
_LONGEST_START = 60
_HINT = "write it as MathJax, which Jupyter uses, understands it too; until then its source is shown"


def prepare(formulas: Iterable[tuple[str, bool]], notes: Notes) -> None:
    """Draw the formulas of a cell at once, each with whether it stands alone: one by one that takes thrice as long."""
    known = dict(notes.macros)
    wanted = []
    for source, is_display in formulas:
        body = _defined(source, known)
        if body and not tex.reference(source):
            body = _tagged(body, notes) if is_display else tex.without_labels(body)
            wanted.append((_whole(body, known, notes), is_display))
    engine.prepare(wanted)


def inline(source: str, notes: Notes) -> str:
    """Return a formula that stands in a line of text; "" for one that only defines macros."""
    named = tex.reference(source)
    if named:
        return refer(named, notes)
    body = _defined(source, notes.macros)
    if not body:
        return ""
    html = _formula(tex.without_labels(body), f"${source.strip()}$", False, notes)
    focus = _focus(notes) if len(readable(body)) > _WIDE else ""
    return f'<span class="math"{focus}>{html}</span>'


def display(source: str, notes: Notes, label: str = "") -> str:
    r"""Return a formula that stands alone; "" for one that only defines macros.

    `label` is the name that Markdown gives it, beside those that TeX gives by `\label`.
    """
    named = tex.reference(source)
    if named:
        return f"<p>{refer(named, notes)}</p>"
    body = _defined(source, notes.macros)
    if not body:
        return ""
    if label:
        body += f"\\label{{{label}}}"
    places = "".join(_place(name, notes) for name in tex.labels(body))
    html = _formula(_tagged(body, notes), tex.delimited(source), True, notes)
    return f'<div class="math"{_focus(notes)}>{places}{html}</div>'


def said(source: str, notes: Notes) -> str:
    """Return a formula as words, with what the macros and the labels of its notebook stand for."""
    body, _ = macros.split(source)
    body = tex.with_references(body, {name: label.text for name, label in notes.labels.items()})
    return readable(macros.expanded(body, notes.macros))


def _focus(notes: Notes) -> str:
    return f' role="group" aria-label="{escape(notes.words.formula)}" tabindex="0"'


def among_words(html: str) -> str:
    """Return a formula that stands alone, to stand within an element that may hold words only."""
    if not html.startswith("<div"):
        return html.removeprefix("<p>").removesuffix("</p>")
    inner = html.removeprefix('<div class="math"').removesuffix("</div>")
    return f'<span class="math alone"{inner}</span>'


def without_focus(html: str) -> str:
    """Return formulas that stand in a link, which takes the focus itself."""
    return _FOCUS.sub("", html) if "math" in html else html


def _defined(source: str, known: dict[str, str]) -> str:
    """Return a formula without the definitions in it, which hold for the rest of the notebook."""
    body, found = macros.split(source)
    for name, definition in found:
        known.pop(name, None)  # so that what it is made of is defined before it
        known[name] = definition
    return body.strip()


def _tagged(body: str, notes: Notes) -> str:
    return tex.with_tags(body, {name: known.tag for name, known in notes.labels.items() if known.is_added})


def _whole(body: str, known: Mapping[str, str], notes: Notes) -> str:
    """Return a formula with all that it needs."""
    body = tex.with_references(body, {name: label.text for name, label in notes.labels.items()})
    return macros.preamble(body, known) + tex.rewritten(body)


def _formula(body: str, source: str, is_display: bool, notes: Notes) -> str:
    try:
        drawn = engine.render(_whole(body, notes.macros, notes), is_display)
        return mathml.annotated(drawn, source.strip("$").strip())
    except engine.MissingError as error:
        _warn_once(str(error), "pip install mini-racer; until then formulas are shown as their source", notes)
    except FormulaError as error:
        start = " ".join(source.split())
        start = f"{start[:_LONGEST_START]}…" if len(start) > _LONGEST_START else start
        notes.warn(f"the formula {start} is not understood: {error}", _HINT)
    return f'<code class="math-error">{escape(source, quote=False)}</code>'


def _warn_once(message: str, hint: str, notes: Notes) -> None:
    if all(problem.message != message for problem in notes.problems):
        notes.warn(message, hint)


def _place(name: str, notes: Notes) -> str:
    """Return the place that references to a label lead to; a label that is given twice means the first formula."""
    label = notes.labels.get(name)
    if label is None or label.is_placed:
        return ""
    notes.labels[name] = replace(label, is_placed=True)
    return f'<span id="{escape(label.id)}"></span>'
