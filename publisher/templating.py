"""Where templates are found and the one Jinja environment that renders them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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


def find(where: tuple[Path, ...], name: str) -> Path | None:
    """Return the first file of that name in the folders, or None."""
    return next((folder / name for folder in where if (folder / name).is_file()), None)
