"""Measure how long it takes from saving a notebook to its new page in a preview, and what no preview can beat.

Run with a folder of a blog; prints its figures as JSON.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Timer
from typing import Any

from publisher.slugs import slug_of

CELLS = 40  # of the notebook that is saved
_SETTLED = 1.0  # seconds until the next save: by then the whole site is up to date
_PATIENCE = 120


def main(blog: str, rounds: str) -> None:
    """Measure in a blog, which is changed by it."""
    root = Path(blog)
    notebook = sorted((root / "notebooks").glob("*.ipynb"))[-1]
    lengthen(notebook)
    with previewing(root) as (process, port):
        took = sorted(saves(notebook, port, int(rounds)))
        memory = _memory(process)
    floor = sorted(notices(notebook, int(rounds)))
    found = {"median": median(took), "slowest": took[-1], "floor": median(floor), "memory": memory}
    print(json.dumps({name: round(value, 3) for name, value in found.items()}))


def lengthen(notebook: Path) -> None:
    """Repeat the cells after the front matter until there are 40."""
    raw = json.loads(notebook.read_bytes())
    first, *rest = raw["cells"]
    raw["cells"] = [first, *(dict(rest[number % len(rest)]) for number in range(CELLS - 1))]
    for number, cell in enumerate(raw["cells"]):
        cell.pop("id", None) if raw["nbformat_minor"] < 5 else cell.update(id=f"cell-{number}")
    notebook.write_text(json.dumps(raw, indent=1), "utf-8")


@contextmanager
def previewing(root: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a preview until it is ready; yield its process and its port."""
    command = [sys.executable, "-m", "publisher", "preview", "--port", "0"]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout or ():
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                yield process, int(found[1])
                break
        else:
            raise SystemExit("the preview did not start")
    finally:
        process.terminate()
        process.communicate()


def saves(notebook: Path, port: int, rounds: int) -> Iterator[float]:
    """Yield the seconds from the moment that a notebook begins to be written until its new page has been received."""
    url = f"/{slug_of(notebook.name)}/"
    token = re.findall(rb'<script src="/([\w-]+)/live\.js"', _get(port, url))[-1].decode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    connection.request("POST", f"/{token}/events", url, {"Origin": f"http://127.0.0.1:{port}"})
    channel = connection.getresponse()
    version = _event(channel)["version"]
    for number in range(rounds + 1):
        time.sleep(_SETTLED)
        marker = f"Sentence {number} came later."
        data = _with(notebook, marker)
        begun = time.perf_counter()
        notebook.write_bytes(data)
        page = b""
        while marker.encode() not in page:  # what was saved before may still change it: other posts are related now
            while (found := _event(channel)["version"]) == version:
                pass
            page, version = _get(port, url), found
        took = time.perf_counter() - begun
        if number:  # the first one warms up
            yield took
    connection.close()


def notices(notebook: Path, rounds: int) -> Iterator[float]:
    """Yield the seconds until the system tells that a file was saved, and that it is whole."""
    import watchfiles

    from publisher.preview import watching

    begun = 0.0

    def write() -> None:
        nonlocal begun
        data = notebook.read_bytes()
        begun = time.perf_counter()
        notebook.write_bytes(data)

    watch = watchfiles.watch(
        notebook.parent, recursive=False, watch_filter=None, debounce=watching.AT_MOST, step=watching.QUIET
    )
    for _ in range(rounds):
        Timer(_SETTLED, write).start()
        next(watch)
        yield time.perf_counter() - begun


def _with(notebook: Path, sentence: str) -> bytes:
    raw = json.loads(notebook.read_bytes())
    cell = next(cell for cell in raw["cells"] if cell["cell_type"] == "markdown")
    cell["source"] = f"{''.join(cell['source'])}\n\n{sentence}"
    return json.dumps(raw, indent=1).encode()


def _get(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    connection.request("GET", path)
    data = connection.getresponse().read()
    connection.close()
    return data


def _event(channel: http.client.HTTPResponse) -> dict[str, Any]:
    while line := channel.readline():
        if line.startswith(b"data: "):
            return dict(json.loads(line.removeprefix(b"data: ")))
    raise SystemExit("the preview ended")


def _memory(process: subprocess.Popen[str]) -> float:
    """Return the megabytes that a process has; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0.0
    return int(re.findall(r"VmRSS:\s*(\d+)", status)[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
