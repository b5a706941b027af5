"""The roadmap in time: a bar for each step, from its first day to where it stands."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from app.engine import layout
from app.roadmap.lanes import Lane
from app.roadmap.views import RoadmapView, StepLine

ROW, HEAD, SPAN, EDGE = (
    24,
    340,
    720,
    50,
)  # pixels: a row's height, the width of the titles, the width of the time and of its right edge; a laptop shows all of it
YEARS_EVERY = 20  # rows
TITLE_LETTERS = 46
DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Bar:
    """A step in time: from its first day to its last known one. Places in pixels."""

    line: StepLine
    title: str
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
    """`years_at`: the heights at which the years are written again."""

    width: int
    height: int
    head: int
    bars: tuple[Bar, ...]
    baskets: tuple[Lane, ...]
    years: tuple[Mark, ...]
    years_at: tuple[int, ...]
    today_x: int


def timeline_of(steps: tuple[StepLine, ...], first: dict[str, date], view: RoadmapView) -> Timeline:
    """Each step from its first day to where it stands now, or to the day on which it was done."""
    today, titles = view.as_of, dict(view.baskets)
    spans = {line.code: (first[line.code], _end(line, today)) for line in steps}
    days = [day for span in spans.values() for day in span] + [line.due_on for line in steps if line.due_on]
    begin, end = min(days, default=today), max([*days, today])
    whole = max(1, (end - begin).days)

    def place(day: date) -> int:
        return 6 + (day - begin).days * SPAN // whole

    bars: list[Bar] = []
    lanes: list[Lane] = []
    years_at, y = [0], ROW
    for basket, ours in groupby(steps, key=lambda line: line.basket):
        title = titles.get(basket, basket)
        lanes.append(Lane(basket, title, layout.folded(f"{basket} {title}", TITLE_LETTERS, 1), y, ROW))
        y += ROW
        for line in ours:
            if bars and not len(bars) % YEARS_EVERY:
                years_at.append(y)
                y += ROW
            bars.append(_bar(line, spans[line.code], y, place))
            y += ROW
    years_at.append(y)
    years = tuple(_years(begin, end, place))
    return Timeline(SPAN + EDGE, y + ROW, HEAD, tuple(bars), tuple(lanes), years, tuple(years_at), place(today))


def _bar(line: StepLine, span: tuple[date, date], y: int, place: Callable[[date], int]) -> Bar:
    left, right = map(place, span)
    due = place(line.due_on) if line.due_on else None
    title = layout.folded(f"{line.code} {line.title}", TITLE_LETTERS, 1)[0]
    return Bar(line, title, y, left, max(4, right - left), due, line.late.kind in ("late", "met late"))


def _end(line: StepLine, today: date) -> date:
    ended = line.state in ("done", "withdrawn") and line.since is not None
    return line.since if ended and line.since else today


def _years(begin: date, end: date, place: Callable[[date], int]) -> Iterable[Mark]:
    """New Years' days, thinned until they can be read."""
    every = max(1, (end - begin) // timedelta(days=DAYS_OF_YEAR) // 10 + 1)
    for year in range(begin.year + 1, end.year + 1):
        if not (year - begin.year - 1) % every:
            yield Mark(str(year), place(date(year, 1, 1)))
