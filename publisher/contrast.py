"""Tell whether colours can be read on each other: WCAG's contrast, and CSS's way to mix colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator

READABLE = 4.5  # WCAG AA for text of any size

Colour = tuple[float, float, float]  # red, green and blue of sRGB, from 0 to 1

_STEPS = 200  # of lightness, when a colour is looked for


def parsed(digits: str) -> Colour:
    """Return the colour of `#` and three or six hex digits."""
    text = digits.removeprefix("#")
    text = "".join(2 * digit for digit in text) if len(text) == 3 else text
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def written(colour: Colour) -> str:
    """Return a colour as `#` and six hex digits."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio that WCAG 2 defines, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = map(_linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return what `color-mix(in oklab, one share, other)` is in CSS, clipped to what a screen can show."""
    pairs = zip(oklab(one), oklab(other), strict=True)
    lightness, a, b = (mine * share + theirs * (1 - share) for mine, theirs in pairs)
    return _from_oklab(lightness, a, b)


def oklab(colour: Colour) -> Colour:
    """Return lightness, a and b of a colour; the numbers are those of CSS Color 4."""
    red, green, blue = map(_linear, colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Colour:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def nearest(colour: Colour, is_good: Callable[[Colour], bool]) -> Colour | None:
    """Return the colour of the same hue, a little lighter or darker, that is good; None if no lightness makes it so."""
    return next((each for each in _by_lightness(colour) if is_good(each)), None)


def _by_lightness(colour: Colour) -> Iterator[Colour]:
    lightness, a, b = oklab(colour)
    for step in sorted((step / _STEPS for step in range(_STEPS + 1)), key=lambda step: abs(step - lightness)):
        yield parsed(written(_from_oklab(step, a, b)))  # as an author can write it
