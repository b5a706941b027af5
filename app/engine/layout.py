"""Where the steps of a roadmap stand on a sheet: one lane for each basket, what is waited for to the left of what waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

WIDTH, HEIGHT = 92, 28
GAP_X, GAP_Y = 40, 10
LANE_HEAD, LANE_PAD = 132, 12
MOST_ROWS = 6

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """A step's place: left and upper edge, in pixels."""

    code: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """From what waits to what it waits for, as an SVG path."""

    step: str
    target: str
    is_hard: bool
    path: str


@dataclass(frozen=True, slots=True)
class Sheet:
    width: int
    height: int
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def related(pairs: Iterable[Pair], focus: str) -> frozenset[str]:
    """A step, all that it waits for, and all that waits for it."""
    pairs = list(pairs)
    found = {focus}
    for forward in (True, False):
        next_: dict[str, list[str]] = {}
        for step, target in pairs:
            here, there = (step, target) if forward else (target, step)
            next_.setdefault(here, []).append(there)
        seen, todo = {focus}, [focus]
        while todo:
            for code in next_.get(todo.pop(), ()):
                if code not in seen:
                    seen.add(code)
                    todo.append(code)
        found |= seen
    return frozenset(found)


def ranks(codes: Iterable[str], pairs: Iterable[Pair]) -> dict[str, int]:
    """Column of every step: the longest way to something that waits for nothing (Sugiyama 1981, layering). Circles are cut where met."""
    found = dict.fromkeys(codes, 0)
    waits: dict[str, list[str]] = {}
    left = dict.fromkeys(found, 0)
    for step, target in dict.fromkeys(pairs):
        if step in found and target in found and step != target:
            waits.setdefault(target, []).append(step)
            left[step] += 1
    ready = [code for code, count in left.items() if not count]
    pending = {code for code, count in left.items() if count}
    while ready or pending:
        if not ready:
            cut = min(pending, key=lambda code: (left[code], code))
            pending.discard(cut)
            ready.append(cut)
        target = ready.pop()
        for step in waits.get(target, ()):
            if step in pending:
                found[step] = max(found[step], found[target] + 1)
                left[step] -= 1
                if not left[step]:
                    pending.discard(step)
                    ready.append(step)
    return found


def lay_out(baskets: Iterable[str], steps: Mapping[str, str], hard: Iterable[Pair], political: Iterable[Pair]) -> Sheet:
    """`steps`: code to basket. Political ties are drawn and do not decide on columns."""
    hard, political = list(dict.fromkeys(hard)), list(dict.fromkeys(political))
    names = [name for name in baskets if name in steps.values()]
    column = ranks(steps, hard)
    cells: dict[tuple[str, int], list[str]] = {}
    for code, basket in steps.items():
        cells.setdefault((basket, column[code]), []).append(code)
    starts, width = _columns(cells)
    lanes, boxes, y = [], {}, 0
    for name in names:
        inside = {rank: codes for (basket, rank), codes in cells.items() if basket == name}
        rows = min(MOST_ROWS, max(map(len, inside.values())))
        for rank, codes in inside.items():
            for place, code in enumerate(codes):
                x = starts[rank] + place // MOST_ROWS * (WIDTH + GAP_X // 2)
                boxes[code] = Box(code, x, y + LANE_PAD + place % MOST_ROWS * (HEIGHT + GAP_Y))
        height = rows * (HEIGHT + GAP_Y) - GAP_Y + 2 * LANE_PAD
        lanes.append(Lane(name, y, height))
        y += height
    arrows = [
        Arrow(s, t, is_hard, _path(boxes[s], boxes[t]))
        for pairs, is_hard in ((political, False), (hard, True))
        for s, t in pairs
        if s in boxes and t in boxes
    ]
    return Sheet(width, y, tuple(lanes), tuple(boxes.values()), tuple(arrows))


def _columns(cells: Mapping[tuple[str, int], list[str]]) -> tuple[dict[int, int], int]:
    """Left edge of every rank, and where the last one ends: a rank is as wide as its fullest cell."""
    widest: dict[int, int] = {}
    for (_basket, rank), codes in cells.items():
        widest[rank] = max(widest.get(rank, 1), ceil(len(codes) / MOST_ROWS))
    starts, x = {}, LANE_HEAD
    for rank in range(max(widest, default=0) + 1):
        starts[rank] = x
        count = widest.get(rank, 1)
        x += count * WIDTH + (count - 1) * (GAP_X // 2) + GAP_X
    return starts, x


def _path(step: Box, target: Box) -> str:
    """From the left edge of what waits to the right edge of what it waits for; round the outside where that is not to the left."""
    x1, y1, y2 = step.x, step.y + HEIGHT // 2, target.y + HEIGHT // 2
    if target.x < step.x:
        x2 = target.x + WIDTH
        middle = (x1 + x2) // 2
        return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
    x2 = target.x
    out = min(x1, x2) - GAP_X // 2
    return f"M{x1} {y1}C{out} {y1} {out} {y2} {x2} {y2}"
