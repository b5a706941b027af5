"""What a stalemate really blocks.

For a set of stalled baskets and obstacles an open step is

    blocked      if a path of requirements alone leads into the stall,
    provisional  if it is not, but nothing is agreed until everything is (single undertaking),
    linked       if only a path with at least one political tie leads there,
    free         otherwise.

A breadth-first search against the arrows from all stalled nodes at once, gone on with over the ties: O(nodes + edges), and the first
parent found gives a shortest chain (Moore 1959). The parents are the explanation of every step: its chain is read off them in its own
length, its border by walking the requirements between it and the stall. To write out every border is as long as what is written,
which may be the square of the roadmap.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from app.engine.network import Adjacency, Key, Network, Roadmap

Following = list[int | None]
"""Node to the next node on the way into the stall."""


class Effect(StrEnum):
    FREE = "free"
    LINKED = "linked"
    PROVISIONAL = "provisional"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class StepEffect:
    """`chain` runs from the step to the stalled node that holds it; a step in the stalled basket is its own chain."""

    code: str
    basket: str
    effect: Effect
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Border:
    """A requirement at the stall's edge: `step` waits for `target`, which stands still."""

    step: str
    target: str
    key: Key


class Effects:
    """Every open step under one assumption. `of[n]` is the effect on the network's n-th step."""

    def __init__(self, network: Network, stalled: Iterable[str], obstacles: Iterable[str]) -> None:
        self.network = network
        self.sources = network.sources(stalled, obstacles)
        self._hard, held = towards(self.sources, network.hard)
        is_provisional = network.roadmap.is_provisional
        blocked, tied, untouched = (
            _effect(hard=hard, either=either, is_provisional=is_provisional)
            for hard, either in ((True, True), (False, True), (False, False))
        )
        self.of = [untouched] * network.steps
        for n in held:
            if n < network.steps:
                self.of[n] = blocked
        if tied is not untouched and untouched in self.of:
            _go_on(self.of, held, network, tied=tied, untouched=untouched)

    def __iter__(self) -> Iterator[StepEffect]:
        return map(self._found, range(self.network.steps), self.network.roadmap.steps.values())

    def _found(self, n: int, basket: str) -> StepEffect:
        return StepEffect(self.network.codes[n], basket, self.of[n], self._chain(n))

    def chain(self, code: str) -> tuple[str, ...]:
        """The shortest way from a step into the stall: of requirements, or of any ties where it is only tied; empty where none leads there.

        Raises KeyError for a code that is no open step or obstacle.
        """
        return self._chain(self.network.number[code])

    def _chain(self, n: int) -> tuple[str, ...]:
        following = self._either if self._hard[n] is None else self._hard
        codes, chain = self.network.codes, []
        while (next_ := following[n]) is not None:
            chain.append(codes[n])
            if next_ == n:
                break
            n = next_
        return tuple(chain)

    @cached_property
    def _either(self) -> Following:
        """Made when the chain of a step that no requirement holds is asked for."""
        return towards(self.sources, self.network.either)[0]

    def border(self, code: str) -> tuple[Border, ...]:
        """Every requirement at the stall's edge that blocks this step, the nearest first: O(what holds it).

        Empty for a step that is not blocked or stands in the stall. Raises KeyError for a code that is no open step.
        """
        hard, asks, codes = self._hard, self.network.asks, self.network.codes
        first = self.network.number[code]
        held = [] if hard[first] in (None, first) else [first]
        seen, found = set(held), []
        for n in held:
            for target, key in asks[n]:
                if hard[target] == target:
                    found.append(Border(codes[n], codes[target], key))
                elif hard[target] is not None and target not in seen:
                    seen.add(target)
                    held.append(target)
        return tuple(found)


def behind(roadmap: Roadmap, codes: Iterable[str]) -> tuple[str, ...]:
    """Every open step that waits, by requirements alone, for one of these and is none of them."""
    network = roadmap.network
    first = [network.number[code] for code in dict.fromkeys(codes) if code in network.number]
    _following, reached = towards(first, network.hard)
    return tuple(network.codes[n] for n in sorted(reached[len(first) :]))


def effects(roadmap: Roadmap, stalled: Iterable[str], obstacles: Iterable[str] = ()) -> Effects:
    """Every open step under a stall of these baskets and these obstacles."""
    return Effects(roadmap.network, stalled, obstacles)


