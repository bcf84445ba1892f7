"""Find where the notebook of a post can be seen and run, from the address of its repository."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from msgspec import Struct

GITHUB, GITLAB, CODEBERG = "github.com", "gitlab.com", "codeberg.org"
_VIEW = {GITHUB: "blob", GITLAB: "-/blob", CODEBERG: "src/branch"}
NAMES = {"colab": "Colab", "binder": "Binder", "jupyterlite": "JupyterLite"}


class Repository(Struct, frozen=True):
    """Where the notebooks of a blog are: an address, a branch, and their folder, without slashes at its ends."""

    url: str = ""
    branch: str = "main"
    folder: str = ""


class Opening(Struct, frozen=True):
    """A place in which a notebook can be opened."""

    name: str
    url: str


def source(repository: Repository, notebook: str) -> str:
    """Return where a notebook can be seen as it lies in the repository, or "" where that is not known."""
    host = urlsplit(repository.url).netloc.lower()
    if host not in _VIEW:
        return ""
    return f"{_address(repository)}/{_VIEW[host]}/{quote(repository.branch)}/{quote(_path(repository, notebook))}"


def openings(repository: Repository, notebook: str, wanted: tuple[str, ...], jupyterlite: str) -> tuple[Opening, ...]:
    """Return the places in which a notebook can be opened, of those that are wanted."""
    path = _path(repository, notebook)
    makers = {"colab": _colab, "binder": _binder}
    urls = {place: makers[place](repository, path) for place in wanted if place in makers}
    if "jupyterlite" in wanted:
        urls["jupyterlite"] = f"{jupyterlite}{'&' if '?' in jupyterlite else '?'}path={quote(path)}"
    return tuple(Opening(NAMES[place], urls[place]) for place in wanted if urls.get(place))


def _colab(repository: Repository, path: str) -> str:
    parts = urlsplit(repository.url)
    if parts.netloc.lower() != GITHUB:
        return ""
    return f"https://colab.research.google.com/github/{_name(repository)}/blob/{quote(repository.branch)}/{quote(path)}"


def _binder(repository: Repository, path: str) -> str:
    """Return the address of a Binder; branches and paths are single parts of it."""
    host = urlsplit(repository.url).netloc.lower()
    name = _name(repository)
    where = {GITHUB: f"gh/{name}", GITLAB: f"gl/{quote(name, safe='')}"}
    kept = where.get(host, f"git/{quote(_address(repository), safe='')}")
    return f"https://mybinder.org/v2/{kept}/{quote(repository.branch, safe='')}?labpath={quote(path, safe='')}"


def _address(repository: Repository) -> str:
    return repository.url.rstrip("/").removesuffix(".git")


def _name(repository: Repository) -> str:
    return urlsplit(_address(repository)).path.strip("/")


def _path(repository: Repository, notebook: str) -> str:
    return "/".join(filter(None, (repository.folder, notebook)))
