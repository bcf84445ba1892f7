"""End well where nobody reads what a command says."""

from __future__ import annotations

import os
import sys

NO_READER = 141  # exit code: 128 + SIGPIPE
_NAMES = ("stdout", "stderr")


def discard_output() -> None:
    """Write to nowhere from now on: whoever read the output went away, and Python complains when it ends."""
    for name in _NAMES:
        _discard(name)


def replace_closed() -> None:
    """Write to nowhere where a command has no stream, as after `>&-`."""
    for name in _NAMES:
        if getattr(sys, name) is None:
            _discard(name)


def _discard(name: str) -> None:
    setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - open to the end
