"""The isolation engine against one plain breadth-first pass over the same adjacency, in the same run; processor time throughout.

What is measured is the classification with every explanation: for each step the next one on its shortest chain, and for each blocked
step its whole border as one number. Reading one out, in words, costs its own length and is reported beside; so is making the network,
which is done once for each state of a roadmap.

About three links a step, two of them hard, in three shapes: projects of fifty steps, where one link in a hundred, or one in thirty,
leads to an earlier project; and links to any earlier step, so that one stalled basket holds nearly all. Garbage is collected before
each shape and never while one is measured, neither by us nor by the floor: neither makes anything that a collector would look at.
"""

import gc
import itertools
import math
import random
import statistics
import time
from collections.abc import Callable

from app.engine.freeing import freeing
from app.engine.isolation import Effect, effects, matrix
from app.engine.network import Requirement, Roadmap
from app.engine.packages import Candidate, packages

ROUNDS = {10_000: 41, 100_000: 11}


def anywhere(size: int) -> Roadmap:
    draw = random.Random(size)
    return roadmap(
        {f"S{n}": f"B{n % 10}" for n in range(size)},
        [(n, draw.randrange(n), k) for n in range(1, size) for k in range(3)],
    )


def projects(size: int, *, leading_out: float = 0.01) -> Roadmap:
    draw = random.Random(size)
    links = []
    for n in range(1, size):
        first = n // 50 * 50
        for k in range(3):
            if draw.random() < leading_out:
                links.append((n, draw.randrange(n), k))
            elif n > first:
                links.append((n, draw.randrange(first, n), k))
    return roadmap({f"S{n}": f"B{n // 50 % 10}" for n in range(size)}, links)


def closer_projects(size: int) -> Roadmap:
    return projects(size, leading_out=1 / 30)


def roadmap(steps: dict[str, str], links: list[tuple[int, int, int]]) -> Roadmap:
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
    began = time.process_time()
    work()
    return time.process_time() - began


def classification(make: Callable[[int], Roadmap]) -> None:
    taken = {}
    for size, count in ROUNDS.items():
        made = make(size)
        building = seconds(lambda: (made.network.either, made.network.returns))
        network, sources = made.network, made.network.sources(["B0"], ())
        gc.collect()
        rounds = [
            (seconds(lambda: effects(made, ["B0"])), seconds(lambda: floor(network.either, sources)))
            for _r in range(count)
        ]
        taken[size] = [statistics.median(column) for column in zip(*rounds, strict=True)]
        ratio = statistics.median(ours / bare for ours, bare in rounds)
        milliseconds = taken[size][0] * 1000
        print(
            f"classification with explanations, {make.__name__}, {size:>6} steps: {ratio:.1f} x one breadth-first pass "
            f"({milliseconds:.1f} ms); the network is made in {building * 1000:.0f} ms"
        )
        read_out(made)
    ours, bare = (math.log10(large / small) for small, large in zip(taken[10_000], taken[100_000], strict=True))
    print(f"growth, {make.__name__}: steps^{ours:.2f}; of the plain pass steps^{bare:.2f}; ratio {ours / bare:.2f}")


def read_out(made: Roadmap) -> None:
    """The chain of every blocked step, and the border of some hundreds of them."""
    found = effects(made, ["B0"])
    effect = {step.code: step.effect for step in found}
    blocked = [code for code, basket in made.steps.items() if effect[code] is Effect.BLOCKED and basket != "B0"]
    tied = sum(each is Effect.LINKED for each in effect.values())
    asked = random.Random(1).sample(blocked, min(500, len(blocked)))
    made.network.asks  # noqa: B018  # made once
    borders: list[int] = []
    chains = seconds(lambda: [found.chain(code) for code in blocked]) / len(blocked)
    reading = seconds(lambda: borders.extend(len(found.border(code)) for code in asked)) / len(asked)
    print(
        f"  outside the stall {len(blocked)} steps are blocked, {tied} linked; read out, a chain takes {chains * 1e6:.1f} µs, "
        f"a border of {statistics.mean(borders):.0f} requirements {reading * 1e6:.0f} µs"
    )


def whole_matrix() -> None:
    made = anywhere(10_000)
    baskets = [f"B{n}" for n in range(10)]
    rounds = [(seconds(lambda: matrix(made, baskets)), seconds(lambda: effects(made, ["B0"]))) for _r in range(15)]
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
    counts: list[int] = []
    ours = seconds(lambda: counts.append(packages(tuple(steps)).count))
    every = seconds(lambda: counts.append(exhaustive(steps)))
    if counts[0] != counts[1]:
        raise SystemExit("the two searches differ")
    print(
        f"packages, 6 parties x 60 free steps: {counts[0]} smallest in {ours * 1000:.0f} ms; "
        f"looking at every combination takes {every / ours:.1f} x as long"
    )


def hostile_packages() -> None:
    ring = [Candidate(f"S{n}", frozenset("ABCD"[n % 4]), (("BCDA"[n % 4], 1),), 1 + n % 5) for n in range(400)]
    draw = random.Random(2)
    parties = [f"P{n}" for n in range(9)]
    mixed = [
        Candidate(
            f"S{n}",
            frozenset(draw.sample(parties, draw.randint(1, 8))),
            tuple((p, draw.randint(1, 3)) for p in draw.sample(parties, draw.randint(0, 4))),
            draw.randint(1, 5),
        )
        for n in range(500)
    ]
    for name, steps in (("a ring of 4 x 100 steps", ring), ("500 steps, nearly all of another kind", mixed)):
        began = time.process_time()
        found = packages(tuple(steps))
        taken = time.process_time() - began
        print(f"packages, {name}: {found.count}{'' if found.is_complete else ' at least'}, {taken * 1000:.0f} ms")


def what_would_free() -> None:
    """Blocked steps with one to three requirements each among the twenty before them, far beyond what can be tried out."""
    for size in (400, 800):
        draw = random.Random(size)
        still = size // 10
        links = [
            (n, draw.randrange(max(0, n - 20), n), 0)
            for n in range(still, still + size)
            for _k in range(draw.choice((1, 1, 1, 2, 3)))
        ]
        made = roadmap({f"S{n}": "B0" if n < still else "B1" for n in range(still + size)}, links)
        made.network  # noqa: B018  # made once
        began = time.process_time()
        found = freeing(made, ["B0"])
        taken = time.process_time() - began
        best = [max(len(o.frees) for o in found.options if len(o.acts) <= k) for k in (1, 2, 3)]
        print(
            f"what would free {len(found.blocked)} blocked steps: {taken * 1000:.0f} ms; "
            f"1, 2, 3 acts free {best}, and no more than {list(found.most)}"
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


classification(projects)
classification(closer_projects)
classification(anywhere)
whole_matrix()
small_packages()
hostile_packages()
what_would_free()
