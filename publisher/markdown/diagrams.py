"""Diagrams that are written as text: pages show the text, since nothing but a browser can draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.markup import escape, without_controls

if TYPE_CHECKING:
    from publisher.words import Words


def mermaid(source: str, words: Words) -> str:
    """Return the figure of a Mermaid diagram."""
    text = escape(without_controls(source.strip("\n")), quote=False)
    return (
        f'<figure class="figure diagram"><pre class="code" tabindex="0"><code>{text}</code></pre>'
        f"<figcaption>{escape(words.mermaid, quote=False)}</figcaption></figure>\n"
    )
