"""Packages against looking at every combination."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.ladder import Grades
from app.engine.packages import Candidate, packages

PARTIES = "PQRS"


@st.composite
def candidates(draw):
    size = draw(st.integers(0, 8))
    actors = st.frozensets(st.sampled_from(PARTIES), min_size=1, max_size=2)
    serves = st.dictionaries(st.sampled_from(PARTIES), st.integers(1, 2), max_size=2).map(lambda d: tuple(d.items()))
    return [Candidate(f"S{n}", draw(actors), draw(serves), draw(st.integers(1, 5))) for n in range(size)]


def _alone(step):
    return all(any(p == party and step.actors != {p} for p, _n in step.serves) for party in step.actors)


def _gives_to_all(steps):
    served = {p for s in steps for p, _n in s.serves if s.actors != {p}}
    return {p for s in steps for p in s.actors} <= served and not all(_alone(s) for s in steps)


@settings(max_examples=600, deadline=None)
@given(candidates())
def test_every_smallest_package_is_found_and_nothing_else(steps):
    valid = [set(c) for size in (2, 3, 4) for c in combinations(steps, size) if _gives_to_all(c)]
    smallest = {frozenset(s.code for s in v) for v in valid if not any(other < v for other in valid)}
    found = packages(steps)
    assert {frozenset(p.codes) for p in found} == smallest
    assert len(found) == len(smallest)
    evenness = [(p.imbalance, len(p.codes)) for p in found]
    assert evenness == sorted(evenness)
    by_code = {s.code: s for s in steps}
    for package in found:
        inside = [by_code[code] for code in package.codes]
        assert len({p for s in inside for p in s.actors}) >= 2
        assert all(count > 0 for _party, count in package.gets)
        assert sum(cost for _p, cost in package.gives) == sum(s.cost * len(s.actors) for s in inside)


def test_rungs_run_from_the_easiest_to_the_hardest():
    assert Grades(1, 1, 5, 5).rung == 1
    assert Grades().rung == 3
    assert Grades(5, 5, 1, 1).rung == 5
    assert Grades(cost=2).weight < Grades(cost=3).weight
    assert Grades(verifiability=5).weight < Grades().weight
