"""Raw HTML within Markdown: what is lost by cleaning is first turned into what can stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publisher import markup

if TYPE_CHECKING:
    from publisher.article import Notes

# Around every table: it scrolls on its own where it is wider than the page.
TABLE_OPEN = '<div class="table" role="region" aria-label="Table" tabindex="0">'
TABLE_CLOSE = "</div>"

_TABLE = re.compile(r"<table\b")
_ACTIVE = (
    (re.compile(r"<script\b", re.I), "a script in the text is left out", "scripts of the text never run on the page"),
    (re.compile(r"<style\b", re.I), "a style sheet in the text is left out", "put it into templates/"),
    (re.compile(r"<(?:form|input|button|select|textarea)\b", re.I), "a form in the text is left out", ""),
)


def tame(html: str) -> str:
    """Return HTML that an author wrote, made safe."""
    html = markup.clean(markup.tame(html).html).replace("<p></p>", "")
    return _TABLE.sub(rf"{TABLE_OPEN}\g<0>", html).replace("</table>", f"</table>{TABLE_CLOSE}")


def warn_of_active(html: str, notes: Notes) -> None:
    """Warn of what `tame` cannot keep in any form."""
    for pattern, message, hint in _ACTIVE:
        if pattern.search(html):
            notes.warn(message, hint)
