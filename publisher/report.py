"""Tell the author what happens and, at the end, what was done and what to do next."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TextIO
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from rich.progress import Progress, TaskID

NO_READER = 141  # 128 + SIGPIPE
SHOWN_WARNINGS = 20
_NAMED_PLACES = 3
_LABEL = 11
_DIGEST = re.compile(r"\b[0-9a-f]{32,}\b")
_DIGEST_SHOWN, _VALUE_SHOWN = 10, 100  # characters

# A notebook's words must not steer the terminal they are shown on.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

# What a line is, and the code by which a terminal shows it: bold, red, yellow, green, grey.
_CODES = {"title": "1", "bad": "31", "warning": "33", "good": "32", "quiet": "90"}
_REDRAWN_AFTER = 0.1  # seconds


class Counts(Struct, frozen=True):
    """How many of a kind of thing were written, left as they were, and removed."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def changed(self) -> int:
        """How many are not as they were."""
        return self.written + self.removed


class Change(Struct, frozen=True):
    """An ingredient of a page that is not what it was; "" where there is none."""

    name: str
    old: str
    new: str


class Remade(Struct, frozen=True):
    """A page that was made again, and what is not as it was."""

    page: str
    changes: tuple[Change, ...]


class Summary(Struct, frozen=True):
    """What came of a publish.

    `files` are all files of the site, those of the other counts included; `kept` are the pages of notebooks that
    failed, as they were. `output` is the folder as the author would type it. `is_shown` is False when the site was left
    as it was because nothing less than all was wanted.
    """

    posts: Counts = Counts()
    pages: Counts = Counts()
    images: Counts = Counts()
    files: Counts = Counts()
    drafts: int = 0
    future: int = 0
    kept: int = 0
    warnings: tuple[Problem, ...] = ()
    failures: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    remade: tuple[Remade, ...] = ()
    seconds: float = 0.0
    output: str = "public"
    site_url: str = ""
    first_run: bool = False
    is_shown: bool = True

    @property
    def has_changed(self) -> bool:
        """Tell whether the site is another one than before."""
        return self.is_shown and bool(self.files.changed)

    @property
    def others(self) -> Counts:
        """The files that are neither pages nor images: downloads, feeds, the style sheet, what the host reads."""
        return Counts(
            self.files.written - self.pages.written - self.images.written,
            self.files.unchanged - self.pages.unchanged - self.images.unchanged,
            self.files.removed - self.pages.removed - self.images.removed,
        )


class Reporter(Protocol):
    """Someone to tell what happens while it happens."""

    def start(self, name: str, total: int) -> None:
        """Begin a part of the work that has `total` steps."""
        ...

    def advance(self) -> None:
        """Finish one step of the part in hand."""
        ...

    def problem(self, problem: Problem, is_failure: bool) -> None:
        """Take notice of a problem. Failures are told at once, warnings when everything is done."""
        ...

    def done(self, summary: Summary) -> None:
        """Sum up."""
        ...

    def stop(self) -> None:
        """Leave the terminal as it was; nothing more is told of the part in hand."""
        ...


