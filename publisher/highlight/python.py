"""Python as highlighted HTML: what Pygments would write, in a tenth of its time.

One pattern cuts the source into tokens, and a table keeps the HTML of the short ones: most of a notebook is
words that came before. What this grammar leaves out is rare (`match`, a shell's own syntax, strings without
an end, much nesting within f-strings); code that has it is left to Pygments.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from publisher.highlight.spans import Run, spans
from publisher.highlight.words import AFTER_DOT, ALONE, METHODS, SHELL_BUILTINS, SHELL_KEYWORDS, STATEMENT

_CACHED_LENGTH = 40  # names, operators, short strings: what code repeats
_MOST_CACHED = 20_000

_NAME = r"[^\W\d]\w*+"
_DIGITS = r"\d(?:_?\d)*+"
_NUMBER = (
    rf"(?:(?:{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?|{_DIGITS}[eE][+-]?{_DIGITS}j?"
    rf"|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0[xX](?:_?[a-fA-F0-9])+|{_DIGITS})+"
)
_OPERATORS = rf"(?:[=!:]=|[-~+/*%<>&^|]|=(?![ \t]*(?:%[A-Za-z_]|![^=!\n]))|\.(?!\d)|@(?!{_NAME}))++"
_MODULE = rf"(?:\.|{_NAME})+"
_MODULE_AS = rf"{_MODULE}(?:[ \t]+as[ \t]+{_NAME})?"
_ASSIGNED = r"[-+*/%@&|^<>]*=[ \t]*"

# What may stand between the braces of an f-string.
_QUOTED = r""""[^"\\\n]*+"|'[^'\\\n]*+\'"""
_INNER = rf"[^][(){{}}:!='\"#\\\n]|{_QUOTED}"
_NESTED = rf"(?:{_INNER}|[:!=]|[\[({{](?:{_INNER}|[:!=])*+[\])}}])*+"
_VALUE = rf"(?:[!=<>]=|{_INNER}|[\[(]{_NESTED}[\])])++"
_CONVERSION = r"(?:=\s*)?(?:![sraf])?"
_FORMAT = r"""(?:[^{}'"\\\n]|\{[^][(){}:!='"#\\\n]+\})*+"""
_FIELD = rf"\{{(?:[^{{}}'\"\\\n]|{_QUOTED}|\{{[^{{}}'\"\\\n]*\}})++\}}"  # found fast here, taken apart strictly below

_PAIR = r"""\\(?!N\{)[\\"'\n]?+"""  # a backslash and what it may shield
_JOINED = r"(?!\w{,2}[\"'])"  # the next string begins at once: the two would share a span


def _strings(prefixes: str, within: str) -> str:
    """Return the pattern of strings in all quotes; `within` is what may stand there beside characters."""
    quotes = (('"', '(?!"")'), ("'", "(?!'')"))
    long = [rf"{one * 3}(?:{within}|[^{one}\\{{}}]|{one}{lone})*+{one * 3}" for one, lone in quotes]
    short = [rf"{one}{lone}(?:{within}|[^{one}\\{{}}\n])*+{one}" for one, lone in quotes]
    return rf"{prefixes}(?:{'|'.join(long + short)}){_JOINED}"


_BYTES_ESCAPE = r"\\(?:[\\abfnrtv\"'\n]|x[a-fA-F0-9]{2}|[0-7]{1,3})"
_ESCAPE = rf"{_BYTES_ESCAPE}|\\(?:u[a-fA-F0-9]{{4}}|U[a-fA-F0-9]{{8}})"
_INTERPOLATION = (
    r"%(?:\(\w+\))?[-#0 +]*(?:[0-9]+|[*])?(?:\.(?:[0-9]+|[*]))?[hlL]?[E-GXc-giorsaux%]"
    r"|\{(?:\w+(?:\.\w+|\[[^\]]+\])*)?(?:![sra])?(?::(?:.?[<>=^])?[-+ ]?#?0?(?:\d+)?,?(?:\.\d+)?[E-GXb-gnosx%]?)?\}"
)
_OPEN_INDEX = r"\{\w[\w.]*\["

