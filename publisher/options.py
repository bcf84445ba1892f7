"""How an author wants a code cell shown: option comments, flags, tags and metadata, whichever tool they are for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from publisher.markup import without_controls
from publisher.metadata.written import Scalar, Series, Table, Text, UnreadableError, from_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from publisher.cells import Cell
    from publisher.metadata.written import Value

Fold = Literal["closed", "open"]

_OPTION = re.compile(r"\s*(?:#[ \t]?|//|--|%|;|!)\|(?!\|) ?(.*)")  # by language: the sign of its comments, then `|`
_KEYED = re.compile(r"([A-Za-z][\w.-]*):(?:\s|$)")
# Flags of fastpages and nbdev 1, alone on a line; what they do is in _FLAGS.
_FLAG = re.compile(r"\s*#(\s*)([a-z]+(?:[-_][a-z]+)*)((?:\s+[\w.]+)?)\s*", re.I)
_COLAB = re.compile(r"\s*#\s*@title\b\s*(.*)")
_COLAB_SETTINGS = re.compile(r"\s*\{.*\}\s*$")

# What a word asks for. A flag, a tag and an nbdev directive of one name mean the same unless a table says otherwise.
_WISHES: Mapping[str, Mapping[str, object]] = {
    "remove-cell": {"removed": True},
    "remove-input": {"show_code": False},
    "remove-output": {"show_output": False},
    "remove-outputs": {"show_output": False},
    "remove-all-outputs": {"show_output": False},
    "remove-stdout": {"stdout": False},
    "remove-stderr": {"warning": False},
    "hide-cell": {"code_fold": "closed", "output_fold": "closed"},
    "hide-input": {"code_fold": "closed"},
    "hide-output": {"output_fold": "closed"},
    "thumbnail": {"is_thumbnail": True},
    "nbsphinx-thumbnail": {"is_thumbnail": True},
}
_FLAGS: Mapping[str, Mapping[str, object]] = {
    "hide": {"removed": True},
    "hide-input": {"show_code": False},
    "hide-output": {"show_output": False},
    "hide-in": {"show_code": False},
    "hide-out": {"show_output": False},
    "ignore": {"removed": True},
    "collapse": {"code_fold": "closed"},
    "collapse-hide": {"code_fold": "closed"},
    "collapse-input": {"code_fold": "closed"},
    "collapse-show": {"code_fold": "open"},
    "collapse-output": {"output_fold": "closed"},
    "export": {},
    "exporti": {},
    "exports": {},
    "default-exp": {},
}
_TAKES_A_NAME = ("export", "exporti", "exports", "default-exp", "collapse", "collapse-input", "collapse-output")


class Options(Struct, frozen=True):
    """How a code cell is shown; `source` is its code without the lines that say so.

    `removed` leaves nothing of the cell. A fold puts a part into `<details>`. `captions` and `alts` have one text
    for each figure, or one for all. `warning` False hides stderr, `stdout` False what was printed. `highlighted` are
    lines of the code as written (`3,5-7`), `renderings` the schemes that the figures are for, in their order.
    """

    source: str
    removed: bool = False
    show_code: bool = True
    show_output: bool = True
    code_fold: Fold | None = None
    output_fold: Fold | None = None
    code_summary: str = ""
    captions: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()
    table_caption: str = ""
    label: str = ""
    filename: str = ""
    highlighted: str = ""
    renderings: tuple[str, ...] = ()
    columns: int | None = None
    warning: bool = True
    stdout: bool = True
    error: bool = True
    is_thumbnail: bool = False
    thumbnail_number: int | None = None


def read(cell: Cell, notebook_metadata: Mapping[str, object] | None = None) -> Options:
    """Return how `cell` is to be shown.

    What is nearer to the code wins: comments over tags over metadata, the cell's over the notebook's. Only the
    source of code is looked at; prose can be removed by tag.
    """
    source, lines, flags, form = _split(cell.source) if cell.kind == "code" else (cell.source, [], [], None)
    wishes: dict[str, object] = {}
    if notebook_metadata and notebook_metadata.get("hide_input") is True:
        wishes["show_code"] = False
    _heed_metadata(cell.metadata, wishes, form)
    for tag in _tags(cell.metadata):
        wishes.update(_WISHES.get(tag, {}))
    for flag in flags:
        wishes.update(_FLAGS.get(flag, {}))
    for key, value in _options(lines):
        _heed_option(key, value, wishes)
    return Options(source=source, **wishes)  # type: ignore[arg-type] # each wish is made below with its field's type


def _split(source: str) -> tuple[str, list[str], list[str], str | None]:
    """Take the lines that say how a cell is shown off the top of its code.

    Returns the code, the option lines without their mark, the flags, and the title of a Colab form.
    """
    code = source.split("\n")
    options: list[str] = []
    flags: list[str] = []
    form: str | None = None
    kept: list[str] = []
    for number, line in enumerate(code):
        if option := _OPTION.fullmatch(line):
            options.append(option[1])
        elif flag := _flag(line, is_first=not any(kept)):
            flags.append(flag)
        elif form is None and (match := _COLAB.fullmatch(line)):
            form = match[1]
        elif _may_precede(line, kept):
            kept.append(line)
        else:
            kept.extend(code[number:])
            break
    taken = options or flags or form is not None
    return ("\n".join(kept).strip("\n") if taken else source), options, flags, form


def _may_precede(line: str, kept: list[str]) -> bool:
    """Tell whether options may still follow a line: a blank one, a comment, or the cell's magic."""
    return not line.strip() or line.startswith("#") or (line.startswith("%%") and not any(kept))


