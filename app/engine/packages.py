"""The smallest reciprocal packages: two to four free steps in which everybody who gives something also gets something.

A step is given by its actors and serves parties by their declared interests. A party is served in a package by a step of which it
is not the only actor: what one does alone for oneself is no exchange. A package is smallest if it contains no other package.

Steps that are to be done at the same time (a simultaneous exchange) come together or not at all, and are one unit of the search; one
that by itself leaves nobody without is a package already.

Whether units make a smallest package depends only on who gives and who gets, and no two of them are alike in that: without
one of them the rest would be a package still. So what is searched for are sets of *kinds* of units; how many packages they stand for
is a product, and which are the most even is seen from the costs and interests that occur, not from every step. That is exact; where
there are too many kinds the search stops at its budget and says so.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import chain, islice, product

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
def packages(
    candidates: tuple[Candidate, ...],
    together: frozenset[frozenset[str]] = frozenset(),
    *,
    most: int = MOST,
    budget: int = BUDGET,
) -> Packages:
    """The `most` best of all smallest packages. Exact unless it is cut off; what it then says is true of what it has seen.

    `together`: sets of codes of which a package holds all or none; none, where one of them is no candidate.
    """
    search = _Search(candidates, together, budget)
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


_Shares = tuple[tuple[str, int], ...]
_Profile = tuple[_Shares, _Shares]
"""What each party gives, and what each gets: equal for units that a package cannot tell apart."""
_Kind = tuple[int, int, int]
"""Who gives and who gets, as bits, and how many steps it is."""


def _units(candidates: Sequence[Candidate], together: frozenset[frozenset[str]]) -> Iterator[tuple[int, ...]]:
    """Candidates by their places, those that come together in one; without those that lack one to come together with."""
    place = {each.code: n for n, each in enumerate(candidates)}
    group = {code: {code} for code in place}
    for codes in together:
        joined = set().union(codes, *(group.get(code, {code}) for code in codes))
        group |= dict.fromkeys(joined, joined)
    for code, n in place.items():
        if group[code] <= place.keys() and n == min(places := sorted(place[other] for other in group[code])):
            yield tuple(places)


class _Search:
    """Parties and kinds are bits of a number, so that "who gives and gets nothing" is one operation."""

    def __init__(self, candidates: Sequence[Candidate], together: frozenset[frozenset[str]], budget: int) -> None:
        self.left = budget
        self.candidates = candidates
        names = sorted({p for c in candidates for p in c.actors} | {p for c in candidates for p, _n in c.serves})
        bit = {name: 1 << place for place, name in enumerate(names)}
        kinds: dict[_Kind, dict[_Profile, list[tuple[int, ...]]]] = {}
        for unit in _units(candidates, together):
            gives, gets = _profile([candidates[n] for n in unit])
            kind = sum(bit[p] for p, _cost in gives), sum(bit[p] for p, _count in gets), len(unit)
            if len(unit) <= LARGEST:
                kinds.setdefault(kind, {}).setdefault((gives, gets), []).append(unit)
        self.kinds = list(kinds)
        self.profiles = list(kinds.values())
        part = [n for n in range(len(kinds)) if not self._is_whole(n)]
        self.serving = {b: [n for n in part if self.kinds[n][1] & b] for b in bit.values()}

    def _is_whole(self, n: int) -> bool:
        """Whether a unit of this kind is a package by itself."""
        gives, gets, size = self.kinds[n]
        return size > 1 and not gives & ~gets

    def smallest(self) -> Iterator[int]:
        """Every smallest set of kinds, of two to four steps, in which nobody only gives.

        A set is grown from each of its kinds by looking only at those that serve a party which so far gives and gets nothing: any
        smallest package holds one, so none is missed. All pairs come before any triple, so that what holds one is known.
        """
        yield from (1 << n for n in range(len(self.kinds)) if self._is_whole(n))
        found: set[int] = set()
        growing = {1 << n: kind for n, kind in enumerate(self.kinds) if kind[0] & ~kind[1]}
        for _size in range(2, LARGEST + 1):
            larger: dict[int, _Kind] = {}
            for chosen, (gives, gets, size) in growing.items():
                unserved = gives & ~gets
                for n in self.serving[unserved & -unserved]:
                    if self._is_spent():
                        return
                    both = chosen | 1 << n
                    if both == chosen or both in larger or both in found or _holds_one(both, 1 << n, found):
                        continue
                    more = gives | self.kinds[n][0], gets | self.kinds[n][1], size + self.kinds[n][2]
                    if more[2] > LARGEST:
                        continue
                    if more[0] & ~more[1]:
                        larger[both] = more
                    else:
                        found.add(both)
                        yield both
            growing = larger

    def _is_spent(self, cost: int = 1) -> bool:
        self.left -= cost
        return self.left <= 0

    def _chosen(self, chosen: int) -> list[dict[_Profile, list[tuple[int, ...]]]]:
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
            if self._is_spent(sum(len(gives) + len(gets) for gives, gets in profiles)):
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

    def _codes(self, units: Sequence[tuple[int, ...]]) -> tuple[str, ...]:
        return tuple(self.candidates[n].code for n in sorted(chain(*units)))


def _profile(steps: Sequence[Candidate]) -> _Profile:
    """What steps that come together give and bring; what one does alone for oneself brings one nothing."""
    gives, gets = Counter[str](), Counter[str]()
    for each in steps:
        gives.update(dict.fromkeys(each.actors, each.cost))
        gets.update({party: count for party, count in each.serves if count and each.actors != {party}})
    return tuple(sorted(gives.items())), tuple(sorted(gets.items()))


def _shares(profiles: Sequence[_Profile]) -> tuple[_Shares, _Shares]:
    """What each party that gives gives, and what it gets."""
    gives: dict[str, int] = {}
    for given, _got in profiles:
        for party, cost in given:
            gives[party] = gives.get(party, 0) + cost
    gets = dict.fromkeys(gives, 0)
    for _given, got in profiles:
        for party, count in got:
            if party in gets:
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
