"""The smallest reciprocal packages: two to four free steps in which everybody who gives something also gets something.

A step is given by its actors and serves parties by their declared interests. A party is served in a package by a step of which it
is not the only actor: what one does alone for oneself is no exchange. A package is smallest if it contains no other package.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LARGEST = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A free step that touches no red line known to whoever asks. `serves`: party to how many of its interests."""

    code: str
    actors: frozenset[str]
    serves: tuple[tuple[str, int], ...]
    cost: int = 3


@dataclass(frozen=True, slots=True)
class Package:
    """`gives`: party to the sum of what its steps cost. `gets`: party to how many of its interests are served."""

    codes: tuple[str, ...]
    gives: tuple[tuple[str, int], ...]
    gets: tuple[tuple[str, int], ...]

    @property
    def imbalance(self) -> int:
        """How far apart those who give are, in what they give and in what they get; 0 is even."""
        return _spread(self.gives) + _spread(self.gets)


def _spread(shares: Sequence[tuple[str, int]]) -> int:
    amounts = [amount for _party, amount in shares]
    return max(amounts) - min(amounts)


def packages(
    candidates: Sequence[Candidate], *, largest: int = LARGEST, most: int | None = None
) -> tuple[Package, ...]:
    """Every smallest package, the most even first, then the smallest.

    Exact. A package is grown from each of its steps by looking only at steps that serve a party which so far gives and
    gets nothing: any smallest package holds such a step, so none is missed, and few of the n⁴ combinations are looked at.
    """
    search = _Search(candidates)
    ranked = sorted(map(search.package, search.smallest(largest)), key=lambda p: (p.imbalance, len(p.codes), p.codes))
    return tuple(ranked[:most])


class _Search:
    """Parties and chosen steps are bits of a number, so that "who gives and gets nothing" is one operation."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = candidates
        names = sorted({p for c in candidates for p in c.actors} | {p for c in candidates for p, _n in c.serves})
        bit = {name: 1 << place for place, name in enumerate(names)}
        self.gives = [sum(bit[p] for p in c.actors) for c in candidates]
        self.gets = [sum(bit[p] for p, count in c.serves if count and c.actors != {p}) for c in candidates]
        self.serving = {each: [n for n, mask in enumerate(self.gets) if mask & each] for each in bit.values()}

    def smallest(self, largest: int) -> list[int]:
        """Every smallest set of two to `largest` steps, not all of which stand alone, in which nobody only gives."""
        found: set[int] = set()
        growing = {1 << n: (g, s) for n, (g, s) in enumerate(zip(self.gives, self.gets, strict=True)) if g & ~s}
        for _size in range(2, largest + 1):
            larger: dict[int, tuple[int, int]] = {}
            for chosen, (gives, gets) in growing.items():
                unserved = gives & ~gets
                for n in self.serving[unserved & -unserved]:
                    both = chosen | 1 << n
                    if both != chosen and both not in larger and not _holds_one(both, 1 << n, found):
                        larger[both] = (gives | self.gives[n], gets | self.gets[n])
            complete = {chosen for chosen, (gives, gets) in larger.items() if not gives & ~gets}
            found |= complete
            growing = {chosen: shares for chosen, shares in larger.items() if chosen not in complete}
        return sorted(found)

    def package(self, chosen: int) -> Package:
        steps = [step for n, step in enumerate(self.candidates) if chosen >> n & 1]
        giving = sorted({party for step in steps for party in step.actors})
        served = {step.code: dict(step.serves) for step in steps}
        return Package(
            codes=tuple(step.code for step in steps),
            gives=tuple((p, sum(s.cost for s in steps if p in s.actors)) for p in giving),
            gets=tuple((p, sum(served[s.code].get(p, 0) for s in steps if s.actors != {p})) for p in giving),
        )


def _holds_one(chosen: int, latest: int, found: set[int]) -> bool:
    """Whether a package lies inside: one of two or three steps with the latest among them, since without it there was none."""
    others = []
    rest = chosen ^ latest
    while rest:
        others.append(rest & -rest)
        rest &= rest - 1
    pairs = (latest | one for one in others)
    triples = (chosen ^ one for one in others) if len(others) == LARGEST - 1 else ()
    return any(pair in found for pair in pairs) or any(triple in found for triple in triples)
