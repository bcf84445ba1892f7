"""Quiet drawings from a seed: curves and dots in the unit of a cover's width, for pixels and for SVG alike."""

from __future__ import annotations

from cmath import rect
from hashlib import sha256
from math import cos, exp, hypot, pi, sin
from random import Random

from msgspec import Struct
from msgspec.structs import replace

Point = tuple[float, float]


class Stroke(Struct, frozen=True):
    """A line through points; `tint` 0 to 1 is how much of the drawing's colour it has.

    One that `hides` covers with paper whatever was drawn below it.
    """

    points: tuple[Point, ...]
    width: float
    tint: float
    hides: bool = False


class Dot(Struct, frozen=True):
    """A filled circle."""

    centre: Point
    radius: float
    tint: float


Shape = Stroke | Dot


def seeded(seed: str) -> Random:
    """Return a source of numbers that depends on the seed alone; only its `random()` is the same in every Python."""
    return Random(int.from_bytes(sha256(seed.encode()).digest()[:8]))  # noqa: S311 - it draws, it keeps no secret


def draw(chance: Random, height: float) -> tuple[Shape, ...]:
    """Return one of the drawings, over a cover of width 1 and this height."""
    drawings = (samples, contours, lattice, interference, harmonograph, ridges)
    return drawings[int(chance.random() * len(drawings))](chance, height)


def _between(chance: Random, low: float, high: float) -> float:
    return low + (high - low) * chance.random()


