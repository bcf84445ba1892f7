"""The console script: the author's commands without a tasks.py, run in the current folder."""

from __future__ import annotations

from invoke.program import Program

from publisher import __version__
from publisher.tasks import namespace


def main() -> None:
    """Run a command, as `invoke` would."""
    Program(name="publisher", binary="publisher", version=__version__, namespace=namespace).run()


if __name__ == "__main__":
    main()
