"""Do what any program of this kind must at least do with a folder of notebooks, in one process.

python -m benchmarks.floor FOLDER

Parse the JSON, render the prose with markdown-it-py, the code with Pygments, decode the images, make one WebP thumbnail
a post, write it all.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers.python import PythonLexer

_IMAGES = ("image/png", "image/jpeg")
_WIDTH = 640


@dataclass(frozen=True, slots=True)
class Renderers:
    """What turns prose and code into HTML."""

    prose: Callable[[str], str]
    code: Callable[[str], str]


def renderers() -> Renderers:
    """Return the libraries with their plugins as they come: whatever publisher does beyond is its own cost."""
    parser = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(["table", "strikethrough", "linkify"])
    for plugin in (
        footnote_plugin,
        deflist_plugin,
        tasklists_plugin,
        amsmath_plugin,
        colon_fence_plugin,
        anchors_plugin,
    ):
        parser.use(plugin)
    parser.use(dollarmath_plugin, allow_digits=False, double_inline=True)
    lexer, formatter = PythonLexer(), HtmlFormatter()
    return Renderers(parser.render, lambda code: highlight(code, lexer, formatter))


def html(raw: dict[str, Any], render: Renderers) -> str:
    """Return the prose and the code of a notebook of format 4 as HTML."""
    return "\n".join(_html(cell, render) for cell in raw.get("cells", ()))


def _html(cell: dict[str, Any], render: Renderers) -> str:
    text = "".join(cell.get("source", ""))
    if cell["cell_type"] == "markdown":
        return render.prose(text)
    return render.code(text) if cell["cell_type"] == "code" else ""


def images(raw: dict[str, Any]) -> Iterator[bytes]:
    """Yield the images that a notebook's code drew."""
    for cell in raw.get("cells", ()):
        for output in cell.get("outputs", ()):
            for kind in _IMAGES:
                if kind in output.get("data", {}):
                    yield base64.b64decode("".join(output["data"][kind]))


def thumbnail(data: bytes) -> bytes:
    """Return an image as WebP, no wider than a card."""
    from PIL import Image

    with Image.open(BytesIO(data)) as image:
        height = max(1, round(image.height * _WIDTH / image.width))
        small = image.convert("RGB")
        small = small.resize((_WIDTH, height), Image.Resampling.LANCZOS) if image.width > _WIDTH else small
        file = BytesIO()
        small.save(file, "WEBP", quality=80, method=2)
        return file.getvalue()


def main(source: Path, output: Path) -> None:
    """Write a page and the images of every notebook; what cannot be read is left out."""
    render = renderers()
    for number, file in enumerate(sorted(source.rglob("*.ipynb"))):
        with suppress(ValueError, OSError):
            raw = json.loads(file.read_bytes())
            (output / f"{number}.html").write_text(html(raw, render), "utf-8", "replace")
            found = list(images(raw))
            for at, data in enumerate(found):
                (output / f"{number}-{at}").write_bytes(data)
            if found:
                (output / f"{number}.webp").write_bytes(thumbnail(max(found, key=len)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(Path(sys.argv[1]), Path(folder))