def mirrored(shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Return the drawing seen from behind, for titles that begin at the right."""
    return tuple(
        replace(shape, centre=(1 - shape.centre[0], shape.centre[1]))
        if isinstance(shape, Dot)
        else replace(shape, points=tuple((1 - x, y) for x, y in shape.points))
        for shape in shapes
    )


def samples(chance: Random, height: float) -> tuple[Shape, ...]:
    """Draw a curve with its samples, as the sampling theorem does."""
    slow, fast = _between(chance, 0.8, 1.5), _between(chance, 2.2, 4.0)
    phase, turn, weight = (_between(chance, 0, 2 * pi), _between(chance, 0, 2 * pi), _between(chance, 0.35, 0.6))
    axis, swing = height * 0.74, height * 0.17

    def value(x: float) -> float:
        wave = (1 - weight) * sin(2 * pi * slow * x + phase) + weight * sin(2 * pi * fast * x + turn)
        return axis - swing * wave

    count = 28 + int(chance.random() * 14)
    shapes: list[Shape] = [Stroke(((-0.01, axis), (1.01, axis)), 0.0010, 0.45)]
    shapes.append(Stroke(tuple((x / 120, value(x / 120)) for x in range(-2, 123)), 0.0020, 0.75))
    for number in range(count):
        x = (number + 0.5) / count
        shapes.append(Stroke(((x, axis), (x, value(x))), 0.0012, 0.55))
        shapes.append(Dot((x, value(x)), 0.0058, 1.0))
    return tuple(shapes)


def contours(chance: Random, height: float) -> tuple[Shape, ...]:
    """Draw height lines around a summit."""
    summit = (_between(chance, 0.70, 0.92), height * _between(chance, 0.55, 0.95))
    waves = [(_between(chance, 0, 2 * pi), _between(chance, 0.5, 1.0) / n**1.15) for n in (1, 2, 3, 4, 5)]
    drift = [_between(chance, -0.55, 0.55) for _ in waves]
    turns = [rect(1, 2 * pi * step / 96) for step in range(97)]
    shapes: list[Shape] = []
    for ring in range(1, 27):
        reach = 0.021 * ring * (1 + 0.012 * ring)
        one, two, three, four, five = (
            rect(size, phase + way * ring / 9) for (phase, size), way in zip(waves, drift, strict=True)
        )
        points = []
        for turn in turns:  # the imaginary part of a sum of its powers is a sum of sines, at less cost
            bulge = (turn * (one + turn * (two + turn * (three + turn * (four + turn * five))))).imag
            radius = reach * (1 + 0.20 * bulge)
            points.append((summit[0] + radius * turn.real * 1.25, summit[1] + radius * turn.imag))
        is_index = ring % 5 == 0
        shapes.append(Stroke(tuple(points), 0.0022 if is_index else 0.0013, 0.95 if is_index else 0.6))
    return tuple(shapes)


def lattice(chance: Random, height: float) -> tuple[Shape, ...]:
    """Draw dots whose size is a field: two waves meeting."""
    one = (_between(chance, 0.55, 1.1), height * _between(chance, 0.5, 1.2))
    two = (_between(chance, -0.1, 0.5), height * _between(chance, 0.9, 1.4))
    wave = _between(chance, 0.14, 0.24)
    step, shapes = 1 / 44, []
    for row in range(int(height / (step * 0.866)) + 2):
        for column in range(46):
            x, y = (column + 0.5 * (row % 2) - 0.25) * step, row * step * 0.866
            near, far = hypot(x - one[0], y - one[1]), hypot(x - two[0], y - two[1])
            meeting = (cos(2 * pi * near / wave) + cos(2 * pi * far / wave)) / 4 + 0.5
            fade = min(1.0, 0.10 + 1.3 * max(0.0, 0.42 * x + 0.58 * y / height) ** 2.2)
            radius = step * 0.40 * fade * (0.16 + 0.84 * meeting)
            if radius > 0.0009:
                shapes.append(Dot((x, y), radius, 0.85))
    return tuple(shapes)


def interference(chance: Random, height: float) -> tuple[Shape, ...]:
    """Draw parallel waves that drift apart."""
    count, base = 34, _between(chance, 0.9, 1.7)
    phase, shear, lift = _between(chance, 0, 2 * pi), _between(chance, 0.04, 0.11), _between(chance, 0.10, 0.19)
    shapes: list[Shape] = []
    for number in range(count):
        depth = number / (count - 1)
        points = []
        for step in range(-1, 82):
            x = step / 80
            swell = 0.35 + 0.65 * sin(pi * min(1.0, max(0.0, x))) ** 2
            wave = sin(2 * pi * base * x + phase + number * shear) * lift * (1 - 0.55 * depth) * swell
            wave += sin(2 * pi * base * 2.3 * x - number * shear * 1.7) * lift * 0.22 * swell
            points.append((x, height * (0.55 + 0.62 * depth) + wave * height))
        shapes.append(Stroke(tuple(points), 0.0013, 0.45 + 0.5 * depth))
    return tuple(shapes)


def harmonograph(chance: Random, height: float) -> tuple[Shape, ...]:
    """Draw the line of two swinging pendulums."""
    ratios = ((2, 3), (3, 4), (3, 5), (4, 5), (1, 2), (5, 6))
    across, down = ratios[int(chance.random() * len(ratios))]
    phase, detune = _between(chance, 0, 2 * pi), _between(chance, 0.004, 0.012)
    centre = (0.79, height * 0.67)
    points = []
    for step in range(2600):
        time = step / 2600 * 2 * pi * 16
        decay = exp(-time / 60)
        x = decay * (sin(across * time * (1 + detune) + phase) * 0.80 + 0.20 * sin(down * time))
        y = decay * (sin(down * time) * 0.80 + 0.20 * sin(across * time + phase * 2))
        points.append((centre[0] + 0.26 * x, centre[1] + height * 0.40 * y))
    return (Stroke(tuple(points), 0.0011, 0.85),)


def ridges(chance: Random, height: float) -> tuple[Shape, ...]:
    """Draw densities, one before the other."""
    count, shapes = 15, []
    for number in range(count):
        base = height * (0.60 + 0.030 * number)
        peaks = [(_between(chance, 0.30, 0.86), _between(chance, 0.025, 0.085), chance.random() ** 2) for _ in range(6)]
        points = []
        for step in range(-1, 122):
            x = step / 120
            rise = sum(size * exp(-(((x - at) / spread) ** 2)) for at, spread, size in peaks)
            points.append((x, base - height * 0.085 * rise))
        shapes.append(Stroke(tuple(points), 0.0017, 0.45 + 0.50 * number / count, hides=True))
    return tuple(shapes)
