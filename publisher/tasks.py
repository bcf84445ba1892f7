"""The author's commands: each reads its options, calls one function and words what came of it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from invoke.collection import Collection
from invoke.exceptions import Exit
from invoke.tasks import task
from msgspec.structs import replace

from publisher.command_lines import Command
from publisher.errors import EXIT_INTERRUPTED, INTERRUPTED, Problem, PublisherError, SettingsError, internal
from publisher.report import (
    PlainReporter,
    Reporter,
    Summary,
    count,
    failure_lines,
    is_continuous_integration,
    reporter,
    to_json,
)
from publisher.streams import NO_READER, discard_output

if TYPE_CHECKING:
    from invoke.context import Context

    from publisher.config import Options, Settings

FAILED = 1
INTERNAL = 70  # EX_SOFTWARE of sysexits.h

_LAST_PORT = 65_535

_FOLDERS = {
    "source": "Folder of the notebooks (setting `source`: notebooks).",
    "output": "Folder of the site (setting `output`: public).",
}

# No short options, so that a new option can never take the letter of an old one.
command = partial(task, klass=Command, auto_shortflags=False)


@command(
    help={
        **_FOLDERS,
        "base-url": "Where the site will be, such as https://example.org/blog (setting `base-url`).",
        "drafts": "Publish drafts as well.",
        "future": "Publish posts that are dated after today as well.",
        "allow-fewer": "Let most of the posts vanish that are on the site.",
        "strict": "Publish nothing unless all is well: every warning is an error.",
        "guest": "Trust no notebook: show what needs no script (setting `trust`).",
        "force": "Make everything again, trusting nothing that was made before.",
        "explain": "Tell for every page made again what is not as it was.",
        "optimize": "Make images as small as they get, which takes long (setting `images.optimize`).",
        "jobs": "Number of processes to work with (default: one for each processor).",
        "executor": "Where to work instead of in processes here: dask://host:port.",
        "open": "Open the site in the browser when it is published.",
        "quiet": "Tell failures only.",
        "verbose": "Tell every warning.",
        "json": "Print one JSON object on stdout, and all that is for people on stderr.",
    },
)
def publish(
    context: Context,
    source: str = "",
    output: str = "",
    base_url: str = "",
    drafts: bool = False,
    future: bool = False,
    allow_fewer: bool = False,
    strict: bool = False,
    guest: bool = False,
    force: bool = False,
    explain: bool = False,
    optimize: bool = False,
    jobs: str = "",
    executor: str = "",
    open_: bool = False,
    quiet: bool = False,
    verbose: bool = False,
    json: bool = False,
) -> None:
    """Publish the notebooks as a site: article pages and a listing."""
    teller = reporter(sys.stderr if json or quiet else sys.stdout, os.environ, is_quiet=quiet, is_verbose=verbose)
    with worded_errors(teller, prints_json=json):
        from publisher.config import Options, end_of_today, optimized, seen_from, untrusting

        settings = _settings(context, source, output, base_url)
        settings = optimized(settings) if optimize else settings
        settings = untrusting(settings) if guest else settings
        options = Options(
            now=end_of_today(settings.timezone, os.environ),
            drafts=drafts,
            future=future,
            allow_fewer=allow_fewer,
            strict=strict,
            force=force,
            explain=explain,
            jobs=number_of_jobs(jobs),
            executor=executor,
        )
        summary = _publish(settings, options, teller)
        teller.done(replace(summary, output=seen_from(Path.cwd(), settings.root, summary.output)))
        if json:
            print(to_json(summary))
        if summary.failures or (strict and summary.warnings):
            raise Exit(code=FAILED)
        if open_ and not is_continuous_integration(os.environ):
            _open_browser(settings.root / settings.output / "index.html")


@command(
    help={
        "source": _FOLDERS["source"],
        "port": "Port of 127.0.0.1; where it is taken, the next one that is free.",
        "follow": "Let pages follow the notebook that was saved last.",
        "open": "Open the blog in the browser.",
        "jobs": "Number of processes to work with (default: one for each processor).",
    },
)
def preview(
    context: Context,
    source: str = "",
    port: str = "8000",
    follow: bool = False,
    open_: bool = False,
    jobs: str = "",
) -> None:
    """Show the blog in the browser while you write; drafts and posts of the future included."""
    teller = reporter(sys.stdout, os.environ)
    with worded_errors(teller):
        from publisher import preview as previews

        def load() -> Settings:
            return _settings(context, source, "", "")

        def ready(url: str) -> None:
            print(f"The blog is at {url} until you press Ctrl-C; what you save is there at once.", flush=True)
            if open_ and not is_continuous_integration(os.environ):
                import webbrowser

                webbrowser.open(url)

        wishes = previews.Wishes(number_of_port(port), number_of_jobs(jobs), follow)
        with suppress(KeyboardInterrupt):
            previews.preview(load, wishes, teller, ready)


def number_of_port(written: str) -> int:
    """Return the port that is wanted. Raises SettingsError for what is none."""
    if not written.isascii() or not written.isdecimal() or int(written) > _LAST_PORT:
        hint = "write for instance --port 8000"
        raise SettingsError(Problem("--port", f"{written!r} is not a number up to {_LAST_PORT}", hint))
    return int(written)


@command(help={"output": _FOLDERS["output"]})
def clean(context: Context, output: str = "") -> None:
    """Remove the published site: what publish made, and nothing else."""
    with worded_errors(PlainReporter(sys.stdout)):
        settings = _settings(context, "", output, "")
        from publisher.config import seen_from
        from publisher.target import FolderTarget

        changes = FolderTarget(settings.root / settings.output).clean()
        where = seen_from(Path.cwd(), settings.root, settings.output).rstrip("/")
        if changes.removed:
            print(f"Removed {count(len(changes.removed), 'file')} from {where}/")
        else:
            print(f"Nothing to do: there is nothing of ours in {where}/")
        if changes.foreign:
            print(f"Left there, as publisher did not make it: {_named(changes.foreign)}")


def _publish(settings: Settings, options: Options, teller: Reporter) -> Summary:
    """Publish, if there is anything to do: whatever makes pages is imported only then."""
    from publisher import unchanged

    summary = unchanged.summary(settings, options)
    if summary is None:
        from publisher import build

        return build.publish(settings, options, teller)
    for problem in summary.failures:  # they are the same as before: whoever runs this has to be told again
        teller.problem(problem, is_failure=True)
    return summary


@command(help={"output": _FOLDERS["output"]})
def rollback(context: Context, output: str = "") -> None:
    """Show the site as it was before the last publish; once more, and it is as it is now."""
    with worded_errors(PlainReporter(sys.stdout)):
        settings = _settings(context, "", output, "")
        from publisher import records
        from publisher.config import end_of_today, seen_from
        from publisher.target import FolderTarget

        target = FolderTarget(settings.root / settings.output)
        records.check_rollback(target.former(), target.current(), end_of_today(settings.timezone, os.environ))
        changes = target.rollback()
        where = seen_from(Path.cwd(), settings.root, settings.output).rstrip("/")
        changed = count(len(changes.written) + len(changes.removed), "file")
        print(f"Rolled back: {where}/ is as it was before the last publish ({changed} changed).")
        print("The next publish shows the notebooks as they are; `invoke rollback` once more undoes this.")


@command(
    help={
        **_FOLDERS,
        "base-url": "Where the site will be (setting `base-url`).",
        "drafts": "Check drafts as well.",
        "future": "Check posts that are dated after today as well.",
        "external": "Ask other sites whether links to them lead anywhere; in CI only with --external=always.",
        "fix": "Repair what is safe to repair, and show what changes.",
        "dry-run": "With --fix: only show what would change.",
        "fail-on": "End with 1 from this severity on: error, warning, notice or never.",
        "jobs": "Number of processes to work with (default: one for each processor).",
        "verbose": "Tell every finding.",
        "json": "Print one JSON object on stdout, and all that is for people on stderr.",
        "github": "Print annotations for a workflow of GitHub as well.",
    },
    optional=["external"],
)
def check(
    context: Context,
    source: str = "",
    output: str = "",
    base_url: str = "",
    drafts: bool = False,
    future: bool = False,
    external: str | bool | None = None,
    fix: bool = False,
    dry_run: bool = False,
    fail_on: str = "error",
    jobs: str = "",
    verbose: bool = False,
    json: bool = False,
    github: bool = False,
) -> None:
    """Read the blog as an editor would; nothing of the site is written."""
    teller = reporter(sys.stderr if json else sys.stdout, os.environ, is_verbose=verbose)
    with worded_errors(teller):
        from publisher import checks, writing
        from publisher.checks import telling
        from publisher.config import Options, end_of_today

        telling.check_severity(fail_on)
        settings = _settings(context, source, output, base_url)
        now = end_of_today(settings.timezone, os.environ)
        options = Options(now=now, drafts=drafts, future=future, jobs=number_of_jobs(jobs))
        progress, asks = telling.Progress(teller), _asks_others(external)
        checked = checks.check(settings, options, progress, asks)
        if fix and checked.fixes:
            teller.stop()
            print("\n".join(telling.differences(checked.fixes)), file=teller.stream)
            if not dry_run:
                writing.write(settings.root, checked.fixes)
                checked = checks.check(settings, options, progress, asks)
        teller.stop()
        teller.tell(telling.lines(checked, verbose))
        if github:
            for line in telling.for_github(checked.findings, settings.root, settings.source, os.environ):
                print(line, file=teller.stream)
        if json:
            print(telling.to_json(checked))
        if telling.fails(checked, fail_on):
            raise Exit(code=FAILED)


def _asks_others(external: str | bool | None) -> bool:
    """Tell whether other sites are asked; a build service does not do so by itself."""
    if external not in (None, False, True, "always"):
        raise SettingsError(Problem("--external", f"{external!r} is not understood", "write --external=always"))
    if external is True and is_continuous_integration(os.environ):
        print("Links to other sites are not tried in CI; --external=always tries them.", file=sys.stderr)
        return False
    return bool(external)


@command(
    positional=["notebook"],
    help={
        "notebook": "A notebook, a folder of them, or a glob in quotes.",
        "megabytes": "The largest image that is saved (default: 20).",
    },
)
def localize(context: Context, notebook: str, megabytes: int = 20) -> None:
    """Save the images of other sites beside a notebook, and let it show these."""
    with worded_errors(PlainReporter(sys.stdout)):
        from publisher import localize as localizing

        failures: list[Problem] = []
        for file in localizing.named(notebook):
            try:
                print(localizing.told(localizing.localize(file, megabytes=megabytes)))
            except PublisherError as error:
                failures.extend(error.problems)
        if failures:
            raise PublisherError(*failures)


@command(
    help={
        "title": "What the post is called; its address is made of it.",
        "tags": "Tags with commas between them.",
        "date": "The day, such as 2026-11-02 (default: today).",
        "draft": "Hold the post back until `draft` is taken out of it.",
        "folder": "Folder of the post below that of the notebooks.",
    },
)
def new(context: Context, title: str, tags: str = "", date: str = "", draft: bool = False, folder: str = "") -> None:
    """Start a post: a notebook with its title, its date, and cells to write in."""
    with worded_errors(PlainReporter(sys.stdout)):
        from publisher import scaffold, writing
        from publisher.config import end_of_today, seen_from

        settings = _settings(context, "", "", "")
        now = end_of_today(settings.timezone, os.environ)
        post, is_future = scaffold.begin(title, tags, date, draft, settings.timezone, now)
        path = scaffold.place(settings.source, folder, post)
        content = scaffold.notebook(post, scaffold.default_kernel())
        writing.write(settings.root, [writing.Change(path, content)])
        print(scaffold.report.begun(seen_from(Path.cwd(), settings.root, path), post, is_future, _program(context)))


@command(positional=["folder"], help={"folder": "Where (default: here)."})
def init(context: Context, folder: str = "") -> None:
    """Make a folder a blog: settings, tasks.py and a sample post. Nothing that is there is overwritten."""
    with worded_errors(PlainReporter(sys.stdout)):
        from publisher import scaffold, writing
        from publisher.config import end_of_today

        root = Path(folder or ".")
        plan = scaffold.plan(scaffold.look(root), end_of_today("UTC", os.environ).date().isoformat())
        writing.write(root, plan.changes)
        print(scaffold.report.made(folder, plan))


@command(help={"name": "Of what: settings, pyproject or front-matter."})
def schema(_: Context, name: str) -> None:
    """Print a JSON Schema, with which an editor helps: of the settings or of front matter."""
    with worded_errors(PlainReporter(sys.stdout)):
        from publisher import schemas

        if name not in schemas.NAMES:
            hint = f"write publisher schema {', '.join(schemas.NAMES[:-1])} or {schemas.NAMES[-1]}"
            raise SettingsError(Problem("", f"there is no schema of {name!r}", hint))
        print(schemas.stored(name), end="")


namespace = Collection(init, new, preview, check, publish, localize, rollback, clean, schema)


@contextmanager
def worded_errors(teller: Reporter, prints_json: bool = False) -> Iterator[None]:
    """Turn whatever goes wrong into words and an exit code; leave the terminal as it was."""
    _prepare()
    try:
        with _worded_errors(teller, prints_json):
            yield
            if sys.stdout:
                sys.stdout.flush()
    except BrokenPipeError:  # `invoke publish | head`
        discard_output()
        raise Exit(code=NO_READER) from None


@contextmanager
def _worded_errors(teller: Reporter, prints_json: bool) -> Iterator[None]:
    try:
        yield
    except (Exit, BrokenPipeError):
        raise
    except PublisherError as error:
        raise _exit(teller, error.problems, error.exit_code, prints_json) from None
    except KeyboardInterrupt:
        raise _exit(teller, (INTERRUPTED,), EXIT_INTERRUPTED, prints_json) from None
    except Exception as error:
        if os.environ.get("PUBLISHER_DEBUG"):
            raise
        raise _exit(teller, (internal(error),), INTERNAL, prints_json) from None
    finally:
        teller.stop()


def _exit(teller: Reporter, problems: tuple[Problem, ...], code: int, prints_json: bool) -> Exit:
    """Say what is wrong, for people and for programs, and return the way out."""
    teller.stop()
    for problem in problems:
        for line in failure_lines(problem):
            print(line.text, file=sys.stderr)
    if prints_json:
        print(to_json(Summary(failures=problems)))
    return Exit(code=code)


def _prepare() -> None:
    """Make Python ready: undo what invoke does to it, and let no character of a file's name be unprintable."""
    # Little of what is made here is garbage: looking for it as often as Python does takes a tenth of a publish.
    gc.set_threshold(100_000, 50, 100)
    # invoke forbids bytecode, so that every run of a checkout would compile every module again
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def _settings(context: Context, source: str, output: str, base_url: str) -> Settings:
    """Return the settings of the blog. Folders that were typed are meant from where they were typed."""
    from publisher import config

    root = find_root(context, source or output)
    return config.load(root, source=_from(root, source), output=_from(root, output), base_url=base_url or None)


