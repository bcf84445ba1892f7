"""Names that come from elsewhere: whatever they are, no file is outside of its folder."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import beside
from publisher.errors import PublisherError
from publisher.paths import safe_join
from tests.support.hostile import PATHS as HOSTILE


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_could_lead_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(PublisherError):
        safe_join(tmp_path, name)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "root2").mkdir()
    (root / "out").symlink_to(tmp_path)
    (root / "beside").symlink_to(tmp_path / "root2")
    (root / "loop").symlink_to("loop")
    for name in ("out/x", "beside/x", "out", "loop/x"):
        with pytest.raises(PublisherError):
            safe_join(root, name)


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to("data")
    assert safe_join(tmp_path, "link/x.csv") == tmp_path.resolve() / "data" / "x.csv"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a folder with files, with links that stay in it, and with links that lead out."""
    root = tmp_path / "root"
    for folder in ("root/a/b", "root2", "static"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("root/a/f", "root/f", "root2/f", "static/f", "f"):
        (tmp_path / file).write_bytes(b"")
    for name, target in {
        "in": "a",
        "out": "..",
        "near": "../root2",
        "loop": "loop",
        "far": "/",
        "sly": "a/../..",
    }.items():
        (root / name).symlink_to(target)
    (root / "a/up").symlink_to("../..")
    return root


# Any text, and paths of steps that mean something in the tree.
STEPS = ("a", "b", "f", "in", "out", "near", "loop", "far", "sly", "up", "..", ".", "", "~", "C:", "root2", "static")
NAMES = st.text(st.characters() | st.sampled_from("./\\:\0~%"), max_size=40) | st.builds(
    lambda steps, between: between.join(steps),
    st.lists(st.sampled_from(STEPS) | st.text(max_size=5), max_size=8),
    st.sampled_from(("/", "\\", "//", "/./", "%2f")),
)


def is_below(file: Path, *roots: Path) -> bool:
    real = os.path.realpath(file)
    return any(real.startswith(os.path.realpath(root) + os.sep) for root in roots)


def test_whatever_the_name_the_file_is_below_its_root(tree: Path, pytestconfig: pytest.Config) -> None:
    @settings(max_examples=pytestconfig.getoption("names"))
    @given(NAMES)
    def check(name: str) -> None:
        try:
            joined = safe_join(tree, name)
        except PublisherError:
            return
        assert is_below(joined, tree)
        assert joined == Path(os.path.realpath(tree / name))

    check()


def names(number: int) -> Iterator[str]:
    """Yield names of the same steps by chance, the same in each run; Hypothesis takes ten times as long."""
    chance = random.Random(4)
    letters = "./\\:\0~%a\u00e9\u2024\uff0e\ud800"
    for _ in range(number):
        words = ("".join(chance.choices(letters, k=chance.randrange(6))) for _ in range(chance.randrange(1, 8)))
        steps = (chance.choice(STEPS) if chance.random() < 0.8 else word for word in words)
        yield chance.choice(("/", "\\", "//", "/./", "%2f")).join(steps)


def test_a_hundred_thousand_names_lead_to_files_below_their_root(tree: Path) -> None:
    root, joined = os.path.realpath(tree) + os.sep, set()
    for name in names(100_000):
        with suppress(PublisherError):
            joined.add(str(safe_join(tree, name)))
    assert len(joined) > 100  # many names are good
    assert [file for file in joined if not os.path.realpath(file).startswith(root)] == []


def test_whatever_a_notebook_names_is_below_the_folders_of_the_blog(tree: Path, pytestconfig: pytest.Config) -> None:
    static = tree.with_name("static")
    found = []

    @settings(max_examples=pytestconfig.getoption("names"))
    @given(NAMES, st.sampled_from(("x.ipynb", "a/x.ipynb", "a/b/x.ipynb")))
    def check(name: str, notebook: str) -> None:
        file = beside.local_file(name, notebook, tree, static)
        assert file is None or is_below(file, tree, static)
        found.append(file)

    check()
    assert any(found)  # some names were good


def test_links_may_lead_to_other_folders_that_are_named(tree: Path) -> None:
    with pytest.raises(PublisherError):
        safe_join(tree, "near/f")
    assert safe_join(tree, "near/f", tree.with_name("root2")) == tree.resolve().with_name("root2") / "f"
