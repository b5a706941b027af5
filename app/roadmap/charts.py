"""The roadmap drawn: a graph with one lane for each basket, a timeline. Each has the table as its twin."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.access.work import Reading
from app.engine import layout
from app.engine.layout import Sheet
from app.roadmap import queries
from app.roadmap.graph import HARD, POLITICAL, ties_of
from app.roadmap.views import RoadmapView, StepLine

Kind = Literal["table", "timeline", "graph"]
ROW, HEAD, SPAN = 24, 132, 900  # pixels: a row's height, the width of the names, the width of the time
DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Bar:
    """A step in time: from its first day to its last known one. Places in pixels."""

    line: StepLine
    y: int
    x: int
    width: int
    due_x: int | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Mark:
    label: str
    x: int


@dataclass(frozen=True, slots=True)
class Timeline:
    width: int
    height: int
    bars: tuple[Bar, ...]
    lanes: tuple[layout.Lane, ...]
    years: tuple[Mark, ...]
    today_x: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """`shown`: the steps of the table twin."""

    kind: Kind
    shown: tuple[StepLine, ...]
    focus: str
    sheet: Sheet | None = None
    timeline: Timeline | None = None


def draw(reading: Reading, kind: str, view: RoadmapView, *, focus: str = "") -> Drawn:
    """The steps of the view in the wanted form; with a focus, only that step and what hangs on it."""
    if kind not in ("timeline", "graph") and not focus:
        return Drawn("table", view.steps, "")
    ties = ties_of(queries.rows(reading, view.as_of))
    steps = view.steps
    if focus:
        near = layout.related(((t.step, t.target) for t in ties), focus)
        steps = tuple(line for line in steps if line.code in near)
    if kind == "timeline":
        first = queries.first_days(reading)
        return Drawn("timeline", steps, focus, timeline=_timeline(steps, first, view.as_of))
    if kind != "graph":
        return Drawn("table", steps, focus)
    codes = {line.code: line.basket for line in steps}
    sheet = layout.lay_out(
        (code for code, _title in view.baskets),
        codes,
        ((t.step, t.target) for t in ties if t.kind in HARD),
        ((t.step, t.target) for t in ties if t.kind in POLITICAL),
    )
    return Drawn("graph", steps, focus, sheet=sheet)


def _timeline(steps: tuple[StepLine, ...], first: dict[str, date], today: date) -> Timeline:
    """Each step from its first day to where it stands now, or to the day on which it was done."""
    spans = {line.code: (first[line.code], _end(line, today)) for line in steps}
    days = [day for span in spans.values() for day in span] + [line.due_on for line in steps if line.due_on]
    begin, end = min(days, default=today), max([*days, today])
    whole = max(1, (end - begin).days)

    def place(day: date) -> int:
        return HEAD + (day - begin).days * SPAN // whole

    bars, lanes, y = [], [], ROW
    for basket in dict.fromkeys(line.basket for line in steps):
        ours = [line for line in steps if line.basket == basket]
        lanes.append(layout.Lane(basket, y, len(ours) * ROW))
        for line in ours:
            left, right = map(place, spans[line.code])
            due = place(line.due_on) if line.due_on else None
            bars.append(Bar(line, y, left, max(4, right - left), due, line.late.kind in ("late", "met late")))
            y += ROW
    return Timeline(HEAD + SPAN + 20, y, tuple(bars), tuple(lanes), tuple(_years(begin, end, place)), place(today))


def _end(line: StepLine, today: date) -> date:
    ended = line.state in ("done", "withdrawn") and line.since is not None
    return line.since if ended and line.since else today


def _years(begin: date, end: date, place: Callable[[date], int]) -> Iterable[Mark]:
    """New Years' days, thinned until they can be read."""
    every = max(1, (end - begin) // timedelta(days=DAYS_OF_YEAR) // 10 + 1)
    for year in range(begin.year + 1, end.year + 1):
        if not (year - begin.year - 1) % every:
            yield Mark(str(year), place(date(year, 1, 1)))
