"""Requirements must come to an end. Steps of one simultaneous exchange come about together and count as one."""

import itertools
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

Pair = tuple[str, str]


class Standing(NamedTuple):
    """A requirement (`step` waits for `target`) with the days on which it stands: from `since` on, and before `until`."""

    step: str
    target: str
    since: date | None = None
    until: date | None = None

    def stands(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


def cycle_ever(
    requirements: Sequence[Standing],
    together: Sequence[Iterable[str]] = (),
    *,
    through: Sequence[Standing] | None = None,
) -> tuple[str, ...]:
    """A cycle of requirements that stand on one and the same day, whichever; empty where there was and is none.

    With `through` only a cycle that one of these closes: what others wrote down before is not held against them.
    """
    everything = [*requirements, *(through or ())]
    if not _cycle(everything, together, through):
        return ()  # none even if all of them stood at once, which is the rule and quickly seen
    for day in sorted({each.since or date.min for each in everything}):
        standing = [each for each in everything if each.stands(day)]
        closing = None if through is None else [each for each in through if each.stands(day)]
        if found := _cycle(standing, together, closing):
            return found
    return ()


def _cycle(
    standing: Iterable[Standing], together: Iterable[Iterable[str]], through: Iterable[Standing] | None
) -> tuple[str, ...]:
    pairs = [(each.step, each.target) for each in standing]
    if through is None:
        return cycle_in(pairs, together)
    return cycle_through([(each.step, each.target) for each in through], pairs, together)


class Requirements:
    """All that was ever required, kept so that each new requirement is looked at by itself, however many there are."""

    def __init__(self, standing: Iterable[Standing], together: Sequence[Iterable[str]] = ()) -> None:
        self.standing, self.together = list(standing), together
        self._group = _groups(together)
        self._waits = _waits(((each.step, each.target) for each in self.standing), self._group)

    def circle_with(self, new: Standing) -> tuple[str, ...]:
        """As `cycle_ever` through this one; empty where there is none."""
        here, there = self._group(new.step), self._group(new.target)
        if new.step != new.target and (here == there or not _way(there, here, self._waits)):
            return ()  # not even if all of them stood at once, which is the rule and quickly seen
        return cycle_ever(self.standing, self.together, through=[new])

    def add(self, new: Standing) -> None:
        self.standing.append(new)
        here, there = self._group(new.step), self._group(new.target)
        if here != there:
            self._waits.setdefault(here, {}).setdefault(there, (new.step, new.target))


def cycle_through(
    closing: Iterable[Pair], requirements: Iterable[Pair], together: Iterable[Iterable[str]] = ()
) -> tuple[str, ...]:
    """A cycle that one of `closing` is part of, in codes as in `cycle_in`: the shortest, breadth-first (Moore 1959)."""
    closing, group = list(closing), _groups(together)
    waits = _waits([*closing, *requirements], group)
    for step, target in closing:
        if step == target:
            return (step, step)
        here, there = group(step), group(target)
        if here != there and (way := _way(there, here, waits)):
            return _named([here, *way], waits)
    return ()


def _way(start: str, end: str, waits: dict[str, dict[str, Pair]]) -> list[str]:
    """The groups from one to the other, both named; empty where no way leads there."""
    came: dict[str, str | None] = {start: None}
    todo = deque([start])
    while todo and end not in came:
        here = todo.popleft()
        for there in waits.get(here, {}):
            if there not in came:
                came[there] = here
                todo.append(there)
    way: list[str] = []
    step: str | None = end if end in came else None
    while step is not None:
        way.append(step)
        step = came[step]
    return way[::-1]


def cycle_in(requirements: Iterable[Pair], together: Iterable[Iterable[str]] = ()) -> tuple[str, ...]:
    """The codes of one cycle, the first repeated at its end; empty where there is none.

    `requirements` are (step, target); `together` the sides of each simultaneous exchange.
    """
    requirements = list(requirements)
    if itself := next((step for step, target in requirements if step == target), None):
        return (itself, itself)
    waits = _waits(requirements, _groups(together))
    return _named(_search(waits), waits)


def _waits(requirements: Iterable[Pair], group: "_Union") -> dict[str, dict[str, Pair]]:
    """Group to the groups that it waits for, each with a requirement that says so."""
    waits: dict[str, dict[str, Pair]] = {}
    for step, target in requirements:
        here, there = group(step), group(target)
        if here != there:
            waits.setdefault(here, {}).setdefault(there, (step, target))
    return waits


def _groups(together: Iterable[Iterable[str]]) -> "_Union":
    union = _Union()
    for codes in together:
        first, *rest = codes
        for code in rest:
            union.join(first, code)
    return union


class _Union:
    """Disjoint sets (Galler and Fischer 1964), called with a member to get its representative."""

    def __init__(self) -> None:
        self.above: dict[str, str] = {}

    def __call__(self, code: str) -> str:
        while (up := self.above.get(code, code)) != code:
            code = up
        return code

    def join(self, one: str, other: str) -> None:
        self.above[self(other)] = self(one)


def _search(waits: dict[str, dict[str, Pair]]) -> list[str]:
    """One cycle of groups. Depth-first without recursion, so that a long chain cannot exhaust the stack."""
    finished: set[str] = set()
    for start, targets in waits.items():
        path, walks = [start], [iter(targets)]
        on_path = {start}
        while walks and start not in finished:
            target = next(walks[-1], None)
            if target is None:
                walks.pop()
                left = path.pop()
                on_path.discard(left)
                finished.add(left)
            elif target in on_path:
                return [*path[path.index(target) :], target]
            elif target not in finished:
                path.append(target)
                on_path.add(target)
                walks.append(iter(waits.get(target, {})))
    return []


def _named(cycle: list[str], waits: dict[str, dict[str, Pair]]) -> tuple[str, ...]:
    """The cycle in the codes of the steps themselves: inside a group the way goes from the one reached to the one that waits."""
    codes: list[str] = []
    for here, there in itertools.pairwise(cycle):
        for code in waits[here][there]:
            if not codes or codes[-1] != code:
                codes.append(code)
    if codes and codes[0] != codes[-1]:
        codes.append(codes[0])
    return tuple(codes)
