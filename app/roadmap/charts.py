"""The roadmap drawn: a graph with one lane for each basket, a timeline, pages of a table. Each drawing has the table as its twin."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from app.access.work import Reading
from app.core.errors import NotFound
from app.engine import layout
from app.engine.layout import Sheet
from app.roadmap import queries
from app.roadmap.graph import HARD, POLITICAL, TieRow, ties_of
from app.roadmap.views import RoadmapView, StepLine

Kind = Literal["table", "timeline", "graph"]
Depth = int | Literal["all"]
PAGE = 100
MOST_AT_ONCE, MOST_DRAWN = (
    80,
    200,
)  # steps: beyond the first, a graph asks for a basket; beyond the second, nothing is drawn
LANE_ROWS = 12  # where one lane has the sheet for itself
ROW, HEAD, SPAN = 24, 340, 900  # pixels: a row's height, the width of the titles, the width of the time
YEARS_EVERY = 20  # rows
BOX_LETTERS, TITLE_LETTERS, LANE_LETTERS = 28, 46, 19
DAYS_OF_YEAR = 365
BEGINNINGS = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A box of the graph, with as much of its title as fits."""

    line: StepLine
    x: int
    y: int
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    code: str
    title: str
    rows: tuple[str, ...]
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Graph:
    """`outside`: ties of what is drawn that lead to steps that are not. `gutter`: how far left of the first boxes lines run."""

    sheet: Sheet
    cards: tuple[Card, ...]
    lanes: tuple[Lane, ...]
    outside: int
    head: int = layout.LANE_HEAD
    gutter: int = layout.GAP_X
    width: int = layout.WIDTH
    height: int = layout.HEIGHT


@dataclass(frozen=True, slots=True)
class Reach:
    """How far from a step one may look, and how many steps that shows."""

    depth: Depth
    count: int


@dataclass(frozen=True, slots=True)
class Ways:
    """Where there is too much to draw: where one could begin. `baskets`: (code, title, steps); `steps`: those that most others wait for."""

    baskets: tuple[tuple[str, str, int], ...]
    steps: tuple[tuple[StepLine, int], ...]


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


@dataclass(frozen=True, slots=True)
class Drawn:
    """`shown`: this page of the table, of `count` steps; `pages`: the first and last code of each."""

    kind: Kind
    shown: tuple[StepLine, ...]
    count: int
    page: int
    pages: tuple[tuple[str, str], ...]
    focus: StepLine | None = None
    depth: Depth = 1
    reach: tuple[Reach, ...] = ()
    graph: Graph | None = None
    timeline: Timeline | None = None
    ways: Ways | None = None


def draw(
    reading: Reading,
    kind: str,
    view: RoadmapView,
    *,
    focus: str = "",
    depth: Depth = 1,
    page: int = 1,
    is_narrowed: bool = False,
) -> Drawn:
    """The steps of the view in the wanted form; with a focus, only that step and what is so many ties away.

    `is_narrowed`: the steps of one basket were asked for. Raises NotFound for a focus or a page that is not there.
    """
    if kind not in ("timeline", "graph") and not focus:
        return _page("table", view.steps, page)
    ties = ties_of(queries.rows(reading, view.as_of))
    steps, found = view.steps, None
    reach: tuple[Reach, ...] = ()
    if focus:
        found = next((line for line in view.steps if line.code == focus), None)
        if found is None:
            raise NotFound
        steps, reach = _around(steps, ties, focus, depth)
    more = {"focus": found, "depth": depth, "reach": reach}
    if kind == "timeline":
        drawn = _page("timeline", steps, page)
        time = _timeline(drawn.shown, queries.first_days(reading), view)
        return _with(drawn, timeline=time, **more)
    if kind != "graph":
        return _with(_page("table", steps, page), **more)
    most = MOST_DRAWN if found or is_narrowed else MOST_AT_ONCE
    if len(steps) > most:
        return _with(_page("graph", steps, page), ways=_ways(steps, ties, view), **more)
    return _with(_page("graph", steps, page), graph=_graph(steps, ties, view), **more)


