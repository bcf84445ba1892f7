"""Images drawn, and saved as files."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from publisher.config import ImageSettings

SETTINGS = ImageSettings()
ENCODING = ImageSettings(keep_bytes=0)
OPTIMIZED = ImageSettings(keep_bytes=0, optimize=True)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Return the image as a file."""
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def photo(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return something with as many colours as a photograph."""
    across = Image.linear_gradient("L").resize((width, height))
    noise = Image.effect_noise((64, 64), 60).resize((width, height))
    return Image.merge("RGB", (across, noise, across.transpose(Image.Transpose.FLIP_TOP_BOTTOM))).convert(mode)


def plot(width: int = 400, height: int = 300) -> Image.Image:
    """Return a line and axes on white."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.line([(40, 20), (40, height - 40), (width - 20, height - 40)], fill="black", width=2)
    draw.line([(40, height - 60), (width // 2, 60), (width - 30, 90)], fill="#1f77b4", width=3)
    return image


def chunk(kind: bytes, payload: bytes) -> bytes:
    """Return a PNG chunk."""
    return len(payload).to_bytes(4) + kind + payload + zlib.crc32(kind + payload).to_bytes(4)


def with_chunk(png: bytes, kind: bytes, payload: bytes) -> bytes:
    """Return the PNG with a chunk after its header."""
    return png[:33] + chunk(kind, payload) + png[33:]
