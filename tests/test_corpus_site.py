"""A blog of 300 real notebooks, read as a reader and a feed reader would: every link, every page, every feed."""

from __future__ import annotations

import posixpath
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import html5lib
import pytest

from quality import sites

if TYPE_CHECKING:
    from publisher.report import Summary

pytestmark = pytest.mark.corpus

COUNT = 300
ADDRESS = sites.BASE_URL
ATTRIBUTES = ("href", "src", "poster")
UNLISTED = ("404.html", "outputs/")  # no link leads to it; what is in frames


@pytest.fixture(scope="module")
def published(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    return sites.of_notebooks(sites.some(corpus, COUNT), corpus, tmp_path_factory.mktemp("real"))


class Reading:
    """All that the pages of a site say: their ids, and where they lead, by path below the root."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.ids: dict[str, set[str]] = {}
        self.leads: dict[str, list[tuple[str, str]]] = {}
        self.redirects: set[str] = set()
        for page in sites.pages(site):
            self._read(page.relative_to(site).as_posix(), page.read_bytes())

    def _read(self, path: str, html: bytes) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # html5lib knows fewer elements than browsers do
            tree = html5lib.parse(html, namespaceHTMLElements=False)
        elements = list(tree.iter())
        self.ids[path] = {element.get("id", "") for element in elements}
        self.leads[path] = [lead for element in elements for lead in self._leads(path, element)]
        if any(element.get("http-equiv") == "refresh" for element in elements):
            self.redirects.add(path)

    def _leads(self, path: str, element: Any) -> Iterator[tuple[str, str]]:
        """Yield the path and the fragment of what an element leads to within the site."""
        here = urljoin(ADDRESS, path)
        written = [element.get(name) for name in ATTRIBUTES if element.get(name)]
        for url in (urlsplit(urljoin(here, href.strip())) for href in written):
            if f"{url.scheme}://{url.netloc}/" == ADDRESS:
                yield self._file(unquote(url.path).lstrip("/")), unquote(url.fragment)

    def _file(self, path: str) -> str:
        is_folder = not path or path.endswith("/") or (self.site / path).is_dir()
        return posixpath.join(path, "index.html") if is_folder else path

    def broken(self) -> set[tuple[str, str, str]]:
        """Return the page, the path and the fragment of what leads nowhere."""
        return {
            (page, path, fragment)
            for page, leads in self.leads.items()
            for path, fragment in leads
            if not (self.site / path).is_file()
            or (fragment and path in self.ids and fragment not in self.ids[path] and not fragment.startswith(":~:"))
        }

    def reached(self) -> set[str]:
        """Return the pages to which links lead from the first one on."""
        found, waiting = {"index.html"}, ["index.html"]
        while waiting:
            new = {path for path, _ in self.leads[waiting.pop()] if path in self.leads} - found
            found |= new
            waiting += new
        return found


@pytest.fixture(scope="module")
def reading(published: tuple[Path, Summary]) -> Reading:
    return Reading(published[0])


def test_most_notebooks_are_published_and_the_others_are_named(published: tuple[Path, Summary]) -> None:
    _, summary = published
    assert len(summary.failures) < COUNT // 20
    assert all(failure.file.endswith(".ipynb") for failure in summary.failures)


def test_every_link_leads_somewhere_but_those_that_the_publish_has_named(
    published: tuple[Path, Summary], reading: Reading
) -> None:
    said = " ".join(problem.message for problem in published[1].warnings)
    unsaid = [one for one in reading.broken() if not named(one, said)]
    assert unsaid == []


def named(broken: tuple[str, str, str], said: str) -> bool:
    """Tell whether a warning names a link by its last part, as its author wrote it."""
    _, path, fragment = broken
    last = fragment or posixpath.basename(path.removesuffix("/index.html"))
    return last.removeprefix("user-") in unquote(said)


def test_every_page_is_reached_from_the_first_one(reading: Reading) -> None:
    listed = {path for path in reading.leads if not path.startswith(UNLISTED)} - reading.redirects
    assert len(listed) > COUNT
    lost = listed - reading.reached()
    assert [path for path in lost if not is_unlisted((reading.site / path).parent)] == []


def is_unlisted(folder: Path) -> bool:
    """Tell whether the notebook beside a page asks for no place in listings, as fastpages and Quarto write it."""
    return any(re.search(r"\b(?:hide|unlisted): *true", file.read_text("utf-8")) for file in folder.glob("*.ipynb"))


def test_every_tag_has_its_page(reading: Reading) -> None:
    tags = {path for path in reading.leads if path.startswith("tags/") and path.count("/") == 2}
    assert len(tags) >= 40
    assert tags <= reading.reached()


def test_every_feed_and_map_is_well_formed(published: tuple[Path, Summary]) -> None:
    site, _ = published
    files = [file for file in site.rglob("*.xml") if not file.is_relative_to(site / "files")]
    for file in files:
        assert len(ElementTree.parse(file).getroot()) > 0, file
