"""What a stalemate really blocks.

For a set of stalled baskets and obstacles an open step is

    blocked      if a path of requirements alone leads into the stall,
    provisional  if it is not, but nothing is agreed until everything is (single undertaking),
    linked       if only a path with at least one political tie leads there,
    free         otherwise.

Every step gets its explanation with its effect: the next step of a shortest chain into the stall, and if it is blocked its whole border,
all the requirements at the stall's edge that hold it (`ways`). O(nodes + edges), and for the borders O(edges x steps at the stall's edge
/ 30), because an integer holds thirty bits in a digit.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.engine.network import Adjacency, Key, Network, Roadmap
from app.engine.ways import Holding, towards


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
    """Every open step under one assumption, with its explanation."""

    def __init__(self, network: Network, stalled: Iterable[str], obstacles: Iterable[str]) -> None:
        self.network = network
        sources = network.sources(stalled, obstacles)
        self._held = Holding(network, sources)
        self._hard = self._either = self._held.following
        if None in self._hard:
            self._either, _reached = towards(sources, network.either)

    def __iter__(self) -> Iterator[StepEffect]:
        """In the roadmap's order."""
        number = self.network.number
        for code, basket in self.network.roadmap.steps.items():
            n = number[code]
            yield StepEffect(code, basket, self._effect(n), self._chain(n))

    def effect(self, code: str) -> Effect:
        """Raises KeyError for a code that is no open step."""
        return self._effect(self.network.number[code])

    def _effect(self, n: int) -> Effect:
        hard, either = self._hard[n] is not None, self._either[n] is not None
        return _effect(hard=hard, either=either, is_provisional=self.network.roadmap.is_provisional)

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

    def border(self, code: str) -> tuple[Border, ...]:
        """Every requirement at the stall's edge that blocks this step.

        Empty for a step that is not blocked or stands in the stall. Raises KeyError for a code that is no open step.
        """
        hard, asks, codes = self._hard, self.network.asks, self.network.codes
        return tuple(
            Border(codes[n], codes[target], key)
            for n in self._held.edge_of(self.network.number[code])
            for target, key in asks[n]
            if hard[target] == target
        )


def behind(roadmap: Roadmap, codes: Iterable[str]) -> tuple[str, ...]:
    """Every open step that waits, by requirements alone, for one of these and is none of them."""
    network = roadmap.network
    first = [network.number[code] for code in dict.fromkeys(codes) if code in network.number]
    held = {network.codes[n] for n in Holding(network, first)}
    return tuple(code for code in roadmap.steps if code in held)


def effects(roadmap: Roadmap, stalled: Iterable[str], obstacles: Iterable[str] = ()) -> Effects:
    """Every open step under a stall of these baskets and these obstacles."""
    return Effects(roadmap.network, stalled, obstacles)


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
    seeds = [0] * len(network.codes)
    for name, bit in own.items():
        for n in network.members.get(name, ()):
            seeds[n] = bit
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
    bits, todo = list(seeds), list(range(len(waiting)))
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
