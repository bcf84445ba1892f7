"""Make templates/assets/fonts/math.woff2: the signs of STIX Two Math that Temml can write, without hints.

Needs fonttools, brotli and npm:  python .ci/math_font.py
"""

from __future__ import annotations

import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = "@fontsource/stix-two-math@5.3.0"  # the font's version 2.12 b168a, SIL OFL 1.1
FILE = "package/files/stix-two-math-latin-400-normal.woff2"
# Latin, Greek, scripts and arrows, operators, letters of mathematics: what macros and plain text may ask for.
RANGES = "20-7E,A0-17F,370-3FF,2070-209F,2100-214F,2190-22FF,1D400-1D7FF"


def main() -> None:
    """Fetch the font, and cut it."""
    temml = (ROOT / "publisher/vendor/temml/temml.min.js").read_text("utf-8")
    written = {*map(ord, temml), *(int(code, 16) for code in re.findall(r"\\u\{?([0-9a-fA-F]{4,5})", temml))}
    signs = ",".join(f"{code:X}" for code in sorted(written) if code >= 0x20)
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["npm", "pack", SOURCE], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603, S607
        with tarfile.open(Path(folder, packed.stdout.split()[-1])) as archive:
            archive.extract(FILE, folder, filter="data")
        subprocess.run(  # noqa: S603
            [  # noqa: S607
                "pyftsubset",
                str(Path(folder, FILE)),
                f"--unicodes={RANGES},{signs}",
                "--layout-features=ssty,dtls,flac,ss01",
                "--no-hinting",
                "--flavor=woff2",
                f"--output-file={ROOT / 'templates/assets/fonts/math.woff2'}",
            ],
            check=True,
        )


if __name__ == "__main__":
    main()