_PARTS_OF_DOCSTRING = r"(\s*)(\w*)(.*)"
_PARTS_OF_FIELD = rf"\{{({_VALUE})({_CONVERSION})(:?)({_FORMAT})\}}"
_PARTS_OF_LINE = r"((?:[^\s\w]*?=)?)(\s*)(!!?|%*\w+)(.*)"
_PARTS_OF_OPERATOR = r"(\W+)(\w*)"
_PARTS_OF_QUESTION = r"(\s*[%\w.*]*)(\?\??)(.*)"
_PARTS_OF_STRING = r"""(\w*)(\"""|'''|"|')(.*)"""
_SHELL = (
    rf"(?P<unknown>(?:{'|'.join(SHELL_KEYWORDS)})(?![\w#$?!*@-])|[\"'`\\<&|;]|\$(?![A-Za-z_])|\w*\s*\+=)"
    rf"|(?P<nb>(?:{'|'.join(SHELL_BUILTINS)})(?=[\s)]))|(?P<nv>\w+(?=\s*=)|\$[A-Za-z_]\w*)"
    r"|(?P<o>[][{}()=])|(?P<m>\d+\b)|[^][{}()=$\s\"'`\\<&|;]+|\s+"
)
_OPENING = ("def", "class", "from", "import")  # words whose next word has a class of its own
_IMPORT_CLASSES = {"import": "kn", "from": "kn", ",": "o", "as": "k", "None": "kc"}


class _Unknown(Exception):  # noqa: N818 (it is none)
    """Only Pygments knows this code."""


def html(source: str) -> str | None:
    """Return Python as HTML; None if it has what only Pygments knows."""
    try:
        return "".join(map(_pieces.__getitem__, _token().findall("\n" + source)))[1:]
    except _Unknown:
        return None


class _Pieces(dict[str, str]):
    """The HTML of tokens; of a new one it is made, and kept if the token is short."""

    def __missing__(self, token: str) -> str:
        made = spans(_runs(token))
        if len(token) <= _CACHED_LENGTH:
            if len(self) >= _MOST_CACHED:
                self.clear()
            self[token] = made
        return made


_pieces = _Pieces()


def _runs(token: str) -> Iterator[Run]:
    kind = _kind().match(token)
    return _KINDS[kind.lastindex - 1][1](token) if kind and kind.lastindex else _unknown(token)


def _of_class(name: str) -> Callable[[str], Iterator[Run]]:
    return lambda token: iter([(name, token)])


def _unknown(token: str) -> Iterator[Run]:
    raise _Unknown


def _word(token: str) -> Iterator[Run]:
    yield ALONE.get(token, ""), token


def _operator(token: str) -> Iterator[Run]:
    """Read operators and, if they end in a dot, the attribute after it."""
    operators, name = _parts(_PARTS_OF_OPERATOR, token)
    if name in _OPENING:
        raise _Unknown
    yield "o", operators
    yield AFTER_DOT.get(name, ""), name


def _definition(token: str) -> Iterator[Run]:
    keyword, name = token.split()
    yield "k", keyword
    yield "", token[len(keyword) : -len(name)]
    yield "nc" if keyword == "class" else "fm" if name in METHODS else "nf", name


def _import(token: str) -> Iterator[Run]:
    for part in re.findall(r"[ \t]+|,|[^\s,]+", token):
        yield "" if part.isspace() else _IMPORT_CLASSES.get(part, "nn"), part


def _docstring(token: str) -> Iterator[Run]:
    return zip(("", "s", "sd"), _parts(_PARTS_OF_DOCSTRING, token), strict=True)


def _magic(token: str) -> Iterator[Run]:
    return zip(("o", "", "k", ""), _parts(_PARTS_OF_LINE, token), strict=True)


def _question(token: str) -> Iterator[Run]:
    return zip(("", "o", ""), _parts(_PARTS_OF_QUESTION, token), strict=True)


def _shell(token: str) -> Iterator[Run]:
    """Read the shell's own syntax as far as it is common: `!pip install -q {package}==1.0`."""
    *before, command = _parts(_PARTS_OF_LINE, token)
    yield from zip(("o", "", "o"), before, strict=True)
    for part in re.finditer(_SHELL, command):
        if part.lastgroup == "unknown":
            raise _Unknown
        yield part.lastgroup or "", part[0]


def _string(token: str) -> Iterator[Run]:
    prefix, quotes, rest = _parts(_PARTS_OF_STRING, token)
    if re.search(_OPEN_INDEX, rest[rest.rfind("]") + 1 : -len(quotes)]):
        raise _Unknown  # `{a[` may end in what looks like the next string
    end = 0
    for mark in _marks(prefix.lower(), quotes).finditer(token):
        if mark.lastgroup:
            yield "s", token[end : mark.start()]
            yield mark.lastgroup, mark[0]
            end = mark.end()
    yield "s", token[end:]


