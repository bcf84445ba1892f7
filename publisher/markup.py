"""Make foreign HTML safe; the only module that decides what HTML an author's words may become."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Container
from dataclasses import dataclass
from html import escape as escape
from html import unescape
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from markupsafe import Markup

_TEXT_TAGS = (
    "a abbr b bdi bdo blockquote br cite code data dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 "
    "hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup time u ul var wbr "
    "center font tt strike big audio video source track"
)
_TABLE_TAGS = "caption col colgroup table tbody td tfoot th thead tr"
TAGS = frozenset(f"{_TEXT_TAGS} {_TABLE_TAGS}".split())

# What is dropped with everything in it; any other unknown tag is dropped and its text kept.
DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "title",
        "textarea",
        "select",
        "noembed",
        "xmp",
    ]
)

_EVERYWHERE = {
    "class",
    "id",
    "title",
    "lang",
    "dir",
    "role",
    "style",
    "aria-label",
    "aria-hidden",
    "aria-describedby",
    "align",
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": _EVERYWHERE,
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "headers", "valign"},
    "th": {"colspan", "rowspan", "headers", "scope", "valign"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "details": {"open"},
    "time": {"datetime"},
    "data": {"value"},
    "q": {"cite"},
    "blockquote": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
    "font": {"color"},
    "audio": {"src", "controls", "loop", "muted"},
    "video": {"src", "controls", "loop", "muted", "poster", "width", "height", "playsinline"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang", "label"},
    "section": {"tabindex"},
    "div": {"tabindex"},
    "pre": {"tabindex"},
}

# No position, no url(): nothing that could cover the page or call home.
STYLES = frozenset(
    [
        "color",
        "background-color",
        "text-align",
        "text-decoration",
        "text-indent",
        "font-weight",
        "font-style",
        "font-size",
        "font-family",
        "vertical-align",
        "white-space",
        "width",
        "min-width",
        "max-width",
        "height",
        "min-height",
        "max-height",
        "margin",
        "margin-left",
        "margin-right",
        "margin-top",
        "margin-bottom",
        "padding",
        "padding-left",
        "padding-right",
        "padding-top",
        "padding-bottom",
        "border",
        "border-top",
        "border-right",
        "border-bottom",
        "border-left",
        "border-color",
        "border-style",
        "border-width",
        "border-collapse",
        "border-spacing",
        "border-radius",
        "line-height",
        "list-style-type",
        "float",
        "clear",
        "display",
        "opacity",
    ]
)

SCHEMES = frozenset({"http", "https", "mailto", "tel", "data", "attachment", "figure"})
ID_PREFIX = "user-"

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_IMAGE_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp|avif|svg\+xml)[;,]", re.I)
_UNSAFE_STYLE = re.compile(r"url\s*\(|expression|\\|@", re.I)


def safe(html: str) -> Markup:
    """Mark HTML that this package made or cleaned as such, for templates that escape everything else."""
    from markupsafe import Markup

    return Markup(html)  # noqa: S704 - the one place; callers pass clean or own HTML


def without_controls(text: str) -> str:
    """Drop the control characters that neither HTML nor XML allows."""
    return _CONTROLS.sub("", text)


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if attribute in ("src", "href", "poster", "cite"):
        scheme = value.strip().lower()
        if scheme.startswith("data:"):
            return value if tag in ("img", "audio", "video", "source") else None
        if scheme.startswith("figure:"):
            return None  # ours alone
    elif attribute == "style" and _UNSAFE_STYLE.search(value):
        return None
    elif attribute == "name":
        return value if value.startswith(ID_PREFIX) else ID_PREFIX + value
    return value


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=_keep,
    url_schemes=set(SCHEMES),
    link_rel=None,
    filter_style_properties=set(STYLES),
    id_prefix=ID_PREFIX,
)


_PREFIXED = re.compile(f' id="{ID_PREFIX}([^"]*)"')


def clean(html: str, ours: Container[str] = ()) -> str:
    """Return `html` with nothing in it that could run, load, submit or cover the page.

    Ids and names get the prefix `user-`, so that no author's id can shadow one of ours; the ids in
    `ours` stay. Cleaning twice is cleaning once.
    """
    cleaned = without_controls(_CLEANER.clean(html))
    if not ours:
        return cleaned
    return _PREFIXED.sub(lambda match: f' id="{match[1]}"' if match[1] in ours else match[0], cleaned)


_SVG = re.compile(r"<svg\b.*?</svg\s*>", re.S | re.I)
_FRAME = re.compile(r"<(iframe|embed|object)\b([^>]*)>(?:.*?</\1\s*>)?", re.S | re.I)
_FRAME_SOURCE = re.compile(r"""\b(?:src|data)\s*=\s*["']?((?:https?:)?//[^"'\s>]+)""", re.I)
_SCRIPT = re.compile(r"<script\b.*?(?:</script\s*>|$)", re.S | re.I)
_SVG_NAMESPACE = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class Tamed:
    """HTML whose drawings and frames became images and links, and how many scripts and frames were left out."""

    html: str
    scripts: int = 0
    frames: int = 0


def tame(html: str) -> Tamed:
    """Turn what `clean` would drop into what it keeps: inline SVG into an image, a frame into a link."""
    lower = html.lower()
    scripts = frames = 0
    if "<script" in lower:
        html, scripts = _SCRIPT.subn("", html)
    if "<svg" in lower:
        html = _SVG.sub(lambda match: _svg_image(match[0]), html)
    if any(tag in lower for tag in ("<iframe", "<embed", "<object")):
        frames = sum(1 for match in _FRAME.finditer(html) if not _FRAME_SOURCE.search(match[2]))
        html = _FRAME.sub(lambda match: _frame_link(match[2]), html)
    return Tamed(html, scripts, frames)


def _svg_image(svg: str) -> str:
    if "xmlns=" not in svg[: svg.find(">")]:
        svg = f'{svg[:4]} xmlns="{_SVG_NAMESPACE}"{svg[4:]}'
    return f'<img src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" alt="">'


def _frame_link(attributes_text: str) -> str:
    found = _FRAME_SOURCE.search(attributes_text)
    if not found:
        return ""
    url = unescape(found[1])
    url = f"https:{url}" if url.startswith("//") else url
    return f'<p class="embed"><a href="{escape(url)}">{escape(url)}</a></p>'


_IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_HREF = re.compile(r'(<a(?: [a-z-]+="[^"]*")*? href=")([^"]*)(")')


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of one serialised start tag, values unescaped."""
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def replace_images(html: str, replace: Callable[[dict[str, str], bool], str]) -> str:
    """Put `replace(attributes, is_inside_a_link)` in the place of every `<img>` of clean or own HTML."""

    def replaced(match: re.Match[str]) -> str:
        is_linked = html.rfind("<a ", 0, match.start()) > html.rfind("</a>", 0, match.start())
        return replace(attributes(match[1]), is_linked)

    return _IMAGE.sub(replaced, html) if "<img" in html else html


def replace_links(html: str, replace: Callable[[str], str]) -> str:
    """Put `replace(href)` in the place of every href of an `<a>` of clean or own HTML."""
    return _HREF.sub(lambda match: match[1] + escape(replace(unescape(match[2]))) + match[3], html)


def hrefs(html: str) -> list[str]:
    """Return where the links of clean or own HTML lead, in order."""
    return [unescape(match[2]) for match in _HREF.finditer(html)] if "<a " in html else []
