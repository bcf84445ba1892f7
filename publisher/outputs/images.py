"""Images: of outputs, of attachments, of data URIs and of files beside the notebook."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from publisher import magic, markup
from publisher.article import Figure, Notes, described
from publisher.markup import escape
from publisher.notebooks import joined
from publisher.outputs import measures, media, pairs

_DATA = re.compile(r"data:(image/[a-z+.-]+)((?:;[^,;]*)*),", re.I)
# What to do about an image of another site, in the text of a notebook and in an output.
_SAVE = "save the image beside the notebook, or let `publisher localize` do it"
_SHOW_FILE = "save the image beside the notebook, and let the code show that file"
_COMMENT = re.compile(r"^\s*(?:#|//|--|%)+\s*(?![|%@])(\S.*)$", re.M)


class Labels(Struct):
    """The captions and alternative texts that are still to be given to the figures of a cell, in order.

    `bundle` has all the forms of the output in hand. `schemes` are those that the next figures are for, `figures` is
    how many there were so far.
    """

    captions: list[str]
    alts: list[str]
    is_thumbnail: bool = False
    table_caption: str = ""
    code: str = ""
    bundle: Mapping[str, Any] = {}
    schemes: list[str] = field(default_factory=list)
    figures: int = 0
    last: tuple[str, str, str] = ("", "", "")

    def take(self) -> tuple[str, str, str]:
        """Return the caption, the alternative text and the scheme of the next figure; the two of a pair share texts."""
        caption, alt, before = self.last
        scheme = self.schemes.pop(0) if self.schemes else ""
        if scheme and before and scheme != before:
            before = ""
        else:
            caption = self.captions.pop(0) if self.captions else ""
            alt = self.alts.pop(0) if self.alts else ""
            before = scheme
        self.figures += 1
        self.last = caption, alt, before
        return caption, alt, scheme


def show_other(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Say that there is an image of a kind that browsers do not show, if it is one."""
    try:
        content = b64decode(joined(data))
    except (binascii.Error, ValueError):
        return ""
    if shown := magic.mime(content):  # its kind is written wrongly
        return figure(content, shown, metadata, labels, notes)
    return missing("has an image of a kind that browsers do not show", "", notes, "save it as PNG") if content else ""


