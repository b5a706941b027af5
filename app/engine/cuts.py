"""Between a held step and the stall: which acts stand in the way, and the fewest of them that free it.

Each act is an arc of capacity one, everything else an arc of any capacity; the fewest acts are a minimum cut (Menger 1927; Ford
and Fulkerson 1956). Of a step's minimum cuts there is one farthest from it, and no other frees more (Picard and Queyranne 1980).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from app.engine.network import Key, Network, Requirement, Roadmap
from app.engine.ways import towards

LARGEST = 3  # acts in one option: who wants more waivers than that at once wants another text
ANY = 1 << 30
_SINK = 0


@dataclass(frozen=True, slots=True)
class Act:
    """Waive the requirement of this key, or hand the step of this code to somebody else."""

    kind: Literal["waive", "substitute"]
    key: Key


@dataclass(frozen=True, slots=True)
class Way:
    """One step waits for a target, until one of these acts is done. No target: what it waits for stands still."""

    step: int
    target: int | None
    acts: tuple[int, ...]


class Held:
    """The part of a roadmap that a stall holds: its blocked steps, the requirements between them and the stall, and what could be done.

    Steps are numbers in the order of `blocked`, acts in the order of `acts`.
    """

    def __init__(self, roadmap: Roadmap, stalled: Iterable[str], obstacles: Iterable[str]) -> None:
        network: Network = roadmap.network
        still = network.sources(stalled, obstacles)
        _following, reached = towards(still, network.hard)
        self.network = network
        self.still = frozenset(network.codes[n] for n in still)
        held = {network.codes[n] for n in reached[len(still) :]}
        self.blocked = tuple(code for code in roadmap.steps if code in held)
        self.number = {code: n for n, code in enumerate(self.blocked)}
        self.handed_over = roadmap.handed_over
        self.requirements = tuple(self._relevant(roadmap.requirements))
        self.acts = tuple(self._acts())
        self.ways = tuple(self._ways())
        self.nearness = {
            self.number[code]: place for place, n in enumerate(reached) if (code := network.codes[n]) in self.number
        }

    def _relevant(self, requirements: Iterable[Requirement]) -> Iterator[Requirement]:
        for each in requirements:
            waiting = tuple(code for code in each.waiting if code in self.number)
            targets = tuple(code for code in each.targets if code in self.number or code in self.still)
            if waiting and targets:
                yield Requirement(each.key, waiting, targets)

    def _acts(self) -> Iterator[Act]:
        """Every act that could take something out of the way."""
        for key in dict.fromkeys(each.key for each in self.requirements):
            yield Act("waive", key)
        bound = {(code, each.key) for each in self.requirements for code in each.waiting}
        for code in self.blocked:
            if any((code, key) in bound for key in self.handed_over.get(code, ())):
                yield Act("substitute", code)

    def _ways(self) -> Iterator[Way]:
        number = {act: n for n, act in enumerate(self.acts)}
        for each in self.requirements:
            for step, target in each.pairs():
                acts = [number[Act("waive", each.key)]]
                if each.key in self.handed_over.get(step, ()):
                    acts.append(number[Act("substitute", step)])
                yield Way(self.number[step], None if target in self.still else self.number[target], tuple(acts))

    @cached_property
    def _waiting(self) -> dict[int | None, list[tuple[int, tuple[int, ...]]]]:
        waiting: dict[int | None, list[tuple[int, tuple[int, ...]]]] = {}
        for way in self.ways:
            waiting.setdefault(way.target, []).append((way.step, way.acts))
        return waiting

    def freed(self, acts: Iterable[int]) -> list[int]:
        """The steps that these acts free: O(ways)."""
        gone, waiting = frozenset(acts), self._waiting
        held = bytearray(len(self.blocked))
        todo: list[int | None] = [None]
        for target in todo:  # grows while it is gone through
            for step, between in waiting.get(target, ()):
                if not held[step] and gone.isdisjoint(between):
                    held[step] = 1
                    todo.append(step)
        return [step for step, is_held in enumerate(held) if not is_held]

    def targets_first(self) -> list[int]:
        """The blocked steps, each after those that it waits for, as far as there are no circles."""
        return sorted(range(len(self.blocked)), key=lambda step: self.network.number[self.blocked[step]])


class Flow:
    """The held part as a flow network: step → (its substitute →) requirement → targets.

    `size[n]` is the number of acts that node n cannot be freed with fewer of: nothing frees what stands still.
    """

    def __init__(self, held: Held, ways: Iterable[Way]) -> None:
        self.held = held
        self.head: list[int] = []
        self.room: list[int] = []
        self.out: list[list[int]] = [[] for _node in range(1 + len(held.blocked))]
        self.act: dict[int, int] = {}
        self.used: list[int] = []
        ends: dict[int, tuple[int, int]] = {}
        seen: set[tuple[int, int]] = set()
        for way in sorted(ways, key=lambda way: -1 if way.target is None else held.nearness[way.target], reverse=True):
            waive, *substitute = way.acts
            if waive not in ends:
                ends[waive] = self._gate(waive)
            node = 1 + way.step
            for act in substitute:
                node = self._substitute(node, act, ends)
            before, after = ends[waive]
            for tail, head in ((node, before), (after, _SINK if way.target is None else 1 + way.target)):
                if (tail, head) not in seen:
                    seen.add((tail, head))
                    self._arc(tail, head, ANY)
        self.size = [0] * len(self.out)
        self.size[_SINK] = ANY

    def _gate(self, act: int) -> tuple[int, int]:
        """Two new nodes, between which an act takes away the only arc."""
        before = len(self.out)
        self.out += [[], []]
        self.act[self._arc(before, before + 1, 1)] = act
        return before, before + 1

    def _substitute(self, node: int, act: int, ends: dict[int, tuple[int, int]]) -> int:
        if act not in ends:
            ends[act] = self._gate(act)
            self._arc(node, ends[act][0], ANY)
        return ends[act][1]

    def _arc(self, tail: int, head: int, room: int) -> int:
        arc = len(self.head)
        self.head += [head, tail]
        self.room += [room, 0]
        self.out[tail].append(arc)
        self.out[head].append(arc + 1)
        return arc

    def reached(self, first: Iterable[int], level: int, beyond: set[int] | None = None) -> dict[int, int] | None:
        """What has room on the way from here, each with the arc that leads to it: depth first, the nearest to the stall first.

        After `widened`, None: the way goes on to what `level` acts cannot free. `beyond` is not looked at again.
        """
        came = dict.fromkeys(first, -1)
        todo = list(came)
        head, room, out, size = self.head, self.room, self.out, self.size
        while todo:
            for arc in out[todo.pop()]:
                node = head[arc]
                if room[arc] and node not in came and (beyond is None or node not in beyond):
                    came[node] = arc
                    if size[node] > level:
                        self._end = node
                        self._came = came
                        return None
                    todo.append(node)
        return came

    def widen(self) -> None:
        """One more on the way that was found last."""
        node = self._end
        while (arc := self._came[node]) >= 0:
            self.room[arc] -= 1
            self.room[arc ^ 1] += 1
            self.used.append(arc)
            node = self.head[arc ^ 1]

    def empty(self) -> None:
        for arc in self.used:
            self.room[arc] += 1
            self.room[arc ^ 1] -= 1
        self.used.clear()

    def edge(self, near: Iterable[int]) -> list[int]:
        """The full arcs of acts that lead out of these nodes."""
        return [arc for node in near for arc in self.out[node] if arc in self.act and not self.room[arc]]

    def farthest(self, near: dict[int, int], level: int) -> frozenset[int]:
        """The acts of the minimum cut farthest from where the flow begins: each of them leads on to what cannot be freed."""
        inside, todo, cut = set(near), self.edge(near), set()
        while todo:
            arc = todo.pop()
            if self.head[arc] not in inside:
                found = self.reached([self.head[arc]], level, inside)
                if found is None:
                    cut.add(self.act[arc])
                else:
                    inside |= found.keys()
                    todo += self.edge(found)
        return frozenset(cut)


def fewest_for_all(held: Held) -> frozenset[int]:
    """The fewest acts that free every blocked step: what touches the stall must go, whatever lies behind."""
    border = [way for way in held.ways if way.target is None]
    flow, first = Flow(held, border), dict.fromkeys(1 + way.step for way in border)
    for step in first:
        while flow.reached([step], 0) is None:
            flow.widen()
    near = flow.reached(first, 0) or {}
    return frozenset(flow.act[arc] for arc in flow.edge(near) if flow.head[arc] not in near)


def farthest_cuts(held: Held) -> list[frozenset[int] | None]:
    """Step to the acts of its farthest minimum cut; None where that has more than LARGEST.

    What keeps this quick: what k acts cannot free is as good as the stall to whoever asks for k. And all steps that the same k acts
    free and no fewer do have one and the same farthest cut. For such acts are a minimum cut of each of them, and the farthest cut
    of one, lying behind all of these acts, is a cut of the others too, which then have none farther; and the other way round.
    """
    flow = Flow(held, held.ways)
    ways: list[list[Way]] = [[] for _step in held.blocked]
    for way in held.ways:
        ways[way.step].append(way)
    cuts: list[frozenset[int] | None] = [None] * len(held.blocked)
    for step in held.targets_first():
        cut = cuts[step] = _cut(step, flow, ways[step], cuts)
        flow.size[1 + step] = LARGEST + 1 if cut is None else len(cut)
    return cuts


def _cut(step: int, flow: Flow, ways: list[Way], cuts: list[frozenset[int] | None]) -> frozenset[int] | None:
    for level in range(1, LARGEST + 1):
        if shared := _shared(ways, cuts, level):
            return shared
        if _is_closed(flow, ways, level):
            if len(direct := frozenset(act for way in ways for act in way.acts)) == level:
                return direct
            continue
        wide = 0
        while wide <= level and (near := flow.reached([1 + step], level)) is None:
            flow.widen()
            wide += 1
        cut = flow.farthest(near, level) if wide <= level and near is not None else None
        flow.empty()
        if cut is not None:
            return cut
    return None


def _is_closed(flow: Flow, ways: list[Way], level: int) -> bool:
    """Whether only the acts on the ways themselves are left to cut it with.

    They are where no target can be freed with fewer than `level` acts. For a target that is freed with just so many has the same
    farthest cut as the step, and that was looked for.
    """
    return all(
        len(way.acts) == 1 and flow.size[_SINK if way.target is None else 1 + way.target] >= level for way in ways
    )


def _shared(ways: list[Way], cuts: list[frozenset[int] | None], level: int) -> frozenset[int] | None:
    """The cut of `level` acts that all ways lead into, if there is one."""
    beyond = [None if way.target is None else cuts[way.target] for way in ways]
    for cut in dict.fromkeys(cut for cut in beyond if cut is not None and len(cut) == level):
        if all(
            not cut.isdisjoint(way.acts) or (other is not None and other <= cut)
            for way, other in zip(ways, beyond, strict=True)
        ):
            return cut
    return None
