"""Blogs published: what they become, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from publisher import build, config, links, unchanged
from publisher.build import Options
from publisher.config import Settings
from publisher.errors import Problem
from publisher.report import Summary

if TYPE_CHECKING:
    import subprocess

NOW = datetime(2025, 6, 15, 23, 59, tzinfo=UTC)
Write = Callable[..., Path]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass
class Recorder:
    """Notes all that a reporter is told."""

    told: list[tuple[str, bool]] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)
    steps: int = 0

    def start(self, name: str, total: int) -> None:
        self.parts.append((name, total))

    def advance(self) -> None:
        self.steps += 1

    def problem(self, problem: Problem, is_failure: bool) -> None:
        self.told.append((str(problem), is_failure))

    def done(self, summary: Summary) -> None: ...

    def stop(self) -> None: ...


def publish(root: Path, reporter: Recorder | None = None, **options: object) -> Summary:
    """Publish the blog in a folder, with the settings that it has there."""
    wanted = Options(now=NOW, **options)  # type: ignore[arg-type]
    return build.publish(replace(config.load(root), search=False), wanted, reporter or Recorder())


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def stats(folder: Path) -> dict[str, tuple[int, int, int]]:
    found = {}
    for path in (folder, *folder.rglob("*")):
        about = path.stat()
        found[str(path)] = (about.st_ino, about.st_mtime_ns, about.st_ctime_ns)
    return found


def broken(site: Path, base_url: str = "") -> list[links.Broken]:
    pages = {path: data.decode() for path, data in files(site).items() if path.endswith(".html")}
    return links.judge(((path, links.scan(path, page, base_url)) for path, page in pages.items()), set(files(site)))


def settings_of(blog: Path) -> Settings:
    return replace(config.load(blog), search=False)


def publish_if_changed(blog: Path, **options: object) -> Summary:
    """Publish as the command does: whatever makes pages works only if something is to be done."""
    wanted = replace(Options(now=NOW), **options)  # type: ignore[arg-type]
    settings = settings_of(blog)
    return unchanged.summary(settings, wanted) or build.publish(settings, wanted, Recorder())
