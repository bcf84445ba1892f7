"""Show what needs a script: as a file of its own, in a frame from which nothing can reach the page or the network.

Three things hold together. The frame is sandboxed: its scripts run in an origin that is nobody's. The file has a
policy that lets it load nothing but the site's own scripts. And what runs is inert data until a guard has seen
that it is in such a frame: opened by itself, the file would have the origin of the site, and does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from publisher import html_tags
from publisher.article import ASSET, Notes
from publisher.libraries import LIBRARIES
from publisher.markup import escape
from publisher.words import Words

POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src data: blob:; connect-src 'none'; "
    "worker-src blob:; form-action 'none'; base-uri 'none'"
)
# Of a file in which nothing runs: its HTML is clean, and loads nothing.
STILL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; form-action 'none'; base-uri 'none'"
)
FOLDER = "outputs/"
DEFAULT_HEIGHT = 400  # CSS pixels, where nothing says how high an output will be
_LOWEST, _HIGHEST = 20, 4000
_WIDE_FROM = 640
_TO_ROOT = "../"  # from `outputs/`

_STYLE = "html,body{margin:0;background:#fff;color:#1a1a1a;font:15px/1.5 system-ui,sans-serif}img{max-width:100%}"
# Runs what it is given, and tells the page how high that is, or that it is higher than was known before.
_GUARD = """(function () {
  if (self.origin !== "null" || self === top) return;
  var payload = document.getElementById("payload").textContent;
  document.getElementById("closed").remove();
  var root = document.documentElement;
  var tell = function () {
    var height = Math.ceil(root.getBoundingClientRect().height);
    if (height > innerHeight || !root.dataset.height) parent.postMessage({ type: "height", height: height }, "*");
  };
  addEventListener("load", function () { new ResizeObserver(tell).observe(root); });
  document.write(JSON.parse(payload));
})();"""


def show(
    payload: str,
    notes: Notes,
    *,
    title: str,
    libraries: Iterable[str] = (),
    width: float = 0,
    height: float = DEFAULT_HEIGHT,
    is_sure: bool = True,
    static: str = "",
) -> str:
    """Return a figure with a frame in which `payload`, any HTML with scripts, runs after the libraries.

    `static` is what there is to see without scripts. If it is a picture, it stands first, and the frame is loaded for
    who opens it; else the frame is loaded when it comes near. Its height is reserved; unless that
    `is_sure`, what comes out lower gets less.
    """
    names = tuple(libraries)
    notes.libraries.update(names)
    loaded = "".join(f'<script src="{_TO_ROOT}{notes.scripts[name]}"></script>' for name in names)
    document = _document(loaded + payload, title, height if is_sure else 0, notes.words)
    source = notes.attach(document, ".html", FOLDER.rstrip("/"))
    frame = (
        f'<iframe src="{source}" sandbox="allow-scripts" loading="lazy" title="{escape(title)}" '
        f'style="height:{_within(height)}px"></iframe>'
    )
    wide = " wide" if width > _WIDE_FROM else ""
    if "<img" in static:
        label = escape(notes.words.interactive_version, quote=False)
        return f'{static}<details class="interactive{wide}"><summary>{label}</summary>{frame}</details>'
    without = static or note(title, notes)
    return f'<figure class="interactive{wide}">{frame}<noscript>{without}</noscript></figure>'


def note(title: str, notes: Notes) -> str:
    """Return what readers see of an output that is nothing without its script."""
    return f'<p class="note">{escape(notes.words.drawn_by_script(title=title), quote=False)}</p>'


def _within(height: float) -> int:
    return round(min(max(height, _LOWEST), _HIGHEST))


def _document(payload: str, title: str, height: float, words: Words) -> bytes:
    known = f' data-height="{round(height)}"' if height else ""
    return (
        f"{_opening(title, POLICY, words, known)}"
        f'<body>\n<p id="closed" dir="auto">{escape(words.frame_alone, quote=False)}</p>\n'
        f'<script type="application/json" id="payload">{inert(payload)}</script>\n<script>{_GUARD}</script>\n'
        f"</body>\n</html>\n"
    ).encode("utf-8", "replace")


def still(html: str, title: str, words: Words) -> str:
    """Return clean HTML as a page that readers open by itself."""
    return f'{_opening(title, STILL_POLICY, words)}<body style="margin:1.5rem">\n{html}\n</body>\n</html>\n'


def _opening(title: str, policy: str, words: Words, known: str = "") -> str:
    return (
        f'<!doctype html>\n<html lang="{escape(words.language)}"{known}>\n<head>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<meta charset="utf-8">\n'
        f'<meta name="robots" content="noindex">\n<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n'
    )


def framed(body: str) -> set[str]:
    """Return the paths of the files that the body of an article has in frames."""
    sources = (written.get("src", "") for name, written in html_tags.found(body, "src") if name == "iframe")
    return {source.removeprefix(ASSET) for source in sources if source.startswith(ASSET)}


def inert(value: object) -> str:
    """Return JSON that can stand within a script element: no `<` can end it, or begin another."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def lacks(names: Iterable[str], notes: Notes, what: str) -> bool:
    """Tell whether a script may not run here, or one that it needs is not installed, which the author is told."""
    if not notes.runs_scripts:
        return True
    missing = next((name for name in names if name not in notes.scripts), "")
    if missing:
        extra = LIBRARIES[missing].extra
        notes.warn(f"has {what}, whose script is not installed", f"pip install 'notebook-publisher[{extra}]'")
    return bool(missing)
