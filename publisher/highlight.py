"""Code as highlighted HTML; the only door to Pygments."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from pygments.lexer import Lexer, bygroups, inherit, using
from pygments.lexers import get_lexer_by_name
from pygments.lexers.python import PythonLexer
from pygments.lexers.shell import BashLexer
from pygments.token import STANDARD_TYPES, Keyword, Name, Operator, Text, _TokenType
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Classes that say nothing about looks are left out, close kin share one: fewer bytes, fewer rules of style.
_BARE = frozenset(["w", "err", "esc", "x", "n", "nx", "p", "pm", "l", "ld", "g"])
_SAME = {
    **dict.fromkeys(("mb", "mf", "mh", "mi", "il", "mo"), "m"),
    **dict.fromkeys(("s1", "s2", "sa", "sb", "sc", "dl", "sh", "sx"), "s"),
    **dict.fromkeys(("c1", "cm", "ch"), "c"),
    **dict.fromkeys(("vc", "vg", "vi", "vm"), "nv"),
}


def _short(token: _TokenType) -> str:
    while token not in STANDARD_TYPES and token.parent is not None:
        token = token.parent
    name = STANDARD_TYPES.get(token, "")
    return "" if name in _BARE else _SAME.get(name, name)


CLASSES = tuple(sorted({_short(token) for token in STANDARD_TYPES} - {""}))

# What kernels, fences and Quarto call a language that Pygments calls otherwise.
_NAMES = (
    ("python", "ipython ipython2 ipython3 pyodide sage sagemath sos coconut xpython micropython xonsh"),
    ("pycon", "python-repl"),
    ("r", "ir xr rscript"),
    ("bash", "sh env shellscript"),
    ("bat", "cmd"),
    ("javascript", "node nodejs jsx ojs observable"),
    ("typescript", "deno tsx"),
    ("cpp", "c++ cling cxx"),
    ("csharp", "c#"),
    ("fsharp", "f#"),
    ("powershell", "pwsh"),
    ("haskell", "ihaskell ghc"),
    ("mathematica", "wolfram"),
    ("sql", "sqlite"),
    ("go", "golang gophernotes"),
    ("rust", "evcxr"),
    ("scala", "almond spylon"),
    ("groovy", "beakerx"),
    ("scheme", "calysto_scheme"),
    ("json", "jsonc json5 vega-lite geojson"),
    ("ini", "conf"),
    ("xml", "svg"),
    ("docker", "dockerfile"),
    ("text", "plaintext plain none gitignore"),
)
_ALIASES = {alias: name for name, aliases in _NAMES for alias in aliases.split()}
_ALIASES |= {"wolfram language": "mathematica", "calysto scheme": "scheme"}
_VERSIONED = (
    (re.compile(r"(?:xeus-|\.net-|x?)(cpp|cling|csharp|fsharp|powershell|sql|sqlite|r|lua|javascript)[-\d.]*"), r"\1"),
    (re.compile(r"(?:c\+\+|xcpp)[-\d.]*"), "cpp"),
    (re.compile(r"(?:xeus-)?(python|julia|ruby|scala|octave|go|java|bash|perl|php|ghc|clojure)[- ]?v?[\d.]+"), r"\1"),
)

_CELL_MAGIC = re.compile(r"(?P<before>\s*)(?P<magic>%%(?P<name>!|[\w-]+))(?P<rest>[^\n]*)(?P<body>(?:\n.*)?)\Z", re.S)
_SPECIAL = re.compile(r"^[ \t]*[%!?]|[=,][ \t]*[%!]|\?[ \t]*$", re.M)

_MAGICS = (
    ("bash", "! bash sh sx system"),
    ("bat", "cmd"),
    ("sql", "sql bigquery"),
    ("javascript", "javascript js"),
    ("xml", "svg"),
    *(
        (name, name)
        for name in ("css", "cython", "html", "julia", "latex", "markdown", "octave", "perl", "r", "ruby", "rust")
    ),
)
_MAGIC_LANGUAGES = {magic: name for name, magics in _MAGICS for magic in magics.split()}
_FILES = (
    ("python", ".py"),
    ("bash", ".sh"),
    ("yaml", ".yml .yaml"),
    ("html", ".html"),
    ("javascript", ".js"),
    ("r", ".r"),
    ("cpp", ".cpp .cc .cu .hpp"),
    ("c", ".c .h"),
    ("markdown", ".md"),
    ("latex", ".tex"),
    ("julia", ".jl"),
    ("fortran", ".f90"),
    ("cython", ".pyx"),
    ("ini", ".ini .cfg"),
    *((name, "." + name) for name in ("css", "json", "sql", "stan", "toml", "xml")),
)
_SUFFIXES = {suffix: name for name, suffixes in _FILES for suffix in suffixes.split()}
_WORD_OF_REST = re.compile(r"\S+")


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


def canonical(language: str) -> str:
    """Return what Pygments calls a language that a kernel, a fence or a person names otherwise."""
    name = language.strip().lower()
    for pattern, replacement in _VERSIONED:
        if match := pattern.fullmatch(name):
            name = match.expand(replacement)
            break
    return _ALIASES.get(name, name)


@lru_cache(maxsize=128)
def _lexer(name: str) -> Lexer | None:
    if name in ("", "text"):
        return None
    if name == "notebook python":
        return _NotebookPythonLexer()
    try:
        return get_lexer_by_name(name)
    except ClassNotFound:
        return None


def knows(language: str) -> bool:
    """Tell whether code in that language can be highlighted."""
    return _lexer(canonical(language)) is not None


def code(source: str, language: str) -> str:
    """Return `source` as HTML: spans with Pygments' short classes around what has a class, the rest escaped.

    Without its tags it is the source, character for character. Unknown languages are escaped only.
    """
    name = canonical(language)
    if name != "python":
        return _spans(source, _lexer(name))
    if (match := _CELL_MAGIC.match(source)) and (body := _cell_magic_lexer(match["name"], match["rest"])) is not None:
        rest = _span("k", match["magic"]) + _escape(match["rest"])
        return _escape(match["before"]) + rest + _spans(match["body"], _lexer(body))
    return _spans(source, _lexer("notebook python" if _SPECIAL.search(source) else "python"))


def _cell_magic_lexer(name: str, rest: str) -> str | None:
    """Return the language below a cell magic; None when it is still the notebook's Python."""
    if name in ("script", "writefile", "file", "dot"):
        word = next((word for word in _WORD_OF_REST.findall(rest) if not word.startswith("-")), "")
        if name == "script":
            return canonical(word.rpartition("/")[2])
        return _SUFFIXES.get("." + word.rpartition(".")[2].lower(), "text")
    return _MAGIC_LANGUAGES.get(name.lower())


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _span(name: str, text: str) -> str:
    return f'<span class="{name}">{_escape(text)}</span>'


