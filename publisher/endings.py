"""Gather what follows the articles of a blog: their licence, how to cite them, where to run them, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from publisher.config import Comments
from publisher.forges import Repository

if TYPE_CHECKING:
    from publisher.config import Settings


class Ending(Struct, frozen=True):
    """What the settings say of the end of every article. `script` is the URL of what shows comments."""

    license: str = ""
    cite: bool = False
    repository: Repository = Repository()
    open_in: tuple[str, ...] = ()
    jupyterlite: str = ""
    comments: Comments = Comments()
    script: str = ""


def of(settings: Settings, script: str) -> Ending:
    """Return what the settings say."""
    folder = "/".join(filter(None, (settings.repository_folder, settings.source)))
    return Ending(
        license=settings.license,
        cite=settings.cite,
        repository=Repository(settings.repository, settings.repository_branch, folder),
        open_in=settings.open_in,
        jupyterlite=settings.jupyterlite,
        comments=settings.comments,
        script=script,
    )
