"""Diagrams that are written as text: pages show the text, since nothing but a browser can draw them."""

from __future__ import annotations

from publisher.markup import escape, without_controls


def mermaid(source: str) -> str:
    """Return the figure of a Mermaid diagram."""
    text = escape(without_controls(source.strip("\n")), quote=False)
    return (
        f'<figure class="figure diagram"><pre class="code" tabindex="0"><code>{text}</code></pre>'
        "<figcaption>Mermaid diagram</figcaption></figure>\n"
    )
