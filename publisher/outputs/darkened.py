"""Vega's charts once more for dark pages, where that changes nothing but the colours that nobody chose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from publisher import contrast
from publisher.outputs import literals

_PAPER = contrast.parsed("#161513")  # of the style sheet, in the dark
_LEAST = 2.0  # contrast of a mark: Vega's own colours have 3.9 and more, the dark ends of its scales less than 1.4
_TEXT, _TITLE, _LINE, _GRID = "#bdb8ae", "#dedad2", "#6b665e", "#33312d"
_CONFIG: Mapping[str, Any] = {
    "background": "transparent",
    "title": {"color": _TITLE, "subtitleColor": _TEXT},
    "style": {"guide-label": {"fill": _TEXT}, "guide-title": {"fill": _TITLE}, "group-title": {"fill": _TITLE}},
    "axis": {"domainColor": _LINE, "tickColor": _LINE, "gridColor": _GRID},
    "header": {"labelColor": _TEXT, "titleColor": _TITLE},
    "view": {"stroke": _GRID},
    "rule": {"color": _TEXT},
}
_OWN = frozenset({_TEXT, _TITLE, _LINE, _GRID, "none", "transparent"})
_CHOSEN = re.compile(r"(?:background|fill|stroke|.*color)", re.I)
_COLOUR = re.compile(r'\b(?:fill|stroke|stop-color)="([^"]+)"')
_WORDS = "mark-text role-mark"  # by their side may be any colour, and behind them


def specification(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the specification of a chart for dark pages; None where its author chose colours for what is around."""
    config = given.get("config") or {}
    if not isinstance(config, dict) or given.get("background") or any(map(_CHOSEN.fullmatch, _names(config))):
        return None
    merged = {**config, **_CONFIG}
    for name in config.keys() & _CONFIG.keys():
        if isinstance(config[name], dict):
            merged[name] = {**config[name], **_CONFIG[name]}
    return {**given, "config": merged}


def _names(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of all that a configuration sets to something."""
    for each in literals.objects(config):
        yield from (name for name, value in each.items() if value is not None and not isinstance(value, dict))


def is_legible(svg: str) -> bool:
    """Tell whether all marks of a chart for dark pages can be told from the page."""
    return _WORDS not in svg and all(map(_is_told, set(_COLOUR.findall(svg)) - _OWN))


def _is_told(colour: str) -> bool:
    from PIL.ImageColor import getrgb

    if colour.startswith("url("):
        return True  # a gradient, whose own colours are looked at
    try:
        red, green, blue = getrgb(colour)[:3]
    except ValueError:
        return False
    return contrast.contrast((red / 255, green / 255, blue / 255), _PAPER) >= _LEAST
