"""Where the steps of a roadmap stand on a sheet: one lane for each basket, what is waited for to the left of what waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal
from unicodedata import east_asian_width

WIDTH, HEIGHT = 200, 44
GAP_X, GAP_Y = 56, 20
LANE_HEAD, LANE_PAD = 132, 22
MOST_ROWS = 6
TRACKS_X, TRACKS_Y = 7, 4
"""So many lines run beside each other between two columns, and between two rows; more of them share one."""

Pair = tuple[str, str]
Kind = Literal["hard", "political", "exchange", "dropped"]


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
    """From what waits to what it waits for, as an SVG path. `is_mutual`: each waits for the other, and this one arrow says both."""

    step: str
    target: str
    is_hard: bool
    path: str
    kind: Kind = "hard"
    is_mutual: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    width: int
    height: int
    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def related(pairs: Iterable[Pair], focus: str, depth: int | None = None) -> frozenset[str]:
    """A step, all that it waits for, and all that waits for it; with a depth, those at most so many ties away."""
    away = distances(pairs, focus)
    return frozenset(code for code, ties in away.items() if depth is None or ties <= depth)


def distances(pairs: Iterable[Pair], focus: str) -> dict[str, int]:
    """Everything that a step waits for, or that waits for it, to the fewest ties between them (Moore 1959); itself at 0."""
    pairs, found = list(pairs), {focus: 0}
    for forward in (True, False):
        following: dict[str, list[str]] = {}
        for step, target in pairs:
            here, there = (step, target) if forward else (target, step)
            following.setdefault(here, []).append(there)
        for code, ties in _reached(following, focus).items():
            found[code] = min(ties, found.get(code, ties))
    return found


def _reached(following: Mapping[str, list[str]], start: str) -> dict[str, int]:
    found, layer = {start: 0}, [start]
    while layer:
        nearer, layer = layer, []
        for code in nearer:
            for there in following.get(code, ()):
                if there not in found:
                    found[there] = found[code] + 1
                    layer.append(there)
    return found


def folded(text: str, width: int, rows: int = 2) -> tuple[str, ...]:
    """At most so many rows of a text, each at most so wide, cut with an ellipsis. A letter is 1 wide, an ideograph 2."""
    left = text.split()
    found: list[str] = []
    while left and len(found) < rows:
        row = left.pop(0)
        if (head := _head(row, width)) != row:  # a word, or a language without spaces, longer than a row
            left.insert(0, row[len(head) :])
            row = head
        while left and _wide(row) + 1 + _wide(left[0]) <= width:
            row += " " + left.pop(0)
        found.append(row)
    if left:
        found[-1] = _head(found[-1], width - 1).rstrip() + "…"
    return tuple(found)


def _wide(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _head(text: str, width: int) -> str:
    """As much of the text as fits; at least one letter, so that an end is reached."""
    while len(text) > 1 and _wide(text) > width:
        text = text[:-1]
    return text


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


def lay_out(
    baskets: Iterable[str],
    steps: Mapping[str, str],
    hard: Iterable[Pair],
    political: Iterable[Pair],
    exchanges: Iterable[Pair] = (),
    dropped: Iterable[Pair] = (),
    *,
    border: Mapping[str, str] | None = None,
    most_rows: int = MOST_ROWS,
) -> Sheet:
    """`steps`: code to basket. `dropped`: requirements that bind no longer; their steps keep their places. Political ties, and exchanges in which each waits for the other, are drawn and do not decide on columns.

    `border`: what stands before all steps of a lane, at its left border, to the lane; ties may lead to it as to a step.
    """
    hard, political, exchanges, dropped = (
        list(dict.fromkeys(pairs)) for pairs in (hard, political, exchanges, dropped)
    )
    mutual = {(step, target) for step, target in exchanges if (target, step) in set(exchanges)}
    deciding = [*hard, *(pair for pair in exchanges if pair not in mutual), *dropped]
    before = dict.fromkeys(border or (), 0)
    rank = {code: place + bool(before) for code, place in ranks(steps, deciding).items()} | before
    steps = {**steps, **(border or {})}
    names = [name for name in baskets if name in steps.values()]
    pairs = [pair for pair in (*deciding, *political, *exchanges) if set(pair) <= steps.keys()]
    column = _loose_last(rank, {code for pair in pairs for code in pair})
    cells = _cells(names, steps, column, pairs)
    starts, width = _columns(cells, most_rows)
    lanes, boxes = _lanes(names, cells, starts, most_rows)
    once = [pair for pair in exchanges if pair not in mutual or pair == min(pair, pair[::-1])]
    kinds: tuple[tuple[Kind, list[Pair]], ...] = (
        ("dropped", dropped),
        ("political", political),
        ("hard", hard),
        ("exchange", once),
    )
    track = {code: n for n, code in enumerate(boxes)}
    arrows = [
        Arrow(
            s,
            t,
            kind != "political",
            _path(boxes[s], boxes[t], track[t]),
            kind,
            (s, t) in mutual and kind == "exchange",
        )
        for kind, pairs in kinds
        for s, t in pairs
        if s in boxes and t in boxes
    ]
    bottom = lanes[-1].y + lanes[-1].height if lanes else 0
    return Sheet(width, bottom, tuple(lanes), tuple(boxes.values()), tuple(arrows))


def _lanes(
    names: Iterable[str], cells: Mapping[tuple[str, int], list[str]], starts: Mapping[int, int], most_rows: int
) -> tuple[list[Lane], dict[str, Box]]:
    lanes: list[Lane] = []
    boxes: dict[str, Box] = {}
    y = 0
    for name in names:
        inside = {rank: codes for (basket, rank), codes in cells.items() if basket == name}
        rows = min(most_rows, max(map(len, inside.values())))
        for rank, codes in inside.items():
            for place, code in enumerate(codes):
                x = starts[rank] + place // most_rows * (WIDTH + GAP_X)
                boxes[code] = Box(code, x, y + LANE_PAD + place % most_rows * (HEIGHT + GAP_Y))
        height = rows * (HEIGHT + GAP_Y) - GAP_Y + 2 * LANE_PAD
        lanes.append(Lane(name, y, height))
        y += height
    return lanes, boxes


def _loose_last(column: Mapping[str, int], tied: set[str]) -> dict[str, int]:
    """What has no ties stands behind all that has some, out of the way of the lines."""
    last = max((rank for code, rank in column.items() if code in tied), default=-1) + 1
    return {code: rank if code in tied else last for code, rank in column.items()}


def _cells(
    names: list[str], steps: Mapping[str, str], column: Mapping[str, int], pairs: list[Pair]
) -> dict[tuple[str, int], list[str]]:
    """(basket, rank) to its steps from above: each near the middle of what it waits for (barycentres, Sugiyama 1981)."""
    waits: dict[str, list[str]] = {}
    for step, target in pairs:
        if column[target] < column[step]:
            waits.setdefault(step, []).append(target)
    place = {name: n * len(steps) for n, name in enumerate(names)}
    height: dict[str, float] = {}
    cells: dict[tuple[str, int], list[str]] = {}
    for code in sorted(steps, key=lambda code: column[code]):
        cells.setdefault((steps[code], column[code]), []).append(code)
    for (basket, _rank), codes in cells.items():
        middle = {c: sum(height[t] for t in waits[c]) / len(waits[c]) if c in waits else 0.0 for c in codes}
        codes.sort(key=middle.__getitem__)
        height |= {code: place.get(basket, 0) + n for n, code in enumerate(codes)}
    return cells


def _columns(cells: Mapping[tuple[str, int], list[str]], most_rows: int) -> tuple[dict[int, int], int]:
    """Left edge of every rank, and where the last one ends: a rank is as wide as its fullest cell."""
    widest: dict[int, int] = {}
    for (_basket, rank), codes in cells.items():
        widest[rank] = max(widest.get(rank, 1), ceil(len(codes) / most_rows))
    starts, x = {}, LANE_HEAD
    for rank in range(max(widest, default=0) + 1):
        starts[rank] = x
        x += widest.get(rank, 1) * (WIDTH + GAP_X)
    return starts, x


def _path(step: Box, target: Box, track: int) -> str:
    """From the left edge of what waits to the right edge of what it waits for; to its left edge where that is not to the left.

    Boxes stand in columns and rows, so a line that turns only between columns and runs only between rows crosses none. What
    leads to one box shares a track.
    """
    x1, y1, y2 = step.x, step.y + HEIGHT // 2, target.y + HEIGHT // 2
    is_left = target.x < step.x
    x2 = target.x + WIDTH if is_left else target.x
    out = x1 - GAP_X // 4 - track % TRACKS_X * (GAP_X // 2 // TRACKS_X)
    into = x2 + out - x1 + GAP_X if is_left else x2 + out - x1
    if out == into:
        return f"M{x1} {y1}C{out} {y1} {out} {y2} {x2} {y2}"
    aside = HEIGHT // 2 + GAP_Y // (TRACKS_Y + 1) * (1 + track % TRACKS_Y)
    row = y2 + aside if y1 > y2 else y2 - aside
    turn = 8 if into < out else -8
    return (
        f"M{x1} {y1}C{out} {y1} {out} {row} {out - turn} {row}L{into + turn} {row}C{into} {row} {into} {y2} {x2} {y2}"
    )
