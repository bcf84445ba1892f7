"""Make what is the blog's own on every page: its logo, and the words at the end."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher import images, markdown, markup, regular
from publisher.article import Notes
from publisher.config import ImageSettings
from publisher.config.load import problem_at
from publisher.errors import SettingsError
from publisher.outputs.images import tag

if TYPE_CHECKING:
    from pathlib import Path


class Logo(Struct, frozen=True):
    """A picture in place of the blog's name: its URL on the site, and its natural size in pixels."""

    url: str
    width: int
    height: int


def logo(root: Path, name: str) -> tuple[Logo, bytes]:
    """Return the logo with its bytes, which are safe to serve: of an SVG stays what draws. Raises SettingsError."""
    try:
        data = regular.read_linked(root / name)
        picture = images.plan(data, "", ImageSettings())
        if picture.form == "svg":
            data = images.svg.clean(data)
    except OSError as error:
        message = f"`logo` cannot be read: {error.strerror}"
        raise SettingsError(problem_at(root, ("logo",), message, "check the file")) from None
    except images.ImageError as error:
        raise SettingsError(problem_at(root, ("logo",), f"`logo`: {error}", "save it as SVG, PNG or WebP")) from None
    kind = "svg" if picture.form == "svg" else name.rpartition(".")[2].lower()
    url = f"/assets/logo-{hashlib.sha256(data).hexdigest()[:8]}.{kind}"
    return Logo(url, picture.width, picture.height), data


def footer(source: str, prefix: str) -> str:
    """Return the HTML of the words at the end of each page, which is safe; links within the site get a prefix."""
    if not source:
        return ""
    html = markup.replace_images(
        markdown.render(source, Notes("")), lambda written, _: tag(written.get("src", ""), written)
    )
    return markup.replace_links(html, lambda href: prefix + href if re.match("/(?!/)", href) else href)
