"""A notebook file as it is on disk: its cells, and the small files beside it that describe it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from publisher.errors import Problem


class Cell(Struct, frozen=True):
    """One cell in the terms of nbformat 4, multi-line strings joined.

    `number` is its place in the file, from 1, and stays the same when cells before it are taken out.
    """

    number: int
    kind: Literal["markdown", "code", "raw"]
    source: str
    id: str
    metadata: Mapping[str, Any]
    outputs: tuple[Mapping[str, Any], ...] = ()
    attachments: Mapping[str, Mapping[str, str]] | None = None
    execution_count: int | None = None


class Sidecar(Struct, frozen=True):
    """A small file beside a notebook that describes it: Nikola's `.meta`, Pelican's `.ipynb-meta` and `.nbdata`."""

    path: str
    text: str


class Document(Struct, frozen=True):
    """A notebook file, read. `path` is relative to the source folder, with `/`; `digest` is SHA-256 in hex.

    `problems` are the oddities that were put right while it was read. `raw` is all that the file says, as it says it,
    but for what it says again under the same name: `dropped` are those texts.
    """

    path: str
    digest: str
    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any]
    sidecars: tuple[Sidecar, ...] = ()
    problems: tuple[Problem, ...] = ()
    raw: Mapping[str, Any] = {}
    dropped: tuple[str, ...] = ()
