"""Raw HTML within Markdown: what is lost by cleaning is first turned into what can stay."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from publisher import controls, formulas, markup
from publisher.markup import escape
from publisher.nesting import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from publisher.article import Notes
    from publisher.markup import Tamed
    from publisher.words import Words

TABLE_CLOSE = "</div>"

# Formulas in HTML, with what none is looked for in. A price before another one is none.
_FORMULA = re.compile(
    r"<(?P<verbatim>pre|code|script|style|svg|textarea|math)\b.*?(?:</(?P=verbatim)\s*>|\Z)"
    rf"|<!--.*?(?:-->|\Z)|</?[a-z]{ATTRIBUTES}>"
    r"|\$\$(?P<display>[^$]{1,5000})\$\$"
    r"|(?P<environment>\\begin\{(?P<name>[a-z]{1,20}\*?)\}.{1,5000}?\\end\{(?P=name)\})"
    r"|(?<![\\$])\$(?![\s\d])(?P<inline>[^$\n]{1,500}?)(?<![\s\\])\$(?![\d$])",
    re.S | re.I,
)
_TABLE = re.compile(r"<table\b")
_ACTIVE = (
    (re.compile(r"<script\b", re.I), "a script in the text is left out", "scripts of the text never run on the page"),
    (re.compile(r"<style\b", re.I), "a style sheet in the text is left out", "put it into templates/"),
)


def table_open(words: Words) -> str:
    """Return what stands around every table: it scrolls on its own where it is wider than the page."""
    return f'<div class="table" role="region" aria-label="{escape(words.table)}" tabindex="0">'


def tame(html: str, words: Words) -> str:
    """Return HTML that an author wrote, made safe."""
    html = markup.clean(markup.tame(html, words).html).replace("<p></p>", "")
    return _TABLE.sub(lambda table: table_open(words) + table[0], html).replace("</table>", f"</table>{TABLE_CLOSE}")


def with_formulas(html: str, draw: Callable[[str, bool], str]) -> str:
    """Put `draw(TeX, whether it stands alone)` in the place of formulas in HTML, where MathJax finds them too."""

    def drawn(match: re.Match[str]) -> str:
        if match["inline"]:
            return draw(unescape(match["inline"]), False)
        alone = match["display"] or match["environment"]
        return draw(unescape(alone), True) if alone else match[0]

    return _FORMULA.sub(drawn, html) if "$" in html or "\\begin{" in html else html


def warn_of_active(html: str, notes: Notes) -> Tamed:
    """Warn of what `tame` cannot keep in any form; return what it keeps, still to be cleaned."""
    for pattern, message, hint in _ACTIVE:
        if pattern.search(html):
            notes.warn(message, hint)
    tamed = markup.tame(html, notes.words)
    if tamed.frames:
        notes.warn("an embedded page in the text is left out", "link to it, or add a picture of it")
    if tamed.idle:
        notes.warn(controls.message(tamed.idle), controls.HINT)
    if tamed.formulas:
        notes.warn(formulas.MESSAGE, formulas.HINT)
    return tamed
