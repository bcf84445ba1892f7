"""Every image of real notebooks becomes files that are what their plan says, or is refused in words."""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from publisher.images import ImageError, plan, plan_card, render
from tests.support.images import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.corpus


def bundles(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook.get("cells") or ():
        for output in cell.get("outputs") or () if isinstance(cell, dict) else ():
            if isinstance(output, dict) and isinstance(output.get("data"), dict):
                yield output["data"]


def images(corpus: Path) -> Iterator[tuple[str, str, bytes]]:
    for path in sorted(corpus.rglob("*.ipynb")):
        try:
            notebook = json.loads(path.read_bytes().decode("utf-8-sig"))
        except ValueError:
            continue
        for bundle in bundles(notebook) if isinstance(notebook, dict) else ():
            for mime, data in bundle.items():
                if mime.startswith("image/"):
                    text = data if isinstance(data, str) else "".join(data)
                    try:
                        yield path.name, mime, text.encode() if "svg" in mime else b64decode(text)
                    except Error:
                        continue


def check(files: dict[str, bytes], picture: Any) -> None:
    assert list(files) == [variant.path for variant in picture.variants]
    for variant in picture.variants:
        if variant.mime != "image/svg+xml":
            with Image.open(BytesIO(files[variant.path])) as image:
                assert image.size == (variant.width, variant.height)
                assert not image.getexif()


def test_every_image_becomes_what_its_plan_says(corpus: Path) -> None:
    refused = set()
    for number, (name, mime, data) in enumerate(images(corpus)):
        try:
            picture = plan(data, mime, SETTINGS)
            check(render(data, [picture], SETTINGS), picture)
            if number % 10 == 0:
                card = plan_card(data, mime, SETTINGS)
                check(render(data, [card], SETTINGS), card)
        except ImageError:
            refused.add(name)
    assert refused <= {"nbconvert__notebook_inject.ipynb"}
