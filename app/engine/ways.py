"""Ways into a stall, along requirements or along any ties."""

from collections.abc import Iterator
from itertools import compress

from app.engine.network import Adjacency, Network

Following = list[int | None]
"""Node to the next node on the way into the stall."""

WINDOW = 128


def towards(sources: list[int], waiting: Adjacency) -> tuple[Following, list[int]]:
    """For every node the next one on a shortest way to a source, none where there is no way; and what was reached, the nearest first.

    A source is its own next. A breadth-first search against the arrows (Moore 1959): O(nodes + edges), whatever circles there are.
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


class Holding:
    """What requirements alone hold outside the stall, by which shortest ways, and from which of the nodes at the stall's edge.

    Iterating gives the held nodes by number. `following` is as in `towards`. `edge` are the nodes that wait for the stall itself; a
    node's border is an integer whose k-th bit stands for the k-th of them.

    One pass in the network's order, in which targets come first: the shortest paths of an acyclic graph, and sets handed on as bits
    as in Warshall's transitive closure (1962). Where a circle closes, passes are repeated until nothing comes back any more (Yen 1970).
    """

    def __init__(self, network: Network, sources: list[int]) -> None:
        nodes = len(network.hard)
        self.following: Following = [None] * nodes
        self.edge: list[int] = []
        self._far, self._border, self._held = [0] * nodes, [0] * nodes, bytearray(nodes)
        for source in sources:
            self.following[source] = source
        for source in sources:
            for step in network.hard[source]:
                if self.following[step] is None:
                    self.following[step], self._far[step], self._held[step] = source, 1, 1
                    self._border[step] = 1 << len(self.edge)
                    self.edge.append(step)
        before = None
        while before != (before := [(self._far[step], self._border[step]) for step in network.returns]):
            self._pass(network.hard)

    def _pass(self, hard: Adjacency) -> None:
        """Hands chains and borders on from every held node to those that wait for it. One is enough where nothing goes in circles."""
        following, far, border, held = self.following, self._far, self._border, self._held
        first = held.find(1)
        while first >= 0:  # over long stretches without a held step at the speed of a search for a byte
            window = memoryview(held)[first : first + WINDOW]
            for target in compress(range(first, len(held)), window):  # more are marked while it is gone through
                mine, distance = border[target], far[target] + 1
                for step in hard[target]:
                    if following[step] is None:
                        following[step] = target
                        far[step] = distance
                        border[step] = mine
                        held[step] = 1
                    else:
                        if (known := border[step]) is not mine:
                            border[step] = known | mine
                        if distance < far[step]:
                            following[step] = target
                            far[step] = distance
            first = held.find(1, first + WINDOW)

    def __iter__(self) -> Iterator[int]:
        return compress(range(len(self._held)), self._held)

    def edge_of(self, node: int) -> list[int]:
        """The nodes at the stall's edge that hold this one, the latest in the network's order first: O(as many as there are)."""
        border, found = self._border[node] if self._held[node] else 0, []
        while border:
            place = border.bit_length() - 1
            found.append(self.edge[place])
            border ^= 1 << place
        return sorted(found, reverse=True)
