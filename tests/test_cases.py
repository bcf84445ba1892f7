"""Small blogs as folders: each is published, and the site has to be the one that lies in its `expected/`."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from publisher import config
from publisher.build import Options, publish
from publisher.policies import EARLY
from publisher.report import QuietReporter, is_continuous_integration, to_json
from publisher.target import MANIFEST
from tests.support import CASES
from tests.support.blogs import NOW

MAIN = re.compile(r"<main\b.*?</main>", re.S)
# What the hostile blog may not bring into a page.
ACTIVE = {"script", "iframe", "frame", "object", "embed", "form", "input", "base", "svg", "foreignobject"}
LOADED = {"src", "srcset", "poster", "data", "action", "formaction", "background", "srcdoc", "ping", "xlink:href"}


class Dangers(HTMLParser):
    """Collects what of a page would run, or would be fetched from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (tag in ACTIVE or (tag == "meta" and "http-equiv" in dict(attrs))) and not is_ours(tag, dict(attrs)):
            self.found.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            is_far = address.startswith(("http:", "https:", "//"))
            is_script = address.startswith(("javascript:", "vbscript:", "data:"))
            is_loaded = name in LOADED or (name == "href" and tag in ("link", "image", "use"))
            if name.startswith("on") or is_script or (is_loaded and is_far) or (name == "style" and "url(" in address):
                self.found.append(f"{tag} {name}={value}")


def is_ours(tag: str, attributes: dict[str, str | None]) -> bool:
    """Tell whether an element is the policy, one of our scripts, or a frame in a sandbox."""
    source = attributes.get("src") or ""
    return (
        (tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy")
        or (tag == "script" and re.fullmatch(r"/assets/(?:frames|site)-[0-9a-f]{8}\.js", source) is not None)
        or (tag == "iframe" and attributes.get("sandbox") == "allow-scripts" and source.startswith("/outputs/"))
    )


@pytest.fixture
def blog(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Copy a case, so that nothing is written where it lies."""
    name = request.param
    return shutil.copytree(CASES / name, tmp_path / name, ignore=shutil.ignore_patterns("expected"))


def published(blog: Path) -> dict[str, str]:
    """Publish a blog; return what was said, the list of its files, and the main part of each page."""
    settings = replace(config.load(blog), search=False)
    summary = json.loads(to_json(publish(settings, Options(now=NOW), QuietReporter(io.StringIO()))))
    del summary["seconds"]
    site = blog / settings.output
    files = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    named = [path for path in files if path != MANIFEST and not path.startswith("assets/")]
    result = {
        "said.json": json.dumps(summary, indent=1, ensure_ascii=False) + "\n",
        "files.txt": "\n".join(named) + "\n",
    }
    for path in files:
        if path.endswith(".html"):
            found = MAIN.search((site / path).read_text("utf-8"))
            result |= {path: f"{found[0]}\n"} if found else {}  # an author's own page is no business of ours
    return result


def expected(case: Path) -> dict[str, str]:
    folder = case / "expected"
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def update(case: Path, result: dict[str, str]) -> None:
    """Write what came of a case as what is expected of it."""
    assert not is_continuous_integration(os.environ), "--update-cases is for people who look at what changes"
    shutil.rmtree(case / "expected", ignore_errors=True)
    for path, text in result.items():
        file = case / "expected" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


@pytest.mark.parametrize("blog", sorted(case.name for case in CASES.iterdir()), indirect=True)
def test_a_small_blog_becomes_the_expected_site(blog: Path, request: pytest.FixtureRequest) -> None:
    result = published(blog)
    case = CASES / blog.name
    if request.config.getoption("--update-cases"):
        update(case, result)
    wanted = expected(case)
    assert sorted(result) == sorted(wanted)
    for path, text in wanted.items():
        assert result[path] == text, f"tests/cases/{blog.name}/expected/{path}; --update-cases accepts what is new"


@pytest.mark.parametrize("blog", ["hostile"], indirect=True)
def test_nothing_of_a_hostile_notebook_runs(blog: Path) -> None:
    publish(replace(config.load(blog), search=False), Options(now=NOW), QuietReporter(io.StringIO()))
    pages = [page for page in sorted((blog / "public").rglob("*.html")) if page.parent.name != "outputs"]
    assert len(pages) >= 3
    for page in pages:
        dangers = Dangers()
        before, early, after = page.read_text("utf-8").partition(f"<script>{EARLY}</script>")
        assert early
        dangers.feed(before + after)
        assert dangers.found == [], page.name
    drawings = [path.read_text("utf-8") for path in (blog / "public").rglob("*.svg")]
    assert drawings
    assert not [drawing for drawing in drawings if "pwned" in drawing or "evil" in drawing]


def test_expected_sites_are_never_rewritten_by_a_build_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AssertionError, match="update-cases"):
        update(tmp_path, {"said.json": "{}"})
