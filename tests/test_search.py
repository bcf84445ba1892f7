"""The index of the search: what is in it, when it is made again, that it is the same each time."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from publisher import build, config, search
from publisher.config import Options
from publisher.errors import SettingsError
from publisher.report import QuietReporter, Summary
from publisher.search import Record
from tests.support.blogs import Write
from tests.support.notebooks import cell

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BODY = (
    '<div class="prose"><p>Text &amp; <em>st</em>ress <math><mi>x</mi></math></p></div>'
    '<div class="cell"><details class="fold"><summary>Show code, 2 lines</summary>'
    '<pre class="code"><code>np.<span class="n">mean</span>(a)</code></pre></details>'
    '<div class="output columns"><div class="html"><div>first</div></div><pre>second</pre></div></div>'
    '<div class="prose"><p>The end</p></div>'
)


def publish(root: Path, settings: str = "", **options: bool) -> Summary:
    (root / "pyproject.toml").write_text(f"[tool.publisher]\nsearch = true\n{settings}", "utf-8")
    summary = build.publish(config.load(root), Options(now=NOW, **options), QuietReporter(io.StringIO()))  # type: ignore[arg-type]
    assert not summary.failures
    return summary


def parts(root: Path) -> dict[str, bytes]:
    folder = root / "public" / "pagefind"
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _plain(files: dict[str, bytes], path: str) -> bytes:
    return gzip.decompress(files[path])


def contents(root: Path) -> str:
    """Return all that results can show."""
    return "".join(gzip.decompress(data).decode() for path, data in parts(root).items() if "/fragment/" in path)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many posts each part had that was made."""
    made: list[int] = []
    index = search.index

    def counted(records: list[Record], language: str, *, is_first: bool = True) -> dict[str, bytes]:
        made.append(len(records))
        return index(records, language, is_first=is_first)

    monkeypatch.setattr(search, "index", counted)
    return made


def test_text_is_prose_and_code_without_outputs_formulas_and_labels() -> None:
    assert search.text_of(BODY) == "Text & stress np.mean(a) The end"


def test_text_has_outputs_where_they_are_wanted() -> None:
    assert search.text_of(BODY, with_outputs=True) == "Text & stress np.mean(a) first second The end"


def test_only_outputs_of_cells_are_outputs() -> None:
    body = (
        '<div class="output_area">words</div><div class="output columns"><div>x</div></div><div class="output">y</div>'
    )
    assert search.text_of(body) == "words"


@pytest.mark.parametrize(("posts", "count"), [(0, 0), (1, 1), (32, 1), (33, 2), (1000, 16), (5000, 16)])
def test_posts_are_dealt_into_parts_that_do_not_depend_on_their_order(posts: int, count: int) -> None:
    paths = [f"{number}.ipynb" for number in range(posts)]
    dealt = search.deal(paths)
    assert len(dealt) == count
    assert sorted(path for part in dealt for path in part) == sorted(paths)
    assert dealt == search.deal(reversed(paths))


