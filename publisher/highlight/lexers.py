"""Code in any language as highlighted HTML; the only door to Pygments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import ClassVar

from pygments.lexer import Lexer, bygroups, inherit, using
from pygments.lexers import get_lexer_by_name
from pygments.lexers.python import PythonLexer
from pygments.lexers.shell import BashLexer
from pygments.token import STANDARD_TYPES, Keyword, Name, Operator, Text, _TokenType
from pygments.util import ClassNotFound

from publisher.highlight.spans import CLASSES, SAME, Run, escape, spans

# Pygments' stubs leave these two untyped.
_groups: Callable[..., object] = bygroups
_using: Callable[..., object] = using


class _NotebookPythonLexer(PythonLexer):
    """Python with what IPython adds: magics, shell lines and questions."""

    name = "Python in a notebook"
    aliases: ClassVar[list[str]] = []
    tokens: ClassVar[dict[str, list[object]]] = {
        "root": [
            (r"^([ \t]*)(%%?[A-Za-z_]\w*)", _groups(Text, Keyword)),
            (r"^([ \t]*)(!!?)([^\n]*)", _groups(Text, Operator, _using(BashLexer))),
            (r"^([ \t]*)(\?\??)([^\n]*)", _groups(Text, Operator, Text)),
            (r"^([ \t]*)([%\w.*]+)(\?\??)([ \t]*)$", _groups(Text, Name, Operator, Text)),
            (r"(=)([ \t]*)(!)([^=\n][^\n]*)", _groups(Operator, Text, Operator, _using(BashLexer))),
            (r"(=)([ \t]*)(%[A-Za-z_]\w*)", _groups(Operator, Text, Keyword)),
            inherit,
        ]
    }


def knows(name: str) -> bool:
    """Tell whether Pygments knows a language of that name."""
    return _lexer(name) is not None


def html(source: str, name: str) -> str:
    """Return code as HTML; only escaped if the language is not known."""
    lexer = _lexer(name)
    if lexer is None:
        return escape(source)
    # Many lexers need the last line to end; the newline lent here is taken back from the last run.
    runs = list(_runs(lexer, source + "\n"))
    if runs:
        runs[-1] = (runs[-1][0], runs[-1][1][:-1])
    if sum(len(text) for _, text in runs) != len(source):
        return escape(source)  # a lexer that loses or repeats text
    return spans(runs)


@lru_cache(maxsize=128)
def _lexer(name: str) -> Lexer | None:
    if name == "python":
        return _NotebookPythonLexer()
    try:
        return get_lexer_by_name(name)
    except ClassNotFound:
        return None


def _runs(lexer: Lexer, text: str) -> Iterator[Run]:
    for _, token, value in lexer.get_tokens_unprocessed(text):
        yield _short(token), value


@cache
def _short(token: _TokenType) -> str:
    while token not in STANDARD_TYPES and token.parent is not None:
        token = token.parent
    name = STANDARD_TYPES.get(token, "")
    name = SAME.get(name, name)
    return name if name in CLASSES else ""
