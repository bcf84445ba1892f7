"""The script libraries that a site serves itself."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version

import pytest
from msgspec.structs import replace

from publisher import libraries
from tests.support import CHECKOUT

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def test_a_path_has_the_version_in_it_and_what_is_not_installed_has_none() -> None:
    found = libraries.available({"plotly": "6.1.2", "bokeh": ""})
    assert found["plotly"] == "assets/scripts/plotly-6.1.2.js"
    assert found["html-manager"] == "assets/scripts/html-manager-1.0.15.js"
    assert found["widget-icons"] == "assets/scripts/widget-icons-5.15.4.js"
    assert found.keys() == {"plotly", "html-manager", "widget-icons"}


@pytest.mark.parametrize("name", libraries.LIBRARIES)
def test_each_library_can_be_read_and_is_a_script(name: str) -> None:
    library = libraries.LIBRARIES[name]
    if library.distribution:
        try:
            version(library.distribution)
        except PackageNotFoundError:
            pytest.fail(f"{library.distribution} is not installed: pip install '.[test]'")
    data = library.read()
    assert len(data) > 20_000
    assert b"function" in data
    assert not data.lstrip().startswith(b"<")


def test_each_library_comes_from_an_extra_that_tests_install_too() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    for each in libraries.LIBRARIES.values():
        if each.extra:
            (requirement,) = extras[each.extra]
            assert requirement.startswith(f"{each.distribution}>=")
            assert requirement in extras["test"]


def test_what_is_vendored_has_its_licence_beside_it_and_goes_into_the_wheel() -> None:
    vendored = CHECKOUT / "publisher" / "vendor"
    for folder in vendored.iterdir():
        assert list(folder.glob("LICENSE*"))
    assert "publisher/vendor/*/LICENSE*" in PROJECT["project"]["license-files"]
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["publisher"]
    assert sum(file.stat().st_size for file in vendored.rglob("*")) < 5_000_000


def test_a_library_is_composed_only_where_it_is_of_the_version_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    path = libraries.available({"vl-convert-python": "1.0"})["vega"]
    vega = replace(libraries.LIBRARIES["vega"], read=lambda: b"all of it")
    monkeypatch.setitem(libraries.LIBRARIES, "vega", vega)
    monkeypatch.setattr(libraries, "version", lambda _: "1.0")
    assert libraries.composed("vega", path) == {path: b"all of it"}
    monkeypatch.setattr(libraries, "version", lambda _: "2.0")
    assert libraries.composed("vega", path) == {}

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(libraries, "version", missing)
    assert libraries.composed("vega", path) == {}
