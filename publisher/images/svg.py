"""Keep of an SVG what draws: nothing that runs, loads or points elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from html.entities import html5
from xml.parsers import expat

from publisher.images.errors import ImageError, TooLargeError

MAX_BYTES = 2_000_000
DEFAULT_SIZE = (300, 150)  # what browsers take where an SVG says nothing

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"

# Dropped with all that is in them. Elements of other namespaces (HTML, RDF, editors' own) are dropped as well.
_DROPPED = frozenset(
    ("script", "handler", "listener", "foreignobject", "iframe", "audio", "video", "canvas", "metadata")
)
_ANIMATIONS = frozenset(("animate", "set", "animatetransform", "animatemotion", "animatecolor"))
_LINKS = frozenset(("href", "src"))

_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>\s*)*<(?:[\w.-]+:)?svg\b",
    re.S | re.I,
)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp)[;,]", re.I)
_INERT_DATA = r"data:(?:image/(?:png|jpe?g|gif|webp)[;,]|font/|application/(?:x-)?font-)"
_INERT = rf"""[ \t\n]{{0,9}}["']?[ \t\n]{{0,9}}(?:#|{_INERT_DATA})"""
_SUSPECT = re.compile(r"[(@\\]")
_LOADS = re.compile(rf"(?:url|src)\s*\((?!{_INERT})[^)]*\)?|(?:-webkit-)?image-set\s*\([^)]*\)?", re.I)
_IMPORT = re.compile(r"@import\b[^;]*;?", re.I)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.I | re.S)
_QUOTED = str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
_BLANKS = re.compile(r"[\x00-\x20]+")
_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)\s*(px|pt|pc|in|cm|mm|em|)\s*", re.I)
_UNITS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16.0}
_ROOT = re.compile(r"<svg\b[^>]*>")
_ATTRIBUTE = re.compile(r'\s([\w:-]+)="([^"]*)"')


def is_svg(data: bytes, mime: str = "") -> bool:
    """Tell whether bytes are an SVG: by their beginning, or by a declared type where that is text at all."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if _START.match(start):
        return True
    return mime.startswith("image/svg") and (start.lstrip()[:1] == b"<" or start[:2] in (b"\xff\xfe", b"\xfe\xff"))


@lru_cache(maxsize=4)  # one drawing is planned, considered for the card and written, one after the other
def clean(data: bytes) -> bytes:
    """Return the drawing alone, as UTF-8. Cleaning twice is cleaning once. Raises ImageError."""
    if len(data) > MAX_BYTES:
        raise TooLargeError(
            f"SVG drawing has {len(data) / 1e6:.1f} MB; the limit is {MAX_BYTES // 1_000_000} MB",
            "save it as PNG, or draw fewer marks",
        )
    cleaner = _Cleaner()
    try:
        cleaner.parse(data)
    except (expat.ExpatError, ValueError) as error:
        raise ImageError(f"SVG drawing is broken: {error}", "save or run it again") from error
    if not cleaner.out:
        raise ImageError("SVG drawing is empty", "save or run it again")
    return "".join(cleaner.out).encode()


class _Cleaner:
    """Writes what may stay while the parser reads on, so that depth costs nothing."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self._skipped = 0
        self._depth = 0
        self._open = False
        self._style: list[str] | None = None

    def parse(self, data: bytes) -> None:
        text, encoding = _decoded(data)
        parser = expat.ParserCreate(encoding, " ")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._refuse
        parser.Parse(text, True)

    def _refuse(self, *_declaration: object) -> None:
        raise ImageError("SVG drawing declares entities, which could be used to exhaust memory", "save it as plain SVG")

    def _start(self, name: str, attributes: list[str]) -> None:
        namespace, _, tag = name.rpartition(" ")
        # What stands inside a style is no element of the drawing, but would hide text from the filter of styles.
        if self._skipped or self._style is not None or not self._may_stay(namespace, tag, attributes):
            self._skipped += 1
            return
        self._close_start()
        if not self._depth:
            attributes = ["xmlns", _SVG, "xmlns:xlink", _XLINK, *attributes]
        self.out.append(f"<{tag}{''.join(_written(attributes))}")
        self._open = True
        self._depth += 1
        self._style = [] if tag.lower() == "style" else None

    def _may_stay(self, namespace: str, tag: str, attributes: list[str]) -> bool:
        if not self._depth and tag != "svg":
            raise ImageError("SVG drawing does not begin with an svg element", "save or run it again")
        lower = tag.lower()
        if namespace not in ("", _SVG) or lower in _DROPPED:
            return False
        return lower not in _ANIMATIONS or not _animates_a_link(attributes)

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        if self._style is not None:
            self._write(escape(safe_style("".join(self._style)), quote=False))
            self._style = None
        self._depth -= 1
        if self._open:
            self.out.append("/>")
            self._open = False
        else:
            self.out.append(f"</{name.rpartition(' ')[2]}>")

    def _text(self, text: str) -> None:
        if self._skipped or not self._depth:
            return
        if self._style is not None:
            self._style.append(text)
        else:
            self._write(escape(text, quote=False))

    def _write(self, text: str) -> None:
        if text:
            self._close_start()
            self.out.append(text)

    def _close_start(self) -> None:
        if self._open:
            self.out.append(">")
            self._open = False


