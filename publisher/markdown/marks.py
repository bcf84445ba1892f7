"""Marks that stand in a text for what takes their place again: nothing that an author writes can be one."""

from __future__ import annotations

import re
from secrets import token_hex

# Unlike a letter kept for this, it takes none from authors, and no entity of HTML spells it. Nothing that comes out has
# a mark in it, so that the same notebook still makes the same page.
_SECRET = token_hex(8)
SEALED = re.compile(f"\ue000{_SECRET}-(\\d+)\ue001")
PIPE = f"\ue000{_SECRET}\ue001"


def seal(number: int) -> str:
    """Return the mark of the HTML with this number."""
    return f"\ue000{_SECRET}-{number}\ue001"
