"""Write an article as Markdown, for readers and programs that want its words and nothing else.

It is made of the finished body, so that it says what the page says: what is hidden there is not here, links lead where
they lead there. The HTML is ours or was cleaned: its tags are balanced, and no text in it has an unescaped `<`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import unescape
from itertools import chain

from msgspec import Struct, field

from publisher.html_tags import attributes

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>|([^<]+)')
_SPAN = re.compile(r"</?span[^<>]*>")
_CODE = re.compile(r'(<pre class="code"[^<>]*>)(.*?)(</pre>)', re.S)
_MATH = re.compile(r"(<math[^<>]*>).*?(</math>)", re.S)
_ANNOTATION = re.compile(r"<annotation\b[^<>]*>[^<]*</annotation>")
_VOID = frozenset({"br", "hr", "img", "source", "track", "wbr", "col"})
_BLOCK_TAGS = """
article aside audio blockquote center details dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr iframe
li noscript ol p pre section summary table ul video
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNSEEN = frozenset({"script", "style", "template"})
_MARKS = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~"}
_SPACE = re.compile(r"[ \t\n]+")
# What means something to Markdown anywhere in a text: signs, two tildes, what begins a character by its name.
_SPECIAL = re.compile(r"([\\`*_\[\]<>]|~(?=~)|(?<=~)~|&(?=#?\w+;))")
# What does at the start of a line, for a list, a heading, or a rule below one; and what ends a heading.
_STARTS_LINE = re.compile(r"^(\s*\d*)([-+](?!\S)|[-=](?=[-=\s]*$)|#(?=#*(?!\S))|(?<=\d)[.)](?!\S))", re.M)
_ENDS_HEADING = re.compile(r"(?:(?<=\s)|^)(#+\s*)$")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")  # which YAML reads as no letter, or not at all
_TICKS = re.compile(r"`+")
_SPACED = re.compile(r" .*[^ ].* ", re.S)  # of which Markdown takes a space off each end


