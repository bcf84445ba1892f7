"""Make the two fonts of formulas in templates/assets/fonts: the signs of STIX Two Math that Temml can write.

math.woff2 has what most formulas are made of, and everything that stretches; math-more.woff2, which a browser only
fetches for a page that needs it, the bold, script, fraktur, double-struck and sans-serif letters and the rare signs.
Needs fonttools, brotli and npm:  python .ci/math_font.py
"""

from __future__ import annotations

import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = "@fontsource/stix-two-math@5.3.0"  # the font's version 2.12 b168a, SIL OFL 1.1
FILE = "package/files/stix-two-math-latin-400-normal.woff2"
# Latin, Greek, scripts and arrows, operators, letters of mathematics: what macros and plain text may ask for.
RANGES = "20-7E,A0-17F,370-3FF,2070-209F,2100-214F,2190-22FF,1D400-1D7FF"
# Chromium stretches by the table of the first font of a stack, so that no sign that stretches may be missing here.
COMMON = (
    "20-7E,A0-FF,131,237,2C6-338,370-3FF,2005-2061,210B-211D,2124-213F,2190-21D5,2200-22FF,2308-230B,23B0-23E1,"
    "25A0-25A1,27E6-27EF,27F5-27FC,2A00-2A0C,2A7D-2A7E,1D434-1D467,1D6E2-1D71B"
)
REST = "U+100-2AFF, U+1D400-1D7FF"
FACE = """@font-face {{ font-family: "STIX Two Math"; src: url(fonts/{}.woff2) format("woff2"); font-display: swap;
  unicode-range: {}; }}
"""
DECLARED = re.compile(r'(@font-face \{ font-family: "STIX Two Math";[^}]*\}\n)+')
OPTIONS = ("--layout-features=ssty,dtls,flac,ss01", "--no-hinting", "--flavor=woff2")


def main() -> None:
    """Fetch the font, cut it in two, and say in the style sheet what is in which."""
    temml = (ROOT / "publisher/vendor/temml/temml.min.js").read_text("utf-8")
    written = {*map(ord, temml), *(int(code, 16) for code in re.findall(r"\\u\{?([0-9a-fA-F]{4,5})", temml))}
    common = _codes(COMMON)
    rare = sorted((_codes(RANGES) | {code for code in written if code >= 0x20}) - common)
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["npm", "pack", SOURCE], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603, S607
        with tarfile.open(Path(folder, packed.stdout.split()[-1])) as archive:
            archive.extract(FILE, folder, filter="data")
        for name, codes in (("math", sorted(common)), ("math-more", rare)):
            target = ROOT / f"templates/assets/fonts/{name}.woff2"
            options = (f"--unicodes={_ranges(codes)}", *OPTIONS, f"--output-file={target}")
            subprocess.run(["pyftsubset", str(Path(folder, FILE)), *options], check=True)  # noqa: S603, S607
    _declare(_ranges(sorted(common), "U+"))


def _declare(common: str) -> None:
    """Say in the style sheet which signs are in which font; the last one of two that have a sign is asked first."""
    sheet = ROOT / "templates/assets/style.css"
    faces = FACE.format("math-more", REST) + FACE.format("math", common)
    text, count = DECLARED.subn(lambda _: faces, sheet.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{sheet} does not say where the fonts of formulas are")
    sheet.write_text(text, "utf-8")


def _codes(ranges: str) -> set[int]:
    spans = (part.partition("-") for part in ranges.split(","))
    return {code for first, _, last in spans for code in range(int(first, 16), int(last or first, 16) + 1)}


def _ranges(codes: Iterable[int], sign: str = "") -> str:
    """Return codes in ascending order as ranges."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    written = (f"{sign}{first:X}" + (f"-{last:X}" if last > first else "") for first, last in spans)
    return (", " if sign else ",").join(written)


if __name__ == "__main__":
    main()
