"""Raw HTML within Markdown: what is lost by cleaning is first turned into what can stay."""

from __future__ import annotations

import re
from base64 import b64encode
from html import unescape
from typing import TYPE_CHECKING

from publisher.markup import clean, escape

if TYPE_CHECKING:
    from publisher.article import Notes

# Around every table: it scrolls on its own where it is wider than the page.
TABLE_OPEN = '<div class="table" role="region" aria-label="Table" tabindex="0">'
TABLE_CLOSE = "</div>"

_TABLE = re.compile(r"<table\b")
_SVG = re.compile(r"<svg\b[^>]*>.*?</svg\s*>", re.S | re.I)
_SVG_TITLE = re.compile(r"<title[^>]*>([^<]*)</title>|aria-label=\"([^\"]*)\"", re.I)
_FRAME = re.compile(r"<(iframe|video|audio|embed|object)\b([^>]*)>(?:(.*?)</\1\s*>)?", re.S | re.I)
_SOURCE = re.compile(r"""\b(?:src|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.I)
_YOUTUBE = re.compile(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)[^\s]*")
_VIMEO = re.compile(r"(?:https?:)?//player\.vimeo\.com/video/(\d+)[^\s]*")
_WEB = re.compile(r"https?://", re.I)
_UNSAFE = re.compile(r"\s*(?:javascript|vbscript|data|blob|file|about):", re.I)
_ACTIVE = (
    (re.compile(r"<script\b", re.I), "a script in the text is left out", "scripts of the text never run on the page"),
    (re.compile(r"<style\b", re.I), "a style sheet in the text is left out", "put it into templates/"),
    (re.compile(r"<(?:form|input|button|select|textarea)\b", re.I), "a form in the text is left out", ""),
)


def tame(html: str) -> str:
    """Return HTML that an author wrote, made safe."""
    html = clean(_FRAME.sub(_link, _SVG.sub(_picture, html))).replace("<p></p>", "")
    return _TABLE.sub(rf"{TABLE_OPEN}\g<0>", html).replace("</table>", f"</table>{TABLE_CLOSE}")


def warn_of_active(html: str, notes: Notes) -> None:
    """Warn of what `tame` cannot keep in any form."""
    for pattern, message, hint in _ACTIVE:
        if pattern.search(html):
            notes.warn(message, hint)


def _picture(svg: re.Match[str]) -> str:
    """Put an inline SVG into an image, where nothing of it can run."""
    source = svg[0]
    title = _SVG_TITLE.search(source)
    if "xmlns=" not in source[: source.index(">")]:
        source = f'{source[:4]} xmlns="http://www.w3.org/2000/svg"{source[4:]}'
    alt = escape(unescape((title[1] or title[2] or "").strip())) if title else ""
    return f'<img src="data:image/svg+xml;base64,{b64encode(source.encode()).decode()}" alt="{alt}">'


def _link(frame: re.Match[str]) -> str:
    """Put a link in the place of an embedded page or film."""
    name = frame[1].lower()
    source = _SOURCE.search(frame[2]) or (
        _SOURCE.search(frame[3] or "") if name in ("video", "audio", "object") else None
    )
    url = unescape(source[1] or source[2] or source[3] or "").strip() if source else ""
    if name in ("video", "audio") and url.startswith("data:"):
        return frame[0]
    if not url or _UNSAFE.match(url):
        return frame[3] or "" if name == "object" else ""
    url, text = _address(url, name)
    return f'<p><a href="{escape(url)}">{escape(text)}</a></p>'


def _address(url: str, name: str) -> tuple[str, str]:
    if youtube := _YOUTUBE.fullmatch(url):
        url = f"https://www.youtube.com/watch?v={youtube[1]}"
    elif vimeo := _VIMEO.fullmatch(url):
        url = f"https://vimeo.com/{vimeo[1]}"
    elif url.startswith("//"):
        url = "https:" + url
    kind = "Video" if name == "video" or youtube or vimeo else {"audio": "Audio"}.get(name, "")
    bare = _WEB.sub("", url)
    return url, f"{kind}: {bare}" if kind else bare
