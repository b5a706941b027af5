"""The isolation engine against one plain breadth-first pass over the same adjacency, in the same run."""

import statistics
import time

from app.board.isolation import Roadmap, Tie, effects


def made(size: int) -> Roadmap:
    baskets = {f"S{n}": f"B{n % 10}" for n in range(size)}
    ties = [Tie(f"S{n}", f"S{(n * 7919 + k * 104729) % n}", k < 2) for n in range(1, size) for k in range(3)]
    return Roadmap(baskets, tuple(ties))


def floor(waiting: dict[str, list[str]], sources: list[str]) -> int:
    seen, layer = set(sources), sources
    while layer:
        layer = [s for t in layer for s in waiting.get(t, ()) if s not in seen and not seen.add(s)]  # type: ignore[func-returns-value]
    return len(seen)


def timed(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began


def main() -> None:
    for size in (1_000, 10_000):
        roadmap = made(size)
        waiting: dict[str, list[str]] = {}
        for tie in roadmap.ties:
            waiting.setdefault(tie.target, []).append(tie.step)
        sources = [c for c, b in roadmap.baskets.items() if b == "B0"]
        ratios = [
            timed(lambda: effects(roadmap, ["B0"])) / timed(lambda: floor(waiting, sources))
            for _round in range(7)  # noqa: B023
        ]
        print(f"engine, {size:>6} steps: {statistics.median(ratios):.1f} x one breadth-first pass")


main()
