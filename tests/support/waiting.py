"""Wait for what is to happen, however slow or busy the machine is."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

PATIENCE = 600  # seconds until what never happens is given up; how fast something is no test says


def wait_until(happens: Callable[[], object], what: str = "it never came to be") -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def hear_interrupts() -> None:
    """Undo, in a new process, what a shell does to what it runs in the background: it is deaf to interrupts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
