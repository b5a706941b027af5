"""What would free it: the fewest requirements to waive, or steps to hand to a substitute actor, so that a stall holds less.

For one step that is a minimum cut between it and the stall: exact, and quick (`cuts`). Which few acts free the *most* steps is a hard
question. While there are few acts every combination of them is looked at. Otherwise the farthest minimum cuts are put together
greedily, and beside the answer stands a bound that is proved:

Theorem. Let S be the steps that k acts can free each for itself, and let every step of S send one unit, split as one likes, along
ways that lead from it through acts to what k acts cannot free. k acts free no more steps than the k acts through which most is
sent have together.

Proof. Whatever frees a step lies on all of its ways, so the whole unit of that step passes through the acts chosen. They
therefore let through at least as many units as they free steps; and no k acts let through more than the k busiest. And k acts
free no step outside S. ∎

Of the steps that need all k acts they free only such as have one farthest cut in common (`farthest_cuts`). So the most that share one,
and the bound above for the others alone, are together a bound as well.

The better the units are spread the better the bound: they are sent along shortest ways, again and again along the ways least used
(Frank and Wolfe 1956, on the sum of squares), and every stage is a bound. With one act the greedy answer is the best one: one that
frees most is the farthest cut of a step that it frees.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush, nlargest
from itertools import chain, combinations
from math import comb, floor

from app.engine.cuts import LARGEST, Act, Held, Way, farthest_cuts, fewest_for_all
from app.engine.network import Roadmap

BUDGET = 400_000  # visits of an edge that an exact search may cost; a few tenths of a second
POOL = 12  # cuts of each size that are put together
WEIGHED = 24  # of what was put together, how much of each size is weighed exactly
ROUNDS = 8

__all__ = ["Act", "Freeing", "Option", "freeing"]
_Acts = frozenset[int]


@dataclass(frozen=True, slots=True)
class Option:
    """Acts that together free these steps, none of them in vain."""

    acts: tuple[Act, ...]
    frees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Freeing:
    """`options`: most freed first, then fewest acts. `smallest`: those of them that free something which no part of them frees; what is
    left out only puts others together. `everything`: the fewest acts that free every blocked step.

    `most[k-1]`, for one, two and three acts: no k acts free more steps than that; where an option with k acts frees so many, it is the
    best. `is_exact`: every combination was looked at, and that is so for each k.
    """

    blocked: tuple[str, ...]
    options: tuple[Option, ...]
    smallest: tuple[Option, ...]
    everything: Option
    is_exact: bool
    most: tuple[int, ...]


def freeing(
    roadmap: Roadmap, stalled: Iterable[str], obstacles: Iterable[str] = (), *, budget: int = BUDGET
) -> Freeing:
    """What would free the open steps that this stall blocks outside itself."""
    held = Held(roadmap, stalled, obstacles)
    sizes = range(1, LARGEST + 1)
    cost = sum(comb(len(held.acts), size) for size in sizes) * max(1, len(held.ways))
    if cost <= budget:
        freed = _every(held, sizes)
        found = {acts: steps for acts, steps in freed.items() if acts and not any(_in_vain(acts, freed))}
        most = _best(found, sizes)
    else:
        cuts = farthest_cuts(held)
        freed = found = _greedy(held, cuts, sizes)
        most = tuple(_bound(held, cuts, size) for size in sizes)
    smallest = {acts for acts in found if _is_smallest(held, acts, freed)}
    everything = fewest_for_all(held)
    return Freeing(
        blocked=held.blocked,
        options=_ranked(held, found),
        smallest=_ranked(held, {acts: found[acts] for acts in smallest}),
        everything=_option(held, everything, held.freed(everything)),
        is_exact=cost <= budget,
        most=most,
    )


_Found = dict[_Acts, list[int]]
"""Acts to the steps that they free."""


def _option(held: Held, acts: Iterable[int], freed: Iterable[int]) -> Option:
    return Option(tuple(held.acts[act] for act in sorted(acts)), tuple(held.blocked[step] for step in freed))


def _ranked(held: Held, found: _Found) -> tuple[Option, ...]:
    order = sorted(found.items(), key=lambda each: (-len(each[1]), len(each[0]), sorted(each[0])))
    return tuple(_option(held, acts, freed) for acts, freed in order)


def _is_smallest(held: Held, acts: _Acts, freed: _Found) -> bool:
    """Whether these acts free more than their parts free, each for itself."""
    parts = [acts - {act} for act in acts]
    by_parts = {step for part in parts for step in (freed[part] if part in freed else held.freed(part))}
    return not by_parts.issuperset(freed[acts])


def _best(found: _Found, sizes: Iterable[int]) -> tuple[int, ...]:
    """The most that is freed by one act, by up to two, by up to three."""
    return tuple(max((len(freed) for acts, freed in found.items() if len(acts) <= size), default=0) for size in sizes)


def _every(held: Held, sizes: Iterable[int]) -> _Found:
    """What every combination of these sizes frees, and what none does."""
    freed: _Found = {frozenset(): []}
    for chosen in chain.from_iterable(combinations(range(len(held.acts)), size) for size in sizes):
        freed[frozenset(chosen)] = held.freed(chosen)
    return freed


def _in_vain(acts: _Acts, freed: _Found) -> Iterator[bool]:
    return (len(freed[acts - {act}]) == len(freed[acts]) for act in acts)


# --- greedily ---------------------------------------------------------------------------------------------------------


def _greedy(held: Held, cuts: Sequence[_Acts | None], sizes: Iterable[int]) -> _Found:
    """The best of the farthest minimum cuts, alone and put together, up to three acts."""
    found: _Found = {}
    worth = _Worth(cuts)
    together = _together(worth)
    for size in sizes:
        for acts in nlargest(WEIGHED, (acts for acts in together if len(acts) == size), key=worth):
            least = _without_vain(held, acts)
            found[least] = held.freed(least)
    return found


class _Worth(Counter[_Acts]):
    """Farthest cut to how many steps have it; called with any acts, how many steps have a cut among them: so many at least they free."""

    def __init__(self, cuts: Sequence[_Acts | None]) -> None:
        super().__init__(cut for cut in cuts if cut is not None)

    def __call__(self, acts: _Acts) -> int:
        subsets = chain.from_iterable(combinations(acts, size) for size in range(1, len(acts) + 1))
        return sum(self[frozenset(subset)] for subset in subsets)


def _together(worth: _Worth) -> dict[_Acts, None]:
    """The cuts of most worth of each size, and those unions of two or three of them that are not too large."""
    sizes = range(1, LARGEST + 1)
    pool = [cut for size in sizes for cut in nlargest(POOL, (cut for cut in worth if len(cut) == size), key=worth)]
    pairs = [union for one, other in combinations(pool, 2) if len(union := one | other) <= LARGEST]
    triples = [union for pair in dict.fromkeys(pairs) for one in pool if len(union := pair | one) <= LARGEST]
    return dict.fromkeys((*worth, *pairs, *triples))


def _without_vain(held: Held, acts: _Acts) -> _Acts:
    """The same without those acts whose part the others do already."""
    all_ = len(held.freed(acts))
    for act in sorted(acts):
        if len(acts) > 1 and len(held.freed(acts - {act})) == all_:
            acts -= {act}
    return acts


# --- the bound --------------------------------------------------------------------------------------------------------


def _bound(held: Held, cuts: Sequence[_Acts | None], size: int) -> int:
    """No `size` acts free more steps than that: the theorem above."""
    needs = {step: len(cut) for step, cut in enumerate(cuts) if cut is not None and len(cut) <= size}
    fewer = frozenset(step for step, need in needs.items() if need < size)
    shared = Counter(cut for cut in cuts if cut is not None and len(cut) == size)
    common = max(shared.values(), default=0)
    alike, others = (_busiest(held, frozenset(needs), first, size) for first in (frozenset(needs), fewer))
    return min(alike, common + others)


def _busiest(held: Held, able: frozenset[int], first: frozenset[int], size: int) -> int:
    """What the busiest acts let through, where each of `first` sends one unit to what is not `able` to be freed."""
    if not first:
        return 0
    return min(len(first), *(floor(sum(nlargest(size, load)) + 1e-6) for load in _Sent(held, able, first).stages()))


class _Sent:
    """One unit from each of `first` to the nearest step that is not `able`, or to the stall itself."""

    def __init__(self, held: Held, able: frozenset[int], first: frozenset[int]) -> None:
        self.first = first
        self.ways: dict[int, list[Way]] = {step: [] for step in able}
        self.into: dict[int | None, list[Way]] = {}
        for way in held.ways:
            if way.step in able:
                self.ways[way.step].append(way)
                self.into.setdefault(way.target if way.target in able else None, []).append(way)
        self.acts = len(held.acts)

    def stages(self) -> Iterator[list[float]]:
        """Act to what is sent through it, spread better and better."""
        load = [0.0] * self.acts
        for turn in range(ROUNDS):
            share = 2 / (turn + 2)
            load = [(1 - share) * old + share * new for old, new in zip(load, self._along(load), strict=True)]
            yield load

    def _along(self, load: Sequence[float]) -> list[float]:
        """Everything along the ways on which the acts have least to bear together, evenly where several are as good."""
        far = self._distances(load)
        new, passing = [0.0] * self.acts, {step: float(step in self.first) for step in far}
        for step in sorted(far, key=far.__getitem__, reverse=True):
            best = [way for way in self.ways[step] if self._over(way, load, far) <= far[step] + 1e-12]
            for way in best:
                for act in way.acts:
                    new[act] += passing[step] / len(best)
                if way.target in passing:
                    passing[way.target] += passing[step] / len(best)
        return new

    def _over(self, way: Way, load: Sequence[float], far: dict[int, float]) -> float:
        beyond = 0.0 if way.target is None else far.get(way.target, 0.0)
        return beyond + sum(1e-3 + load[act] for act in way.acts)

    def _distances(self, load: Sequence[float]) -> dict[int, float]:
        """Dijkstra (1959), from what cannot be freed."""
        far: dict[int, float] = {}
        todo: list[tuple[float, int]] = []
        for way in self.into.get(None, ()):
            heappush(todo, (self._over(way, load, far), way.step))
        while todo:
            distance, step = heappop(todo)
            if step not in far:
                far[step] = distance
                for way in self.into.get(step, ()):
                    if way.step not in far:
                        heappush(todo, (distance + sum(1e-3 + load[act] for act in way.acts), way.step))
        return far
