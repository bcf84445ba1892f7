"""The style sheet by which a browser shows a feed, so that who opens one sees what it is and what is in it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from publisher import templating
from publisher.stylesheet import Asset

if TYPE_CHECKING:
    from pathlib import Path

NAME = "assets/feed.css"


def stylesheet(where: tuple[Path, ...], accent: str, about: str) -> Asset:
    """Return the style sheet, named by its content; `about` says in words what a feed is.

    No style sheet in XSLT: browsers give that up. And no HTML beside the elements of Atom, which is not its place.
    """
    file = templating.find(where, NAME)
    rules = file.read_text(encoding="utf-8") if file else ""
    own = f"feed {{ --accent: {accent}; --about: {_quoted(about)}; }}\n"
    data = f'@charset "utf-8";\n{rules}{own}'.encode()
    return Asset(NAME, f"assets/feed-{hashlib.sha256(data).hexdigest()[:8]}.css", data)


def _quoted(text: str) -> str:
    """Return a text as a string of CSS."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
