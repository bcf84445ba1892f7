"""What several tests share, by what it is of."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
CASES = CHECKOUT / "tests/cases"
