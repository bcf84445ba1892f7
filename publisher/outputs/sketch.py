"""A sketch of the places of GeoJSON: points, lines and areas on an equirectangular plane, without a map below."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from publisher.words import Words

_WIDTH, _MARGIN = 480.0, 16.0
_TALLEST, _FLATTEST = 1.5, 0.2  # height by width
_POINTS = 20_000  # coordinates drawn at most
_DEPTH = 20
_INK = "#1f4e8c"

Point = tuple[float, float]
# What is drawn: "point", "line" or "area", and its coordinates; an area has its rings.
Shape = tuple[str, list[list[Point]]]

_LEVELS = {
    "Point": ("point", 0),
    "MultiPoint": ("point", 1),
    "LineString": ("line", 1),
    "MultiLineString": ("line", 2),
    "Polygon": ("area", 2),
    "MultiPolygon": ("area", 3),
}


def draw(data: Any) -> str:
    """Return an SVG drawing of GeoJSON, "" if there is nothing in it that can be drawn."""
    shapes = list(_shapes(data))
    points = [point for _, paths in shapes for path in paths for point in path]
    if not points or len(points) > _POINTS:
        return ""
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.1)  # a degree of longitude, in degrees of latitude
    across, up = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
    height = _WIDTH * min(max(up / across, _FLATTEST), _TALLEST)
    scale = min((_WIDTH - 2 * _MARGIN) / across, (height - 2 * _MARGIN) / up)
    middle = ((west + east) / 2, (south + north) / 2)

    def placed(point: Point) -> str:
        x, y = (point[0] - middle[0]) * narrow * scale, (point[1] - middle[1]) * scale
        return f"{_WIDTH / 2 + x:.1f},{height / 2 - y:.1f}"

    drawn = "".join(_drawn(kind, [[placed(point) for point in path] for path in paths]) for kind, paths in shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {_WIDTH:.0f} {height:.0f}"><rect width="100%" height="100%" fill="#fff"/>{drawn}</svg>'
    )


def count(data: Any, words: Words) -> str:
    """Return how many points, lines and areas there are, in words."""
    kinds = [kind for kind, _ in _shapes(data)]
    counted = (("point", words.map_points), ("line", words.map_lines), ("area", words.map_areas))
    return words.comma.join(said(number) for kind, said in counted if (number := kinds.count(kind)))


def _drawn(kind: str, paths: list[list[str]]) -> str:
    if kind == "point":
        x, y = paths[0][0].split(",")
        return f'<circle cx="{x}" cy="{y}" r="4" fill="{_INK}" fill-opacity="0.75"/>'
    line = "".join(f"M{' L'.join(path)}{'Z' if kind == 'area' else ''}" for path in paths)
    fill = f'{_INK}" fill-opacity="0.15" fill-rule="evenodd' if kind == "area" else "none"
    return f'<path d="{line}" fill="{fill}" stroke="{_INK}" stroke-width="1.5"/>'


def _shapes(data: Any, depth: int = 0) -> Iterator[Shape]:
    if depth > _DEPTH:
        return
    for name in ("features", "geometries"):
        inner = data.get(name) if isinstance(data, dict) else data if name == "features" else None
        for each in inner if isinstance(inner, list) else ():
            yield from _shapes(each, depth + 1)
    if not isinstance(data, dict):
        return
    if isinstance(data.get("geometry"), dict):
        yield from _shapes(data["geometry"], depth + 1)
    kind, level = _LEVELS.get(str(data.get("type")), ("", 0))
    if kind:
        yield from _geometry(kind, data.get("coordinates"), level)


def _geometry(kind: str, coordinates: Any, level: int) -> Iterator[Shape]:
    if level > (0 if kind == "point" else 1 if kind == "line" else 2):
        for each in coordinates if isinstance(coordinates, list) else ():
            yield from _geometry(kind, each, level - 1)
        return
    nested = {"point": [[coordinates]], "line": [coordinates], "area": coordinates}[kind]
    paths = [_path(path) for path in nested] if isinstance(nested, list) else []
    least = 1 if kind == "point" else 2
    if paths and all(len(path) >= least for path in paths):
        yield kind, paths


def _path(coordinates: Any) -> list[Point]:
    points = [_point(each) for each in coordinates] if isinstance(coordinates, list) else []
    return [point for point in points if point] if all(points) else []


def _point(coordinates: Any) -> Point | None:
    pair = coordinates[:2] if isinstance(coordinates, list) else []
    if len(pair) < 2 or not all(isinstance(value, int | float) and not isinstance(value, bool) for value in pair):
        return None
    x, y = pair
    return (float(x), float(y)) if abs(x) <= 360 and abs(y) <= 90 else None
