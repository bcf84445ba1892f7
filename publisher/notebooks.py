"""Find the notebooks of a blog and read them, whatever program wrote them."""

from __future__ import annotations

import ast
import codecs
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal, cast

from msgspec import Struct

from publisher import metadata as about
from publisher import paths, stored
from publisher.cells import Cell, Document, Sidecar
from publisher.errors import NotebookError, Problem, PublisherError
from publisher.markup import without_controls
from publisher.metadata import FrontMatter, Metadata, SlashOrder

SIDECARS = (".meta", ".ipynb-meta", ".nbdata")  # Nikola's, then the two of Pelican's notebook plugins
KINDS: Mapping[str, Literal["markdown", "code", "raw"]] = {"markdown": "markdown", "code": "code", "raw": "raw"}
OUTPUT_TYPES = ("stream", "display_data", "execute_result", "error")

_READ_TRIES = 4
_READ_PAUSE = 0.05  # seconds; an editor that saves a large notebook needs a few of these
_CONFLICT = re.compile(r"^<{7} ", re.M)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class Notebook(Struct, frozen=True):
    """A document whose front matter is known and out of its cells. `language` is what its code is written in.

    `widgets` are the models that its widgets were saved as, by id.
    """

    path: str
    digest: str
    cells: tuple[Cell, ...]
    metadata: Metadata
    language: str
    hides_code: bool = False
    widgets: Mapping[str, Any] = {}