def _from(root: Path, typed: str) -> str | None:
    """Return the path of a folder that was typed, from the folder of the blog; an absolute one stays."""
    if not typed.strip() or Path(typed).is_absolute() or Path.cwd() == root:
        return typed or None
    return Path(os.path.relpath(typed, root)).as_posix()


def find_root(context: Context, named: str = "") -> Path:
    """Return the folder of the blog: that of the tasks.py that invoke found, else the one that is here or further up.

    Where a folder to work in is named, none of both is needed. Raises SettingsError where there is no blog.
    """
    module = sys.modules.get(context.config.tasks.collection_name)
    file = getattr(module, "__file__", None)
    if file is None or getattr(module, "ns", getattr(module, "namespace", None)) is None:
        return _root_here(named)
    path = Path(file)
    return path.parent.parent if path.name == "__init__.py" else path.parent


def _root_here(named: str) -> Path:
    from publisher import config

    here = Path.cwd()
    root = config.find_root(here) or (here if named else None)
    if root is None:
        hint = "go into the folder of your blog, or make one: publisher init my-blog"
        raise SettingsError(Problem("", "there is no blog here, nor in a folder above", hint))
    return root


def _program(context: Context) -> str:
    """Return the command with which these commands are run: `invoke` where it found a tasks.py."""
    return "invoke" if context.config.tasks.collection_name in sys.modules else "publisher"


def number_of_jobs(written: str) -> int:
    """Return how many processes are wanted. Raises SettingsError for what is no number from 1."""
    if not written:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not written.isascii() or not written.isdecimal() or int(written) < 1:
        raise SettingsError(Problem("--jobs", f"{written!r} is not a number from 1", "write for instance --jobs 4"))
    return int(written)


def _open_browser(page: Path) -> None:
    import webbrowser

    webbrowser.open(page.resolve().as_uri())


def _named(paths: tuple[str, ...]) -> str:
    """Name the first files; the rest is counted."""
    rest = len(paths) - 5
    return ", ".join(paths[:5]) + (f" and {rest:,} more" if rest > 0 else "")
