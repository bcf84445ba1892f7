"""Results that are documents themselves: Markdown, LaTeX and diagrams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publisher import markdown, math
from publisher.article import Notes
from publisher.markdown import diagrams
from publisher.markup import without_controls
from publisher.notebooks import joined
from publisher.outputs.images import Labels, adopt


def show_markdown(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a Markdown result as prose."""
    html = markdown.render(joined(data), notes)
    return f'<div class="markdown">{adopt(html, notes, is_output=True, labels=labels)}</div>' if html.strip() else ""


def show_latex(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a LaTeX result as a displayed formula."""
    source = without_controls(joined(data)).strip()
    for start, end in (("$$", "$$"), ("\\[", "\\]"), ("$", "$"), ("\\(", "\\)")):
        inner = source[len(start) : -len(end)].strip()
        if source.startswith(start) and source.endswith(end) and inner and end not in inner:
            return math.display(inner, notes)
    if "$" in source and "\\begin{" not in source:  # words with formulas among them
        return show_markdown(source, metadata, labels, notes)
    return math.display(source, notes) if source else ""


def show_mermaid(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a Mermaid diagram as it is written."""
    source = joined(data)
    return diagrams.mermaid(source, notes.words) if source.strip() else ""
