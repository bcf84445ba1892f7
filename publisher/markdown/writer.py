"""Tokens of Markdown in, HTML out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from publisher import excerpt, highlight, math
from publisher.article import described
from publisher.highlight import lines
from publisher.markdown import callouts, diagrams, embedded, endnotes, fences, headings, marks, prose
from publisher.markdown.marks import SEALED
from publisher.markup import bare, escape, without_comments, without_links
from publisher.nesting import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

    from publisher.article import Notes

# Tokens that are always the same HTML.
_FIXED = {
    "hr": "<hr>\n",
    "bullet_list_open": "<ul>\n",
    "bullet_list_close": "</ul>\n",
    "ordered_list_close": "</ol>\n",
    "list_item_close": "</li>\n",
    "blockquote_open": "<blockquote>\n",
    "blockquote_close": "</blockquote>\n",
    "thead_open": "<thead>\n",
    "thead_close": "</thead>\n",
    "tbody_open": "<tbody>\n",
    "tbody_close": "</tbody>\n",
    "tr_open": "<tr>\n",
    "tr_close": "</tr>\n",
    "th_close": "</th>\n",
    "td_close": "</td>\n",
    "dl_open": "<dl>\n",
    "dl_close": "</dl>\n",
    "dt_open": "<dt>",
    "dt_close": "</dt>\n",
    "dd_open": "<dd>",
    "dd_close": "</dd>\n",
    "figcaption_close": "</figcaption>",
    "nothing": "",
}
_FIXED_INLINE = {
    "softbreak": "\n",
    "hardbreak": "<br>\n",
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<del>",
    "s_close": "</del>",
    "sub_open": "<sub>",
    "sub_close": "</sub>",
    "sup_open": "<sup>",
    "sup_close": "</sup>",
    "link_close": "</a>",
}
_BREAKS = frozenset(("softbreak", "hardbreak"))
_LINKS = frozenset(("link_open", "link_close", "footnote_ref", "footnote_inline", "image"))

_TEASER_COMMENT = re.compile(r"<!--\s*(?:more|TEASER_END|PELICAN_(?:END_)?SUMMARY)\b.*?-->", re.I | re.S)
_TEASER_TEXT = re.compile(r"(?:\.\. )?\bTEASER_END:?|\{\{% /summary %\}\}")
_RAW_HEADING = re.compile(rf"<h([1-6])(?=[\s/>])({ATTRIBUTES})>(.*?)</h\1\s*>", re.S | re.I)
_BLOCK_TAG = re.compile(r"<(?:div|p|table|ul|ol|pre|h[1-6])\b", re.I)
_RAW_ID = re.compile(r"""\bid\s*=\s*["']?([\w:.-]+)""", re.I)
_OPTION_LINES = re.compile(r"(?:[ \t]*(?:#|//|--|%)\|[^\n]*(?:\n|\Z))+")
_IMG = re.compile(rf"<img(?=[\s/>])({ATTRIBUTES})", re.I)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_ALT = re.compile(r"\salt\b", re.I)
_LENGTH = re.compile(r"(\d{1,5})(?:\.\d+)?(px|%|)")
_FOR_A_SCHEME = re.compile(r"(?:only|gh)-(?:light|dark)(?:-mode-only)?|(?:light|dark)-content")
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")

# Where words stand.
_IN_WORDS, _IN_PARAGRAPH, _IN_ITEM = range(3)

# Our own HTML among an author's: kept aside while the rest is cleaned. `writer.document` explains.
_TAG_OR_SEAL = re.compile(f'<[a-zA-Z/!][^<>"]*(?:"[^"]*"[^<>"]*)*>|{SEALED.pattern}')


