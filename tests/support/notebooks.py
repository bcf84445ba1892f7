"""Notebooks made in a line, their cells and their outputs."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from typing import Any

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def cell(source: str, kind: str = "markdown", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source, **more}
    if kind == "code":
        made = {"outputs": [], "execution_count": None, **made}
    return made


def notebook(*cells: dict[str, Any] | str, **metadata: Any) -> bytes:
    """Return the bytes of a notebook: a string is a Markdown cell."""
    made = [cell(one) if isinstance(one, str) else one for one in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": made}).encode()


def front(title: str = "", **more: object) -> dict[str, object]:
    """Return a raw cell with front matter."""
    values = {**({"title": title} if title else {}), **more}
    lines = [f"{key.replace('_', '-')}: {value}" for key, value in values.items()]
    return cell("\n".join(("---", *lines, "---")), "raw")


def picture(width: int, height: int, kind: str = "PNG", colour: str = "navy") -> bytes:
    """Return a picture with a shape in it: one that is blank would be no card."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).ellipse((width // 8, height // 8, width // 2, height // 2), fill=colour)
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def png(width: int, height: int, colour: str = "navy") -> bytes:
    return picture(width, height, colour=colour)


def output(data: Mapping[str, Any], kind: str = "display_data") -> dict[str, Any]:
    return {"output_type": kind, "metadata": {}, "data": dict(data)}


def stream(words: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": words}


def plot(data: bytes) -> dict[str, object]:
    """Return a code cell that shows a picture."""
    return cell("plot()", "code", outputs=[output({"image/png": base64.b64encode(data).decode()})])
