"""HTML made by chance of nasty pieces, and what of it is alive."""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Iterator
from typing import Any

import html5lib
from hypothesis import strategies as st

from publisher import formulas, markup
from tests.support import hostile

OF_FORMULAS = "{http://www.w3.org/1998/Math/MathML}"
ALLOWED = (markup.TAGS - formulas.TAGS) | {"html", "head", "body"} | {f"{OF_FORMULAS}{name}" for name in formulas.TAGS}
RAW = ("script", "style", "noscript", "xmp", "iframe", "noembed", "title", "textarea", "template", "plaintext")
TAGS = (
    *sorted(markup.TAGS),
    *RAW,
    "svg",
    "math",
    "mtext",
    "mglyph",
    "malignmark",
    "annotation",
    "foreignObject",
    "annotation-xml",
    "select",
    "form",
)
ATTRIBUTES = (
    *("href", "src", "srcset", "style", "class", "id", "name", "title", "alt", "onerror", "onclick", "oNfocus"),
    *("xlink:href", "poster", "data", "srcdoc", "action", "formaction", "background", "autofocus", "http-equiv"),
    *("content", "is", "slot", "actiontype", "encoding", "definitionURL", "width", "display", "lspace", "mathcolor"),
)  # fmt: skip
VALUES = (
    *("javascript:pwned(1)", "JaVa\tScRiPt:pwned(1)", "&#106;avascript:pwned(1)", "\x01javascript:pwned(1)"),
    *("vbscript:x", "data:text/html,<script>1</script>", "data:image/svg+xml,<svg onload=x>", "data:image/png,A"),
    *("//evil.test", "color:red;position:fixed", "background:url(//evil.test)", "margin:-99px;color:red", "a\\b"),
    *("width:calc(1px*-9)", "</script><script>pwned(1)", '"><img src=x onerror=pwned(1)>', "'><svg onload=pwned(1)>"),
    *("--><b>", "]]><b>", "x", "attachment:x", "figure:1", "asset:outputs/x.html", "&lt;img src=x onerror=1&gt;"),
    *("&quot; onclick=1", "`", "&"),
)  # fmt: skip
SPACES = ("", " ", "/", "\t", "\n", "\x0c", "\x00", "/ /", "  ")
QUOTES = ('"', "'", "", "`")
ENDINGS = (">", ">", ">", "/>", "", " ")
SIGNS = ("<!--", "-->", "--!>", "<![CDATA[", "]]>", "<!", "<?x", "&lt;", "&#60;", "<", ">", '"', "\x00")
PAYLOADS = tuple(payload.text for payload in hostile.numbered())
SPACE, QUOTE = st.sampled_from(SPACES), st.sampled_from(QUOTES)


@st.composite
def attribute(draw: st.DrawFn) -> str:
    quote = draw(QUOTE)
    value = draw(st.sampled_from(VALUES) | st.text(max_size=6))
    return f"{draw(SPACE)}{draw(st.sampled_from(ATTRIBUTES))}={quote}{value}{quote}"


@st.composite
def tag(draw: st.DrawFn) -> str:
    name = draw(st.sampled_from(TAGS))
    name = name.upper() if draw(st.booleans()) else name
    if draw(st.integers(0, 3)) == 0:
        return f"</{name}{draw(SPACE)}>"
    attributes = "".join(draw(st.lists(attribute(), max_size=3)))
    return f"<{name} {attributes}{draw(st.sampled_from(ENDINGS))}"


OTHERS = st.sampled_from(SIGNS) | st.sampled_from(PAYLOADS) | st.text(max_size=6)
DOCUMENTS = st.lists(tag() | tag() | OTHERS, max_size=9).map("".join)


def document(chance: random.Random) -> str:
    """Return a document of the same pieces by chance; to make it takes a tenth of the time that Hypothesis takes."""
    makers = (tag_by_chance, tag_by_chance, lambda by: by.choice(SIGNS), lambda by: by.choice(PAYLOADS))
    return "".join(chance.choice(makers)(chance) for _ in range(chance.randrange(1, 10)))


def tag_by_chance(chance: random.Random) -> str:
    name = chance.choice((*TAGS, *map(str.upper, RAW)))
    if not chance.randrange(4):
        return f"</{name}{chance.choice(SPACES)}>"
    written = f"<{name} "
    for _ in range(chance.randrange(4)):
        quote = chance.choice(QUOTES)
        written += f"{chance.choice(SPACES)}{chance.choice(ATTRIBUTES)}={quote}{chance.choice(VALUES)}{quote}"
    return written + chance.choice(ENDINGS)


def elements(html: str) -> Iterator[Any]:
    """Yield the elements of HTML as the standard has browsers read it, once with and once without scripts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for has_scripts in (True, False):
            parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
            yield from parser.parse(html, scripting=has_scripts).iter()


def alive(html: str) -> list[str]:
    """Return what could run, load, submit, or cover the page."""
    found = []
    for element in elements(html):
        if not isinstance(element.tag, str) or element.tag not in ALLOWED:
            found.append(f"<{element.tag}>")
            continue
        allowed = markup.ATTRIBUTES.get(element.tag.removeprefix(OF_FORMULAS), set()) | markup.ATTRIBUTES["*"]
        for name, value in element.attrib.items():
            if name not in allowed or _is_unsafe(element.tag, name, value):
                found.append(f"<{element.tag} {name}={value!r}>")
    return found


def _is_unsafe(tag: str, name: str, value: str) -> bool:
    if name in ("id", "name"):
        return not value.startswith(markup.ID_PREFIX)
    if name == "style":
        return re.search(r"url|expression|position|\\|@|/\*|(?:margin|indent)[^;]*-\s*[\d.]", value, re.I) is not None
    if name not in ("href", "src", "poster"):
        return False
    scheme = _scheme(value)
    media = {"data", "attachment"} if tag in ("img", "audio", "video", "source") else set()
    near = tag == "img" or name == "href" or not markup.remote_url(value)
    return scheme not in {"", "http", "https", "mailto", "tel", *media} or not near


def _scheme(value: str) -> str:
    """Return the scheme as browsers find it: blanks and control characters before it do not count."""
    plain = re.sub("[\t\n\r]", "", value).lstrip("".join(map(chr, range(33))))
    found = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*(?=:)", plain)
    return found[0].lower() if found else ""