def _text(content: str) -> str:
    return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Writer:
    """Writes the tokens of one cell; what readers and pages need to know of them goes into its notes."""

    __slots__ = ("_in_figure", "_notes", "_plain", "_raw", "_sealed", "_target", "_title")

    def __init__(self, notes: Notes, title: str = "") -> None:
        self._notes = notes
        self._title = title  # of the post, as plain text
        self._raw = False  # the cell has HTML of its author, so all of it is cleaned at the end
        self._sealed: list[str] = []
        self._plain: list[str] = []  # the plain text of the inline tokens in hand
        self._target = ""
        self._in_figure = False

    def document(self, tokens: Sequence[Token]) -> str:
        """Return the HTML of a whole cell.

        Markdown alone is safe as it is written here. As soon as the author's own HTML is in a cell, all
        of its HTML is cleaned: a tag may open in one block and close in another. What only we may write
        (highlighted code, formulas, headings with their ids, callouts) is sealed meanwhile.
        """
        self._raw = any(map(_is_raw, tokens))
        html = self._blocks(tokens)
        if self._raw:
            embedded.warn_of_active(html, self._notes)
        return self._finish(html)

    def line(self, tokens: Sequence[Token]) -> str:
        """Return the HTML of a title, without links and images."""
        kept = [token for token in tokens if token.type not in _LINKS]
        self._raw = any(token.type == "html_inline" for token in kept)
        return math.without_focus(without_links(self._finish(self._inline(kept, _IN_WORDS), bare)))

    # Blocks: each rule writes what begins at `index` and returns the index of what comes after it.

    def _blocks(self, tokens: Sequence[Token]) -> str:
        out: list[str] = []
        index, count = 0, len(tokens)
        while index < count:
            kind = tokens[index].type
            fixed = _FIXED.get(kind)
            if fixed is not None:
                out.append(fixed)
                index += 1
            else:
                index = _BLOCKS.get(kind, Writer._unknown)(self, tokens, index, out)
        return "".join(out)

    def _unknown(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        out.append(_text(tokens[index].content))
        return index + 1

    def _paragraph(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        words = tokens[index + 1]
        children = words.children or []
        if not tokens[index].hidden and (figure := self._figure(children)):
            out.append(figure)
            return index + 3
        html = self._inline(children, _IN_ITEM if tokens[index].hidden else _IN_PARAGRAPH)
        if _may_end_teaser(words) and self._end_teaser():
            return index + 3
        if _is_entry_of_contents(children):
            self._plain = []
        self._note_paragraph()
        if tokens[index].hidden:
            out.append(html)
        elif html and not html.isspace():
            paragraph = f"<p>{html}</p>\n"
            out.append(_EMPTY_PARAGRAPH.sub("", paragraph) if "</p>" in html else paragraph)
        return index + 3

    def _words(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        out.append(self._inline(tokens[index].children or [], _IN_WORDS))
        return index + 1

    def _word(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        out.append(_text(getattr(self._notes.words, tokens[index].content)))
        return index + 1

    def _heading(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        token, children = tokens[index], tokens[index + 1].children or []
        level, text = int(token.tag[1]), prose.text(children)
        target, self._target = self._target, ""
        if children and not headings.is_title(level, text, self._title, self._notes):
            html = self._finish(self._inline(children, _IN_WORDS))
            kept = [child for child in children if child.type not in _LINKS]
            is_same = len(kept) == len(children) and not self._raw
            linkless = html if is_same else self._finish(self._inline(kept, _IN_WORDS), bare)
            linkless = math.without_focus(without_links(linkless))
            wanted = (token.meta or {}).get("id") or target
            out.append(self._seal(headings.write(level, wanted, html, linkless, text, self._notes)))
        return index + 3

    def _fence(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        token = tokens[index]
        source, info = token.content, token.info.strip()
        if info.startswith("\\"):  # TeX that begins on the line of the fence; no language has such a name
            source, info = f"{info}\n{source}", ""
        fence = fences.read(info, token.meta)
        if info.startswith("{") and (options := _OPTION_LINES.match(source)):
            source = source[options.end() :]
        is_diagram = fence.language == "mermaid"
        html = diagrams.mermaid(source, self._notes.words) if is_diagram else _code(source, fence, self._notes)
        out.append(self._seal(html))
        return index + 1

    def _math_block(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        token = tokens[index]
        label = token.info if token.type == "math_block_label" else ""
        out.append(self._seal(math.display(token.content, self._notes, label)) + "\n")
        self._say(token.content)
        self._note_paragraph()
        return index + 1

    def _html_block(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        html = self._captioned(tokens[index].content)
        if self._note_html(html):
            return index + 1
        html = embedded.with_formulas(html, self._drawn)
        out.append(_RAW_HEADING.sub(self._raw_heading, html) if "</h" in html.lower() else html)
        if words := prose.of_html(SEALED.sub("", html)):
            self._plain.append(words)
            self._note_paragraph()
        return index + 1

    def _drawn(self, tex: str, is_alone: bool) -> str:
        if not is_alone:
            return self._seal(math.inline(tex, self._notes))
        return self._seal(math.among_words(math.display(tex, self._notes)))

    def _raw_heading(self, match: re.Match[str]) -> str:
        html = match[3].strip()
        if _BLOCK_TAG.search(html):
            return match[0]
        level, text = int(match[1]), prose.of_html(html)
        if not text:
            return html
        if headings.is_title(level, text, self._title, self._notes):
            return ""
        wanted = _RAW_ID.search(match[2])
        linkless = math.without_focus(without_links(self._finish(html, bare)))
        html = self._finish(html)
        return self._seal(headings.write(level, wanted[1] if wanted else "", html, linkless, text, self._notes))

    def _ordered_list(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        start = tokens[index].attrs.get("start", 1)
        out.append(f'<ol start="{int(start)}">\n' if start != 1 else "<ol>\n")
        return index + 1

    def _list_item(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        if "done" in tokens[index].meta:
            is_done = tokens[index].meta["done"]
            label = escape(self._notes.words.task_done if is_done else self._notes.words.task_to_do)
            done = " done" if is_done else ""
            out.append(f'<li class="task"><span class="box{done}" role="img" aria-label="{label}"></span> ')
        else:
            out.append("<li>")
        return index + 1

    def _table(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        is_open = tokens[index].type == "table_open"
        if self._raw:  # then every table gets its frame when all is cleaned
            out.append("<table>\n" if is_open else "</table>\n")
        else:
            out.append(
                f"{embedded.table_open(self._notes.words)}<table>\n" if is_open else f"</table>{embedded.TABLE_CLOSE}\n"
            )
        return index + 1

    def _table_cell(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        style = tokens[index].attrs.get("style")
        aligned = f' style="{escape(str(style))}"' if style else ""
        out.append(f'<th scope="col"{aligned}>' if tokens[index].tag == "th" else f"<td{aligned}>")
        return index + 1

    def _callout(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        token = tokens[index]
        kind, fold = token.meta["kind"], token.meta["fold"]
        if token.type == "callout_open":
            html = callouts.open_tag(kind, fold)
        else:
            html = callouts.title_end(fold) if token.type == "callout_title_close" else callouts.close_tag(fold)
        out.append(self._seal(html))
        return index + 1

    def _columns(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        html = "</div>\n"
        if tokens[index].type == "columns_open":
            html = f'<div class="columns" style="--columns:{int(tokens[index].meta["columns"])}">\n'
        out.append(self._seal(html))
        return index + 1

    def _open_figure(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        meta = tokens[index].meta
        self._in_figure = True
        out.append('<figure class="figure">')
        if meta.get("src"):
            has_caption = tokens[index + 1].type == "figcaption_open"
            out.append(_image(meta["src"], meta.get("alt", ""), "", meta, is_described=has_caption))
        return index + 1

    def _end_picture(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        self._in_figure = False
        out.append("<figcaption>\n" if tokens[index].type == "figcaption_open" else "</figure>\n")
        return index + 1

    def _footnote(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        end = _closing(tokens, index)
        self._keep_note(tokens[index].meta["label"], lambda: self._blocks(tokens[index + 1 : end]))
        return end + 1

    def _set_target(self, tokens: Sequence[Token], index: int, out: list[str]) -> int:
        following = tokens[index + 1].type if index + 1 < len(tokens) else ""
        if following == "heading_open":
            self._target = tokens[index].meta["id"]
        else:
            out.append(self._seal(f'<span id="{escape(self._notes.unique(tokens[index].meta["id"]))}"></span>'))
        return index + 1

    # Words.

    def _inline(self, tokens: Sequence[Token], place: int) -> str:
        """Return the HTML of inline tokens; a displayed formula interrupts a paragraph, an item it does not."""
        out: list[str] = []
        plain = self._plain = []
        for token in tokens:
            kind = token.type
            if kind == "text":
                content = token.content
                out.append(_text(content))
                plain.append(content)
            elif (fixed := _FIXED_INLINE.get(kind)) is not None:
                out.append(fixed)
                if kind in _BREAKS:
                    plain.append(" ")
            elif kind == "code_inline":
                out.append(f"<code>{_text(token.content)}</code>")
                plain.append(token.content)
            else:
                out.append(_INLINES.get(kind, Writer._other)(self, token, place))
                self._plain = plain
        return "".join(out)

    def _other(self, token: Token, place: int) -> str:
        self._plain.append(token.content)
        return _text(token.content)

    def _link(self, token: Token, place: int) -> str:
        href = str(token.attrs.get("href", ""))
        if href.lower().startswith("data:"):
            return "<a>"
        title = token.attrs.get("title")
        return f'<a href="{escape(href)}" title="{escape(str(title))}">' if title else f'<a href="{escape(href)}">'

    def _image(self, token: Token, place: int) -> str:
        title = str(token.attrs.get("title", ""))
        return _image(str(token.attrs["src"]), _alt(token), title, token.meta.get("attributes", {}))

    def _math(self, token: Token, place: int) -> str:
        self._say(token.content)
        return self._seal(math.inline(token.content, self._notes))

    def _math_reference(self, token: Token, place: int) -> str:
        link = math.refer(token.content, self._notes)
        self._plain.append(prose.of_html(link))
        return self._seal(link)

    def _math_display(self, token: Token, place: int) -> str:
        if place == _IN_WORDS or token.level:
            return self._math(token, place)
        self._say(token.content)
        html = self._seal(math.display(token.content, self._notes))
        return html if place == _IN_ITEM else f"</p>\n{html}\n<p>"

    def _html_inline(self, token: Token, place: int) -> str:
        if _TEASER_COMMENT.search(token.content):
            plain = self._plain
            self._note_paragraph()
            plain.clear()
            self._plain = plain
        if self._note_html(token.content):
            return ""
        if token.content[:3].lower() == "<br":
            self._plain.append(" ")
        return self._captioned(token.content)

    def _captioned(self, html: str) -> str:
        """Return HTML of a figure, whose caption says what its images show."""
        if not self._in_figure:
            return html

        def described(image: re.Match[str]) -> str:
            return image[0] if _ALT.search(_QUOTED.sub(" ", image[1])) else f'<img alt=""{image[1]}'

        return _IMG.sub(described, html)

    def _footnote_reference(self, token: Token, place: int) -> str:
        return self._seal(endnotes.refer(token.meta["label"], self._notes))

    def _footnote_inline(self, token: Token, place: int) -> str:
        label = f" {len(endnotes.of(self._notes).numbers)}"  # no label of an author begins with a space
        self._keep_note(label, lambda: f"<p>{self._inline(token.children or [], _IN_WORDS)}</p>")
        return self._seal(endnotes.refer(label, self._notes))

    # What both need.

    def _figure(self, children: Sequence[Token]) -> str:
        """Return the figure that a paragraph with nothing but an image makes."""
        if len(children) != 1 or children[0].type != "image":
            return ""
        token = children[0]
        alt, title = _alt(token), str(token.attrs.get("title", ""))
        attributes = token.meta.get("attributes", {})
        caption = _text(title)
        if "fig-alt" in attributes or attributes.get("id", "").startswith("fig-") or "fig-cap" in attributes:
            caption = self._inline(token.children or [], _IN_WORDS) or _text(attributes.get("fig-cap", ""))
            alt, title = attributes.get("fig-alt", alt), ""
        if not alt and not caption and not self._in_figure:
            return ""
        image = _image(str(token.attrs["src"]), alt, "", attributes, is_described=bool(caption) or self._in_figure)
        if self._in_figure and not caption:
            return image + "\n"
        below = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f'<figure class="figure">{image}{below}</figure>\n'

    def _keep_note(self, label: str, write: Callable[[], str]) -> None:
        count = len(self._notes.paragraphs)
        endnotes.of(self._notes).html[label] = self._finish(write())
        del self._notes.paragraphs[count:]

    def _say(self, tex: str) -> None:
        self._plain.append(prose.short(math.said(tex, self._notes)))

    def _note_paragraph(self) -> None:
        if text := " ".join("".join(self._plain).split()):
            self._notes.paragraphs.append(text)
        self._plain = []

    def _note_html(self, html: str) -> bool:
        """Tell whether raw HTML is nothing but comments; a teaser mark among them is noted."""
        if _TEASER_COMMENT.search(html):
            self._notes.paragraphs.append(excerpt.TEASER)
        return _is_comment(html)

    def _end_teaser(self) -> bool:
        """Note the end of the teaser that is written as text; tell whether the paragraph says nothing else."""
        text = _TEASER_TEXT.sub("", "".join(self._plain))
        self._plain = [text]
        alone = not text.strip()
        self._note_paragraph()
        self._notes.paragraphs.append(excerpt.TEASER)
        return alone

    def _seal(self, html: str) -> str:
        if not self._raw:
            return html
        self._sealed.append(html)
        return marks.seal(len(self._sealed) - 1)

    def _finish(self, html: str, reduce: Callable[[str], str] = str) -> str:
        """Clean the author's part of `html` and reduce it, then put our own back, but never into a tag."""
        if not self._raw:
            return html
        cleaned = _TAG_OR_SEAL.sub(self._unseal, reduce(embedded.tame(html, self._notes.words)))
        return SEALED.sub("", cleaned)

    def _unseal(self, match: re.Match[str]) -> str:
        return self._sealed[int(match[1])] if match[1] else match[0]


def _may_end_teaser(words: Token) -> bool:
    """Tell whether a paragraph has a mark in its text that ends the teaser; in code it is what is written about."""
    if "TEASER_END" not in words.content and "{{% /summary %}}" not in words.content:
        return False
    return any(child.type == "text" and _TEASER_TEXT.search(child.content) for child in words.children or ())


def _closing(tokens: Sequence[Token], index: int) -> int:
    """Return where the note that opens at `index` ends, other notes within it left out of account."""
    depth = 0
    for place in range(index, len(tokens)):
        depth += {"footnote_reference_open": 1, "footnote_reference_close": -1}.get(tokens[place].type, 0)
        if depth == 0:
            return place
    return len(tokens)


def _is_entry_of_contents(words: Sequence[Token]) -> bool:
    """Tell whether words are nothing but a link to a place of the same page."""
    kinds = [word.type for word in words if word.type != "text" or word.content.strip()]
    if len(kinds) < 2 or kinds[0] != "link_open" or kinds[-1] != "link_close" or kinds.count("link_open") > 1:
        return False
    return str(next(word for word in words if word.type == "link_open").attrGet("href")).startswith("#")


def _is_raw(token: Token) -> bool:
    if token.type == "html_block":
        return not _is_comment(token.content)
    return any(child.type == "html_inline" and not _is_comment(child.content) for child in token.children or ())


def _is_comment(html: str) -> bool:
    return "<!--" in html and not without_comments(html).strip()


def _code(source: str, fence: fences.Fence, notes: Notes) -> str:
    named = f' data-language="{escape(highlight.canonical(fence.language))}"' if fence.language else ""
    html = lines.mark(highlight.code(source.rstrip("\n"), fence.language), fence.highlighted, notes.warn)
    block = f'<pre class="code" tabindex="0"{named}><code>{html}</code></pre>\n'
    if not fence.filename:
        return block
    return f'<figure class="source"><figcaption>{_text(fence.filename)}</figcaption>\n{block}</figure>\n'


def _alt(image: Token) -> str:
    return described(prose.text(image.children or ()))


def _image(source: str, alt: str, title: str, attributes: dict[str, Any], is_described: bool = False) -> str:
    """Return an image; without the attribute `alt` if nothing says what it shows, a caption included."""
    html = f'<img src="{escape(source)}"'
    if (text := described(str(attributes.get("fig-alt", alt)))) or is_described:
        html += f' alt="{escape(text)}"'
    if title:
        html += f' title="{escape(title)}"'
    if _FOR_A_SCHEME.fullmatch(attributes.get("class", "")):
        html += f' class="{attributes["class"]}"'
    for name in ("width", "height"):
        if length := _LENGTH.fullmatch(str(attributes.get(name, ""))):
            html += f' {name}="{length[1]}{"%" if length[2] == "%" else ""}"'
    return html + ">"


_BLOCKS: dict[str, Callable[[Writer, Sequence[Token], int, list[str]], int]] = {
    "paragraph_open": Writer._paragraph,
    "inline": Writer._words,
    callouts.WORD: Writer._word,
    "heading_open": Writer._heading,
    "fence": Writer._fence,
    "code_block": Writer._fence,
    "math_block": Writer._math_block,
    "math_block_label": Writer._math_block,
    "amsmath": Writer._math_block,
    "html_block": Writer._html_block,
    "ordered_list_open": Writer._ordered_list,
    "list_item_open": Writer._list_item,
    "table_open": Writer._table,
    "table_close": Writer._table,
    "th_open": Writer._table_cell,
    "td_open": Writer._table_cell,
    "callout_open": Writer._callout,
    "callout_title_close": Writer._callout,
    "callout_close": Writer._callout,
    "columns_open": Writer._columns,
    "columns_close": Writer._columns,
    "figure_open": Writer._open_figure,
    "figcaption_open": Writer._end_picture,
    "figure_close": Writer._end_picture,
    "footnote_reference_open": Writer._footnote,
    "target": Writer._set_target,
}
_INLINES: dict[str, Callable[[Writer, Token, int], str]] = {
    "link_open": Writer._link,
    "image": Writer._image,
    "math_inline": Writer._math,
    "math_inline_double": Writer._math_display,
    "math_reference": Writer._math_reference,
    "html_inline": Writer._html_inline,
    "footnote_ref": Writer._footnote_reference,
    "footnote_inline": Writer._footnote_inline,
}
