"""The isolation engine against one plain breadth-first pass over the same adjacency, in the same run.

A roadmap is loaded once and asked often; making the network out of it is reported beside the rest.
"""

import itertools
import math
import random
import statistics
import time
from collections.abc import Callable

from app.engine.isolation import Effects, effects, matrix
from app.engine.network import Requirement, Roadmap
from app.engine.packages import Candidate, packages

ROUNDS = 7


def made(size: int) -> Roadmap:
    """About three links a step, two of them hard."""
    steps = {f"S{n}": f"B{n % 10}" for n in range(size)}
    draw = random.Random(size)
    links = [(n, draw.randrange(n), k) for n in range(1, size) for k in range(3)]
    hard = tuple(Requirement(place, (f"S{n}",), (f"S{t}",)) for place, (n, t, k) in enumerate(links) if k < 2)
    return Roadmap(steps, hard, tuple((f"S{n}", f"S{t}") for n, t, k in links if k == 2))


def floor(waiting: list[tuple[int, ...]], sources: list[int]) -> int:
    seen = [False] * len(waiting)
    for node in sources:
        seen[node] = True
    layer, count = sources, len(sources)
    while layer:
        following = []
        for target in layer:
            for step in waiting[target]:
                if not seen[step]:
                    seen[step] = True
                    following.append(step)
        layer = following
        count += len(layer)
    return count


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def explained(roadmap: Roadmap) -> int:
    """Every effect, and a chain for every step that is held: what a page of a hundred steps asks for."""
    found: Effects = effects(roadmap, ["B0"])
    held = [code for code, effect in zip(roadmap.steps, found.of, strict=True) if effect != "free"][:100]
    return sum(len(found.chain(code)) for code in held)


def classification() -> None:
    taken = {}
    for size in (10_000, 100_000):
        roadmap = made(size)
        building = seconds(lambda: roadmap.network)
        network, sources = roadmap.network, roadmap.network.sources(["B0"], ())
        rounds = [
            (seconds(lambda: explained(roadmap)), seconds(lambda: floor(network.either, sources)))
            for _r in range(ROUNDS)
        ]
        taken[size] = [statistics.median(column) for column in zip(*rounds, strict=True)]
        ratio = statistics.median(ours / bare for ours, bare in rounds)
        print(
            f"classification, {size:>7} steps: {ratio:.1f} x one breadth-first pass ({taken[size][0] * 1000:.1f} ms; the network is made in {building * 1000:.0f} ms)"
        )
    ours, bare = (math.log10(large / small) for small, large in zip(taken[10_000], taken[100_000], strict=True))
    print(f"growth: steps^{ours:.2f}; of the plain pass, which leaves the processor's cache as well: steps^{bare:.2f}")


def whole_matrix() -> None:
    roadmap = made(10_000)
    baskets = [f"B{n}" for n in range(10)]
    rounds = [
        (seconds(lambda: matrix(roadmap, baskets)), seconds(lambda: effects(roadmap, ["B0"]))) for _r in range(ROUNDS)
    ]
    print(
        f"matrix of 10 baskets, 10000 steps: {statistics.median(ours / one for ours, one in rounds):.1f} x one classification"
    )


def small_packages() -> None:
    """Six parties, sixty free steps, a step in ten given by two; each step serves one or two parties."""
    draw = random.Random(1)
    steps = [
        Candidate(
            f"S{n}",
            frozenset(draw.sample("ABCDEF", 2 if n % 10 == 0 else 1)),
            tuple((p, 1) for p in draw.sample("ABCDEF", draw.choice((1, 1, 2)))),
            draw.randint(1, 5),
        )
        for n in range(60)
    ]
    found: list[object] = []
    ours = seconds(lambda: found.extend(packages(steps)))
    every = seconds(lambda: found.append(exhaustive(steps)))
    if found.pop() != len(found):
        raise SystemExit("the two searches differ")
    print(
        f"packages, 6 parties x 60 free steps: {len(found)} smallest in {ours * 1000:.0f} ms; looking at every combination takes {every / ours:.1f} x as long"
    )


def exhaustive(steps: list[Candidate]) -> int:
    """The same smallest packages, without ranking, by looking at every combination."""
    bit = {name: 1 << place for place, name in enumerate("ABCDEF")}
    gives = [sum(bit[p] for p in s.actors) for s in steps]
    gets = [sum(bit[p] for p, _n in s.serves if s.actors != {p}) for s in steps]
    found: set[tuple[int, ...]] = set()
    for size in (2, 3, 4):
        for chosen in itertools.combinations(range(len(steps)), size):
            need = have = alone = 0
            for n in chosen:
                need |= gives[n]
                have |= gets[n]
                alone += not gives[n] & ~gets[n]
            inside = itertools.chain.from_iterable(itertools.combinations(chosen, part) for part in range(2, size))
            if not need & ~have and alone < size and not any(part in found for part in inside):
                found.add(chosen)
    return len(found)


classification()
whole_matrix()
small_packages()