def _decoded(data: bytes) -> tuple[str | bytes, str | None]:
    """Return the text where it is UTF-8, whatever it declares; HTML's names for characters become characters."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data, None
    return _ENTITY.sub(_character, _DECLARED.sub("", text)).encode(), "utf-8"


def _character(match: re.Match[str]) -> str:
    name = match[1]
    return match[0] if name in _XML_ENTITIES else html5.get(name, match[0])


def _written(attributes: list[str]) -> list[str]:
    kept = []
    for name, value in zip(attributes[::2], attributes[1::2], strict=True):
        safe = _attribute(name, value)
        if safe is not None:
            kept.append(f' {safe}="{escape(_value(safe, value), quote=False).translate(_QUOTED)}"')
    return kept


def _attribute(name: str, value: str) -> str | None:
    """Return the name to write an attribute under, or None to drop it."""
    namespace, _, local = name.rpartition(" ")
    lower = local.lower()
    if lower.startswith("on") or lower in ("base", "ping", "formaction"):
        return None
    if lower in _LINKS and not _stays_here(value):
        return None
    if namespace == _XLINK:
        return f"xlink:{local}"
    if namespace == _XML:
        return f"xml:{local}"
    return None if namespace else local


def _stays_here(value: str) -> bool:
    link = _BLANKS.sub("", value)
    return link.startswith("#") or bool(_DATA_IMAGE.match(link))


def _value(name: str, value: str) -> str:
    is_link = name.startswith("xmlns") or name.lower().rpartition(":")[2] in _LINKS
    return value if is_link or not _SUSPECT.search(value) else safe_style(value)


def safe_style(css: str) -> str:
    """Return CSS that loads nothing; written with escapes to hide that it does, it goes as a whole."""
    plain = _ESCAPE.sub(_unescaped, css)
    if plain != css and (_LOADS.search(plain) or _IMPORT.search(plain)):
        return ""
    cleaned = _LOADS.sub("none", _IMPORT.sub("", css))
    return "" if _LOADS.search(cleaned) or _IMPORT.search(cleaned) else cleaned


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else 0
    return chr(code) if 0 < code < 0x110000 else match[2] or ""


def _animates_a_link(attributes: list[str]) -> bool:
    named = dict(zip((name.lower() for name in attributes[::2]), attributes[1::2], strict=True))
    target = named.get("attributename", "").strip().lower().rpartition(":")[2]
    return target in _LINKS or target.startswith("on")


def size(cleaned: bytes) -> tuple[int, int]:
    """Return width and height in CSS pixels of a drawing that `clean` returned."""
    root = _ROOT.search(cleaned.decode())
    written = dict(_ATTRIBUTE.findall(root[0])) if root else {}
    width, height = _length(written.get("width", "")), _length(written.get("height", ""))
    box = _view_box(written.get("viewBox", ""))
    if width and height:
        return _rounded(width, height)
    if box is None:
        return _rounded(width or DEFAULT_SIZE[0], height or DEFAULT_SIZE[1])
    if width:
        return _rounded(width, width * box[1] / box[0])
    if height:
        return _rounded(height * box[0] / box[1], height)
    return _rounded(*box)


def _length(text: str) -> float:
    match = _LENGTH.fullmatch(text)
    length = float(match[1]) * _UNITS[match[2].lower()] if match else 0.0
    return length if length < 1e9 else 0.0


def _view_box(text: str) -> tuple[float, float] | None:
    numbers = text.replace(",", " ").split()
    try:
        width, height = (float(number) for number in numbers[2:4])
    except ValueError:
        return None
    return (width, height) if 0 < width < 1e9 and 0 < height < 1e9 else None


def _rounded(width: float, height: float) -> tuple[int, int]:
    return max(1, min(100_000, round(width))), max(1, min(100_000, round(height)))
