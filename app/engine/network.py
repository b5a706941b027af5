"""The open part of a roadmap as a graph: who waits for what, hard or politically."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

Key = Hashable
Adjacency = list[tuple[int, ...]]
"""Node to the nodes that wait for it. Tuples, because they hold their members in themselves: a search is mostly waiting for memory."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that somebody wrote down: each of `waiting` cannot be completed before each of `targets`.

    `key` names it for whoever would waive it. A link is one step and one target; an exchange in an order, two sides; a hard
    obstacle, every step of a basket and the obstacle.
    """

    key: Key
    waiting: tuple[str, ...]
    targets: tuple[str, ...]

    def pairs(self) -> Iterator[tuple[str, str]]:
        return product(self.waiting, self.targets)


@dataclass(frozen=True, eq=False)
class Roadmap:
    """What is open on a day. One roadmap is equal to itself alone, so that what was worked out can be kept beside it.

    `steps`: code of every open step to its basket. `obstacles`: those not lifted. `ties`: (step, target), political; they block
    nothing. `handed_over`: step to the keys of the requirements that would bind it no longer, if somebody else did it instead of
    its actor. `is_provisional`: nothing is agreed until everything is agreed, and something is not.
    """

    steps: Mapping[str, str]
    requirements: tuple[Requirement, ...] = ()
    ties: tuple[tuple[str, str], ...] = ()
    obstacles: frozenset[str] = frozenset()
    handed_over: Mapping[str, frozenset[Key]] = field(default_factory=dict)
    is_provisional: bool = False

    @cached_property
    def network(self) -> "Network":
        return Network(self)


class Network:
    """The roadmap with numbers for names, made once and asked often.

    Nodes 0 … steps-1 are the steps, each after those that it requires and otherwise in the roadmap's order; the obstacles come
    after them. One pass by number then meets everything that a step waits for before the step, and memory from front to back. What
    is done, withdrawn or lifted is no node: it holds nobody.
    """

    def __init__(self, roadmap: Roadmap) -> None:
        self.roadmap = roadmap
        self.steps = len(roadmap.steps)
        self.codes = [*_targets_first(roadmap), *sorted(roadmap.obstacles)]
        self.number = {code: n for n, code in enumerate(self.codes)}
        self.members: dict[str, list[int]] = {}
        for code, basket in roadmap.steps.items():
            self.members.setdefault(basket, []).append(self.number[code])
        self.hard = self._adjacency((each.waiting, each.targets) for each in roadmap.requirements)
        self.tied = self._adjacency(((step,), (target,)) for step, target in roadmap.ties)

    @cached_property
    def either(self) -> Adjacency:
        """Requirements and political ties alike."""
        return [hard + tied if tied else hard for hard, tied in zip(self.hard, self.tied, strict=True)]

    @cached_property
    def returns(self) -> list[int]:
        """Where a circle closes (two sides of an exchange that wait for each other): steps that wait for one of a higher number."""
        steps = {step for target, waits in enumerate(self.hard[: self.steps]) for step in waits if step < target}
        return sorted(steps)

    @cached_property
    def asks(self) -> list[list[tuple[int, Key]]]:
        """The other way round: step to what it waits for, and by which requirement, in the order in which they were written."""
        asks: list[list[tuple[int, Key]]] = [[] for _step in range(self.steps)]
        for each in self.roadmap.requirements:
            asked = [(self.number[target], each.key) for target in each.targets if target in self.number]
            for step in each.waiting:
                if step in self.roadmap.steps:
                    asks[self.number[step]] += asked
        return asks

    def _adjacency(self, ties: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]) -> Adjacency:
        """Of (waiting, targets), where both are open."""
        waiting: list[list[int]] = [[] for _node in self.codes]
        number, steps = self.number, self.steps
        for codes, targets in ties:
            waits = [number[code] for code in codes if number.get(code, steps) < steps]
            for target in targets:
                if target in number:
                    waiting[number[target]] += waits
        return [tuple(sorted(set(waits))) if len(waits) > 1 else tuple(waits) for waits in waiting]

    def sources(self, stalled: Iterable[str], obstacles: Iterable[str]) -> list[int]:
        """The nodes that stand still: every step of the stalled baskets, and the obstacles. Unknown names are nothing."""
        nodes = [n for basket in dict.fromkeys(stalled) for n in self.members.get(basket, ())]
        weighing = {self.number[code] for code in obstacles if code in self.roadmap.obstacles}
        return [*nodes, *sorted(weighing)]


def _targets_first(roadmap: Roadmap) -> list[str]:
    """The steps in the order in which a depth-first search along the requirements leaves them (Tarjan 1976).

    Whatever a step requires comes before it, unless a circle leads back; and a roadmap written in such an order keeps it.
    """
    required: dict[str, list[str]] = {code: [] for code in roadmap.steps}
    for each in roadmap.requirements:
        for step, target in each.pairs():
            if step in required and target in required:
                required[step].append(target)
    unseen = {code: iter(targets) for code, targets in required.items()}
    order: list[str] = []
    begun: set[str] = set()
    for first in roadmap.steps:
        way = [] if first in begun else [first]
        begun.add(first)
        while way:
            following = next((target for target in unseen[way[-1]] if target not in begun), None)
            if following is None:
                order.append(way.pop())
            else:
                begun.add(following)
                way.append(following)
    return order