def _flag(line: str, is_first: bool) -> str | None:
    """Return the flag that a line is; below other comments `# hide` may be the end of a sentence, `#hide` is not."""
    match = _FLAG.fullmatch(line)
    if not match or (match[1] and (not is_first or match[2].lower() == "ignore")):
        return None
    flag = match[2].lower().replace("_", "-")
    return flag if flag in _FLAGS and (not match[3] or flag in _TAKES_A_NAME) else None


def _options(lines: list[str]) -> Iterator[tuple[str, Value | None]]:
    """Return the options of a cell: as one YAML table, or else line by line, with nbdev's bare words."""
    if not lines:
        return
    bare = [line for line in lines if line[:1].isalpha() and not _KEYED.match(line)]
    table = _table([line for line in lines if line not in bare])
    for line in bare:
        yield line.split()[0].replace("_", "-"), None
    if table is not None:
        yield from ((entry.key, entry.value) for entry in table.entries)
        return
    for line in lines:
        if _KEYED.match(line) and (single := _table([line])):
            yield from ((entry.key, entry.value) for entry in single.entries)
        elif match := _KEYED.match(line):
            text = Text("", [line])
            yield match[1], Scalar(line[match.end() :].strip(), text.place(0, 0))


def _table(lines: list[str]) -> Table | None:
    try:
        value = from_yaml(Text("", lines))
    except UnreadableError:
        return None
    return value if isinstance(value, Table) else None


def _heed_option(key: str, value: Value | None, wishes: dict[str, object]) -> None:
    """Do what one `#|` option asks for; those that mean nothing to a page are silently taken."""
    key = key.replace("_", "-").lower()
    if value is None:
        wishes.update(_FLAGS.get(key, {}))
    elif key in _TRUTHS:
        _heed_truth(key, value, wishes)
    elif key in _TEXTS:
        _heed_text(_TEXTS[key], value, wishes)
    elif key == "layout-ncol":
        columns = _word(value)
        if columns.isdecimal() and 1 <= int(columns) <= 12:
            wishes["columns"] = int(columns)


