"""Programs from npm, each of one version, in a cache of the user: installed when they are first asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

VERSIONS = {
    "lighthouse": "12.8.2",  # Apache-2.0
    "vnu-jar": "26.9.27",  # MIT
}


def folder() -> Path:
    """Return where they are kept: outside of any repository."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "publisher-dev"


def installed(name: str) -> Path:
    """Return the folder of a package; install it, without running its scripts, where it is not yet."""
    home = folder() / f"{name}-{VERSIONS[name]}"
    package = home / "node_modules" / name
    if not package.is_dir():
        _install(name, home)
    return package


def _install(name: str, home: Path) -> None:
    npm = program("npm", "npm")
    print(f"Installing {name} {VERSIONS[name]} into {home}")
    home.mkdir(parents=True, exist_ok=True)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
    # npm moves a package into its place as the last step, so that what was cut off is installed again.
    subprocess.run((npm, "install", *quiet, "--prefix", str(home), f"{name}@{VERSIONS[name]}"), check=True)


def program(name: str, package: str) -> str:
    """Return where a program is. Raises SystemExit with what to install where there is none."""
    found = shutil.which(name)
    if not found:
        raise SystemExit(f"{name} is not installed: on Debian, apt-get install {package}")
    return found


def chromium() -> str:
    """Return where Chromium is. Raises SystemExit with what to install where there is none."""
    return os.environ.get("PUBLISHER_CHROMIUM") or program("chromium", "chromium")
