"""Jupyter widgets, with and without their saved state."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.notebooks import PIXEL
from tests.support.outputs import SLIDER, WIDGETS, model, payload, said, shown


def view(root: str, widgets: Any, **beside: Any) -> Any:
    data = {"application/vnd.jupyter.widget-view+json": {"model_id": root, "version_major": 2, "version_minor": 0}}
    return shown({**data, **{mime.replace("_", "/"): value for mime, value in beside.items()}}, widgets=widgets)


def test_a_slider_is_drawn_from_its_state_and_says_its_value_without_scripts() -> None:
    html, notes = view("slider", WIDGETS)
    assert html.count("<iframe") == 1
    assert ">Size 7</pre>" in html
    assert notes.libraries == {"html-manager"}
    assert "../assets/scripts/html-manager-3.1.js" in payload(notes)


def test_a_box_brings_what_is_in_it_and_nothing_else() -> None:
    html, notes = view("box", WIDGETS)
    assert all(f'"{name}":' in payload(notes) for name in ("box", "slider", "layout"))
    assert "Not asked for" not in html + payload(notes)


def test_a_model_that_is_not_in_the_notebook_is_left_out() -> None:
    assert "<iframe" in view("slider", {"slider": SLIDER})[0]


def test_a_widget_that_refers_to_itself_is_read_once() -> None:
    assert "<iframe" in view("a", {"a": model("VBoxModel", children=["IPY_MODEL_a"])})[0]


def test_a_widget_of_another_package_is_its_text_and_a_warning_that_names_the_package() -> None:
    html, notes = view("map", {"map": model("LeafletMapModel", "jupyter-leaflet")}, text_plain="Map(center=[1, 2])")
    assert "Map(center=[1, 2])" in html
    assert "<iframe" not in html
    assert "has a widget of jupyter-leaflet" in said(notes)


def test_a_widget_that_does_not_say_of_which_package_it_is_is_told_in_words() -> None:
    _, notes = view("a", {"a": {"foo": "bar"}}, text_plain="A")
    assert "has a widget of an unknown package, which is not drawn" in said(notes)


def test_a_figure_of_ipympl_is_the_picture_that_it_keeps() -> None:
    canvas = model("MPLCanvasModel", "jupyter-matplotlib", _data_url=f"data:image/png;base64,{PIXEL}")
    html, notes = view("c", {"c": canvas})
    assert "figure:1" in html
    assert notes.figures[0].data.startswith(b"\x89PNG")
    assert not notes.problems


def test_a_widget_of_html_is_cleaned_html_without_a_script() -> None:
    html, notes = view("h", {"h": model("HTMLModel", value="<b onclick=x()>Bold</b>")})
    assert "<b>Bold</b>" in html
    assert not notes.files


def test_without_a_state_the_picture_or_the_text_is_shown() -> None:
    assert "figure:1" in view("gone", {}, image_png=PIXEL, text_plain="Figure")[0]
    assert "IntSlider(value=7)" in view("gone", {}, text_plain="IntSlider(value=7)")[0]


@pytest.mark.parametrize(
    "button",
    [
        model("ButtonModel", description="Go", icon="check"),
        model("ToggleButtonsModel", icons=["", "check"]),
        model("HTMLMathModel", value='<i class="fa fa-check"></i> Done'),
        model("PlayModel"),
        model("AccordionModel", children=[]),
    ],
)
def test_icons_come_along_with_a_widget_that_shows_them(button: dict[str, Any]) -> None:
    _, notes = view("box", {"box": model("VBoxModel", children=["IPY_MODEL_a"]), "a": button})
    assert notes.libraries == {"html-manager", "widget-icons"}
    scripts = re.findall(r"scripts/([a-z-]+)-3", payload(notes))
    assert scripts == ["html-manager", "widget-icons"]  # the later of two fonts of one name is used


@pytest.mark.parametrize("plain", [model("ButtonModel", icon=""), model("ToggleButtonsModel", icons=[]), SLIDER])
def test_a_widget_without_icons_does_not_load_them(plain: dict[str, Any]) -> None:
    assert view("a", {"a": plain})[1].libraries == {"html-manager"}


@pytest.mark.parametrize(
    "unseen",
    [
        model("LayoutModel", "@jupyter-widgets/base", _view_name="LayoutView"),
        model("ButtonStyleModel", _view_name="StyleView"),
        model("LinkModel", _view_name=None),
        {"model_name": "LayoutModel", "model_module": "@jupyter-widgets/base", "state": {}},
    ],
)
def test_a_model_that_draws_nothing_is_its_text(unseen: dict[str, Any]) -> None:
    html, notes = view("a", {"a": unseen}, text_plain="Layout(width='50%')")
    assert "Layout(width='50%')" in html
    assert "<iframe" not in html
    assert not notes.files
    assert not notes.problems


def test_the_name_of_an_object_is_not_what_a_widget_says() -> None:
    html, _ = view("slider", WIDGETS, text_plain="IntSlider object at 0x7f")
    assert "0x7f" not in html


def test_a_guests_widget_says_its_values() -> None:
    data = {"application/vnd.jupyter.widget-view+json": {"model_id": "slider"}}
    html, notes = shown(data, widgets=WIDGETS, runs=False)
    assert ">Size 7</pre>" in html
    assert not notes.files
