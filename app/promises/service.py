"""The one verb: show the register, with the figures that its tests wrote down when they last ran."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.core.i18n import LANGUAGES
from app.core.i18n import gettext as _
from app.promises.register import FIGURES, NOT_PROMISED, PROMISES, Promise
from app.promises.views import FigureView, PromisesView, PromiseView

MEASURED = Path(__file__).parent / "figures.json"
"""Written by `make promises` from the tests' own counts, never by hand: code to {"on": day, "counts": {name: number}}."""

_NAMES = LANGUAGES | {"zh_Hans": "简体中文", "zh_Hant": "繁體中文"}


@cache
def _measured() -> dict[str, dict[str, Any]]:
    return json.loads(MEASURED.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def show_promises() -> PromisesView:
    return PromisesView(tuple(map(_view, PROMISES)), tuple(map(_, NOT_PROMISED)))


def _view(promise: Promise) -> PromiseView:
    found = _measured().get(promise.code)
    return PromiseView(
        code=promise.code,
        words=_(promise.words),
        tests=promise.tests,
        measured_on=date.fromisoformat(found["on"]) if found else None,
        figures=tuple(_figure(name, value) for name, value in found["counts"].items()) if found else (),
    )


def _figure(name: str, value: int) -> FigureView:
    what, _colon, language = name.partition(":")
    return FigureView(_(FIGURES[what]), _NAMES.get(language), value)