def _formatted(token: str) -> Iterator[Run]:
    prefix, quotes, _ = _parts(_PARTS_OF_STRING, token)
    end = 0
    for mark in _marks(prefix.lower(), quotes).finditer(token):
        yield "s", token[end : mark.start()]
        yield from [("se", mark[0])] if mark.lastgroup == "se" else _field(mark[0])
        end = mark.end()
    yield "s", token[end:]


def _field(field: str) -> Iterator[Run]:
    """Read what stands in braces: a value, `=`, a conversion, and a format that may have fields of its own."""
    value, conversion, colon, format_ = _parts(_PARTS_OF_FIELD, field)
    yield "si", "{"
    yield from _value(value)
    yield "si", conversion + colon
    for index, part in enumerate(re.split(r"\{([^}]*)\}", format_)):
        if index % 2:
            yield "si", "{"
            yield from _value(part)
            yield "si", "}"
        else:
            yield "s", part
    yield "si", "}"


def _value(code: str) -> Iterator[Run]:
    for token in _token().findall(code):
        if token in STATEMENT:
            raise _Unknown
        yield from _runs(token)


@cache
def _marks(prefix: str, quotes: str) -> re.Pattern[str]:
    """Return the pattern of what is marked within strings: escapes, and what is filled in."""
    escape = _BYTES_ESCAPE if "b" in prefix else _ESCAPE
    if "r" in prefix:
        escape = rf"\\[\\{quotes}\n]" if len(quotes) == 1 else "(?!)"
    if "f" in prefix:
        return re.compile(rf"(?P<se>{escape}|\{{\{{|\}}\}})|{_FIELD}")
    return re.compile(rf"(?P<se>{escape})|(?P<si>{_INTERPOLATION})|\{{\{{")


def _parts(pattern: str, token: str) -> tuple[str, ...]:
    match = re.fullmatch(pattern, token, re.S)
    if match is None:
        raise _Unknown
    return match.groups()


# What tokens look like, in the order in which they are tried, and who reads them. A line break begins a token.
_KINDS = (
    (rf"(?:def|class)[ \t]+{_NAME}", _definition),
    (rf"import[ \t]+{_MODULE_AS}(?:[ \t]*,[ \t]*{_MODULE_AS})*+(?![ \t]*,)", _import),
    (rf"from[ \t]+{_MODULE}(?:[ \t]+import\b|(?!\s+import\b))", _import),
    (rf"(?:{'|'.join(_OPENING)})\b", _unknown),
    (rf"yield from\b|{_NAME}(?![\"'])", _word),
    (r"(?:[^\S\n]|[()\[\]{},;]|:(?!=))+", _of_class("")),
    (rf"\n[ \t]*[rRuUbB]{{,2}}(?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''){_JOINED}", _docstring),
    (rf"(?:\n[ \t]*%?|{_ASSIGNED})%[A-Za-z_]\w*", _magic),
    (rf"\n[ \t]*!!?[^\n]*|{_ASSIGNED}!(?![=!\n])[^\n]+", _shell),
    (r"\n[ \t]*(?:\?\??[^\n]*|[%\w.*]+\?\??[ \t]*(?=\n|\Z))", _question),
    (r"\n[ \t]*(?:(?:match|case)\b(?![ \t]*[:,;=^&|@~)\]}])|lazy[ \t])", _unknown),
    (r"\n[ \t]*", _of_class("")),
    (_NUMBER, _of_class("m")),
    (rf"{_OPERATORS}(?:(?<=\.){_NAME}(?![\"']))?", _operator),
    (r"#[^\n]*", _of_class("c")),
    (rf"(?:@{_NAME})+", _of_class("nd")),
    (rf"(?:[rR][bB]?|[bB][rR])(?:\"\"\"(?:[^\"]|\"(?!\"\"))*+\"\"\"|'''(?:[^']|'(?!''))*+'''){_JOINED}", _string),
    (_strings("(?:[rR][bB]?|[bB][rR]?|[uU])?", rf"{_PAIR}|[{{}}]"), _string),
    (_strings("(?:[rR]?[fF]|[fF][rR])", rf"{_PAIR}|\{{\{{|\}}\}}|{_FIELD}"), _formatted),
    (r"(?i:[bfrtu]|br|rb|fr|rf|tr|rt)?[\"']", _unknown),
    (_NAME, _word),
    (r"[\s\S]", _of_class("")),
)


@cache
def _token() -> re.Pattern[str]:
    return re.compile("|".join(pattern for pattern, _ in _KINDS))


@cache
def _kind() -> re.Pattern[str]:
    return re.compile("|".join(f"({pattern})" for pattern, _ in _KINDS))
