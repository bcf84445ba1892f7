"""One notebook as one self-contained page: `jupyter nbconvert --to article`, and "Article" in Jupyter's export menu."""

from __future__ import annotations

import json
import mimetypes
import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from nbconvert.exporters.exporter import Exporter
from nbconvert.exporters.html import HTMLExporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import default

from publisher import (
    config,
    html_tags,
    illustrations,
    layout,
    leaks,
    notebooks,
    posts,
    stylesheet,
    templating,
    words,
)
from publisher.config import ImageSettings
from publisher.convert import Conversion
from publisher.errors import NotebookError, PublisherError
from publisher.layout import Files
from publisher.pages import Site
from publisher.posts import Fresh, Making, Place

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from publisher.errors import Problem
    from publisher.notebooks import Notebook

_PRESETS = ImageSettings(widths=(1280,))  # one file has no use for several sizes of an image
_ACCENT = "#1f4e8c"
_PAGE = Place("/", "index.html")
_ADDRESSES = ("href", "src", "poster")
_LATE = {".avif": "image/avif", ".webp": "image/webp"}  # which not every Python knows by suffix
_FONT_FILE = re.compile(r"@font-face\s*\{[^}]*url\([^}]*\}")


class PageExporter(HTMLExporter):
    """Gives a page that needs no other file: its style is inside, its images are data URIs, its fonts the reader's."""

    export_from_notebook = "Article"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override] # as nbconvert's own exporters do
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert a notebook. Preprocessors that the command line asks for, such as `--execute`, have run before.

        Raises ConversionException, with what `publish` says, for a notebook that cannot be published.
        """
        prepared, resources = Exporter.from_notebook_node(self, nb, resources, **more)
        about = resources.get("metadata", {})
        document = notebooks.parse(json.dumps(prepared).encode(), f"{about.get('name') or 'notebook'}.ipynb")
        folder = Path(about.get("path") or ".").absolute()
        allowed = _allowed(folder)
        leaky = leaks.find(document, allowed)
        try:
            notebook, problems = notebooks.interpret(document)
            if leaky.failures:
                raise NotebookError(*leaky.failures)
            html, found = page(notebook, folder, allowed)
        except PublisherError as error:
            raise ConversionException("\n".join(map(str, leaky.failures or error.problems))) from None
        for problem in (*problems, *leaky.warnings, *found):
            self.log.warning("%s", problem)
        return html, resources


def _allowed(folder: Path) -> tuple[str, ...]:
    """Return what the blog that a folder is in allows to be published although it looks like a secret."""
    root = config.find_root(folder)
    try:
        return config.load(root).allowed_leaks if root else ()
    except PublisherError:  # whose settings are wrong allows nothing
        return ()


def page(notebook: Notebook, folder: Path, allowed: tuple[str, ...] = ()) -> tuple[str, tuple[Problem, ...]]:
    """Return a notebook as one page, and the warnings about it. Images are looked for below `folder`.

    `allowed` are the marks of what may be in files that it links to. Raises NotebookError for what leaks without one.
    """
    where = templating.folders(folder)
    templates, own_words = templating.read(where), words.read(folder)
    fresh = posts.make_of_files(
        notebook, Making(Conversion(templates, own_words=own_words), _PRESETS, _ACCENT, allowed=allowed), folder, folder
    )
    pixels, problems = _render(fresh)
    pixels |= fresh.pixels
    made = fresh.made.without({path for each in fresh.renderings for path in each.paths if path not in pixels})
    outline = posts.outline(made, "")
    post = layout.compose(outline, _PAGE, Files(), ())
    style = _FONT_FILE.sub("", stylesheet.style(where))
    alone = layout.neighbourhood([], {notebook.path: outline.ids})
    environment, site = templating.environment(templates), Site(post.title, style=style, own_words=own_words)
    body = layout.own_body(made, post, Files(), alone, site)
    laid_out = layout.article_page(environment, site, made, post, body, alone, "standalone.html.j2")
    return _embed(laid_out.data.decode(), pixels), (*made.problems, *problems)


def _render(fresh: Fresh) -> tuple[dict[str, bytes], list[Problem]]:
    pixels: dict[str, bytes] = {}
    problems: list[Problem] = []
    for rendering in fresh.renderings:
        result = illustrations.render(rendering)
        if isinstance(result, Mapping):
            pixels.update(result)
        else:
            problems.append(result)
    return pixels, problems


def _embed(html: str, pixels: Mapping[str, bytes]) -> str:
    def embedded(name: str, attributes: html_tags.Attributes) -> html_tags.Changes:
        changes = {}
        for key in _ADDRESSES:
            address = attributes.get(key, "")
            path = unquote(address[1:])
            if address.startswith("/") and path in pixels:
                changes[key] = f"data:{_mime(path)};base64,{b64encode(pixels[path]).decode()}"
                if name == "a":  # no browser opens data that is linked to: it is saved
                    changes["download"] = attributes.get("download") or Path(path).name
        return changes

    return html_tags.changed(html, _ADDRESSES, embedded)


def _mime(path: str) -> str:
    return _LATE.get(Path(path).suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
