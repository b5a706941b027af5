"""What would free it: the fewest requirements to waive, or steps to hand to a substitute actor, so that a stall holds less.

One step is freed by a minimum cut between it and the stall, where each act is an arc of capacity one (Menger 1927; Ford and
Fulkerson 1956): exact, and quick. Which few acts free the *most* steps is a hard question; it is answered exactly by looking at
every combination while there are few, and otherwise by the best of the minimum cuts, beside a proven bound: with k acts no step
can be freed whose minimum cut is larger than k.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, pairwise
from math import comb
from typing import Literal

from app.engine.isolation import towards
from app.engine.network import Key, Network, Requirement, Roadmap

LARGEST = 3  # acts in one option: who wants more waivers than that at once wants another text
BUDGET = 400_000  # visits of an edge that an exact search may cost; a few tenths of a second
MANY = 1 << 30


@dataclass(frozen=True, slots=True)
class Act:
    """Waive the requirement of this key, or hand the step of this code to somebody else."""

    kind: Literal["waive", "substitute"]
    key: Key


@dataclass(frozen=True, slots=True)
class Option:
    """Acts that together free these steps, none of them in vain."""

    acts: tuple[Act, ...]
    frees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Freeing:
    """`options`: most freed first, then fewest acts. `everything`: the fewest acts that free every blocked step.

    `most[k-1]`: no k acts free more steps than that; where the search was exact, it is what the best k acts do free.
    """

    blocked: tuple[str, ...]
    options: tuple[Option, ...]
    everything: Option
    is_exact: bool
    most: tuple[int, ...]


def freeing(
    roadmap: Roadmap, stalled: Iterable[str], obstacles: Iterable[str] = (), *, budget: int = BUDGET
) -> Freeing:
    """What would free the open steps that this stall blocks outside itself."""
    held = _Held(roadmap, stalled, obstacles)
    acts = held.acts()
    everything = held.option(held.cut(held.blocked))
    sizes = range(1, min(LARGEST, len(acts)) + 1)
    cost = sum(comb(len(acts), size) for size in sizes) * max(1, held.edges)
    if cost <= budget:
        found = _every(held, acts, sizes)
        most = tuple(max((len(o.frees) for o in found if len(o.acts) <= size), default=0) for size in sizes)
    else:
        cuts = {code: held.cut([code], most=LARGEST) for code in held.blocked}
        found = [held.option(acts) for acts in dict.fromkeys(cuts.values()) if 0 < len(acts) <= LARGEST]
        most = tuple(sum(0 < len(acts) <= size for acts in cuts.values()) for size in sizes)
    ranked = sorted(found, key=lambda option: (-len(option.frees), len(option.acts), str(option.acts)))
    return Freeing(held.blocked, tuple(ranked), everything, cost <= budget, most)


def freed_by(
    roadmap: Roadmap, acts: Iterable[Act], stalled: Iterable[str], obstacles: Iterable[str] = ()
) -> tuple[str, ...]:
    """The steps that these acts would free, in the roadmap's order."""
    return _Held(roadmap, stalled, obstacles).freed(acts)


def _every(held: "_Held", acts: Sequence[Act], sizes: Iterable[int]) -> list[Option]:
    """Every option of these sizes in which no act is in vain."""
    freed: dict[frozenset[Act], int] = {frozenset(): 0}
    options = []
    for chosen in chain.from_iterable(combinations(acts, size) for size in sizes):
        option = held.option(chosen)
        freed[frozenset(chosen)] = len(option.frees)
        if all(freed[frozenset(chosen) - {act}] < len(option.frees) for act in chosen):
            options.append(option)
    return options