class Log(Struct):
    """What went wrong so far, told to the reporter as it happens."""

    reporter: Reporter
    warnings: list[Problem] = field(default_factory=list)
    failures: list[Problem] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def warn(self, problems: Iterable[Problem]) -> None:
        """Note what the author should know."""
        for problem in problems:
            self.warnings.append(problem)
            self.reporter.problem(problem, is_failure=False)

    def fail(self, notebook: str, problems: Iterable[Problem]) -> None:
        """Note why a notebook is not published this time."""
        self.failed.append(notebook)
        for problem in problems:
            self.failures.append(problem)
            self.reporter.problem(problem, is_failure=True)

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing went wrong at all."""
        return not self.warnings and not self.failures


class Line(NamedTuple):
    """A line of the report, without its end, and what it is: a key of the styles, or ""."""

    text: str
    role: str = ""


def to_json(summary: Summary) -> str:
    """Return the summary for programs, as one line."""
    return json.dumps(
        {
            **{kind: _counts(getattr(summary, kind)) for kind in ("posts", "pages", "images", "files")},
            "held_back": {"drafts": summary.drafts, "future": summary.future},
            **({"remade": _remade(summary.remade)} if summary.remade else {}),
            "warnings": [_problem(problem) for problem in summary.warnings],
            "failures": [_problem(problem) for problem in summary.failures],
            "seconds": round(summary.seconds, 3),
        },
        ensure_ascii=False,
    )


def _remade(remade: Sequence[Remade]) -> dict[str, dict[str, list[str]]]:
    """Return why pages were made again: by page and by what changed, what was before and what is."""
    return {each.page: {change.name: [change.old, change.new] for change in each.changes} for each in remade}


def _counts(counts: Counts) -> dict[str, int]:
    return {"written": counts.written, "unchanged": counts.unchanged, "removed": counts.removed}


def _problem(problem: Problem) -> dict[str, object]:
    message = problem.message if problem.line is None else f"line {problem.line}: {problem.message}"
    return {"notebook": problem.file, "cell": problem.cell, "message": message, "hint": problem.hint}


def failure_lines(problem: Problem) -> Iterator[Line]:
    """Yield what a failure says: where and what, the line of the source with its caret, the way out."""
    first, *source = str(_without_hint(problem)).split("\n")
    yield Line(f"Failed  {first}", "bad")
    for line in source:
        yield Line(f"    {line}", "quiet")
    if problem.hint:
        yield Line(f"        {problem.hint}")


def _without_hint(problem: Problem) -> Problem:
    return Problem(
        problem.file,
        problem.message,
        cell=problem.cell,
        line=problem.line,
        column=problem.column,
        source=problem.source,
    )


def warning_lines(warnings: Sequence[Problem], limit: int | None = SHOWN_WARNINGS) -> Iterator[Line]:
    """Yield all warnings, those that say the same together; no more than `limit` of them."""
    groups: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for warning in warnings:
        groups[warning.message, warning.hint].append(warning)
    told = list(groups.values())[:limit]
    for group in told:
        yield from _same_warnings(group, limit)
    if rest := len(warnings) - sum(map(len, told)):
        yield Line(f"  … {rest:,} more; --verbose shows all", "quiet")


def _same_warnings(group: Sequence[Problem], limit: int | None) -> Iterator[Line]:
    first = group[0]
    places = list(dict.fromkeys(_place(warning) for warning in group))
    if len(places) == 1:
        yield Line("  " + (f"{places[0]}: {first.message}" if places[0] else first.message))
    else:
        yield Line(f"  {first.message}")
        yield from (Line(f"      {line}", "quiet") for line in _named(places, limit))
    if first.hint:
        yield Line(f"      {first.hint}", "quiet")


def _place(problem: Problem) -> str:
    parts = [problem.file] if problem.file else []
    parts += [
        f"{name} {number}" for name, number in (("cell", problem.cell), ("line", problem.line)) if number is not None
    ]
    return ", ".join(parts)


def _named(places: Sequence[str], limit: int | None) -> Sequence[str]:
    """Name the first places, or with no limit all of them, a line each."""
    if limit is None:
        return places
    named = "; ".join(places[:_NAMED_PLACES])
    rest = len(places) - _NAMED_PLACES
    return [f"{named} and {rest:,} more" if rest > 0 else named]


def remade_lines(remade: Sequence[Remade]) -> Iterator[Line]:
    """Yield why each page was made again; pages for the same reasons together."""
    groups: dict[tuple[Change, ...], list[str]] = defaultdict(list)
    for each in remade:
        groups[each.changes].append(each.page)
    for changes, pages in groups.items():
        yield Line("  " + pages[0])
        if len(pages) > 1:
            yield Line(f"  and {count(len(pages) - 1, 'other page')}")
        for change in changes:
            yield Line(f"      {change.name}: {_short(change.old)} → {_short(change.new)}", "quiet")


def _short(value: str) -> str:
    """Return a value for a line: of a digest the beginning tells enough."""
    value = _DIGEST.sub(lambda digest: digest[0][:_DIGEST_SHOWN], value)
    return (value if len(value) <= _VALUE_SHOWN else f"{value[:_VALUE_SHOWN]}…") or "none"


def summary_lines(summary: Summary) -> Iterator[Line]:
    """Yield the short sum: what was written, what was held back, what to do next."""
    yield _headline(summary)
    if summary.has_changed:
        yield from _table(summary)
    facts = [*_facts(summary)]
    if facts:
        yield Line("")
    for label, text, role in facts:
        yield Line(f"  {label:<{_LABEL}} {text}", role)


def _headline(summary: Summary) -> Line:
    where = f"{summary.output.rstrip('/')}/"
    posts = count(summary.posts.written + summary.posts.unchanged, "post")
    if not summary.is_shown:
        return Line(f"Nothing was published: {where} is as it was.", "bad")
    if not summary.has_changed and summary.failures:
        return Line(f"Nothing new: {where} is as it was, with {posts}.", "bad")
    if not summary.has_changed:
        return Line(f"Nothing to do: {where} is up to date with {posts}, found in {duration(summary.seconds)}.", "good")
    return Line(f"Published {posts} to {where} in {duration(summary.seconds)}.", "good")


def _table(summary: Summary) -> Iterator[Line]:
    rows = [("posts", summary.posts), ("pages", summary.pages), ("images", summary.images)]
    rows.append(("other files", summary.others))
    yield Line("")
    yield Line(f"  {'':<{_LABEL}} {'written':>9} {'unchanged':>11} {'removed':>9}", "quiet")
    for name, counts in rows:
        yield Line(f"  {name:<{_LABEL}} {counts.written:>9,} {counts.unchanged:>11,} {counts.removed:>9,}")


def _facts(summary: Summary) -> Iterator[tuple[str, str, str]]:
    if held := ", ".join(_held_back(summary)):
        yield "held back", held, ""
    if summary.failures:
        kept = "; a page published before stays" if summary.kept else ""
        failed = len({problem.file for problem in summary.failures})
        yield "failed", f"{count(failed, 'notebook')}{kept}", "bad"
    if summary.warnings:
        yield "warnings", f"{len(summary.warnings):,}", "warning"
    for note in summary.notes:
        yield "note", note, ""
    for label, step in zip(("next", "", ""), _next_steps(summary), strict=False):
        yield label, step, "title"


def _held_back(summary: Summary) -> Iterator[str]:
    if summary.drafts:
        yield f"{count(summary.drafts, 'draft')} (--drafts shows {_them(summary.drafts)})"
    if summary.future:
        yield f"{count(summary.future, 'post')} of the future (--future shows {_them(summary.future)})"


def _next_steps(summary: Summary) -> Iterator[str]:
    where = summary.output.rstrip("/")
    posts = summary.posts.written + summary.posts.unchanged
    if not summary.is_shown:
        yield "put right what is named above, or publish without --strict"
    elif summary.failures:
        yield "put right what failed, then publish again"
    elif not posts and not summary.drafts and not summary.future:
        yield "put a notebook into the source folder, then publish again"
    elif summary.first_run and urlsplit(summary.site_url).path.strip("/"):
        yield "publisher preview, then open the address that it names"  # links begin with a path that no folder has
    elif summary.first_run:
        yield f"python -m http.server -d {shlex.quote(where)}, then open http://localhost:8000/"
    if posts and summary.is_shown and not summary.site_url and summary.has_changed:
        yield "set `base-url` in pyproject.toml before the site goes online"


def seen_from(here: Path, root: Path, summary: Summary) -> Summary:
    """Return the summary with its folder as one would type it from another folder than the blog's."""
    return replace(summary, output=path_from(here, root, summary.output))


