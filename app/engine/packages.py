"""The smallest reciprocal packages: two to four free steps in which everybody who gives something also gets something.

A step is given by its actors and serves parties by their declared interests. A party is served in a package by a step of which it
is not the only actor: what one does alone for oneself is no exchange. A package is smallest if it contains no other package.

Whether steps make a smallest package depends only on who gives and who gets, and no two of its steps are alike in that: without
one of them the rest would be a package still. So what is searched for are sets of *kinds* of steps; how many packages they stand for
is a product, and which are the most even is seen from the costs and interests that occur, not from every step. That is exact; where
there are too many kinds the search stops at its budget and says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import islice, product

LARGEST = 4
MOST = 20
BUDGET = 120_000  # sets of kinds looked at, and shares added up; some tenths of a second
ANY = 1 << 30


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
        return _apart(self.gives) + _apart(self.gets)


def _apart(shares: Sequence[tuple[str, int]]) -> int:
    amounts = [amount for _party, amount in shares]
    return max(amounts) - min(amounts)


@dataclass(frozen=True, slots=True)
class Packages:
    """`best`: the most even first, then the smallest. `count`: how many there are; at least so many where the search was cut off."""

    best: tuple[Package, ...]
    count: int
    is_complete: bool


# Remembered by content: whoever asks has read those very steps and interests.
@lru_cache(maxsize=32)
def packages(candidates: tuple[Candidate, ...], *, most: int = MOST, budget: int = BUDGET) -> Packages:
    """The `most` best of all smallest packages. Exact unless it is cut off; what it then says is true of what it has seen."""
    search = _Search(candidates, budget)
    count, bar = 0, ANY
    best: list[Package] = []
    for chosen in search.smallest():
        count += search.count(chosen)
        best += search.best(chosen, most, bar)
        if len(best) > 4 * most:
            best = nsmallest(most, best, key=_rank)
            bar = best[-1].imbalance
    return Packages(tuple(nsmallest(most, best, key=_rank)), count, search.left > 0)


def _rank(package: Package) -> tuple[int, int, tuple[str, ...]]:
    return package.imbalance, len(package.codes), package.codes


_Profile = tuple[frozenset[str], int, tuple[tuple[str, int], ...]]
"""Who gives, at what cost, and how many of whose interests are served: equal for steps that a package cannot tell apart."""


class _Search:
    """Parties and kinds are bits of a number, so that "who gives and gets nothing" is one operation."""

    def __init__(self, candidates: Sequence[Candidate], budget: int) -> None:
        self.left = budget
        self.candidates = candidates
        names = sorted({p for c in candidates for p in c.actors} | {p for c in candidates for p, _n in c.serves})
        bit = {name: 1 << place for place, name in enumerate(names)}
        kinds: dict[tuple[int, int], dict[_Profile, list[int]]] = {}
        for n, each in enumerate(candidates):
            gives = sum(bit[p] for p in each.actors)
            gets = sum({bit[p] for p, count in each.serves if count and each.actors != {p}})
            profile = each.actors, each.cost, tuple(sorted(each.serves))
            kinds.setdefault((gives, gets), {}).setdefault(profile, []).append(n)
        self.shares = list(kinds)
        self.profiles = list(kinds.values())
        self.serving = {b: [n for n, (_gives, gets) in enumerate(self.shares) if gets & b] for b in bit.values()}

    def smallest(self) -> Iterator[int]:
        """Every smallest set of two to four kinds in which nobody only gives.

        A set is grown from each of its kinds by looking only at those that serve a party which so far gives and gets nothing: any
        smallest package holds one, so none is missed. All pairs come before any triple, so that what holds one is known.
        """
        found: set[int] = set()
        growing = {1 << n: shares for n, shares in enumerate(self.shares) if shares[0] & ~shares[1]}
        for _size in range(2, LARGEST + 1):
            larger: dict[int, tuple[int, int]] = {}
            for chosen, (gives, gets) in growing.items():
                unserved = gives & ~gets
                for n in self.serving[unserved & -unserved]:
                    if self._is_spent():
                        return
                    both = chosen | 1 << n
                    if both == chosen or both in larger or both in found or _holds_one(both, 1 << n, found):
                        continue
                    more = gives | self.shares[n][0], gets | self.shares[n][1]
                    if more[0] & ~more[1]:
                        larger[both] = more
                    else:
                        found.add(both)
                        yield both
            growing = larger

    def _is_spent(self, cost: int = 1) -> bool:
        self.left -= cost
        return self.left <= 0

    def _chosen(self, chosen: int) -> list[dict[_Profile, list[int]]]:
        return [profiles for n, profiles in enumerate(self.profiles) if chosen >> n & 1]

    def count(self, chosen: int) -> int:
        """How many packages these kinds make."""
        count = 1
        for profiles in self._chosen(chosen):
            count *= sum(map(len, profiles.values()))
        return count

    def best(self, chosen: int, most: int, bar: int) -> list[Package]:
        """Up to `most` of them, the most even ones, and none whose imbalance is above the bar."""
        kinds = self._chosen(chosen)
        weighed: list[tuple[int, int, _Shares, _Shares, tuple[_Profile, ...]]] = []
        for profiles in product(*kinds):
            if self._is_spent(sum(len(actors) + len(serves) for actors, _cost, serves in profiles)):
                break
            gives, gets = _shares(profiles)
            imbalance = _apart(gives) + _apart(gets)
            if imbalance <= bar:
                weighed.append((imbalance, len(weighed), gives, gets, profiles))
        found: list[Package] = []
        for _imbalance, _place, gives, gets, profiles in nsmallest(most, weighed):
            steps = product(*(kind[profile] for kind, profile in zip(kinds, profiles, strict=True)))
            found += (
                Package(self._codes(each), tuple(sorted(gives)), tuple(sorted(gets)))
                for each in islice(steps, most - len(found))
            )
        return found

    def _codes(self, steps: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.candidates[n].code for n in sorted(steps))


_Shares = tuple[tuple[str, int], ...]


def _shares(profiles: Sequence[_Profile]) -> tuple[_Shares, _Shares]:
    """What each party that gives gives, and what it gets."""
    gives: dict[str, int] = {}
    for actors, cost, _serves in profiles:
        for party in actors:
            gives[party] = gives.get(party, 0) + cost
    gets = dict.fromkeys(gives, 0)
    for actors, _cost, serves in profiles:
        for party, count in serves:
            if party in gets and actors != {party}:
                gets[party] += count
    return tuple(gives.items()), tuple(gets.items())


def _holds_one(chosen: int, latest: int, found: set[int]) -> bool:
    """Whether a package lies inside: one of two or three kinds with the latest among them, since without it there was none."""
    others = []
    rest = chosen ^ latest
    while rest:
        others.append(rest & -rest)
        rest &= rest - 1
    return any(latest | one in found or chosen ^ one in found for one in others)
