"""The roadmap as a graph: one lane for each basket, obstacles at the left border of the lanes whose steps they hold up."""

from dataclasses import dataclass

from app.core.i18n import stored_wording
from app.engine import layout
from app.engine.layout import Sheet
from app.roadmap.graph import HARD, POLITICAL, Rows, TieRow, ties_of
from app.roadmap.views import RoadmapView, StepLine

DRAWN = HARD | POLITICAL
DROPPED = frozenset({"waived", "handed-over"})
LANE_ROWS = 12  # where one lane has the sheet for itself
WIDEST_FRAME = 8_000  # pixels; a lane goes on to the frame's edge, which cuts it off
BOX_LETTERS, LANE_LETTERS = 28, 19


@dataclass(frozen=True, slots=True)
class Card:
    """A box of the graph, with as much of its title as fits."""

    line: StepLine
    x: int
    y: int
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """An obstacle that is not lifted, at the border of a lane; with the open steps there that it blocks, and those only tied to it."""

    code: str
    title: str
    basket: str
    blocks: tuple[str, ...]
    ties: tuple[str, ...]
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
    """`outside`: ties of what is drawn that lead to steps of that day that are not. `gutter`: how far left of the first boxes lines run."""

    sheet: Sheet
    cards: tuple[Card, ...]
    holders: tuple[Holder, ...]
    lanes: tuple[Lane, ...]
    outside: int
    head: int = layout.LANE_HEAD
    gutter: int = layout.GAP_X
    frame: int = WIDEST_FRAME
    width: int = layout.WIDTH
    height: int = layout.HEIGHT


def graph_of(steps: tuple[StepLine, ...], view: RoadmapView, rows: Rows) -> Graph:
    ties, there = ties_of(rows), {step.code for step in rows.steps}
    lines = {line.code: line for line in steps}
    titles, used = dict(view.baskets), {line.basket for line in steps}
    raised = {row.code: stored_wording(row.titles) for row in rows.obstacles if row.lifted_on is None}
    inside = [tie for tie in ties if tie.step in lines and tie.target in lines]
    holding = [tie for tie in ties if tie.target in raised and tie.step in lines and lines[tie.step].effect]
    sheet = _sheet(lines, titles, inside, holding, LANE_ROWS if len(used) == 1 else layout.MOST_ROWS)
    outside = {
        (t.step, t.target) for t in ties if {t.step, t.target} <= there and (t.step in lines) != (t.target in lines)
    }
    return Graph(
        sheet,
        tuple(Card(lines[b.code], b.x, b.y, _box_words(lines[b.code])) for b in sheet.boxes if b.code in lines),
        tuple(_holder(box, holding, lines, raised) for box in sheet.boxes if box.code not in lines),
        tuple(
            Lane(each.name, titles[each.name], layout.folded(titles[each.name], LANE_LETTERS, 4), each.y, each.height)
            for each in sheet.lanes
        ),
        len(outside),
    )


def _sheet(
    lines: dict[str, StepLine], titles: dict[str, str], inside: list[TieRow], holding: list[TieRow], most_rows: int
) -> Sheet:
    held = [(tie, _at_border(tie, lines)) for tie in holding]
    return layout.lay_out(
        titles,
        {line.code: line.basket for line in lines.values()},
        (
            *((t.step, t.target) for t in inside if t.kind in HARD and t.kind != "exchange"),
            *((tie.step, place) for tie, place in held if tie.kind in HARD),
        ),
        (
            *((t.step, t.target) for t in inside if t.kind in POLITICAL),
            *((tie.step, place) for tie, place in held if tie.kind in POLITICAL),
        ),
        ((t.step, t.target) for t in inside if t.kind == "exchange"),
        ((t.step, t.target) for t in inside if t.kind in DROPPED),
        border={place: lines[tie.step].basket for tie, place in held if tie.kind in DRAWN},
        most_rows=most_rows,
    )


def _at_border(tie: TieRow, lines: dict[str, StepLine]) -> str:
    """An obstacle stands once in each lane in which it holds a step; a code has no space in it."""
    return f"{tie.target} {lines[tie.step].basket}"


def _holder(box: layout.Box, holding: list[TieRow], lines: dict[str, StepLine], raised: dict[str, str]) -> Holder:
    ours = [tie for tie in holding if _at_border(tie, lines) == box.code]
    blocks = tuple(dict.fromkeys(tie.step for tie in ours if tie.kind in HARD))
    ties = tuple(dict.fromkeys(tie.step for tie in ours if tie.kind in POLITICAL and tie.step not in blocks))
    code, basket = box.code.split(" ")
    rows = layout.folded(f"{code} {raised[code]}", BOX_LETTERS)
    return Holder(code, raised[code], basket, blocks, ties, box.x, box.y, rows)


def _box_words(line: StepLine) -> tuple[str, ...]:
    return layout.folded(f"{line.code} {line.title}", BOX_LETTERS)