def path_from(here: Path, root: Path, path: str) -> str:
    """Return the path of what is in the blog as one would type it from another folder than the blog's."""
    return path if here == root or os.path.isabs(path) else os.path.relpath(root / path, here)


def discard_output(even_if_open: bool = True) -> None:
    """Let nobody hear what is still to be said: whoever read it went away, and Python complains when it ends.

    Without `even_if_open`, do so only where there is no stream, as after `>&-`.
    """
    for name in ("stdout", "stderr"):
        if even_if_open or getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - open to the end


def count(number: int, name: str) -> str:
    """Return `1 post`, `2 posts`, `1,234 posts`."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _plain(text: str) -> str:
    return _CONTROLS.sub("\ufffd", text).rstrip()


def duration(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def _report(summary: Summary, is_verbose: bool) -> Iterator[Line]:
    if summary.warnings:
        yield Line("")
        yield Line("Warnings", "title")
        yield from warning_lines(summary.warnings, None if is_verbose else SHOWN_WARNINGS)
    if summary.remade:
        yield Line("")
        yield Line("Made again", "title")
        yield from remade_lines(summary.remade)
    yield Line("")
    yield from summary_lines(summary)


class PlainReporter:
    """Writes plain lines: into a file, a pipe, the log of a build."""

    def __init__(self, stream: TextIO, is_verbose: bool = False) -> None:
        self.stream = stream
        self.is_verbose = is_verbose

    def start(self, name: str, total: int) -> None:
        """Name the part, once."""
        if total:
            self._write([Line(f"{name} ({total:,})")])

    def advance(self) -> None:
        """Say nothing: a line for each step would be noise."""

    def problem(self, problem: Problem, is_failure: bool) -> None:
        """Tell a failure."""
        if is_failure:
            self._write(failure_lines(problem))

    def done(self, summary: Summary) -> None:
        """Write warnings and sum."""
        self._write(_report(summary, self.is_verbose))

    def stop(self) -> None:
        """Have nothing to put away."""

    def tell(self, lines: Iterable[Line]) -> None:
        """Write lines that are no part of a publish."""
        self._write(lines)

    def _write(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.stream.write(f"{_plain(line.text)}\n")
        self.stream.flush()


class QuietReporter(PlainReporter):
    """Writes failures only, and what counted as one."""

    def start(self, name: str, total: int) -> None:
        """Say nothing."""

    def done(self, summary: Summary) -> None:
        """Write the warnings if they were why nothing was published."""
        if not summary.is_shown:
            self._write(warning_lines(summary.warnings, None))


class RichReporter(PlainReporter):
    """Draws a progress bar on a terminal and uses its colours; the lines are the same."""

    def __init__(self, stream: TextIO, is_verbose: bool = False) -> None:
        super().__init__(stream, is_verbose)
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._drawn = 0.0

    def start(self, name: str, total: int) -> None:
        """Begin a bar; it goes when its part is over."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.stop()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        # Drawn by `advance`: a thread that draws could hold a lock just when worker processes are forked.
        console = Console(file=self.stream, highlight=False)
        self._progress = Progress(*columns, console=console, transient=True, auto_refresh=False)
        self._task = self._progress.add_task(name, total=total)
        self._progress.start()

    def advance(self) -> None:
        """Move the bar."""
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task)
            now = time.monotonic()
            if now - self._drawn > _REDRAWN_AFTER:
                self._progress.refresh()
                self._drawn = now

    def done(self, summary: Summary) -> None:
        """Write warnings and sum."""
        self.stop()
        super().done(summary)

    def stop(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _write(self, lines: Iterable[Line]) -> None:
        for line in lines:
            text, code = _plain(line.text), _CODES.get(line.role)
            styled = f"\x1b[{code}m{text}\x1b[0m" if code else text
            if self._progress is not None:
                self._above_the_bar(styled)
            else:
                self.stream.write(f"{styled}\n")
        self.stream.flush()

    def _above_the_bar(self, text: str) -> None:
        from rich.text import Text

        if self._progress is not None:
            self._progress.console.print(Text.from_ansi(text), soft_wrap=True)


def reporter(
    stream: TextIO, environ: Mapping[str, str], is_quiet: bool = False, is_verbose: bool = False
) -> PlainReporter | RichReporter:
    """Return the reporter that suits the stream: a bar and colours only where a person sits before a terminal."""
    if is_quiet:
        return QuietReporter(stream)
    if environ.get("NO_COLOR") or is_continuous_integration(environ) or environ.get("TERM") == "dumb":
        return PlainReporter(stream, is_verbose)
    return RichReporter(stream, is_verbose) if stream.isatty() else PlainReporter(stream, is_verbose)


def is_continuous_integration(environ: Mapping[str, str]) -> bool:
    """Tell whether a build service runs this, as they all say with CI."""
    return environ.get("CI", "").lower() not in ("", "0", "false")