def _with(drawn: Drawn, **more: object) -> Drawn:
    return Drawn(drawn.kind, drawn.shown, drawn.count, drawn.page, drawn.pages, **more)  # type: ignore[arg-type]


_met: dict[tuple[Kind, int, int], tuple[tuple[StepLine, ...], Drawn]] = {}
MOST_MET = 64


def _page(kind: Kind, steps: tuple[StepLine, ...], page: int) -> Drawn:
    """Remembered by the place of the steps, which are held as long, so that the same are met again as the very same views."""
    met = _met.get((kind, id(steps), page))
    if met is None:
        if len(_met) >= MOST_MET:
            _met.clear()
        met = _met[kind, id(steps), page] = (steps, _paged(kind, steps, page))
    return met[1]


def _paged(kind: Kind, steps: tuple[StepLine, ...], page: int) -> Drawn:
    parts = [steps[n : n + PAGE] for n in range(0, len(steps), PAGE)] or [()]
    if not 1 <= page <= len(parts):
        raise NotFound
    ends = tuple((part[0].code, part[-1].code) for part in parts if part)
    return Drawn(kind, parts[page - 1], len(steps), page, ends)


def _around(
    steps: tuple[StepLine, ...], ties: tuple[TieRow, ...], focus: str, depth: Depth
) -> tuple[tuple[StepLine, ...], tuple[Reach, ...]]:
    known = {line.code for line in steps}
    away = layout.distances(((t.step, t.target) for t in ties if {t.step, t.target} <= known), focus)
    farthest = max(away.values())
    here = farthest if depth == "all" else min(depth, farthest)
    wanted = sorted({1, min(here + 1, farthest), max(here, 1)})
    reach = [Reach(ties_, sum(n <= ties_ for n in away.values())) for ties_ in wanted if ties_ <= farthest]
    shown = tuple(line for line in steps if away.get(line.code, here + 1) <= here)
    return shown, (*reach, Reach("all", len(away)))


def _graph(steps: tuple[StepLine, ...], ties: tuple[TieRow, ...], view: RoadmapView) -> Graph:
    lines = {line.code: line for line in steps}
    titles, used = dict(view.baskets), {line.basket for line in steps}
    inside = [tie for tie in ties if tie.step in lines and tie.target in lines]
    sheet = layout.lay_out(
        titles,
        {line.code: line.basket for line in steps},
        ((t.step, t.target) for t in inside if t.kind in HARD and t.kind != "exchange"),
        ((t.step, t.target) for t in inside if t.kind in POLITICAL),
        ((t.step, t.target) for t in inside if t.kind == "exchange"),
        most_rows=LANE_ROWS if len(used) == 1 else layout.MOST_ROWS,
    )
    outside = {(t.step, t.target) for t in ties if (t.step in lines) != (t.target in lines)}
    return Graph(
        sheet,
        tuple(Card(lines[box.code], box.x, box.y, _box_words(lines[box.code])) for box in sheet.boxes),
        tuple(
            Lane(each.name, titles[each.name], layout.folded(titles[each.name], LANE_LETTERS, 4), each.y, each.height)
            for each in sheet.lanes
        ),
        len(outside),
    )


def _box_words(line: StepLine) -> tuple[str, ...]:
    return layout.folded(f"{line.code} {line.title}", BOX_LETTERS)


def _ways(steps: tuple[StepLine, ...], ties: tuple[TieRow, ...], view: RoadmapView) -> Ways:
    counts = Counter(line.basket for line in steps)
    lines = {line.code: line for line in steps if line.effect}
    waited = Counter(t.target for t in ties if t.kind in HARD and t.step in lines and t.target in lines)
    return Ways(
        tuple((code, title, counts[code]) for code, title in view.baskets if counts[code]),
        tuple((lines[code], count) for code, count in waited.most_common(BEGINNINGS)),
    )


def _timeline(steps: tuple[StepLine, ...], first: dict[str, date], view: RoadmapView) -> Timeline:
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
    return Timeline(SPAN + 60, y + ROW, HEAD, tuple(bars), tuple(lanes), years, tuple(years_at), place(today))


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
