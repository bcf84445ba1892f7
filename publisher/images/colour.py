"""A cover's colours: tints of one accent on which text is always easy to read."""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls

from msgspec import Struct

Colour = tuple[int, int, int]

_WARM_WHITE: Colour = (251, 250, 247)
_NEAR_BLACK: Colour = (24, 24, 27)
READABLE = 4.5  # WCAG AA for text of any size


class Palette(Struct, frozen=True):
    """What a cover is drawn with: the paper, the colour of lines at full tint, the ink of the title."""

    paper: Colour
    line: Colour
    ink: Colour


def luminance(colour: Colour) -> float:
    """Return the relative luminance that WCAG 2 defines."""
    red, green, blue = (
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio that WCAG 2 defines, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with this share of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def palette(accent: Colour, chance: float) -> Palette:
    """Return warm paper, a pale tint or a deep one; three covers in ten are deep."""
    if chance < 0.45:
        return _light(mixed(_WARM_WHITE, accent, 0.025), accent)
    if chance < 0.70:
        return _light(mixed(_WARM_WHITE, accent, 0.11), accent)
    return _deep(accent)


def _light(paper: Colour, accent: Colour) -> Palette:
    ink = mixed(_NEAR_BLACK, accent, 0.18)
    return Palette(paper, _quiet(paper, accent, ink, 0.42), ink)


def _deep(accent: Colour) -> Palette:
    hue, _, saturation = rgb_to_hls(*(value / 255 for value in accent))
    red, green, blue = (round(255 * value) for value in hls_to_rgb(hue, 0.17, min(saturation, 0.55)))
    paper = (red, green, blue)
    return Palette(paper, _quiet(paper, mixed(accent, (255, 255, 255), 0.45), _WARM_WHITE, 0.50), _WARM_WHITE)


def _quiet(paper: Colour, accent: Colour, ink: Colour, share: float) -> Colour:
    """Return the strongest tint up to `share` on which the ink can still be read."""
    while share > 0 and contrast(mixed(paper, accent, share), ink) < READABLE:
        share -= 0.02
    return mixed(paper, accent, max(share, 0.0))