def _spans(source: str, lexer: Lexer | None) -> str:
    if lexer is None or not source:
        return _escape(source)
    # Many lexers need the last line to end; the newline lent here is taken back from the last run.
    runs = list(_runs(lexer, source + "\n"))
    name, last = runs[-1]
    runs[-1] = (name, last[:-1])
    if sum(len(text) for _, text in runs) != len(source):
        return _escape(source)  # a lexer that loses or repeats text
    return "".join(
        [_piece(name, text) if len(text) < _CACHED_LENGTH else _plain_piece(name, text) for name, text in runs]
    )


def _plain_piece(name: str, text: str) -> str:
    return _span(name, text) if name and text else _escape(text)


_CACHED_LENGTH = 40  # keywords, operators, names: what code repeats
_piece = lru_cache(maxsize=8192)(_plain_piece)


_classes: dict[_TokenType, str] = {}


def _runs(lexer: Lexer, text: str) -> Iterator[tuple[str, str]]:
    """Yield the class and the text of each run of tokens that share a class; white space has none."""
    known = _classes
    current, pieces = "", []
    for _, token, value in lexer.get_tokens_unprocessed(text):
        try:
            name = known[token]
        except KeyError:
            name = known[token] = _short(token)
        if name and value.isspace():
            name = ""
        if name == current:
            pieces.append(value)
        else:
            if pieces:
                yield current, "".join(pieces)
            current, pieces = name, [value]
    yield current, "".join(pieces)