# Options that are true or false: what each of the two asks for.
_TRUTHS: Mapping[str, tuple[Mapping[str, object], Mapping[str, object]]] = {
    "echo": ({"show_code": True}, {"show_code": False}),
    "output": ({"show_output": True}, {"show_output": False}),
    "include": ({}, {"removed": True}),
    "hide": ({"removed": True}, {}),
    "hide-input": ({"show_code": False}, {}),
    "hide-output": ({"show_output": False}, {}),
    "code-fold": ({"code_fold": "closed"}, {"code_fold": None}),
    "output-fold": ({"output_fold": "closed"}, {"output_fold": None}),
    "warning": ({"warning": True}, {"warning": False}),
    "error": ({"error": True}, {"error": False}),
}
_TEXTS: Mapping[str, str] = {
    "fig-cap": "captions",
    "caption": "captions",
    "fig-subcap": "captions",
    "fig-alt": "alts",
    "tbl-cap": "table_caption",
    "label": "label",
    "code-summary": "code_summary",
    "title": "code_summary",
    "filename": "filename",
    "code-line-numbers": "highlighted",
    "highlight": "highlighted",
    "highlight-lines": "highlighted",
    "emphasize-lines": "highlighted",
    "hl-lines": "highlighted",
    "renderings": "renderings",
}


def _heed_truth(key: str, value: Value, wishes: dict[str, object]) -> None:
    word = _word(value).casefold()
    if word in ("true", "yes", "on", "asis", "fenced"):  # `output: asis` and `echo: fenced` show it, too
        wishes.update(_TRUTHS[key][0])
    elif word in ("false", "no", "off"):
        wishes.update(_TRUTHS[key][1])
    elif key == "code-fold" and word in ("show", "hide"):
        wishes["code_fold"] = "open" if word == "show" else "closed"


def _heed_text(field: str, value: Value, wishes: dict[str, object]) -> None:
    items = value.items if isinstance(value, Series) else (value,)
    texts = tuple(text for text in map(_word, items) if text)
    if field in ("captions", "alts", "renderings"):
        wishes[field] = texts
    elif field == "highlighted":
        wishes[field] = ",".join(texts)
    elif texts:
        wishes[field] = texts[0]


def _word(value: Value) -> str:
    if not isinstance(value, Scalar) or value.data is None:
        return ""
    return " ".join(without_controls(str(value.data)).split())


def _tags(metadata: Mapping[str, object]) -> Iterator[str]:
    """Return a cell's tags with hyphens; a list that a broken program made into a text is a tag, not letters."""
    tags = metadata.get("tags")
    for tag in tags if isinstance(tags, list) else [tags]:
        if isinstance(tag, str):
            yield tag.strip().casefold().replace("_", "-")


def _heed_metadata(metadata: Mapping[str, object], wishes: dict[str, object], form: str | None) -> None:
    """Do what the metadata of JupyterLab, nbsphinx, nteract, Kaggle and Colab asks for."""
    jupyter = _mapping(metadata.get("jupyter"))
    if jupyter.get("source_hidden") is True or metadata.get("inputHidden") is True:
        wishes["code_fold"] = "closed"
    if jupyter.get("outputs_hidden") is True or metadata.get("outputHidden") is True:
        wishes["output_fold"] = "closed"
    if metadata.get("_kg_hide-input") is True or metadata.get("cellView") == "form":
        wishes["code_fold"] = "closed"
    if metadata.get("_kg_hide-output") is True:
        wishes["output_fold"] = "closed"
    if metadata.get("hide_input") is True:
        wishes["show_code"] = False
    if metadata.get("nbsphinx") == "hidden":
        wishes["removed"] = True
    if form is not None:
        wishes["code_summary"] = _COLAB_SETTINGS.sub("", form)
        if "form" in form.removeprefix(str(wishes["code_summary"])):
            wishes["code_fold"] = "closed"
    _heed_thumbnail(metadata, wishes)


def _heed_thumbnail(metadata: Mapping[str, object], wishes: dict[str, object]) -> None:
    chosen = metadata.get("nbsphinx-thumbnail")
    if metadata.get("thumbnail") is True or chosen is True or isinstance(chosen, dict):
        wishes["is_thumbnail"] = True
        number = _mapping(chosen).get("output-index")
        if isinstance(number, int) and not isinstance(number, bool):
            wishes["thumbnail_number"] = number


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
