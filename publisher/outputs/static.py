"""What an output is without scripts: the picture, or the text, that came with it."""

from __future__ import annotations

import re

from publisher.article import Notes
from publisher.notebooks import joined
from publisher.outputs import images, text
from publisher.outputs.images import Labels

_PICTURES = (
    ("image/svg+xml", images.show_svg),
    ("image/png", images.show_png),
    ("image/jpeg", images.show_jpeg),
)
_NAME = re.compile(r"\s*<[\w.]+(?: object)?(?: at 0x[0-9a-f]+)?>\s*", re.I)


def picture(labels: Labels, notes: Notes) -> str:
    """Return the picture that a program saved beside its interactive form; "" if there is none."""
    for mime, show in _PICTURES:
        if mime in labels.bundle and (shown := show(labels.bundle[mime], {}, labels, notes)):
            return shown
    return ""


def form(labels: Labels, notes: Notes) -> str:
    """Return the picture, else the text if it says more than the name of an object; "" if there is neither."""
    return picture(labels, notes) or _words(labels, notes)


def _words(labels: Labels, notes: Notes) -> str:
    shown = text.show_plain(labels.bundle.get("text/plain", ""), {}, labels, notes)
    return "" if shown.startswith('<pre class="text" tabindex="0">&lt;') or "object at 0x" in shown else shown


def is_name_alone(labels: Labels) -> bool:
    """Tell whether beside the HTML of an output there is only the name of an object, which says nothing to readers."""
    is_only = labels.bundle.keys() <= {"text/html", "text/plain"}
    return is_only and _NAME.fullmatch(joined(labels.bundle.get("text/plain", ""))) is not None
