"""Sound, film and PDF: what an output carries becomes a file, played by the reader's browser."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_to_bytes

from publisher import html_tags, magic
from publisher.article import Link, Notes
from publisher.markup import escape
from publisher.notebooks import joined
from publisher.outputs import measures
from publisher.outputs.whole import size
from publisher.words import Words

if TYPE_CHECKING:
    from publisher.outputs.images import Labels

# What browsers play, told by the first bytes: the suffix, and whether it can only be a sound. In this order.
_KINDS: tuple[tuple[re.Pattern[bytes], str, bool], ...] = (
    (re.compile(rb"RIFF.{4}WAVE", re.S), ".wav", True),
    (re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]", re.S), ".mp3", True),
    (re.compile(rb"\xff[\xf1\xf9]", re.S), ".aac", True),
    (re.compile(rb"fLaC"), ".flac", True),
    (re.compile(rb"OggS.{24,80}(?:\x80theora|fishead)", re.S), ".ogv", False),
    (re.compile(rb"OggS"), ".ogg", True),
    (re.compile(rb"\0\0.{2}ftypM4A ", re.S), ".m4a", True),
    (re.compile(rb"\0\0.{2}ftyp(?!qt  |avif|avis|heic|mif1)", re.S), ".mp4", False),
    (re.compile(rb"\x1aE\xdf\xa3.{0,60}webm", re.S), ".webm", False),
)
FILMS = frozenset((".mp4", ".m4v", ".webm", ".ogv", ".mov"))
SOUNDS = frozenset((".mp3", ".wav", ".ogg", ".oga", ".flac", ".m4a"))

_ELEMENT = re.compile(r'<(audio|video)((?: [a-z-]+="[^"]*")*)>(.*?)</\1>', re.S)
_SOURCE = re.compile(r'<source((?: [a-z-]+="[^"]*")*)>')
_DATA = re.compile(r"data:[^,]{0,200},", re.I)
_TRACK_HEADER = re.compile(rb"tkhd[\0\1].{83}(?:.{12})?", re.S)


def show_audio(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a sound."""
    return _of_output(data, "audio", metadata, labels, notes)


def show_video(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a film."""
    return _of_output(data, "video", metadata, labels, notes)


def show_pdf(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a PDF as a link to it."""
    content = _decoded(joined(data))
    if content is None or b"%PDF-" not in content[:1024] or magic.is_markup(content):
        return _lost("pdf", notes)
    return f'<p class="file"><a href="{notes.attach(content, ".pdf")}">PDF</a> ({size(len(content), notes.words)})</p>'


def _of_output(data: Any, name: str, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    content = _decoded(joined(data))
    if not content:
        return _lost(name, notes)
    caption, alt, _ = labels.take()
    written = {"aria-label": alt or caption, **{name: str(metadata.get(name, "")) for name in ("width", "height")}}
    below = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    return f'<figure class="figure">{_of_bytes(content, name, written, notes)}{below}</figure>'


def adopt(html: str, notes: Notes) -> str:
    """Make files of the sounds and films that clean HTML carries, and let those come along that it names."""
    if "<audio" not in html and "<video" not in html:
        return html

    def adopted(match: re.Match[str]) -> str:
        written = html_tags.attributes(match[2])
        tags = (match[2], *_SOURCE.findall(match[3]))
        source = next((found for tag in tags if (found := html_tags.attributes(tag).get("src", "").strip())), "")
        return player(source, match[1], written, notes) if source else ""

    return _ELEMENT.sub(adopted, html)


def means_media(source: str) -> bool:
    """Tell whether the source of an image is a sound or a film by its name."""
    return not source.startswith("data:") and _suffix(source) in FILMS | SOUNDS


def player(source: str, name: str, written: Mapping[str, str], notes: Notes) -> str:
    """Return the player of a sound or a film: of a data URI, of an attachment, or of a file beside the notebook."""
    if source.startswith("data:"):
        match = _DATA.match(source)
        payload = source[match.end() :] if match else ""
        is_base64 = match is not None and ";base64" in match[0].lower()
        content = _decoded(unquote(payload)) if is_base64 else unquote_to_bytes(payload)
        return _of_bytes(content, name, written, notes) if content else _lost(name, notes)
    if source.startswith("attachment:"):
        bundle = notes.attachments.get(unquote(source.removeprefix("attachment:")))
        content = _decoded(joined(next(iter(bundle.values()), ""))) if isinstance(bundle, dict) else None
        return _of_bytes(content, name, written, notes) if content else _lost(name, notes)
    notes.links.append(Link(source, notes.cell))  # as a file that the article links to, it comes along
    return _element("audio" if _suffix(source) in SOUNDS else name, source, written, notes.words)


def _suffix(source: str) -> str:
    return PurePosixPath(unquote(source.partition("#")[0].partition("?")[0])).suffix.lower()


def _of_bytes(content: bytes, name: str, written: Mapping[str, str], notes: Notes) -> str:
    suffix, is_sound = next(((suffix, alone) for kind, suffix, alone in _KINDS if kind.match(content)), ("", False))
    if not suffix:
        return _lost(name, notes)
    name = "audio" if is_sound else name
    if name == "video" and not measures.attributes(written):
        written = {**written, **_frame(content)}
    return _element(name, notes.attach(content, suffix), written, notes.words)


def _element(name: str, source: str, written: Mapping[str, str], words: Words) -> str:
    """Write a player. Its address and its label are all that it has of its author, its size in whole pixels."""
    label = written.get("aria-label") or written.get("alt") or written.get("title") or getattr(words, name)
    kept = "".join(f" {flag}" for flag in ("loop", "muted") if flag in written)
    frame = measures.attributes(written) if name == "video" else ""
    return (
        f'<{name} controls preload="metadata" src="{escape(source)}" aria-label="{escape(label)}"{frame}{kept}>'
        f"{escape(label, quote=False)}</{name}>"
    )


def _frame(content: bytes) -> dict[str, str]:
    """Return the width and the height that an MP4 says its picture has, so that its place is kept."""
    for found in _TRACK_HEADER.finditer(content):
        end = 88 if found[0][4] == 0 else 100  # of the box with its name, by its version
        width, height = (int.from_bytes(found[0][at : at + 2], "big") for at in (end - 8, end - 4))
        if width and height:
            return {"width": str(width), "height": str(height)}
    return {}


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text)
    except (binascii.Error, ValueError):
        return None


_LOST = {"audio": ("a sound", "lost_audio"), "video": ("a film", "lost_video"), "pdf": ("a PDF", "lost_pdf")}


def _lost(name: str, notes: Notes) -> str:
    what, key = _LOST[name]
    notes.warn(f"has {what} that no browser can open", "save it as MP3, WAV, MP4, WebM or PDF")
    return f'<span class="note">{escape(getattr(notes.words, key), quote=False)}</span>'
