"""Requirements must come to an end. Steps of one simultaneous exchange come about together and count as one."""

import itertools
from collections.abc import Iterable

Pair = tuple[str, str]


def cycle_in(requirements: Iterable[Pair], together: Iterable[Iterable[str]] = ()) -> tuple[str, ...]:
    """The codes of one cycle, the first repeated at its end; empty where there is none.

    `requirements` are (step, target); `together` the sides of each simultaneous exchange.
    """
    group = _groups(together)
    waits: dict[str, dict[str, Pair]] = {}
    for step, target in requirements:
        here, there = group(step), group(target)
        if step == target:
            return (step, step)
        if here != there:
            waits.setdefault(here, {}).setdefault(there, (step, target))
    return _named(_search(waits), waits)


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