def find(source: Path, exclude: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the paths of all notebooks below `source`, relative to it, with `/`, sorted.

    Hidden files, folders that begin with `_` or `.`, and whatever matches a glob of `exclude` are left out.
    """
    return tuple(sorted(path for path in _walk(source) if not any(matches(path, glob) for glob in exclude)))


def _walk(source: Path) -> Iterator[str]:
    root = source.resolve()
    folders = [""]
    while folders:
        below = folders.pop()
        for entry in _entries(source, below):
            name, path = entry.name, below + entry.name
            if name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders += [] if name.startswith("_") else [f"{path}/"]
            elif name.endswith(".ipynb") and (entry.is_file(follow_symlinks=False) or _is_inside(source / path, root)):
                yield path


def _entries(source: Path, below: str) -> list[os.DirEntry[str]]:
    """Return what is in a folder. What cannot be seen would look deleted, and its pages would go: that is an error."""
    folder = os.path.join(source, below)
    try:
        with os.scandir(folder) as scan:
            return list(scan)
    except OSError as error:
        raise PublisherError(Problem(folder, f"cannot be read: {error.strerror}", "check its permissions")) from None


def _is_inside(file: Path, root: Path) -> bool:
    """Tell whether this is a file that lies below `root`, wherever links lead."""
    return file.is_file() and (not file.is_symlink() or file.resolve().is_relative_to(root))


def matches(path: str, glob: str) -> bool:
    """Tell whether a path fits a glob, or lies in a folder that does."""
    return fnmatchcase(path, glob) or fnmatchcase(path, f"{glob.rstrip('/')}/*")


class Source(Struct, frozen=True):
    """The bytes of a notebook and its sidecars, as they were at one moment."""

    path: str
    data: bytes
    sidecars: tuple[Sidecar, ...] = ()


def fetch(source: Path, path: str) -> Source:
    """Return the bytes of a notebook when nobody writes to it. Raises NotebookError if the file cannot be read."""
    if not paths.is_text(path):
        raise NotebookError(_no_text(path))
    for _ in range(_READ_TRIES):
        data, steady = _read_once(source / path, path)
        if steady and data.rstrip().endswith(b"}"):
            break
        time.sleep(_READ_PAUSE)
    if not steady:
        problem = Problem(path, "was being written all the time it was read", "save it, then publish again")
        raise NotebookError(problem)
    try:
        return Source(path, data, sidecars(source, path))
    except OSError as error:
        message = f"has {os.path.basename(error.filename)} beside it, which cannot be read: {error.strerror}"
        problem = Problem(path, message, "check its permissions")
        raise NotebookError(problem) from None


def _no_text(path: str) -> Problem:
    """Say what is wrong with a name that Python could not decode: itself, or what the locale says of all names."""
    locale = sys.getfilesystemencoding().lower()
    if locale in ("utf-8", "utf8"):
        return Problem(path.encode("utf-8", "backslashreplace").decode(), "has a name that is not UTF-8", "rename it")
    named = os.fsencode(path).decode("utf-8", "backslashreplace")
    message = f"has a name that cannot be read, since the locale says that names are {locale}"
    return Problem(named, message, "set the environment variable PYTHONUTF8=1, or LC_ALL=C.UTF-8, then try again")


def read(source: Path, path: str) -> Document:
    """Read one notebook of any format from 2 to 4 as format 4.

    Raises NotebookError if the file cannot be read or holds no notebook.
    """
    found = fetch(source, path)
    return parse(found.data, path, found.sidecars)


def _read_once(file: Path, path: str) -> tuple[bytes, bool]:
    """Return the bytes of a file, and whether it stayed the same while they were read."""
    try:
        with open(file, "rb") as stream:
            before = os.fstat(stream.fileno())
            data = stream.read()
        after = os.stat(file)
    except OSError as error:
        raise NotebookError(
            Problem(path, f"cannot be read: {error.strerror}", "check the file and its permissions")
        ) from None
    signature = (after.st_size, after.st_mtime_ns, after.st_ino)
    return data, signature == (before.st_size, before.st_mtime_ns, before.st_ino) and len(data) == after.st_size


def sidecars(source: Path, path: str) -> tuple[Sidecar, ...]:
    """Return the files beside a notebook that say something of it. Raises OSError if one cannot be read."""
    stem = path.removesuffix(".ipynb")
    beside = [f"{stem}{suffix}" for suffix in SIDECARS]
    return tuple(
        Sidecar(name, (source / name).read_bytes().decode("utf-8-sig", "replace"))
        for name in beside
        if _is_inside(source / name, source.resolve())
    )


def check_size(data: bytes, path: str, megabytes: int) -> None:
    """Raise NotebookError if a notebook is larger than that; 0 is no limit."""
    if megabytes and len(data) > megabytes * 1_000_000:
        message = f"has {len(data) / 1e6:.1f} MB; the limit is {megabytes} MB"
        hint = "clear its largest outputs, or raise `limits.notebook`"
        raise NotebookError(Problem(path, message, hint))


def parse(data: bytes, path: str, sidecars: tuple[Sidecar, ...] = ()) -> Document:
    """Return the notebook that `data` holds. Raises NotebookError if it holds none."""
    written = _json(data, path)
    raw = _upgrade(written, path)
    digest = hashlib.sha256(data).hexdigest()
    problems: list[Problem] = []
    cells = tuple(_cells(raw["cells"], path, problems))
    metadata = raw.get("metadata")
    about_it = metadata if isinstance(metadata, dict) else {}
    return Document(path, digest, cells, about_it, sidecars, tuple(problems), written, _dropped(data, written))


def _dropped(data: bytes, written: object) -> tuple[str, ...]:
    """Return what a file says of names that come again in the same object: only the last is read, but all is there.

    Such a file has more quotes than the values that were read of it.
    """
    with suppress(OverflowError, RecursionError):  # numbers and lists that only Python's own parser reads
        if _quotes(data) == _quotes(stored.dump(written)):
            return ()
    dropped: list[str] = []

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            last = {name: at for at, (name, _) in enumerate(pairs)}
            dropped.extend(_as_text(value) for at, (name, value) in enumerate(pairs) if last[name] != at)
        return found

    with suppress(ValueError, RecursionError):
        json.loads(data.decode("utf-8-sig"), object_pairs_hook=keep)
    return tuple(dropped)


def _quotes(data: bytes) -> int:
    return data.count(b'"') - data.count(b'\\"')


def _as_text(value: object) -> str:
    """Return a value as a text: lines as one, all else as JSON."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else stored.dump(value).decode("utf-8", "replace")


def _json(data: bytes, path: str) -> dict[str, Any]:
    raw = _json_of(data, path)
    if not isinstance(raw, dict) or "nbformat" not in raw:
        raise NotebookError(
            Problem(path, "is JSON, but not a notebook: it has no `nbformat`", "save it from Jupyter again")
        )
    return cast(dict[str, Any], raw)


def _json_of(data: bytes, path: str) -> object:
    """Return what JSON says. What the fast parser refuses, Python's own gets: it knows odd cases, and says why not."""
    found = stored.parse(data.removeprefix(codecs.BOM_UTF8))
    return found if found is not None else _json_or_why_not(data, path)


def _json_or_why_not(data: bytes, path: str) -> object:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(
            path, f"is not UTF-8 text: byte {error.start + 1} is {data[error.start]:#04x}", "save it from Jupyter again"
        )
        raise NotebookError(problem) from None
    if not text.strip():
        raise NotebookError(Problem(path, "is empty", "delete it, or save it from Jupyter again"))
    try:
        raw = json.loads(text)
        if _SURROGATE.search(data):
            raw = _whole_characters(raw)
    except json.JSONDecodeError as error:
        raise NotebookError(_not_json(text, error, path)) from None
    except ValueError as error:  # a number of thousands of digits
        raise NotebookError(Problem(path, f"cannot be read: {error}", "is this a notebook?")) from None
    except RecursionError:
        raise NotebookError(Problem(path, "is nested too deeply", "is this a notebook?")) from None
    return raw


def _not_json(text: str, error: json.JSONDecodeError, path: str) -> Problem:
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        return Problem(
            path, "holds the marks of a merge conflict", "resolve it (nbdime can), then publish again", line=line
        )
    if not text.lstrip().startswith("{"):
        return Problem(
            path, "is not a notebook: a notebook is JSON and begins with `{`", "save it from Jupyter, or rename it"
        )
    return Problem(
        path, f"is not JSON: {error.msg}", "it may be cut short; save it from Jupyter again", line=error.lineno
    )


def _whole_characters(value: Any) -> Any:
    """Replace halves of surrogate pairs, which JSON can name but no encoding can write."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_characters(item) for item in value]
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(item) for key, item in value.items()}
    return value


def _upgrade(raw: dict[str, Any], path: str) -> dict[str, Any]:
    version = raw["nbformat"]
    if version in (2, 3):
        return _upgrade_old(raw, path)
    if version != 4:
        raise NotebookError(
            Problem(path, f"is in notebook format {version!r}, known are 2 to 4", "save it from a current Jupyter")
        )
    if not isinstance(raw.get("cells"), list):
        raise NotebookError(Problem(path, "has no list of cells", "save it from Jupyter again"))
    return raw


def _upgrade_old(raw: dict[str, Any], path: str) -> dict[str, Any]:
    import nbformat.reader

    try:
        old = nbformat.reader.reads(json.dumps(raw))  # type: ignore[no-untyped-call] # joins lines as that format did
        upgraded = nbformat.convert(old, 4)  # type: ignore[no-untyped-call]
        if not isinstance(upgraded.get("cells"), list):
            raise ValueError("it has no cells")
    except Exception as error:  # noqa: BLE001 - nbformat's old readers fail with whatever they stumble over
        reason = f"no upgrade from notebook format {raw['nbformat']}: {type(error).__name__}: {error}"
        raise NotebookError(Problem(path, reason, "open it in Jupyter and save it again")) from None
    for cell in upgraded["cells"]:
        cell.pop("id", None)  # they are random; ours come from the content
    return dict(upgraded)


def _cells(raw: list[Any], path: str, problems: list[Problem]) -> Iterator[Cell]:
    seen: set[str] = set()
    for number, cell in enumerate(raw, 1):
        if not isinstance(cell, dict):
            problems.append(
                Problem(path, "is not a cell and was left out", "save the notebook from Jupyter again", cell=number)
            )
            continue
        yield _cell(cell, number, path, seen, problems)


def _cell(raw: dict[str, Any], number: int, path: str, seen: set[str], problems: list[Problem]) -> Cell:
    written = raw.get("cell_type")
    kind = KINDS.get(written) if isinstance(written, str) else None
    if kind is None:
        problems.append(Problem(path, f"is of the unknown type {written!r}; its text is shown as it is", cell=number))
    if "source" not in raw:
        problems.append(
            Problem(path, "has no source; taken as empty", "save the notebook from Jupyter again", cell=number)
        )
    source = without_controls(joined(raw.get("source", ""))).lstrip("\ufeff\u200b")
    metadata = raw.get("metadata")
    attachments = raw.get("attachments")
    count = raw.get("execution_count")
    return Cell(
        number=number,
        kind=kind or "raw",
        source=source,
        id=_identity(raw.get("id"), kind or "raw", source, seen),
        metadata=metadata if isinstance(metadata, dict) else {},
        outputs=tuple(_outputs(raw.get("outputs"), number, path, problems)) if kind == "code" else (),
        attachments=attachments if isinstance(attachments, dict) and attachments else None,
        execution_count=count if isinstance(count, int) else None,
    )


def _identity(written: object, kind: str, source: str, seen: set[str]) -> str:
    """Return the cell's id if it is good and new, else one made from its content, so that pages stay the same."""
    if isinstance(written, str) and _CELL_ID.fullmatch(written) and written not in seen:
        seen.add(written)
        return written
    digest = hashlib.sha256(f"{kind}\0{source}".encode()).hexdigest()[:8]
    made, again = digest, 1
    while made in seen:
        again += 1
        made = f"{digest}-{again}"
    seen.add(made)
    return made


def _outputs(raw: object, number: int, path: str, problems: list[Problem]) -> Iterator[Mapping[str, Any]]:
    for output in raw if isinstance(raw, list) else ():
        kind = output.get("output_type") if isinstance(output, dict) else None
        if kind not in OUTPUT_TYPES:
            problems.append(
                Problem(path, f"has an output of the unknown type {kind!r}, which is not shown", cell=number)
            )
        elif kind == "stream":
            yield {"output_type": kind, "name": output.get("name", "stdout"), "text": joined(output.get("text", ""))}
        else:
            yield output


def joined(text: object) -> str:
    """Return a string that nbformat may have split into lines."""
    if isinstance(text, str):
        return text
    return "".join(part for part in text if isinstance(part, str)) if isinstance(text, list) else ""


def language(metadata: Mapping[str, Any]) -> str:
    """Return the name of the language of a notebook's code as its metadata has it; Python if it says nothing."""
    info, kernel = metadata.get("language_info"), metadata.get("kernelspec")
    named = [
        info.get("name") if isinstance(info, dict) else None,
        kernel.get("language") if isinstance(kernel, dict) else None,
        kernel.get("name") if isinstance(kernel, dict) else None,
    ]
    return next((name for name in named if isinstance(name, str) and name), "python").lower()


def interpret(
    document: Document,
    front: FrontMatter | None = None,
    timezone: str = "UTC",
    order: SlashOrder | None = None,
) -> tuple[Notebook, tuple[Problem, ...]]:
    """Return the notebook that a document is, and the warnings about it.

    Raises NotebookError with everything that is wrong with its front matter.
    """
    front = front or about.front_matter(document)
    metadata, warnings = about.parse(front, path=document.path, timezone=timezone, slash_order=order)
    problems = [*document.problems, *warnings]
    if lacks_outputs(document):
        hint = "run it in Jupyter and save it"
        problems.append(Problem(document.path, "has no saved output", hint, kind="no-outputs"))
    notebook = Notebook(
        document.path,
        document.digest,
        front.cells,
        metadata,
        language(document.metadata),
        hides_code=document.metadata.get("hide_input") is True,
        widgets=_widgets(document.metadata),
    )
    return notebook, tuple(problems)


def _widgets(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the models of the widgets of a notebook, as far as they are saved."""
    saved = metadata.get("widgets")
    state = saved.get("application/vnd.jupyter.widget-state+json") if isinstance(saved, dict) else None
    models = state.get("state") if isinstance(state, dict) else None
    return models if isinstance(models, dict) else {}


def lacks_outputs(document: Document) -> bool:
    """Tell whether no output is saved although the code surely makes some: the notebook was cleared, or never run."""
    code = [cell for cell in document.cells if cell.kind == "code" and cell.source.strip()]
    if (
        not code
        or any(cell.outputs for cell in code)
        or not language(document.metadata).startswith(("python", "ipython"))
    ):
        return False
    return any(_speaks(cell.source) for cell in code)


_SPEAKING = re.compile(r"^\s*(?:print|display|plt\.show)\(", re.M)
_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _speaks(source: str) -> bool:
    """Tell whether Python code surely shows something: it prints, or it ends in an expression that is no call."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):  # magics, other languages
        return bool(_SPEAKING.search(source))
    last = statements[-1] if statements else None
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Name | ast.BinOp | ast.Subscript | ast.Compare):
        return True
    return any(map(_prints, _run(statements)))


def _run(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements and those within them; what a function does is left out, as it may never be called."""
    waiting = list(statements)
    while waiting:
        statement = waiting.pop()
        yield statement
        if not isinstance(statement, _DEFINED):
            waiting += [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]


def _prints(statement: ast.stmt) -> bool:
    called = statement.value.func if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) else None
    if isinstance(called, ast.Attribute):
        return called.attr == "show" and isinstance(called.value, ast.Name) and called.value.id == "plt"
    return isinstance(called, ast.Name) and called.id in ("print", "display")
