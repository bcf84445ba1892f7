"""Make the body of an article fit for feed readers: plain HTML that needs nothing of the site but its addresses."""

from __future__ import annotations

import re
from hashlib import blake2b
from html import unescape
from urllib.parse import urlsplit

from publisher import math
from publisher.feeds.values import joined
from publisher.markup import escape

# Attributes of elements that stay. Any other element is dropped and its text kept.
_PLAIN = """
    abbr b bdi blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd
    mark p pre q rp rt ruby s samp section small span strong sub summary sup table tbody tfoot thead tr u ul var wbr
"""
_KEPT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_PLAIN.split(), ()),
    "a": ("href",),
    "col": ("span",),
    "colgroup": ("span",),
    "data": ("value",),
    "details": ("open",),
    "li": ("value",),
    "ol": ("start", "reversed", "type"),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "time": ("datetime",),
    "img": ("src", "alt", "width", "height"),
    "audio": ("src", "controls", "loop"),
    "video": ("src", "poster", "controls", "loop", "width", "height"),
    "source": ("src", "type"),
}
_EVERYWHERE = ("lang", "dir", "title")
_ADDRESSES = ("href", "src", "poster")
_MATH = """
    math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup munder mover
    munderover mmultiscripts mprescripts none mtable mtr mtd menclose semantics annotation
"""
_FORMULA = frozenset(_MATH.split())
_NO_MATH_ATTRIBUTES = ("class", "style", "id")
_VOID = frozenset({"br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"})
# What goes with all that is in it: what runs, what is for hands, what only the page has a place for.
_GONE = "button embed form iframe input noscript object script select style svg template textarea title"
_DROPPED = frozenset(_GONE.split())
# Classes of what only a page has a use for, and of boxes that do nothing in a feed.
_HIDDEN = frozenset({"anchor", "only-dark"})
_WRAPPERS = frozenset({"cell", "columns", "output", "prose", "raw", "table"})
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9]*)((?: [a-zA-Z:-]+(?:="[^"]*")?)*) ?/?>')
_ATTRIBUTE = re.compile(r' ([a-zA-Z:-]+)(?:="([^"]*)")?')
_PRE = re.compile(r"<pre\b.*?</pre>", re.S)
_SPAN = re.compile(r"</?span\b[^<>]*>")
_NOTE = re.compile(r"fn(?:ref)?-\d+(?:-\d+)?")  # an id of a footnote, or of a reference to one
_TEX = re.compile(r'<annotation encoding="application/x-tex">([^<]*)</annotation>')
# What outputs.frames writes.
_OPENED = re.compile(r'<details class="interactive[^"]*"><summary>([^<]*)</summary><iframe\b[^<>]*></iframe></details>')
_FRAMED = re.compile(
    r'<figure class="interactive[^"]*"><iframe\b[^<>]* title="([^"]*)"[^<>]*></iframe>'
    r"<noscript>(.*?)</noscript></figure>",
    re.S,
)


def clean(body: str, url: str) -> str:
    """Return the finished body of an article as feeds have it; `url` is the absolute address of its page.

    Every address is absolute, but for those of footnotes, which are in the same text. What is drawn by a script is
    what is shown without it, with a link to the page. Code is not coloured. A fold stays one: a reader that does not
    know it shows it open.
    """
    link = escape(url)
    body = _OPENED.sub(rf'<p><a href="{link}">\1</a></p>', body)
    body = _FRAMED.sub(rf'<figure>\2<figcaption><a href="{link}">\1</a></figcaption></figure>', body)
    body = _PRE.sub(lambda pre: _SPAN.sub("", pre[0]), body)
    return _Cleaning(body, url).result()


class _Cleaning:
    """One pass over serialised HTML, in which every attribute is quoted and escaped."""

    def __init__(self, html: str, url: str) -> None:
        self._html = html
        self._url = url
        self._key = blake2b(url.encode(), digest_size=4).hexdigest()  # makes ids of footnotes those of this entry
        self._parts: list[str] = []
        self._ends: list[tuple[str, str]] = []  # of open elements: the name, and what ends what it became
        self._hidden_in = 0  # the number of open elements around what is dropped

    def result(self) -> str:
        """Return what is left."""
        position = 0
        for tag in _TAG.finditer(self._html):
            self._write(self._html[position : tag.start()])
            position = tag.end()
            name = tag[2].lower()
            if tag[1]:
                self._close(name)
            else:
                self._open(name, tag[3], position)
        self._write(self._html[position:])
        return "".join(self._parts).strip()

    def _write(self, html: str) -> None:
        if not self._hidden_in:
            self._parts.append(html)

    def _open(self, name: str, written: str, position: int) -> None:
        attributes = dict(_ATTRIBUTE.findall(written)) if written else {}
        if name in _DROPPED or _HIDDEN.intersection(attributes.get("class", "").split()):
            self._hide(name)
            return
        start, end = self._become(name, attributes, position)
        self._write(start)
        if name not in _VOID:
            self._ends.append((name, end))

    def _hide(self, name: str) -> None:
        """Leave out an element with all that is in it."""
        if name not in _VOID:
            self._ends.append((name, ""))
            self._hidden_in = self._hidden_in or len(self._ends)

    def _close(self, name: str) -> None:
        if all(name != open_one for open_one, _ in self._ends):
            return
        while True:
            ended, end = self._ends.pop()
            if self._hidden_in > len(self._ends):
                self._hidden_in = 0
            else:
                self._write(end)
            if ended == name:
                return

    def _become(self, name: str, attributes: dict[str, str], position: int) -> tuple[str, str]:
        """Return what an element begins and ends with in a feed: nothing, if only its content stays."""
        classes = attributes.get("class", "").split()
        if name in _FORMULA:
            return self._formula(name, attributes, position), f"</{name}>"
        if name == "aside":
            return "<blockquote>", "</blockquote>"
        if name == "p" and "callout-title" in classes:
            return "<p><strong>", "</strong></p>"
        if name == "div" and _WRAPPERS.intersection(classes):
            return "", ""
        if name in ("span", "bdi") and not {"lang", "dir"} & attributes.keys():
            return "", ""
        if name not in _KEPT:
            return "", ""
        return self._element(name, attributes)

    def _element(self, name: str, attributes: dict[str, str]) -> tuple[str, str]:
        kept = self._attributes(name, attributes)
        if name == "img" and "src" not in kept:
            alt = attributes.get("alt", "")
            return (f"<em>{alt}</em>" if alt else ""), ""
        if (name == "a" and not {"href", "id"} & kept.keys()) or (name == "source" and "src" not in kept):
            return "", ""
        return f"<{name}{_written(kept)}>", f"</{name}>"

    def _attributes(self, name: str, attributes: dict[str, str]) -> dict[str, str]:
        kept = {}
        for key in (*_KEPT.get(name, ()), *_EVERYWHERE):
            if key not in attributes:
                continue
            value = attributes[key]
            if key in _ADDRESSES:
                value = escape(self._address(unescape(value)))
                if not value:
                    continue
            kept[key] = value
        if name == "img":
            kept.setdefault("alt", "")
        if _NOTE.fullmatch(attributes.get("id", "")):
            kept["id"] = f"{attributes['id']}-{self._key}"
        return kept

    def _address(self, url: str) -> str:
        """Return an address as feeds have it; "" if it is none that readers could follow."""
        if _NOTE.fullmatch(url.removeprefix("#")):
            return f"{url}-{self._key}" if url.startswith("#") else ""
        found = joined(self._url, url)
        return found if found and urlsplit(found).scheme in _SCHEMES else ""

    def _formula(self, name: str, attributes: dict[str, str], position: int) -> str:
        """Return the start of an element of a formula.

        The formula as a whole gets words, for who cannot see it. Where a reader knows no formulas, it shows
        the text of all these elements in a row; so the TeX, which says what is meant, is set apart.
        """
        kept = {key: value for key, value in attributes.items() if key not in _NO_MATH_ATTRIBUTES}
        if name == "math":
            end = self._html.find("</math>", position)
            tex = _TEX.search(self._html, position, end)
            spoken = math.readable(unescape(tex[1])) if tex else _TAG.sub("", self._html[position:end])
            kept["alttext"] = escape(" ".join(spoken.split())) if tex else spoken
        apart = " " if name == "annotation" else ""
        return f"{apart}<{name}{_written(kept)}>"


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {key}="{value}"' if value or key == "alt" else f" {key}" for key, value in attributes.items())