def towards(sources: list[int], waiting: Adjacency) -> tuple[Following, list[int]]:
    """For every node the next one on a shortest way to a source, none where there is no way; and what was reached, the nearest first.

    A source is its own next.
    """
    following: Following = [None] * len(waiting)
    reached = list(sources)
    for node in reached:
        following[node] = node
    for target in reached:  # grows while it is gone through
        for step in waiting[target]:
            if following[step] is None:
                following[step] = target
                reached.append(step)
    return following, reached


def _go_on(of: list[Effect], held: list[int], network: Network, *, tied: Effect, untouched: Effect) -> None:
    """From what requirements hold over one tie, and from there over ties and requirements alike."""
    found: list[int] = []
    for nodes, waiting in ((held, network.tied), (found, network.either)):
        for target in nodes:  # grows while it is gone through
            for step in waiting[target]:
                if of[step] is untouched:
                    of[step] = tied
                    found.append(step)


@dataclass(frozen=True, slots=True)
class Independence:
    """One row of the stalemate matrix: one basket as if it stalled alone.

    `others`: basket to the number of its open steps by effect. `share`: of the open steps elsewhere, how many stay free (0 … 1);
    none where there is no open step elsewhere.
    """

    basket: str
    others: dict[str, Counter[Effect]]
    share: float | None


def matrix(roadmap: Roadmap, baskets: Iterable[str]) -> tuple[Independence, ...]:
    """The stalemate matrix, a row for each of these baskets in their order.

    One pass for all: every node carries a bit for each basket that would hold it.
    """
    names, network = tuple(baskets), roadmap.network
    own = {name: 1 << place for place, name in enumerate(names)}
    seeds = [own.get(basket, 0) for basket in roadmap.steps.values()] + [0] * len(roadmap.obstacles)
    hard, either = _spread(seeds, network.hard), _spread(seeds, network.either)
    tallies = {name: Counter((hard[n], either[n]) for n in network.members.get(name, ())) for name in names}
    return tuple(_row(stalled, bit, tallies, is_provisional=roadmap.is_provisional) for stalled, bit in own.items())


def _row(stalled: str, bit: int, tallies: dict[str, Counter[tuple[int, int]]], *, is_provisional: bool) -> Independence:
    others: dict[str, Counter[Effect]] = {name: Counter() for name in tallies if name != stalled}
    for name, counts in others.items():
        for (hard, either), count in tallies[name].items():
            counts[_effect(hard=hard & bit, either=either & bit, is_provisional=is_provisional)] += count
    elsewhere = sum(sum(counts.values()) for counts in others.values())
    free = sum(counts[Effect.FREE] for counts in others.values())
    return Independence(stalled, others, free / elsewhere if elsewhere else None)


def _effect(*, hard: int, either: int, is_provisional: bool) -> Effect:
    """The one definition: what reaching the stall, by requirements or by any ties, makes of a step."""
    if hard:
        return Effect.BLOCKED
    if is_provisional:
        return Effect.PROVISIONAL
    return Effect.LINKED if either else Effect.FREE


def _spread(seeds: list[int], waiting: Adjacency) -> list[int]:
    """Every node's bits, and those of all that it waits for. From changed nodes on only, until nothing changes."""
    bits, todo = list(seeds), targets_first(waiting)
    while todo:
        to_come = bytearray(len(waiting))
        for target in todo:
            to_come[target] = 1
        changed: dict[int, None] = {}
        for target in todo:
            to_come[target] = 0
            mine = bits[target]
            for step in waiting[target]:
                if mine & ~bits[step]:
                    bits[step] |= mine
                    if not to_come[step]:
                        changed[step] = None
        todo = list(changed)
    return bits


def targets_first(waiting: Adjacency) -> list[int]:
    """An order in which whatever others wait for comes before them, as far as there are no circles (Kahn 1962)."""
    left = [0] * len(waiting)
    for steps in waiting:
        for step in steps:
            left[step] += 1
    order = [node for node, count in enumerate(left) if not count]
    for target in order:
        for step in waiting[target]:
            left[step] -= 1
            if not left[step]:
                order.append(step)
    return order + [node for node, count in enumerate(left) if count] if len(order) < len(waiting) else order
