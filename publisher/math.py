"""Formulas: TeX in, HTML out."""

from __future__ import annotations

import re

from publisher.markup import escape

# These begin a display of their own; all other environments need dollars around them.
_DISPLAY = re.compile(r"\\begin\{(?:align|alignat|equation|eqnarray|flalign|gather|multline)\*?\}")


def inline(tex: str) -> str:
    """Return a formula that stands in a line of text."""
    return f'<span class="math"><code>${escape(tex.strip(), quote=False)}$</code></span>'


def display(tex: str) -> str:
    """Return a formula that stands alone. An environment (`align`, `gather` …) needs no dollars around it."""
    tex = escape(tex.strip(), quote=False)
    source = tex if _DISPLAY.match(tex) else f"$${tex}$$"
    return f'<div class="math" tabindex="0"><code>{source}</code></div>'
