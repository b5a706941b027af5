"""The roadmap drawn: a graph with one lane for each basket, a timeline, pages of a table. Each drawing has the table as its twin."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from app.access.work import Reading
from app.core.errors import NotFound
from app.engine import layout
from app.roadmap import queries, standing
from app.roadmap.graph import HARD, TieRow, ties_of
from app.roadmap.lanes import Graph, graph_of
from app.roadmap.timeline import Timeline, timeline_of
from app.roadmap.views import RoadmapView, StepLine

Kind = Literal["table", "timeline", "graph"]
Depth = int | Literal["all"]
PAGE = 100
MOST_AT_ONCE, MOST_DRAWN = (
    80,
    200,
)  # steps: beyond the first, a graph asks for a basket; beyond the second, nothing is drawn
BEGINNINGS = 8


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
    rows = standing.rows(reading, view.as_of)
    ties = ties_of(rows)
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
        time = timeline_of(drawn.shown, queries.first_days(reading), view)
        return _with(drawn, timeline=time, **more)
    if kind != "graph":
        return _with(_page("table", steps, page), **more)
    most = MOST_DRAWN if found or is_narrowed else MOST_AT_ONCE
    if len(steps) > most:
        return _with(_page("graph", steps, page), ways=_ways(steps, ties, view), **more)
    return _with(_page("graph", steps, page), graph=graph_of(steps, view, rows), **more)


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


def _ways(steps: tuple[StepLine, ...], ties: tuple[TieRow, ...], view: RoadmapView) -> Ways:
    counts = Counter(line.basket for line in steps)
    lines = {line.code: line for line in steps if line.effect}
    waited = Counter(t.target for t in ties if t.kind in HARD and t.step in lines and t.target in lines)
    return Ways(
        tuple((code, title, counts[code]) for code, title in view.baskets if counts[code]),
        tuple((lines[code], count) for code, count in waited.most_common(BEGINNINGS)),
    )
