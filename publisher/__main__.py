"""The console script: the author's commands without a tasks.py, run in the current folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn


def main() -> None:
    """Run a command, as `invoke` would. One that is interrupted before it has begun says so as well."""
    try:
        _run()
    except KeyboardInterrupt:
        _end_interrupted()
    except SystemExit as end:
        if end.code == 1 and isinstance(end.__context__, KeyboardInterrupt):  # invoke was still reading the options
            _end_interrupted()
        raise


def _end_interrupted() -> NoReturn:
    from publisher.errors import EXIT_INTERRUPTED, INTERRUPTED
    from publisher.report import failure_lines

    sys.stderr.writelines(f"{line.text}\n" for line in failure_lines(INTERRUPTED))
    sys.exit(EXIT_INTERRUPTED)


def _run() -> None:
    if sys.argv[1:] == ["publish"] and _is_up_to_date():
        return
    from invoke.program import Program

    from publisher import __version__
    from publisher.tasks import namespace

    program = Program(name="publisher", binary="publisher", version=__version__, namespace=namespace)
    program.run(with_folder_named(sys.argv))


def with_folder_named(arguments: list[str]) -> list[str]:
    """Let `init` take its folder as it is: invoke knows no arguments by position that may be left out."""
    if len(arguments) > 2 and arguments[1] == "init" and not arguments[2].startswith("-"):
        return [*arguments[:2], "--folder", *arguments[2:]]
    return arguments


def _is_up_to_date() -> bool:
    """Say that there is nothing to do, if so, before invoke is imported: that takes longer than to find it out.

    Whatever went wrong, or has to be done, is the command's to tell.
    """
    from publisher import config, report, unchanged
    from publisher.errors import PublisherError

    try:
        settings = config.load(Path.cwd())
        options = config.Options(now=config.end_of_today(settings.timezone, os.environ))
        summary = unchanged.summary(settings, options)
    except (PublisherError, OSError):
        return False
    if summary is None or summary.failures:
        return False
    report.reporter(sys.stdout, os.environ).done(summary)
    return True


if __name__ == "__main__":
    main()
