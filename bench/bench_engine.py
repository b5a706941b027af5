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


def ratio(roadmap: Roadmap, waiting: dict[str, list[str]], sources: list[str]) -> float:
    began = time.perf_counter()
    effects(roadmap, ["B0"])
    between = time.perf_counter()
    floor(waiting, sources)
    return (between - began) / (time.perf_counter() - between)


def main() -> None:
    for size in (1_000, 10_000):
        roadmap = made(size)
        waiting: dict[str, list[str]] = {}
        for tie in roadmap.ties:
            waiting.setdefault(tie.target, []).append(tie.step)
        sources = [code for code, basket in roadmap.baskets.items() if basket == "B0"]
        middle = statistics.median(ratio(roadmap, waiting, sources) for _round in range(7))
        print(f"engine, {size:>6} steps: {middle:.1f} x one breadth-first pass")


main()