def _binary(data: Any, mime: str, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    try:
        content = b64decode(joined(data))
    except (binascii.Error, ValueError) as error:
        return missing(f"has an image that is not valid base64 ({error})", "", notes)
    return figure(content, mime, metadata, labels, notes) if content else ""


def show_png(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a PNG."""
    return _binary(data, "image/png", metadata, labels, notes)


def show_jpeg(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a JPEG."""
    return _binary(data, "image/jpeg", metadata, labels, notes)


def show_gif(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a GIF."""
    return _binary(data, "image/gif", metadata, labels, notes)


def show_webp(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a WebP."""
    return _binary(data, "image/webp", metadata, labels, notes)


def show_avif(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show an AVIF."""
    return _binary(data, "image/avif", metadata, labels, notes)


def show_svg(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show an SVG drawing, as a file of its own: there its scripts are dead and its styles stay inside."""
    text = joined(data)
    return figure(text.encode(), "image/svg+xml", metadata, labels, notes) if text.strip() else ""


def figure(content: bytes, mime: str, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show an image that a program made."""
    caption, alt, scheme = labels.take()
    written = metadata.get("alt")
    alt = described(alt) or (described(written) if isinstance(written, str) else "") or caption
    if not alt:
        notes.undescribed.append(notes.cell)
        alt = _described(labels.code, notes)
    drawn = Figure(notes.cell, alt, content, mime=mime, is_output=True, is_thumbnail=labels.is_thumbnail, scheme=scheme)
    size = measures.attributes(metadata) + (f' class="{pairs.name(scheme)}"' if scheme else "")
    below = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    return f'<figure class="figure"><img src="{notes.show(drawn)}" alt="{escape(alt)}"{size}>{below}</figure>'


def _described(code: str, notes: Notes) -> str:
    """Return the first comment of the code, the nearest thing to a description that a plot often has."""
    comment = _COMMENT.search(code)
    return notes.words.figure_of(comment=comment[1].strip()) if comment else notes.words.figure_by_code


def missing(message: str, alt: str, notes: Notes, hint: str = "") -> str:
    """Warn of an image that cannot be shown; return what stands in its place."""
    notes.warn(message, hint, "missing-image")
    return markup.missing_image(alt, notes.words)


def adopt(html: str, notes: Notes, is_output: bool = False, labels: Labels | None = None) -> str:
    """Make a figure of every `<img>` in clean HTML, wherever its image comes from, and players of sound and film."""

    def adopted(written: dict[str, str], is_linked: bool) -> str:
        source, alt = written.get("src", "").strip(), written.get("alt", "")
        if not source:
            return escape(alt, quote=False)
        source, scheme = pairs.split(source, written.get("class", ""))
        if scheme:
            written = {**written, "class": pairs.name(scheme)}
        if url := markup.remote_url(source):
            _note_undescribed(written, notes)
            return _remote(url, written, is_linked, _SHOW_FILE if is_output else _SAVE, notes)
        if media.means_media(source):
            return media.player(source, "video", written, notes)
        _note_undescribed(written, notes)
        figure = _local(source, alt, notes, is_output, labels is not None and labels.is_thumbnail)
        return figure if isinstance(figure, str) else tag(notes.show(replace(figure, scheme=scheme)), written)

    return markup.replace_images(media.adopt(html, notes), adopted)


def _note_undescribed(written: Mapping[str, str], notes: Notes) -> None:
    """Note an image without an alternative text; with an empty one an author says that it decorates."""
    if "alt" not in written or written["alt"] != described(written["alt"]) == "":
        notes.undescribed.append(notes.cell)


def tag(source: str, written: Mapping[str, str]) -> str:
    """Return an image with what of its attributes is kept."""
    size = measures.attributes(written)
    kept = "".join(f' {name}="{escape(written[name])}"' for name in ("id", "title", "class") if written.get(name))
    return f'<img src="{source}" alt="{escape(written.get("alt", ""))}"{size}{kept}>'


def _remote(url: str, written: Mapping[str, str], is_linked: bool, hint: str, notes: Notes) -> str:
    if notes.remote_images:
        size = measures.attributes(written)
        alt = escape(written.get("alt", ""))
        size += f' class="{escape(written["class"])}"' if written.get("class", "").startswith("only-") else ""
        return f'<img src="{escape(url)}" alt="{alt}"{size} loading="lazy" referrerpolicy="no-referrer">'
    try:
        host = urlsplit(url).hostname or "elsewhere"
    except ValueError:
        host = "elsewhere"
    message = f"shows an image from {host}, which is not loaded from there"
    notes.warn(message, hint, "remote-image")
    label = escape(written.get("alt") or notes.words.image_at(host=host), quote=False)
    return label if is_linked else f'<a class="remote-image" href="{escape(url)}">{label}</a>'


def _local(source: str, alt: str, notes: Notes, is_output: bool, is_thumbnail: bool) -> Figure | str:
    if source.startswith("attachment:"):
        return _attachment(unquote(source.removeprefix("attachment:")), alt, notes)
    if source.startswith("data:"):
        return _inline(source, alt, notes, is_output, is_thumbnail)
    path = unquote(source.split("?")[0].split("#")[0])
    return Figure(notes.cell, alt, path=path, is_output=is_output, is_thumbnail=is_thumbnail)


def _attachment(name: str, alt: str, notes: Notes) -> Figure | str:
    bundle = notes.attachments.get(name)
    mime, data = next(iter(bundle.items()), ("", "")) if isinstance(bundle, dict) else ("", "")
    if not mime:
        return missing(f"shows the attachment {name!r}, which it does not have", alt, notes, "paste the image again")
    try:
        return Figure(notes.cell, alt, b64decode(joined(data)), mime=mime)
    except (binascii.Error, ValueError):
        return missing(f"has the attachment {name!r}, which is not valid base64", alt, notes, "paste the image again")


def _inline(source: str, alt: str, notes: Notes, is_output: bool, is_thumbnail: bool) -> Figure | str:
    match = _DATA.match(source)
    if not match:
        return missing("has an inline image of no known kind", alt, notes)
    payload = source[match.end() :]
    try:
        data = b64decode(unquote(payload)) if ";base64" in match[2].lower() else unquote_to_bytes(payload)
    except (binascii.Error, ValueError):
        return missing("has an inline image that is not valid base64", alt, notes)
    return Figure(notes.cell, alt, data, mime=match[1].lower(), is_output=is_output, is_thumbnail=is_thumbnail)
