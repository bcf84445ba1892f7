"""Jupyter widgets: their saved state, drawn by the widgets' own manager in a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from publisher.article import Notes
from publisher.markup import escape, preformatted
from publisher.outputs import frames, images, literals, static
from publisher.outputs.html import show as show_html
from publisher.outputs.images import Labels

_MODULES = frozenset({"@jupyter-widgets/base", "@jupyter-widgets/controls", "@jupyter-widgets/output"})
_REFERENCE = "IPY_MODEL_"
_UNSEEN = ("LayoutModel", "StyleModel")  # how the names of models end that only say how others look
_BUTTONS = ("Accordion", "ColorsInput", "FileUpload", "FloatsInput", "IntsInput", "Play", "TagsInput", "Valid")
_WITH_ICONS = frozenset(f"{name}Model" for name in _BUTTONS)  # whatever their state says
_ROW = 32  # CSS pixels of a control
_DRAWN = (
    '<script type="application/vnd.jupyter.widget-state+json">{state}</script>'
    '<script type="application/vnd.jupyter.widget-view+json">{view}</script>'
)


def show(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a widget whose state the notebook has, if it draws anything; else the picture or the text beside it."""
    root = data.get("model_id") if isinstance(data, dict) else None
    if not isinstance(root, str) or root not in notes.widgets or _is_unseen(notes.widgets[root]):
        return static.form(labels, notes)
    models = _needed(root, notes.widgets)
    if html := _page(models[root]):
        return show_html(html, {}, labels, notes)
    if shown := _canvas(models, labels, notes):
        return shown
    if foreign := sorted({str(_module(model)) for model in models.values()} - _MODULES):
        notes.warn(f"has a widget of {', '.join(foreign)}, which is not drawn", "save it with a picture of itself")
        return static.form(labels, notes)
    if frames.lacks(("html-manager",), notes, "a widget"):
        return static.form(labels, notes) or _values(models)
    state = {"version_major": 2, "version_minor": 0, "state": models}
    payload = _DRAWN.format(
        state=frames.inert(state),
        view=frames.inert({"version_major": 2, "version_minor": 0, "model_id": root}),
    )
    return frames.show(
        payload,
        notes,
        title=notes.words.widget,
        libraries=("html-manager", *(["widget-icons"] if any(map(_has_icons, models.values())) else [])),
        height=_height(models),
        is_sure=False,
        static=_values(models),
    )


def _page(model: object) -> str:
    """Return the HTML that a widget is, if it is nothing else."""
    state = model.get("state") if isinstance(model, dict) else None
    if not isinstance(state, dict) or state.get("_model_name") != "HTMLModel":
        return ""
    return f"{state.get('description') or ''} {state.get('value') or ''}".strip()


def _is_unseen(model: object) -> bool:
    """Tell whether a model draws nothing: a layout, a style, or one whose state says that it has no view."""
    state = model.get("state") if isinstance(model, dict) else None
    said = state if isinstance(state, dict) else {}
    name = said.get("_model_name") or (model.get("model_name") if isinstance(model, dict) else None)
    return (isinstance(name, str) and name.endswith(_UNSEEN)) or said.get("_view_name", "") is None


def _has_icons(model: object) -> bool:
    """Tell whether a widget shows an icon of Font Awesome: a button, or HTML that has one in it."""
    state = model.get("state") if isinstance(model, dict) else None
    if not isinstance(state, dict):
        return False
    icons = state.get("icons")
    is_named = bool(state.get("icon")) or (isinstance(icons, list) and any(icons))
    words = (state.get("value"), state.get("description"))
    is_written = any(isinstance(each, str) and "fa-" in each for each in words)
    return is_named or is_written or state.get("_model_name") in _WITH_ICONS


def _module(model: object) -> object:
    return (model.get("model_module") if isinstance(model, dict) else None) or "an unknown package"


def _needed(root: str, widgets: Mapping[str, Any]) -> dict[str, Any]:
    """Return the model of a widget and all that it refers to."""
    found: dict[str, Any] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name not in found and name in widgets:
            found[name] = widgets[name]
            waiting += _references(widgets[name])
    return found


def _references(model: object) -> Iterator[str]:
    for each in literals.objects(model):
        for value in each.values():
            for name in value if isinstance(value, list) else [value]:
                if isinstance(name, str) and name.startswith(_REFERENCE):
                    yield name.removeprefix(_REFERENCE)


def _canvas(models: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Return the picture that ipympl keeps of a figure."""
    for model in models.values():
        state = model.get("state") if isinstance(model, dict) else None
        url = state.get("_data_url") if isinstance(state, dict) else None
        if isinstance(url, str) and url.startswith("data:image/png;base64,"):
            return images.show_png(url.partition(",")[2], {}, labels, notes)
    return ""


def _height(models: Mapping[str, Any]) -> float:
    """Return about how high controls are, one below the other."""
    states = (model.get("state") for model in models.values() if isinstance(model, dict))
    return _ROW * max(1, sum(1 for state in states if isinstance(state, dict) and "description" in state))


def _values(models: Mapping[str, Any]) -> str:
    """Return what the controls say, for who sees no script run."""
    lines = []
    for model in models.values():
        state = model.get("state") if isinstance(model, dict) else None
        if isinstance(state, dict) and isinstance(state.get("value"), str | int | float):
            lines.append(f"{state.get('description') or ''} {state['value']}".strip())
    text = "\n".join(filter(None, lines))
    return preformatted(escape(text, quote=False)) if text else ""
