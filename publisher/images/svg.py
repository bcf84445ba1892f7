"""Keep of an SVG what draws: nothing that runs, loads or points elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
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

# What draws, in the spelling that browsers read. All other elements are dropped with what is in them, as are those of
# other namespaces (HTML, RDF, editors' own); all other attributes are dropped.
_ELEMENTS = """
    a animate animateMotion animateTransform circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer
    feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB
    feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting
    feSpotLight feTile feTurbulence filter g image line linearGradient marker mask mpath path pattern polygon polyline
    radialGradient rect set stop style svg switch symbol text textPath title tspan use view
"""
# Those that an animation may change as well: none of them leads, loads or runs.
_ANIMATED = """
    alignment-baseline amplitude azimuth baseFrequency baseline-shift bias clip clip-path clip-rule clipPathUnits color
    color-interpolation color-interpolation-filters color-rendering cursor cx cy d diffuseConstant direction display
    divisor dominant-baseline dx dy edgeMode elevation enable-background exponent fill fill-opacity fill-rule filter
    filterUnits flood-color flood-opacity font font-family font-feature-settings font-kerning font-size font-size-adjust
    font-stretch font-style font-variant font-weight fr fx fy glyph-orientation-horizontal glyph-orientation-vertical
    gradientTransform gradientUnits height image-rendering in in2 intercept isolation k1 k2 k3 k4 kernelMatrix
    kernelUnitLength lengthAdjust letter-spacing lighting-color limitingConeAngle marker marker-end marker-mid
    marker-start markerHeight markerUnits markerWidth mask mask-type maskContentUnits maskUnits method mix-blend-mode
    mode numOctaves offset opacity operator order orient overflow paint-order pathLength patternContentUnits
    patternTransform patternUnits pointer-events points pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio
    primitiveUnits r radius refX refY result rotate rx ry scale seed shape-rendering side slope spacing
    specularConstant specularExponent spreadMethod startOffset stdDeviation stitchTiles stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
    surfaceScale tableValues targetX targetY text-anchor text-decoration text-overflow text-rendering textLength
    transform transform-box transform-origin type unicode-bidi values vector-effect viewBox visibility white-space width
    word-spacing writing-mode x x1 x2 xChannelSelector y y1 y2 yChannelSelector z
"""
_STILL = """
    accumulate additive attributeName attributeType baseProfile begin by calcMode class dur end from href id keyPoints
    keySplines keyTimes lang max media min origin path repeatCount repeatDur requiredExtensions requiredFeatures restart
    role style systemLanguage tabindex title to version
"""


def _by_folded_name(*names: str) -> dict[str, str]:
    return {name.lower(): name for name in " ".join(names).split()}


_ELEMENT = _by_folded_name(_ELEMENTS)
_ATTRIBUTES_OF = {
    "": _by_folded_name(_ANIMATED, _STILL),
    _XLINK: {"href": "xlink:href"},
    _XML: {"lang": "xml:lang", "space": "xml:space"},
}
_MAY_CHANGE = frozenset(_ANIMATED.split())
_ANIMATIONS = frozenset(("animate", "set", "animateTransform"))
_WITH_DATA = frozenset(("image", "feImage"))
_NOTED = re.compile(r"(?:aria|data)-[a-z0-9-]+")  # attributes that browsers leave alone

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
        self._open_tags: list[str] = []
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
        # What stands inside a style is no element of the drawing, but would hide text from the filter of styles.
        tag = "" if self._skipped or self._style is not None else self._tag(name)
        written = _kept(tag, attributes) if tag else {}
        if not tag or (tag in _ANIMATIONS and "attributeName" not in written):
            self._skipped += 1
            return
        self._close_start()
        if not self._open_tags:
            written = {"xmlns": _SVG, "xmlns:xlink": _XLINK, **written}
        self.out.append(f"<{tag}{''.join(_written(written))}")
        self._open = True
        self._open_tags.append(tag)
        self._style = [] if tag == "style" else None

    def _tag(self, name: str) -> str:
        """Return the name of an element as browsers read it, or "" to drop it."""
        namespace, _, local = name.rpartition(" ")
        tag = _ELEMENT.get(local.lower(), "") if namespace in ("", _SVG) else ""
        if not self._open_tags and tag != "svg":
            raise ImageError("SVG drawing does not begin with an svg element", "save or run it again")
        return tag

    def _end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        if self._style is not None:
            self._write(escape(safe_style("".join(self._style)), quote=False))
            self._style = None
        tag = self._open_tags.pop()
        if self._open:
            self.out.append("/>")
            self._open = False
        else:
            self.out.append(f"</{tag}>")

    def _text(self, text: str) -> None:
        if self._skipped or not self._open_tags:
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


def _kept(tag: str, attributes: list[str]) -> dict[str, str]:
    """Return the attributes that may stay, by the names that they are written under.

    Of several whose names differ in case alone browsers read one and we might judge another: all of them are dropped.
    """
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for name, value in zip(attributes[::2], attributes[1::2], strict=True):
        namespace, _, local = name.rpartition(" ")
        folded = local.lower()
        known = _ATTRIBUTES_OF.get(namespace, {}).get(folded, "")
        written = known or (folded if not namespace and _NOTED.fullmatch(folded) else "")
        if (namespace, folded) in seen:
            found.pop(written, None)
        elif written and _is_harmless(tag, folded, value):
            found[written] = value
        seen.add((namespace, folded))
    return found


def _written(attributes: dict[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        yield f' {name}="{escape(_value(name, value), quote=False).translate(_QUOTED)}"'


def _is_harmless(tag: str, folded: str, value: str) -> bool:
    if folded == "attributename":
        return value in _MAY_CHANGE
    if folded != "href":
        return True
    link = _BLANKS.sub("", value)
    return link.startswith("#") or (tag in _WITH_DATA and bool(_DATA_IMAGE.match(link)))


def _value(name: str, value: str) -> str:
    is_link = name.startswith("xmlns") or name.endswith("href")
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
