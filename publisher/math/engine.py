"""Temml, which turns TeX into MathML, in a JavaScript engine of its own: one a process, made for the first formula."""

from __future__ import annotations

import atexit
import json
import os
import re
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING

from publisher.math import mathml

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

LONGEST = 20_000  # characters of TeX
_LARGEST = 500_000  # characters of MathML
_SECONDS = 5.0  # of the processor
_PATIENCE = 16  # times as many by the clock, at most
_MEMORY = 256 * 2**20
# `trust` is off: no \href, \class, \style, \includegraphics. `maxExpand` ends macros that call themselves. Lengths end
# at 60 em or 700 pt. In MathJax 3, as in Jupyter, \color colours its second argument alone.
_OPTIONS = {"throwOnError": True, "trust": False, "maxExpand": 1000, "maxSize": [60, 700], "colorIsTextColor": True}
_DRAW = """
function drawn(tex, display, options) {
  try {
    return [temml.renderToString(tex, Object.assign({displayMode: display}, options)), ""]
  } catch (error) {
    return ["", String(error && error.message || error).slice(0, 500)]
  }
}
function draw(formulas, options) {
  return JSON.stringify(formulas.map(function (each) { return drawn(each[0], each[1], options) }))
}
"""
_AT_ONCE = 64  # formulas: to call the engine takes four times as long as to draw one
_KEPT = 4096

Formula = tuple[str, bool]  # TeX, and whether it stands alone
_WHERE = re.compile(r" at (?:position \d+|end of input):.*|\u0332", re.S)

_engines: dict[int, MiniRacer] = {}  # by process: the engine of another one, from which this was forked, would hang
_spent: list[MiniRacer] = []
_drawn: dict[Formula, tuple[str, str]] = {}  # HTML, or the reason why there is none
_lock = Lock()


class FormulaError(Exception):
    """A formula that cannot be shown; says why."""


class MissingError(Exception):
    """The package with the JavaScript engine is not installed."""


def prepare(formulas: Iterable[Formula]) -> None:
    """Draw formulas at once that `render` will be asked for. What goes wrong is told there."""
    wanted = [each for each in dict.fromkeys(formulas) if each not in _drawn and len(each[0]) <= LONGEST]
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        if len(some) > 1:
            with suppress(FormulaError, MissingError, ValueError):
                _draw(some)


@lru_cache(maxsize=_KEPT)
def render(tex: str, is_display: bool) -> str:
    """Return the MathML of a formula. Raises FormulaError, and MissingError without the engine."""
    if len(tex) > LONGEST:
        raise FormulaError(f"it has more than {LONGEST:,} characters")
    formula = (tex, is_display)
    try:
        html, reason = _drawn.get(formula) or _draw([formula])[0]
    except ValueError as error:  # a lone surrogate, of which no JSON can be made
        raise FormulaError("it holds what is no text") from error
    if reason:
        raise FormulaError(_told(reason))
    if len(html) > _LARGEST:
        raise FormulaError("it is too large")
    try:
        return mathml.checked(html)
    except ValueError as error:
        raise FormulaError(str(error)) from error


def close() -> None:
    """End the engine of this process, if there is one: left to the garbage collector, it hangs at exit."""
    with _lock:
        engine = _engines.pop(os.getpid(), None)
        for ended in (*_spent, *([engine] if engine else ())):
            ended.close()
        _spent.clear()
        _drawn.clear()


def _draw(formulas: list[Formula]) -> list[tuple[str, str]]:
    """Return what the engine makes of formulas, and keep it."""
    engine = _engine()
    from py_mini_racer import JSEvalException, JSTimeoutException

    try:
        answers = json.loads(_called(engine, formulas))
    except JSTimeoutException as error:
        raise FormulaError("it takes too long") from error
    except JSEvalException as error:  # beyond what `drawn` catches: memory is used up, and that engine of no more use
        with _lock:
            _spent.append(_engines.pop(os.getpid()))  # closed at once, it may still want to say something
        raise FormulaError("it takes too much memory") from error
    if len(_drawn) > _KEPT:
        _drawn.clear()
    drawn = [(html, reason) for html, reason in answers]
    _drawn.update(zip(formulas, drawn, strict=True))
    return drawn


def _called(engine: MiniRacer, formulas: list[Formula], patience: int = 1) -> str:
    """Return the answer of the engine. What a busy machine had no time for is asked again, with more patience."""
    from py_mini_racer import JSTimeoutException

    begun = time.process_time()
    try:
        return str(engine.call("draw", formulas, _OPTIONS, timeout_sec=patience * _SECONDS))
    except JSTimeoutException:
        if time.process_time() - begun >= 0.9 * _SECONDS or patience == _PATIENCE:
            raise
    return _called(engine, formulas, 4 * patience)


def _engine() -> MiniRacer:
    with _lock:
        engine = _engines.get(os.getpid())
        if engine is None:
            engine = _engines[os.getpid()] = _new()
        return engine


def _new() -> MiniRacer:
    try:
        from py_mini_racer import DEFAULT_V8_FLAGS, MiniRacer, init_mini_racer
    except ImportError as error:
        raise MissingError("formulas need the package mini-racer") from error
    # Without its compiler V8 sets 52 MB aside instead of 576, which count for the limit of a worker's memory, and
    # 300 formulas take no longer.
    init_mini_racer(flags=(*DEFAULT_V8_FLAGS, "--jitless"), ignore_duplicate_init=True)
    # Where an event loop runs, as in Jupyter, it would be part of that loop, and end with it.
    with ThreadPoolExecutor(1) as apart:
        engine = apart.submit(MiniRacer).result()
    atexit.register(close)
    engine.set_hard_memory_limit(_MEMORY)
    engine.eval(files("publisher").joinpath("vendor/temml/temml.min.js").read_text("utf-8"))
    engine.eval(_DRAW)
    return engine


def _told(reason: str) -> str:
    said = _WHERE.sub("", reason).removeprefix("ParseError:").strip()
    return said[:200] or "it is not TeX"
