"""The script libraries that interactive outputs need: where each comes from, and where it goes on the site.

All are served by the site itself. Most come from the Python package that draws with them, so that the versions fit.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

FOLDER = "assets/scripts/"
_VENDORED = Path(__file__).parent / "vendor"
# The fonts of Font Awesome as its style sheet names them, which the widgets' manager has: family, weight, file.
_ICONS = (
    ("Font Awesome 5 Brands", 400, "fa-brands-400.woff2"),
    ("Font Awesome 5 Free", 400, "fa-regular-400.woff2"),
    ("Font Awesome 5 Free", 900, "fa-solid-900.woff2"),
)
_FACE = (
    '@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
    'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
)
_STYLING = """(function () {{
  var style = document.createElement("style");
  style.textContent = {sheet};
  document.head.append(style);
}})();
"""


class Library(Struct, frozen=True):
    """A script: its name, the distribution that brings it, the extra that installs that, and how to read it.

    One that `is_composed` is no file: to read it takes seconds.
    """

    name: str
    distribution: str
    extra: str
    read: Callable[[], bytes]
    is_composed: bool = False


def _packaged(package: str, file: str) -> Callable[[], bytes]:
    def read() -> bytes:
        spec = find_spec(package)
        (folder,) = (spec and spec.submodule_search_locations) or [""]
        return Path(folder, file).read_bytes()

    return read


def _vega() -> bytes:
    """Return Vega, Vega-Lite and vega-embed as one script: vl-convert has them in itself."""
    import vl_convert

    return str(vl_convert.javascript_bundle()).encode()  # type: ignore[call-arg] # no snippet: all of it


def _html_manager() -> bytes:
    return (_VENDORED / "html-manager" / "embed.js").read_bytes()


def _widget_icons() -> bytes:
    """Return Font Awesome as a script: no font may come from a file, since the origin of a frame is nobody's."""
    faces = "".join(_FACE.format(family=family, weight=weight, data=_base64(file)) for family, weight, file in _ICONS)
    return _STYLING.format(sheet=json.dumps(faces)).encode()


def _base64(file: str) -> str:
    return b64encode((_VENDORED / "font-awesome" / file).read_bytes()).decode()


_BOKEH = ("bokeh", "bokeh-widgets", "bokeh-tables", "bokeh-gl")
LIBRARIES = {
    each.name: each
    for each in (
        Library("plotly", "plotly", "plotly", _packaged("plotly", "package_data/plotly.min.js")),
        Library("vega", "vl-convert-python", "vega", _vega, is_composed=True),
        *(Library(name, "bokeh", "bokeh", _packaged("bokeh", f"server/static/js/{name}.min.js")) for name in _BOKEH),
        Library("html-manager", "", "", _html_manager),
        Library("widget-icons", "", "", _widget_icons),
    )
}
_VERSIONS = {"html-manager": "1.0.15", "widget-icons": "5.15.4"}  # of what is vendored


def available(installed: Mapping[str, str]) -> dict[str, str]:
    """Return the path on the site of every library that is there, by name; `installed` are versions by distribution.

    A path has the version in it, so that readers may keep the file for ever.
    """
    versions = {name: installed.get(each.distribution, "") for name, each in LIBRARIES.items() if each.distribution}
    versions |= _VERSIONS
    return {name: f"{FOLDER}{name}-{version}.js" for name, version in versions.items() if version}


def composed(name: str, path: str) -> dict[str, bytes]:
    """Return a composed script by its path; nothing if it would be of another version, as on another machine."""
    distribution = LIBRARIES[name].distribution
    try:
        is_same = available({distribution: version(distribution)})[name] == path
    except PackageNotFoundError:
        is_same = False
    return {path: LIBRARIES[name].read()} if is_same else {}


def distributions() -> set[str]:
    """Return the names of the distributions that bring libraries."""
    return {each.distribution for each in LIBRARIES.values() if each.distribution}
