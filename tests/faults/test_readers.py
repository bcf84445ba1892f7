"""Readers during a thousand swaps: no file is ever missing, and whatever a page names is there."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

from publisher.target import FolderTarget

SWAPS = 1000
PAGES = [f"{number}/index.html" for number in range(5)]


def publish(output: Path, number: int) -> None:
    """Show pages that all name one style sheet, whose name changes with every release."""
    sheet = f"assets/{number}.css"
    with FolderTarget(output).stage() as stage:
        stage.write(sheet, b"%d" % number)
        for page in PAGES:
            stage.write(page, sheet.encode())
        stage.retain(dict.fromkeys((p for p in stage.current.entries if p.startswith("assets/")), ""))
        stage.show({})


class Reader(threading.Thread):
    """Reads a page and then the style sheet that it names, as a browser does, again and again.

    A style sheet stays for two more releases. A reader between whose two looks there were more is only counted.
    """

    def __init__(self, output: Path) -> None:
        super().__init__(daemon=True)
        self.output = output
        self.missing: list[str] = []
        self.count = 0
        self.outpaced = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            for page in PAGES:
                self.count += 1
                try:
                    self.look(self.output / page)
                except FileNotFoundError as error:
                    self.missing.append(str(error))

    def look(self, page: Path) -> None:
        sheet = page.read_text()
        try:
            os.stat(self.output / sheet)
        except FileNotFoundError:
            if version(page.read_text()) - version(sheet) <= 2:
                raise
            self.outpaced += 1


def version(sheet: str) -> int:
    return int(Path(sheet).stem)


def test_a_thousand_swaps_show_two_readers_no_missing_page_and_no_missing_style_sheet() -> None:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        output = Path(folder) / "public"
        publish(output, 0)
        readers = [Reader(output), Reader(output)]
        for reader in readers:
            reader.start()
        number = 0
        while (number := number + 1) <= SWAPS or not all(each.count - each.outpaced > SWAPS for each in readers):
            assert number < 100 * SWAPS
            publish(output, number)
        for reader in readers:
            reader.over.set()
            reader.join()
            assert reader.missing == []
        assert len(list((output / "assets").iterdir())) == 3
