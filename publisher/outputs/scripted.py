"""HTML and JavaScript that run: known charts for what they are, all else in a frame, if it can work there."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from publisher import markup
from publisher.article import Notes
from publisher.markup import escape
from publisher.notebooks import joined
from publisher.outputs import bokeh, frames, plotly, static, vega
from publisher.outputs.images import Labels

_SCRIPT = re.compile(r"<script\b([^<>]*)>", re.I)
_SCRIPT_END = re.compile(r"</script\s*>", re.I)
_FRAME_END = re.compile(r"</iframe\s*>", re.I)
_RUNS = re.compile(r"<script\b|\bsrcdoc\s*=|<iframe\b[^<>]*\bsrc\s*=\s*[\"']?data:text/html", re.I)
_MARKS = ("<script", "srcdoc", "data:text/html")
_INNER = re.compile(
    r"<iframe\b[^<>]*?\b(?:srcdoc\s*=\s*(?:\"([^\"]*)\"|'([^']*)')|src\s*=\s*[\"']?data:text/html([^,\"'<>]{0,100}),([^\"'>\s]*))",
    re.I | re.S,
)
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_TYPE = re.compile(r"""\btype\s*=\s*["']?([^"'\s>]+)""", re.I)
_SHEET = re.compile(r"<link\b[^<>]*>", re.I)
_HEIGHT = re.compile(r"\bheight\s*[:=][\s\"']*(\d{2,4})", re.I)
_TEXT = re.compile(r"<[^<>]*>|&nbsp;|\s+")
_DRAWS = re.compile(r"<(?:canvas|svg|img|video|audio|table|input|button|select|iframe)\b", re.I)

# What a script asks for that only Jupyter has, or a site with a server.
_KERNEL = re.compile(
    r"\b(?:IPython|Jupyter|Colab|google\.colab|kernel)\s*(?:\.|\[)|\bcomm_manager\b|\bnew WebSocket\b|\bnbextensions/"
)
_MODULES = re.compile(r"\brequire(?:js)?\s*\(\s*\[([^\[\]]*)\]")
_FETCHES = re.compile(
    r"\.src\s*=\s*[\"'`](?:https?:)?//|\b(?:fetch|importScripts|import|\$\.get(?:JSON|Script)|d3\.(?:json|csv|tsv|xml))\s*\(\s*[\"'`](?:https?:)?//",
    re.I,
)
_LIBRARY = re.compile(
    r"\brequire(?:js)?\.config\b|\bdefine\s*\(\s*[\"']|\bPlotlyConfig\b|\bMathJax\b|\b_bokeh_onload\b|force_load|load_libs"
)
_GLOBALS = (
    ("jQuery", re.compile(r"(?<![\w$.])(?:jQuery|\$)\s*[.(]")),
    ("D3", re.compile(r"\bd3\.\w")),
    ("3Dmol", re.compile(r"\b3?\$?3Dmol\b")),
    ("Lets-Plot", re.compile(r"\bLetsPlot\b")),
    ("Google's loader", re.compile(r"\bgoogle\.(?:load|charts|maps)\b")),
    ("Vega", re.compile(r"\bvega(?:Embed|Lite)?\b\s*[.(]|\bvg\.parse\b")),
    ("Bokeh", re.compile(r"\bBokeh\.\w")),
    ("CodeMirror", re.compile(r"\bCodeMirror\b")),
    ("Highcharts", re.compile(r"\bHighcharts\b")),
    ("Leaflet", re.compile(r"\bL\.(?:map|tileLayer)\b")),
)
_DEFINITIONS = (("jQuery", "jQuery.fn.init"), ("D3", "d3.version"), ("D3", "var d3 ="))
_PLACE = '<div id="element"></div><script>var element = document.getElementById("element");\n'
_ENDING = "<\\/script"
_MOST_FRAMES = 3  # within each other
_MOST_BESIDE = 50  # each in a frame of its own
_LONG = 200_000  # characters: a script so long is a library, not what somebody wrote to draw with


class _Script(Struct, frozen=True):
    """A script of HTML: from where to where it stands, its attributes, and what it says."""

    start: int
    end: int
    attributes: str
    body: str


class _Parts(Struct, frozen=True):
    """HTML taken apart: what its scripts say, and what they load."""

    code: str
    loads: tuple[str, ...]
    seen: bool


def runs(html: str) -> bool:
    """Tell whether HTML has a script or a page within."""
    lowered = html.lower()  # looked at first: the expression takes 20 times as long, and most outputs have none
    return any(mark in lowered for mark in _MARKS) and _RUNS.search(html) is not None


def show_html(html: str, labels: Labels, notes: Notes) -> str:
    """Show HTML that runs; "" if it cannot run here, a blank if there is nothing to be seen of it."""
    for _ in range(_MOST_FRAMES):
        if not (inner := _inner(html)):
            break
        html = inner
        if not runs(html):
            return _framed(html, labels, notes)
    parts = _parts(html)
    if shown := _known(parts.code, labels, notes):
        return shown
    return " " if _only_loads(parts) or _LOADER in html else _framed(html, labels, notes, parts)


def show_javascript(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show what a script draws; one that draws nothing is shown as what it is."""
    code = joined(data)
    if not code.strip():
        return ""
    if shown := _known(code, labels, notes):
        return shown
    if _only_loads(_Parts(code, (), seen=False)):
        return " "
    if shown := static.picture(labels, notes):
        return shown
    if "element" in code or "document." in code:
        whole = f"{_PLACE}{code.replace('</script', _ENDING)}</script>"
        if shown := _framed(whole, labels, notes):
            return shown
    body = f'<pre class="code" tabindex="0" data-language="javascript"><code>{escape(code, quote=False)}</code></pre>'
    return f'<details class="fold"><summary>{escape(notes.words.javascript, quote=False)}</summary>{body}</details>'


def opened(html: str) -> str:
    """Return HTML with the pages that are written into its frames in the place of these."""
    for _ in range(_MOST_FRAMES):
        html, _ = markup.replace_elements(html, "iframe", lambda frame: _inner(frame) or frame)
        if not _INNER.search(html):
            break
    return html


def parted(html: str) -> tuple[str, ...]:
    """Return HTML in parts: what stands before, between and after frames with pages within them, and these.

    Where there are too many, the last part has the rest of them.
    """
    parts: list[str] = []
    end = 0
    while len(parts) < 2 * _MOST_BESIDE and (found := _INNER.search(html, end)):
        close = _FRAME_END.search(html, found.end())
        parts += [html[end : found.start()], html[found.start() : close.end() if close else len(html)]]
        end = close.end() if close else len(html)
    return (*parts, html[end:])


def has_pages(html: str) -> bool:
    """Tell whether HTML has frames with pages within them."""
    return _INNER.search(html) is not None


def _inner(html: str) -> str:
    """Return the page that is written into the frame of an output, if that is all that it is."""
    found = _INNER.search(html)
    if not found:
        return ""
    if found[4] is None:
        return unescape(found[1] or found[2] or "")
    try:
        data = b64decode(unquote(found[4])) if ";base64" in found[3].lower() else unquote(found[4]).encode()
    except ValueError:
        return ""
    return data.decode("utf-8", "replace")


def _parts(html: str) -> _Parts:
    code, loads = [], []
    scripts = tuple(_scripts(html))
    for script in scripts:
        kind = _TYPE.search(script.attributes)
        if source := _SOURCE.search(script.attributes):
            loads.append(unescape(source[1] or source[2] or source[3] or ""))
        elif not kind or "javascript" in kind[1].lower() or kind[1].lower() == "module":
            code.append(script.body)
    rest = _without(html, scripts)
    loads += [tag for tag in _SHEET.findall(rest) if "stylesheet" in tag.lower()]
    seen = bool(_DRAWS.search(rest)) or bool(_TEXT.sub("", markup.clean(rest)))
    return _Parts("\n".join(code), tuple(loads), seen)


def _scripts(html: str) -> Iterator[_Script]:
    """Yield the scripts of HTML: one expression for a whole one takes fifty times as long over a chart's megabytes."""
    end = 0
    while begin := _SCRIPT.search(html, end):
        close = _SCRIPT_END.search(html, begin.end())
        end = close.end() if close else len(html)
        yield _Script(begin.start(), end, begin[1], html[begin.end() : close.start() if close else end])


def _without(html: str, scripts: Iterable[_Script]) -> str:
    """Return HTML without some of its scripts, which are given in their order."""
    kept, end = [], 0
    for script in scripts:
        kept.append(html[end : script.start])
        end = script.end
    return "".join((*kept, html[end:]))


def _only_loads(parts: _Parts) -> bool:
    """Tell whether scripts that draw no known chart only make a library ready, for outputs further down."""
    return not parts.seen and (len(parts.code) > _LONG or _LIBRARY.search(parts.code) is not None)


def _known(code: str, labels: Labels, notes: Notes) -> str:
    """Show a chart by what it is made of, which its script has in it."""
    if figure := plotly.written(code):
        return plotly.show(figure, {}, labels, notes)
    if bokeh.is_drawn(code):
        return bokeh.show_script(code, labels, notes)
    specification = vega.written(code)
    return vega.show(specification, {}, labels, notes) if specification else ""


def _framed(html: str, labels: Labels, notes: Notes, known: _Parts | None = None) -> str:
    """Show HTML in a frame, if all that it needs is there; else tell the author what is missing."""
    parts = known or _parts(html)
    is_loaded = bool(parts.loads) and static.is_name_alone(labels)  # all of it, with nothing to show in its place
    if not notes.runs_scripts or not (parts.seen or parts.code.strip() or is_loaded):
        return ""
    libraries = ("plotly",) if "Plotly" in parts.code else ()
    if lack := _lack(parts, libraries):
        notes.warn(f"has an output whose script needs {lack}, which the site does not have", "add a picture of it")
        return ""
    if frames.lacks(libraries, notes, "a chart"):
        return ""
    height = max((int(found) for found in _HEIGHT.findall(html)), default=frames.DEFAULT_HEIGHT)
    title = notes.words.interactive_output if parts.code else notes.words.page_within
    without = static.picture(labels, notes) or _still(html, notes)
    payload = _REQUIRE + _without_loaded(html) if libraries else html
    return frames.show(payload, notes, title=title, libraries=libraries, height=height, is_sure=False, static=without)


# What scripts of Jupyter wait for Plotly with.
_REQUIRE = "<script>window.require = window.requirejs = function (_, then) { then && then(window.Plotly); };</script>"
_LOADER = 'data-lets-plot-script="library"'


def _lack(parts: _Parts, libraries: tuple[str, ...]) -> str:
    """Return what scripts need and the site does not have; "" if nothing is missing."""
    if _KERNEL.search(parts.code):
        return "Jupyter"
    for address in parts.loads:
        if not _is_had(address, libraries):
            return f"a file from {_host(address)}"
    modules = {name.strip(" \"'\n\t") for found in _MODULES.findall(parts.code) for name in found.split(",")} - {""}
    if foreign := sorted(modules - ({"plotly", "plotlyjs"} if libraries else set())):
        return f"the module {foreign[0]}"
    if _FETCHES.search(parts.code):
        return "the network"
    own = _defined(parts.code)
    return next((name for name, used in _GLOBALS if name not in own and used.search(parts.code)), "")


def _defined(code: str) -> set[str]:
    """Return the libraries that come along within a script."""
    return {name for name, mark in _DEFINITIONS if mark in code}


def _is_had(address: str, libraries: tuple[str, ...]) -> bool:
    is_icons = "font-awesome" in address.lower()  # without them a button has no picture, but its function
    return is_icons or (bool(libraries) and "plotly" in address.lower() and address.endswith(".js"))


def _without_loaded(html: str) -> str:
    """Leave out the scripts that are loaded: the site has its own."""
    return _without(html, (script for script in _scripts(html) if _SOURCE.search(script.attributes)))


def _host(address: str) -> str:
    source = re.search(r"""https?:\\?/\\?/[^"'\s>]+|//[^"'\s>]+""", address)
    try:
        return (source and urlsplit(source[0].replace("\\", "")).hostname) or "elsewhere"
    except ValueError:
        return "elsewhere"


def _still(html: str, notes: Notes) -> str:
    """Return what HTML shows while nothing of it runs."""
    cleaned = markup.clean(markup.tame(html, notes.words).html)
    return cleaned if _TEXT.sub("", cleaned) and "<img" not in cleaned else ""
