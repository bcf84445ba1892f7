"""Blogs checked, and what they are made of."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from publisher import checks
from publisher.checks import addresses
from publisher.config import Options, Settings
from publisher.report import QuietReporter
from tests.support.notebooks import cell

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FRONT = cell("---\ntitle: A post\ndate: 2026-01-02\ndescription: What it says.\n---", "raw")


def png(width: int = 4, height: int = 4, noise: bool = False) -> str:
    image = Image.effect_noise((width, height), 90) if noise else Image.new("RGB", (width, height), "navy")
    data = io.BytesIO()
    image.save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()


def drawn(source: str, *data: str, **more: Any) -> dict[str, Any]:
    outputs = [{"output_type": "display_data", "data": {"image/png": each}, "metadata": {}} for each in data]
    return cell(source, "code", outputs=outputs, **more)


def run(root: Path, settings: Settings | None = None, **options: bool) -> checks.Checked:
    wanted = Options(now=NOW, **options)
    return checks.check(settings or Settings(root), wanted, QuietReporter(io.StringIO()))


def kinds(checked: checks.Checked) -> list[str]:
    """Return the kinds of what was found, but for the list of addresses, which no test but its own has."""
    return [finding.kind for finding in checked.findings if finding.file != addresses.FILE]