def test_another_post_leaves_all_parts_but_one_as_they_are() -> None:
    paths = [f"{number}.ipynb" for number in range(100)]
    before, after = search.deal(paths), search.deal([*paths, "new.ipynb"])
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def settled(files: dict[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if not search.UNSETTLED.fullmatch(path)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_same_posts_give_the_same_bytes_but_for_the_order_of_tags(jobs: int) -> None:
    tags = tuple("abcdefgh")
    records = [Record(f"{name}.ipynb", f"/{name}/", f"Post {name}", "Some words.", tags) for name in "abcd"]
    first = search.index(records, "en")
    for again in search.indexes([(0, records)] * 3, "en", jobs):
        assert settled(again) == settled(first)
        assert len(again) == len(first) == len(settled(first)) + 3
        (one,), (other,) = (
            [sorted(_plain(files, path)) for path in files if "filter/" in path] for files in (first, again)
        )
        assert one == other


@pytest.mark.parametrize("tags", [(), ("one",)])
def test_posts_with_one_tag_at_most_give_the_same_bytes(tags: tuple[str, ...]) -> None:
    records = [Record(f"{name}.ipynb", f"/{name}/", f"Post {name}", "Some words.", tags) for name in "abcd"]
    assert search.index(records, "en") == search.index(records, "en")


def test_a_part_names_what_it_has_and_only_the_first_brings_what_searches() -> None:
    records = [Record("a.ipynb", "/a/", "A", "Words.", ("one", "two"))]
    first, other = search.index(records, "en"), search.index(records, "en", is_first=False)
    assert set(settled(first)) - set(other) == {"pagefind.js", "pagefind-worker.js", "wasm.en.pagefind"}
    (chart,) = (path for path in first if path.endswith(".pf_meta"))
    (tags,) = (path for path in first if path.startswith("filter/"))
    assert chart.split(".")[1].encode() in first[search.ENTRY]
    assert Path(tags).stem.encode() in gzip.decompress(first[chart])
    assert all(tag in gzip.decompress(first[tags]) for tag in (b"one", b"two"))


def test_what_a_post_says_is_text_for_pagefind_too() -> None:
    page = search.document(Record("a.ipynb", "/a/", "<h2>", "</main><script>", ('"x"',)))
    assert "<script" not in page
    assert "<h2" not in page


@pytest.mark.parametrize(("setting", "is_there", "wanted"), [("auto", True, True), ("auto", False, False)])
def test_a_search_comes_with_pagefind(setting: str, is_there: bool, wanted: bool) -> None:
    assert search.is_wanted(setting, {"version of pagefind-bin": "1.5.2" if is_there else ""}) is wanted


def test_a_search_that_is_not_wanted_is_not_there() -> None:
    assert search.is_wanted(False, {"version of pagefind-bin": "1.5.2"}) is False


def test_a_search_without_pagefind_is_an_error_with_the_way_out() -> None:
    with pytest.raises(SettingsError) as caught:
        search.is_wanted(True, {"version of pagefind-bin": ""})
    assert 'pip install "notebook-publisher[search]"' in caught.value.problems[0].hint


def test_an_edit_makes_one_part_again(write_notebook: Write, tmp_path: Path, runs: list[int]) -> None:
    for number in range(40):
        write_notebook(f"{number}.ipynb", f"# Post {number}\n\nWords.")
    publish(tmp_path)
    assert len(runs) == 2
    assert sum(runs) == 40
    before = parts(tmp_path)
    runs.clear()
    write_notebook("7.ipynb", "# Post 7\n\nOther giraffes.")
    publish(tmp_path)
    assert len(runs) == 1
    folders = {path.split("/")[0] for path, data in parts(tmp_path).items() if before.get(path) != data}
    assert len(folders) == 1
    assert "giraffes" in contents(tmp_path)
    publish(tmp_path, force=True)
    forced = parts(tmp_path)
    publish(tmp_path)
    assert parts(tmp_path) == forced


def test_what_is_no_business_of_the_index_leaves_it(write_notebook: Write, tmp_path: Path, runs: list[int]) -> None:
    write_notebook("a.ipynb", "# A\n\nWords.")
    publish(tmp_path)
    publish(tmp_path, 'description = "Another one."')
    assert runs == [1]


def test_a_file_of_the_index_that_was_lost_is_made_again(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", "# A\n\nWords.")
    publish(tmp_path)
    before = parts(tmp_path)
    next((tmp_path / "public" / "pagefind").rglob("*.pf_fragment")).unlink()
    publish(tmp_path)
    assert parts(tmp_path) == before


def test_an_output_is_found_only_if_that_is_asked_for(write_notebook: Write, tmp_path: Path) -> None:
    out = [{"output_type": "stream", "name": "stdout", "text": "gazelle"}]
    write_notebook("a.ipynb", "# A", cell("print(zebra)", "code", outputs=out))
    publish(tmp_path)
    assert "zebra" in contents(tmp_path)
    assert "gazelle" not in contents(tmp_path)
    publish(tmp_path, "search-outputs = true")
    assert "gazelle" in contents(tmp_path)


def test_a_post_that_fails_is_found_as_it_was(write_notebook: Write, tmp_path: Path) -> None:
    file = write_notebook("a.ipynb", "# A\n\nWords of a walrus.")
    write_notebook("b.ipynb", "# B\n\nWords.")
    publish(tmp_path)
    before = parts(tmp_path)
    file.write_text("{")
    summary = build.publish(config.load(tmp_path), Options(now=NOW), QuietReporter(io.StringIO()))
    assert summary.failures
    assert parts(tmp_path) == before


def test_pages_are_found_and_unlisted_posts_are_not(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", cell("---\ntitle: About\npage: true\n---", "raw"), "A walrus.")
    write_notebook("b.ipynb", cell("---\ntitle: Hidden\nunlisted: true\n---", "raw"), "A narwhal.")
    write_notebook("c.ipynb", "# C")
    publish(tmp_path)
    assert "walrus" in contents(tmp_path)
    assert "narwhal" not in contents(tmp_path)


def test_without_a_search_nothing_of_it_is_on_the_site(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", "# A")
    settings = replace(config.load(tmp_path), search=False)
    build.publish(settings, Options(now=NOW), QuietReporter(io.StringIO()))
    site = tmp_path / "public"
    assert not (site / "pagefind").exists()
    assert not [file for file in (site / "assets").iterdir() if file.name.startswith(("finder", "search"))]
    assert "wasm" not in (site / "index.html").read_text("utf-8")