class Element(Struct):
    """An element of the body, its attributes as they are written."""

    tag: str
    written: str = ""
    children: list[Element | str] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Return an attribute, or ""."""
        return attributes(self.written).get(name, "") if name in self.written else ""

    def find(self, tag: str) -> Iterator[Element]:
        """Yield the elements of that name in it, in their order."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag:
                    yield child
                yield from child.find(tag)

    @property
    def text(self) -> str:
        """All text in it as it is."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


def twin(title: str, about: Iterable[tuple[str, object]], body: str, base: str) -> str:
    """Return an article as Markdown: front matter with what there is to tell about it, its title, and its text.

    `base` goes before links that begin with `/`. Values of front matter are written as JSON, which YAML includes.
    """
    lines = "\n".join(f"{name}: {_dumped(value)}" for name, value in about if value)
    return f"---\n{lines}\n---\n\n# {_heading(_escaped(title))}\n\n{markdown(body, base)}"


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda letter: f"\\u{ord(letter[0]):04x}", text)


def _heading(text: str) -> str:
    return _ENDS_HEADING.sub(r"\\\1", text)


def markdown(body: str, base: str = "") -> str:
    """Return the finished body of an article as Markdown that ends with a line break."""
    plain = _CODE.sub(lambda code: code[1] + _SPAN.sub("", code[2]) + code[3], body)
    written = "\n\n".join(_Writer(base).blocks(parse(_MATH.sub(_noted, plain)).children))
    return f"{written}\n" if written else ""


def _noted(formula: re.Match[str]) -> str:
    """Return a formula with nothing but its source in it, for what it is drawn with is most of a page."""
    source = _ANNOTATION.search(formula[0])
    return f"{formula[1]}{source[0]}{formula[2]}" if source else formula[0]


def parse(html: str) -> Element:
    """Return the elements of HTML whose tags are balanced; an end without a beginning is ignored."""
    root = Element("body")
    opened = [root]
    for end, tag, written, text in _TOKEN.findall(html):
        if text:
            opened[-1].children.append(unescape(text))
        elif end:
            place = next((at for at in range(len(opened) - 1, 0, -1) if opened[at].tag == tag), 0)
            if place:
                del opened[place:]
        else:
            element = Element(tag, written)
            opened[-1].children.append(element)
            if tag not in _VOID:
                opened.append(element)
    return root


class _Writer:
    """Writes elements as blocks and lines of Markdown."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.special: dict[str, Callable[[Element], Iterable[str]]] = {
            "pre": self._pre,
            "table": self._table,
            "blockquote": self._quote,
            "aside": self._quote,
            "ul": self._list,
            "ol": self._list,
            "hr": lambda _: ("---",),
            "iframe": self._frame,
            "audio": self._media,
            "video": self._media,
            "summary": lambda element: (f"**{self.inline(element.children).strip()}**",),
        }

    def blocks(self, nodes: Sequence[Element | str]) -> Iterator[str]:
        """Yield blocks of Markdown; what stands between blocks is one, too."""
        run: list[Element | str] = []
        for node in nodes:
            if isinstance(node, Element) and _is_block(node):
                yield from self._paragraph(run)
                run = []
                if not (node.tag == "figure" and any(map(_is_unseen, node.find("img")))):
                    yield from self._block(node)
            elif not (isinstance(node, Element) and _is_unseen(node)):
                run.append(node)
        yield from self._paragraph(run)

    def _paragraph(self, run: list[Element | str]) -> Iterator[str]:
        if text := self.inline(run).strip():
            yield _STARTS_LINE.sub(r"\1\\\2", text)

    def _block(self, element: Element) -> Iterable[str]:
        if element.tag in self.special:
            return self.special[element.tag](element)
        if element.tag == "div" and "math" in element.get("class").split():
            return (f"$$\n{_tex(element)}\n$$",)
        if re.fullmatch("h[1-6]", element.tag):
            return (f"{'#' * int(element.tag[1])} {_heading(self._line(element))}",)
        if element.tag == "section" and "footnotes" in element.get("class"):
            return self._footnotes(element)
        return self.blocks(element.children)

    def _pre(self, element: Element) -> Iterable[str]:
        text = element.text.strip("\n")
        fence = "`" * max(3, *(len(ticks) + 1 for ticks in _TICKS.findall(text)), 0)
        return (f"{fence}{element.get('data-language')}\n{text}\n{fence}",) if text else ()

    def _quote(self, element: Element) -> Iterable[str]:
        inside = "\n\n".join(self.blocks(element.children))
        return ("\n".join(f"> {line}".rstrip() for line in inside.split("\n")),) if inside else ()

    def _list(self, element: Element) -> Iterable[str]:
        items = [child for child in element.children if isinstance(child, Element) and child.tag == "li"]
        start = element.get("start")
        first = int(start) if start.isdecimal() else 1
        marks = (f"{first + place}. " if element.tag == "ol" else "- " for place in range(len(items)))
        lines = [_hung(mark, "\n".join(self.blocks(item.children))) for mark, item in zip(marks, items, strict=True)]
        return ("\n".join(lines),) if lines else ()

    def _footnotes(self, element: Element) -> Iterable[str]:
        for item in element.find("li"):
            number = item.get("id").rpartition("-")[2]
            yield _hung(f"[^{number}]: ", "\n\n".join(self.blocks(item.children)), "    ")

    def _table(self, element: Element) -> Iterable[str]:
        rows = [[self._cell(cell) for cell in row.children if isinstance(cell, Element)] for row in element.find("tr")]
        width = max(map(len, rows), default=0)
        if not width:
            return ()
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
        lines.insert(1, "|" + " --- |" * width)
        captions = (self.inline(caption.children).strip() for caption in element.find("caption"))
        return ("\n".join(lines), *filter(None, captions))

    def _cell(self, cell: Element) -> str:
        return self._line(cell).replace("|", "\\|")

    def _line(self, element: Element) -> str:
        """Return what stands in a line that cannot be broken."""
        return _SPACE.sub(" ", self.inline(element.children).replace("\\\n", " ")).strip()

    def _frame(self, element: Element) -> Iterable[str]:
        return (f"[{_escaped(element.get('title'))}]({self._url(element.get('src'))})",)

    def _media(self, element: Element) -> Iterable[str]:
        source = element.get("src") or next((each.get("src") for each in element.find("source")), "")
        return (f"[{element.tag}]({self._url(source)})",) if source else ()

    def inline(self, nodes: Sequence[Element | str]) -> str:
        """Return what stands in one line of text, and images."""
        written: list[str] = []
        for node in nodes:
            more = _escaped(node) if isinstance(node, str) else self._inline(node)
            if more.startswith("[") and written and written[-1].endswith("!"):  # it is no image
                written[-1] = f"{written[-1][:-1]}\\!"
            written.append(more)
        return "".join(written)

    def _inline(self, element: Element) -> str:
        if element.tag in ("math", "code", "img", "br"):
            return self._atom(element)
        if element.tag == "a":
            return self._link(element)
        if element.tag == "sup" and "footnote-ref" in element.get("class"):
            return f"[^{element.text.strip()}]"
        inside = self.inline(element.children)
        mark = _MARKS.get(element.tag, "")
        if not mark or not inside.strip():
            return inside
        return f"{inside[: len(inside) - len(inside.lstrip())]}{mark}{inside.strip()}{mark}"

    def _atom(self, element: Element) -> str:
        if element.tag == "br":
            return "\\\n"
        if element.tag == "math":
            return f"${_tex(element)}$"
        if element.tag == "code":
            ticks = "`" * (max((len(run) for run in _TICKS.findall(element.text)), default=0) + 1)
            blank = " " * (
                element.text[:1] == "`" or element.text[-1:] == "`" or _SPACED.fullmatch(element.text) is not None
            )
            return f"{ticks}{blank}{element.text}{blank}{ticks}"
        return f"![{_escaped(element.get('alt'))}]({self._url(element.get('src'))})"

    def _link(self, element: Element) -> str:
        kind, href = element.get("class").split(), element.get("href")
        if "anchor" in kind or "footnote-back" in kind:
            return ""
        inside = self.inline(element.children).strip()
        return f"[{inside}]({self._url(href)})" if href and inside else inside

    def _url(self, url: str) -> str:
        url = f"{self.base}{url}" if url.startswith("/") and not url.startswith("//") else url
        return f"<{url}>" if re.search(r"[\s()]", url) else url


def _is_block(element: Element) -> bool:
    """Tell whether an element stands for itself; one of text may hold such, as a link around a figure does."""
    return element.tag in _BLOCKS or any(isinstance(child, Element) and _is_block(child) for child in element.children)


def _is_unseen(element: Element) -> bool:
    """Tell whether an element is nothing to read; of a pair of images the one for light pages stands for both."""
    return element.tag in _UNSEEN or (element.tag == "img" and "only-dark" in element.get("class").split())


def _tex(element: Element) -> str:
    """Return the source of a formula, or what is written where that is all there is."""
    source = chain(element.find("annotation"), element.find("code"))
    return next((each.text.strip() for each in source), element.text.strip())


def _escaped(text: str) -> str:
    if not text.strip(" \t\n"):
        return text and " "
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", text))


def _hung(mark: str, text: str, indent: str = "") -> str:
    """Return an item whose later lines stand below its first."""
    below = indent or " " * len(mark)
    return mark + "\n".join(f"{below}{line}" if place and line else line for place, line in enumerate(text.split("\n")))
