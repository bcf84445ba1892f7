"""Where templates are found and the one Jinja environment that renders them."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import Problem, PublisherError

if TYPE_CHECKING:
    from jinja2 import Environment

_PACKAGE = Path(__file__).parent


def packaged() -> Path:
    """Return the folder of the default templates: in the wheel below the package, in a checkout beside it."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def folders(root: Path) -> tuple[Path, ...]:
    """Return where templates are looked for, in order: the blog's own `templates/`, then the packaged ones."""
    own = root / "templates"
    default = packaged()
    return (own, default) if own.is_dir() and own.resolve() != default.resolve() else (default,)


def environment(where: tuple[Path, ...]) -> Environment:
    """Make the environment: everything is escaped, an unknown name is an error, blocks leave no blank lines."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader([str(folder) for folder in where]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@contextmanager
def worded_errors() -> Iterator[None]:
    """Raise what is wrong with a template as a PublisherError that names the file and the line."""
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        yield
    except TemplateError as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
        if isinstance(error, TemplateSyntaxError):
            file, line = error.filename or error.name or "", error.lineno
        else:
            file, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)
        message = f"{type(error).__name__}: {error.message or error}"
        raise PublisherError(
            Problem(f"templates/{Path(file).name}", message, "correct the template", line=line)
        ) from None


def find(where: tuple[Path, ...], name: str) -> Path | None:
    """Return the first file of that name in the folders, or None."""
    return next((folder / name for folder in where if (folder / name).is_file()), None)
