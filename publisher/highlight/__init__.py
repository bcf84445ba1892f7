"""Code as highlighted HTML."""

from __future__ import annotations

import re
from functools import cache
from types import ModuleType

from publisher.highlight import python
from publisher.highlight.spans import CLASSES, escape, span

__all__ = ["CLASSES", "canonical", "code", "knows"]

# What kernels, fences and Quarto call a language that Pygments calls otherwise.
_NAMES = (
    ("python", "py py3 ipython ipython2 ipython3 pyodide sage sagemath sos coconut xpython micropython xonsh"),
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
_PLAIN = frozenset(("", "text"))
_VERSIONED = (
    (re.compile(r"(?:xeus-|\.net-|x?)(cpp|cling|csharp|fsharp|powershell|sql|sqlite|r|lua|javascript)[-\d.]*"), r"\1"),
    (re.compile(r"(?:c\+\+|xcpp)[-\d.]*"), "cpp"),
    (re.compile(r"(?:xeus-)?(python|julia|ruby|scala|octave|go|java|bash|perl|php|ghc|clojure)[- ]?v?[\d.]+"), r"\1"),
)

_CELL_MAGIC = re.compile(r"(?P<before>\s*)(?P<magic>%%(?P<name>!|[\w-]+))(?P<rest>[^\n]*)(?P<body>(?:\n.*)?)\Z", re.S)

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


def canonical(language: str) -> str:
    """Return what Pygments calls a language that a kernel, a fence or a person names otherwise."""
    name = language.strip().lower()
    for pattern, replacement in _VERSIONED:
        if match := pattern.fullmatch(name):
            name = match.expand(replacement)
            break
    return _ALIASES.get(name, name)


def knows(language: str) -> bool:
    """Tell whether code in that language can be highlighted."""
    name = canonical(language)
    return name == "python" or (name not in _PLAIN and _lexers().knows(name))


def code(source: str, language: str) -> str:
    """Return `source` as HTML: spans with Pygments' short classes around what has a class, the rest escaped.

    Without its tags it is the source, character for character. Unknown languages are escaped only.
    """
    name = canonical(language)
    if name == "python" and (match := _CELL_MAGIC.match(source)):
        below = _below_magic(match["name"], match["rest"])
        if below is not None:
            first = escape(match["before"]) + span("k", match["magic"]) + escape(match["rest"])
            return first + _code(match["body"], below)
    return _code(source, name)


def _code(source: str, name: str) -> str:
    if name in _PLAIN or not source:
        return escape(source)
    known = python.html(source) if name == "python" else None
    return _lexers().html(source, name) if known is None else known


@cache
def _lexers() -> ModuleType:
    """Import Pygments, which takes longer than most posts, only for code other than Python."""
    from publisher.highlight import lexers

    return lexers


def _below_magic(name: str, rest: str) -> str | None:
    """Return the language below a cell magic; None when it is still the notebook's Python."""
    if name in ("script", "writefile", "file", "dot"):
        word = next((word for word in _WORD_OF_REST.findall(rest) if not word.startswith("-")), "")
        if name == "script":
            return canonical(word.rpartition("/")[2])
        return _SUFFIXES.get("." + word.rpartition(".")[2].lower(), "text")
    return _MAGIC_LANGUAGES.get(name.lower())
