"""A notebook file as it is on disk: its cells, and the small files beside it that describe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from publisher.errors import Problem


@dataclass(frozen=True, slots=True)
class Cell:
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


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A small file beside a notebook that describes it: Nikola's `.meta`, Pelican's `.ipynb-meta` and `.nbdata`."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A notebook file, read. `path` is relative to the source folder, with `/`; `digest` is SHA-256 in hex.

    `problems` are the oddities that were put right while it was read.
    """

    path: str
    digest: str
    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any]
    sidecars: tuple[Sidecar, ...] = ()
    problems: tuple[Problem, ...] = ()
