"""The commands of this blog; `test` and `dev.*` are for those who work on publisher itself."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

from publisher.tasks import check, clean, init, localize, new, preview, publish, rollback, schema

ALONE = "tests/test_workers.py"  # forks, which only a process without other threads may
TOGETHER = f"--numprocesses auto --maxprocesses 4 --dist loadfile --ignore {ALONE}"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@task(
    auto_shortflags=False,
    help={"only": "A part of the tests, as pytest names it.", "coverage": "Measure coverage as well."},
)
def test(context: Context, only: str = "", coverage: bool = False) -> None:
    """Run all tests, those in the browser included."""
    check_extra("pytest")
    environment = {"PUBLISHER_CHROMIUM": find_chromium(context)}
    covered = " --cov --cov-report=term" if coverage else ""
    failed: dict[str, int] = {}
    for number, part in enumerate([only] if only else [ALONE, TOGETHER]):
        added = " --cov-append" * (coverage and number > 0)
        command = f'"{sys.executable}" -m pytest{covered}{added} {part}'
        if code := code_of(context, command, environment):
            failed[command] = code
    if failed:
        named = "\n".join(f"  exit code {code}: {command}" for command, code in failed.items())
        raise Exit(f"Tests failed:\n{named}", code=max(failed.values()))


@task(auto_shortflags=False)
def lint(context: Context) -> None:
    """Check style, types and the order of imports."""
    check_extra("ruff")
    run(context, "ruff check .")
    run(context, "ruff format --check .")
    run(context, "mypy")
    run(context, "lint-imports")


@task(
    auto_shortflags=False,
    help={
        "sizes": "Numbers of posts of synthetic blogs (default: 10,100,1000; with --folder none).",
        "folder": "Folder of notebooks to measure with.",
        "jobs": "Number of processes that publish works with.",
        "rounds": "How often each command is run.",
        "output": "Folder for the table, the chart and the figures.",
        "docs": "Put what was measured into docs/performance.md and docs/preview.md.",
        "parts": "What to measure, with commas between: conversion, publishing, preview.",
    },
)
def bench(
    context: Context,
    sizes: str = "",
    folder: str = "",
    jobs: int = 1,
    rounds: int = 3,
    output: str = "benchmarks/results",
    docs: bool = False,
    parts: str = "conversion,publishing",
) -> None:
    """Measure what publishing costs, case by case, and conversion alone, beside their floors and nbconvert."""
    options = f'--jobs {jobs} --rounds {rounds} --output "{output}" --parts {parts} --folder "{folder}"'
    options += f" --sizes {sizes}" * bool(sizes) + " --docs" * docs
    run(context, f'"{sys.executable}" -m benchmarks {options}')


@task(auto_shortflags=False)
def docs(context: Context) -> None:
    """Write what is made of the tables of settings and front matter: the JSON Schemas, two tables of the docs."""
    run(context, f'"{sys.executable}" -m publisher.schemas')


@task(
    auto_shortflags=False,
    help={
        "corpus": "How many of the notebooks that PUBLISHER_CORPUS names.",
        "folder": "A folder of a finished site to check in the place of both.",
    },
)
def validate(context: Context, corpus: int = 50, folder: str = "") -> None:
    """Ask the Nu HTML Checker about every page of the demo and of a blog of real notebooks."""
    run(context, f'"{sys.executable}" -m quality.validate --corpus {corpus} --folder "{folder}"')


@task(
    auto_shortflags=False,
    iterable=["folder", "url"],
    help={
        "rounds": "How often each page is measured; figures are medians.",
        "folder": "NAME=FOLDER#PAGE of any other static site; may be given several times.",
        "url": "NAME=ADDRESS of any other page; may be given several times.",
        "only": "Leave out the demo.",
        "docs": "Put the table into docs/quality.md.",
    },
)
def lighthouse(
    context: Context, folder: list[str], url: list[str], rounds: int = 5, only: bool = False, docs: bool = False
) -> None:
    """Ask Lighthouse about the listing and an article of the demo, and about other sites."""
    options = [f'--folder "{one}"' for one in folder] + [f'--url "{one}"' for one in url]
    options += ["--only"] * only + ["--docs"] * docs
    run(context, f'"{sys.executable}" -m quality.lighthouse --rounds {rounds} {" ".join(options)}')


def run(context: Context, command: str, environment: dict[str, str] | None = None) -> None:
    """Run a command in this folder, with this environment's programs first; end with its exit code if it fails."""
    if code := code_of(context, command, environment):
        raise Exit(code=code)


def code_of(context: Context, command: str, environment: dict[str, str] | None = None) -> int:
    """Run a command in this folder, with this environment's programs first; return its exit code."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    with context.cd(str(Path(__file__).parent)):
        # No input: where the standard input is closed, invoke cannot hand it on.
        result = context.run(command, env={"PATH": path, **(environment or {})}, warn=True, pty=False, in_stream=False)
    return 0 if result is None else result.exited


def check_extra(module: str) -> None:
    """End with what to do if the tools of contributors are not installed."""
    if find_spec(module) is None:
        raise Exit(f'{module} is not installed: pip install ".[test]"', code=1)


def find_chromium(context: Context) -> str:
    """Return where Chromium is; where there is none, install Debian's, or say what to do."""
    return _installed() or _install(context) or _give_up()


def _installed() -> str:
    named = os.environ.get("PUBLISHER_CHROMIUM", "")
    return named or next((path for path in map(shutil.which, CHROMIUM) if path), "")


def _install(context: Context) -> str:
    if not shutil.which("apt-get"):
        return ""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    before = "" if is_root else "sudo -n "
    print("No Chromium found: installing Debian's for the browser tests")
    for command in ("apt-get update -qq", "apt-get install -qq -y --no-install-recommends chromium"):
        result = context.run(f"{before}{command}", env={"DEBIAN_FRONTEND": "noninteractive"}, warn=True, hide="out")
        if result is None or result.exited:
            return ""
    return _installed()


def _give_up() -> str:
    raise Exit(
        "The browser tests need Chromium, and it could not be installed here: install it (on Debian: apt-get install"
        " chromium), or set PUBLISHER_CHROMIUM to where it is. The other tests: python -m pytest -m 'not browser'",
        code=1,
    )


ns = Collection(init, new, preview, check, publish, localize, rollback, clean, schema, test)

ns.add_collection(Collection("dev", lint, docs, bench, validate, lighthouse))
