"""The one Markdown parser of the process: CommonMark and what notebooks add to it."""

from __future__ import annotations

import re
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt, helpers
from markdown_it.rules_inline import linkify
from mdit_py_plugins.amsmath import amsmath_block, amsmath_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar, math_inline_dollar
from mdit_py_plugins.footnote.index import footnote_def

from publisher.markdown import blocks, callouts, directives, endnotes, inlines, prose

if TYPE_CHECKING:
    from linkify_it.main import Match as LinkMatch
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_SCHEMES = frozenset({"http:", "https:", "mailto:", "tel:", "attachment:"})
_IMAGE_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)[;,]", re.I)
_IGNORED_IN_URLS = re.compile(r"[\x00-\x20\x7f]")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_HEADING_ATTRIBUTES = re.compile(rf"[ \t]*({prose.ATTRIBUTES})[ \t]*$")

# What may end a paragraph without a blank line before it.
_INTERRUPTS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}


class Parser(MarkdownIt):
    """Markdown-it that keeps links as they are written and lets no other scheme than ours pass."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (markdown-it's name)
        """Tell whether a URL may become a link or the source of an image."""
        bare = _IGNORED_IN_URLS.sub("", url)
        scheme = _SCHEME.match(bare)
        return scheme is None or scheme[0].lower() in _SCHEMES or _IMAGE_DATA.match(bare) is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """Return the URL as the author wrote it: later steps look for files of that name."""
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        """Return the text of a bare URL as the author wrote it."""
        return link


@cache
def parser() -> Parser:
    """Make the parser; its rules are in the order in which they are tried."""
    markdown = Parser("commonmark")
    markdown.enable(["table", "strikethrough", "linkify"])
    markdown.options["linkify"] = True
    markdown.options["maxNesting"] = 100  # what lies deeper is dropped; CommonMark's 20 is reached by real lists
    markdown.linkify = _bare_links()
    markdown.helpers = SimpleNamespace(**{**vars(helpers), "parseLinkLabel": inlines.link_label})  # type: ignore[assignment]
    block, inline = markdown.block.ruler, markdown.inline.ruler
    inline.at("linkify", _bare_link)
    markdown.use(amsmath_plugin).use(deflist_plugin)
    block.at("amsmath", blocks.closed_by("\\end{", amsmath_block), _INTERRUPTS)
    block.before("fence", "directive", directives.rule, _INTERRUPTS)
    block.before("fence", "math_block", blocks.interrupting(math_block_dollar(True, None, True)), _INTERRUPTS)
    block.before("fence", "math_brackets", blocks.math_brackets, _INTERRUPTS)
    block.before("reference", "target", blocks.target)
    block.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    block.after("heading", "tight_heading", blocks.tight_heading)
    inline.before("escape", "math_brackets", inlines.math_brackets)
    inline.before("escape", "math_reference", inlines.math_reference)
    inline.before("escape", "math_inline", inlines.without_prices(math_inline_dollar(True, False, True)))
    inline.after("link", "span", inlines.span)
    inline.after("image", "footnote_inline", endnotes.inline_rule)
    inline.after("footnote_inline", "footnote_ref", endnotes.reference_rule)
    inline.push("braces", inlines.braces)
    markdown.core.ruler.after("block", "arrange", arrange)
    return markdown


def _bare_links() -> LinkifyIt:
    """Find URLs that stand in text without any mark: those that begin with `http:`, `https:` or `www.`."""
    www = {"www.": {"validate": _www, "normalize": _with_scheme}}
    unwanted = dict.fromkeys(("ftp:", "//", "mailto:"))
    links = LinkifyIt(www | unwanted, {"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    # Its own test looks for hosts without a scheme too, which took a third of the time that all Markdown takes.
    links.pretest = lambda text: _MAY_HOLD_URL.search(text) is not None
    length = links.test_schema_at
    links.test_schema_at = lambda text, name, at: 0 if _TOO_LONG.match(text, at) else length(text, name, at)
    return links


def _bare_link(state: StateInline, silent: bool) -> bool:
    """Parse the rest of a URL whose scheme has been read as words."""
    return not _TOO_LONG.match(state.src, state.pos) and linkify(state, silent)


def arrange(state: StateCore) -> None:
    """Give blocks their meaning before their words are parsed: callouts, tasks, the ids of headings."""
    tokens = state.tokens
    for label, reference in state.env.get("shared", {}).items():
        state.env["references"].setdefault(label, reference)
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            callouts.from_quote(tokens, index)
        elif token.type == "list_item_open":
            _find_task(tokens, index)
        elif token.type == "heading_open" and tokens[index + 1].content.endswith("}"):
            _find_attributes(tokens, index)


def _find_task(tokens: list[Token], index: int) -> None:
    if index + 2 >= len(tokens) or tokens[index + 2].type != "inline":
        return
    words = tokens[index + 2]
    if task := _TASK.match(words.content):
        tokens[index].meta = {"done": task[1] != " "}
        words.content = words.content[task.end() :]


def _find_attributes(tokens: list[Token], index: int) -> None:
    words = tokens[index + 1]
    is_short = len(words.content) <= blocks.LONGEST_HEADING
    if is_short and (match := _HEADING_ATTRIBUTES.search(words.content)):
        words.content = words.content[: match.start()]
        tokens[index].meta = {"id": prose.attributes(match[1]).get("id", "")}


_TOO_LONG = re.compile(r"\S{8192}")  # no URL, or thousands of them, each looked at to the end
_MAY_HOLD_URL = re.compile(r"https?:|www\.", re.I)
_WWW = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:[/?#][^\s<>\"'`]*[^\s<>\"'`.,:;!?)\]])?/?", re.I)


def _www(_: object, text: str, position: int) -> int:
    match = _WWW.match(text, position)
    return match.end() - position if match else 0


def _with_scheme(_: object, match: LinkMatch) -> None:
    match.url = "http://" + match.url