class _Held:
    """The part of a roadmap that a stall holds: its blocked steps and the requirements between them and the stall."""

    def __init__(self, roadmap: Roadmap, stalled: Iterable[str], obstacles: Iterable[str]) -> None:
        network: Network = roadmap.network
        still = network.sources(stalled, obstacles)
        reached = towards(still, network.hard)
        self.still = {network.codes[n] for n in still}
        self.blocked = tuple(
            code
            for code, next_ in zip(roadmap.steps, reached, strict=False)
            if next_ is not None and code not in self.still
        )
        self.handed_over = roadmap.handed_over
        self.requirements = tuple(self._relevant(roadmap.requirements))
        self.edges = sum(len(each.waiting) * len(each.targets) for each in self.requirements)

    def _relevant(self, requirements: Iterable[Requirement]) -> Iterator[Requirement]:
        blocked = frozenset(self.blocked)
        held = blocked | self.still
        for each in requirements:
            waiting = tuple(code for code in each.waiting if code in blocked)
            targets = tuple(code for code in each.targets if code in held)
            if waiting and targets:
                yield Requirement(each.key, waiting, targets)

    def acts(self) -> list[Act]:
        """Every act that could take something out of the way."""
        waivers = [Act("waive", key) for key in dict.fromkeys(each.key for each in self.requirements)]
        bound = {(code, each.key) for each in self.requirements for code in each.waiting}
        return waivers + [
            Act("substitute", code)
            for code in self.blocked
            if any((code, key) in bound for key in self.handed_over.get(code, ()))
        ]

    def option(self, acts: Iterable[Act]) -> Option:
        acts = tuple(acts)
        return Option(acts, self.freed(acts))

    def freed(self, acts: Iterable[Act]) -> tuple[str, ...]:
        gone = frozenset(acts)
        waiting: dict[str, list[str]] = {}
        for each in self.requirements:
            if Act("waive", each.key) in gone:
                continue
            for step, target in each.pairs():
                if not (Act("substitute", step) in gone and each.key in self.handed_over.get(step, ())):
                    waiting.setdefault(target, []).append(step)
        held, todo = set(self.still), list(self.still)
        while todo:
            for step in waiting.get(todo.pop(), ()):
                if step not in held:
                    held.add(step)
                    todo.append(step)
        return tuple(code for code in self.blocked if code not in held)

    def cut(self, codes: Iterable[str], *, most: int = MANY) -> tuple[Act, ...]:
        """The fewest acts between these steps and the stall; empty where there are none, or more than `most`."""
        return _Flow(self).cut(codes, most)


_Node = tuple[str, object]
_SINK: _Node = ("sink", None)
_SOURCE: _Node = ("source", None)


class _Flow:
    """The held part as a flow network. step → (its substitute) → requirement → targets; the arcs of acts carry one, the others any."""

    def __init__(self, held: _Held) -> None:
        self.room: dict[_Node, dict[_Node, int]] = {}
        self.act: dict[tuple[_Node, _Node], Act] = {}
        for n, each in enumerate(held.requirements):
            # One key may stand for one requirement only; its waiting steps and targets meet in the middle, where it is waived.
            before, after = ("before", n), ("after", n)
            self._arc(before, after, 1, Act("waive", each.key))
            for step in each.waiting:
                self._arc(self._door(held, step, each.key), before, MANY)
            for target in each.targets:
                self._arc(after, _SINK if target in held.still else ("step", target), MANY)

    def _door(self, held: _Held, step: str, key: Key) -> _Node:
        if key not in held.handed_over.get(step, ()):
            return ("step", step)
        self._arc(("step", step), ("substitute", step), 1, Act("substitute", step))
        return ("substitute", step)

    def _arc(self, tail: _Node, head: _Node, room: int, act: Act | None = None) -> None:
        self.room.setdefault(tail, {})[head] = room
        self.room.setdefault(head, {}).setdefault(tail, 0)
        if act is not None:
            self.act[tail, head] = act

    def cut(self, codes: Iterable[str], most: int) -> tuple[Act, ...]:
        for code in codes:
            self._arc(_SOURCE, ("step", code), MANY)
        flow = 0
        while (path := self._path()) is not None:
            flow += 1
            if flow > most:
                return ()
            for tail, head in pairwise(path):
                self.room[tail][head] -= 1
                self.room[head][tail] += 1
        near = self._reached()
        return tuple(act for (tail, head), act in self.act.items() if tail in near and head not in near)

    def _path(self) -> list[_Node] | None:
        came = self._reached()
        if _SINK not in came:
            return None
        path = [_SINK]
        while path[-1] != _SOURCE:
            path.append(came[path[-1]])
        return path[::-1]

    def _reached(self) -> dict[_Node, _Node]:
        """Every node with room on the way from the source, and where it was come from: the shortest way (Edmonds and Karp 1972)."""
        came: dict[_Node, _Node] = {_SOURCE: _SOURCE}
        todo = deque([_SOURCE])
        while todo and _SINK not in came:
            tail = todo.popleft()
            for head, room in self.room.get(tail, {}).items():
                if room > 0 and head not in came:
                    came[head] = tail
                    todo.append(head)
        return came
