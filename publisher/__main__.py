"""The console script: the author's commands without a tasks.py, for the blog that the current folder is in."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn


def main() -> None:
    """Run a command, as `invoke` would. One that is interrupted before it has begun says so as well."""
    try:
        try:
            _run()
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except BrokenPipeError:
        _end_unread()
    except KeyboardInterrupt:
        _end_interrupted()
    except SystemExit as end:
        if end.code == 1 and isinstance(end.__context__, KeyboardInterrupt):  # invoke was still reading the options
            _end_interrupted()
        raise


def _end_unread() -> NoReturn:
    from publisher import streams

    streams.discard_output()
    sys.exit(streams.NO_READER)


def _end_interrupted() -> NoReturn:
    from publisher.errors import EXIT_INTERRUPTED, INTERRUPTED
    from publisher.report import failure_lines

    sys.stderr.writelines(f"{line.text}\n" for line in failure_lines(INTERRUPTED))
    sys.exit(EXIT_INTERRUPTED)


def _run() -> None:
    if sys.argv[1:] == ["publish"] and _is_up_to_date():
        return
    from publisher.program import Commands
    from publisher.tasks import namespace

    Commands(namespace).run(sys.argv)


def _is_up_to_date() -> bool:
    """Say that there is nothing to do, if so, before invoke is imported: that takes longer than to find it out.

    Whatever went wrong, or has to be done, is the command's to tell.
    """
    from msgspec.structs import replace

    from publisher import config, report, unchanged
    from publisher.errors import PublisherError

    try:
        here = Path.cwd()
        root = config.find_root(here)
        if root is None:
            return False
        settings = config.load(root)
        options = config.Options(now=config.end_of_today(settings.timezone, os.environ))
        summary = unchanged.summary(settings, options)
    except (PublisherError, OSError):
        return False
    if summary is None or summary.failures:
        return False
    summary = replace(summary, output=config.seen_from(here, root, summary.output))
    report.reporter(sys.stdout, os.environ).done(summary)
    return True


if __name__ == "__main__":
    main()
