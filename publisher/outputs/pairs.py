"""Figures that are meant for light or for dark pages alone, so that an author can pair two."""

from __future__ import annotations

import re

SCHEMES = ("light", "dark")

# `#only-dark` of Sphinx and Material for MkDocs, `#gh-dark-mode-only` of GitHub.
_FRAGMENT = re.compile(r"#(?:only-(light|dark)|gh-(light|dark)-mode-only)$", re.I)
_CLASS = re.compile(r"(?:^|\s)(?:only-(light|dark)|(light|dark)-content|gh-(light|dark)-mode-only)(?=\s|$)", re.I)


def split(source: str, classes: str) -> tuple[str, str]:
    """Return the address of an image without the part that says so, and the scheme that it is for, or ""."""
    match = _FRAGMENT.search(source)
    found = match or _CLASS.search(classes)
    scheme = next(filter(None, found.groups())).lower() if found else ""
    return source[: match.start()] if match else source, scheme


def name(scheme: str) -> str:
    """Return the class of an image for one scheme, or ""."""
    return f"only-{scheme}" if scheme else ""
