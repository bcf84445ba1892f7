"""Where templates are found, what each of them needs, and the one Jinja environment that renders them."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from publisher import regular
from publisher.errors import Problem, PublisherError

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment
    from jinja2.bccache import Bucket

_PACKAGE = Path(__file__).parent
_SUFFIX = ".j2"
# What a template names of others, and whether that is all that its tag says of them; a name may be computed as well.
_NAMED = re.compile(r"\{%[-+]?\s*(?:extends|include|import|from)\s+(.*?)[-+]?%\}", re.S)
_PLAIN = re.compile(r"""(["'])([^"']+)\1\s*(?:$|(?:ignore|with|without|import|as)\s)""")


class Templates(Struct, frozen=True):
    """Templates as pairs of name and text: a value, so that other processes need no files."""

    texts: tuple[tuple[str, str], ...]


class Store(Protocol):
    """Where compiled templates are kept from one run to the next; what comes back is what was put, or None."""

    def get(self, key: str) -> bytes | None:
        """Return what was put under a key."""
        ...

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes under a key."""
        ...


def packaged() -> Path:
    """Return the folder of the default templates: in the wheel below the package, in a checkout beside it."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def folders(root: Path) -> tuple[Path, ...]:
    """Return where templates are looked for, in order: the blog's own `templates/`, then the packaged ones."""
    own = root / "templates"
    default = packaged()
    return (own, default) if own.is_dir() and own.resolve() != default.resolve() else (default,)


def read(where: tuple[Path, ...]) -> Templates:
    """Read all templates, once. Of those with one name the first folder's counts. Raises PublisherError."""
    texts: dict[str, str] = {}
    for folder in where:
        for file in folder.rglob(f"*{_SUFFIX}"):
            texts.setdefault(file.relative_to(folder).as_posix(), _text(file))
    return Templates(tuple(sorted(texts.items())))


def _text(file: Path) -> str:
    try:
        return regular.read_linked(file).decode().replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(f"templates/{file.name}", f"cannot be read: {error}", "save it as UTF-8")
        raise PublisherError(problem) from None


def needed(templates: Templates, *names: str) -> Templates:
    """Return the templates of these names and whatever they extend, include or import."""
    texts = dict(templates.texts)
    found: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in texts:
            continue
        found[name] = texts[name]
        for said in _NAMED.findall(texts[name]):
            plain = _PLAIN.match(said)
            waiting += [plain[2]] if plain else texts
    return Templates(tuple(sorted(found.items())))


_made: dict[Templates, Environment] = {}


def environment(templates: Templates, store: Store | None = None) -> Environment:
    """Return the environment of this process for these templates.

    Everything is escaped, an unknown name is an error, blocks leave no blank lines. nbconvert's filters are there,
    too. Compiling all templates takes 70 ms, reading them compiled from `store` 5 ms.
    """
    if templates not in _made:
        _made[templates] = _environment(templates, store)
    return _made[templates]


def _environment(templates: Templates, store: Store | None) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    texts = dict(templates.texts)

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        return (texts[name], name, lambda: True) if name in texts else None

    made = Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_bytecode_cache(store) if store else None,
    )
    made.filters = _Filters(made.filters)
    return made


def _bytecode_cache(store: Store) -> BytecodeCache:
    """Return a cache of compiled templates: damaged bytecode can crash Python, and Jinja's own would load it."""
    import sys

    import jinja2

    version = f"{jinja2.__version__} {sys.version}"

    class Kept(jinja2.BytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            data = store.get(f"template {bucket.key} {bucket.checksum} {version}")
            if data is not None:
                bucket.bytecode_from_string(data)

        def dump_bytecode(self, bucket: Bucket) -> None:
            with suppress(PublisherError):  # it saves time alone; what has to be kept will tell that nothing can be
                store.put(f"template {bucket.key} {bucket.checksum} {version}", bucket.bytecode_to_string())

    return Kept()


class _Filters(dict[str, Callable[..., Any]]):
    """Jinja's filters, then nbconvert's, which is imported for a template that uses one: that takes 0.7 s."""

    def __missing__(self, name: str) -> Callable[..., Any]:
        from nbconvert.exporters.templateexporter import default_filters

        found: Any = default_filters[name]
        self[name] = found() if isinstance(found, type) else found
        return self[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a filter; Jinja asks in both ways."""
        try:
            return self[name]
        except KeyError:
            return default


@contextmanager
def worded_errors() -> Iterator[None]:
    """Raise what is wrong with a template as a PublisherError that names the file and the line."""
    try:
        yield
    except Exception as error:
        from jinja2 import TemplateError

        frames = traceback.extract_tb(error.__traceback__)
        if not isinstance(error, TemplateError) and not (frames and frames[-1].filename.endswith(_SUFFIX)):
            raise
        raise PublisherError(_problem(error)) from None


def _problem(error: Exception) -> Problem:
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        file, line = error.filename or error.name or "", error.lineno
    else:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(_SUFFIX)]
        file, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else (getattr(error, "name", "") or "", 0)
    message = f"{type(error).__name__}: {getattr(error, 'message', None) or error}"
    return Problem(f"templates/{file}", message, "correct the template", line=line)


def find(where: tuple[Path, ...], name: str) -> Path | None:
    """Return the first file of that name in the folders, or None."""
    return next((folder / name for folder in where if (folder / name).is_file()), None)
