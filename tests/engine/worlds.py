"""Generated dialogues: baskets, steps, links, policies, exchanges, states, obstacles."""

from hypothesis import strategies as st

from app.engine import exchanges
from app.engine.network import Requirement, Roadmap

BASKETS = ("X", "Y", "Z", "W")
ORDERS = ("simultaneous", "a-then-b", "b-then-a", "disputed")


@st.composite
def roadmaps(draw, most=8):
    """The open part of a dialogue. Some ends of links are done already, and so not in it."""
    names = [f"S{n}" for n in range(draw(st.integers(1, most)))]
    open_steps = draw(st.lists(st.sampled_from(names), min_size=1, unique=True).map(sorted))
    steps = {code: draw(st.sampled_from(BASKETS)) for code in open_steps}
    obstacles = draw(st.frozensets(st.sampled_from(["O1", "O2"])))
    step, end = st.sampled_from(names), st.sampled_from([*names, "O1", "O2"])
    links = draw(st.lists(st.tuples(step, end), max_size=8, unique=True))
    links = [(s, t) for s, t in links if s != t]
    requirements = [Requirement(f"L{n}", (s,), (t,)) for n, (s, t) in enumerate(links)]
    weighed = draw(st.sets(st.sampled_from(BASKETS), max_size=1))
    requirements += [Requirement(f"B{x}", tuple(s for s, b in steps.items() if b == x), ("O1",)) for x in weighed]
    sides = draw(st.lists(step, min_size=2, max_size=4, unique=True)) if len(names) > 1 and draw(st.booleans()) else []
    if sides:
        order = draw(st.sampled_from(ORDERS))
        requirements += exchanges.requirements(exchanges.Exchange("E", tuple(sides[:1]), tuple(sides[1:]), order))
    ties = draw(st.lists(st.tuples(step, end), max_size=4))
    able = draw(st.sets(st.sampled_from(names), max_size=2))
    keys = frozenset(each.key for each in requirements[: draw(st.integers(0, len(requirements)))])
    handed = dict.fromkeys(sorted(able), keys)
    return Roadmap(steps, tuple(requirements), tuple(ties), obstacles, handed, draw(st.integers(0, 4)) == 0)


stalls = st.sets(st.sampled_from(BASKETS), max_size=2).map(sorted)
weights = st.sets(st.sampled_from(["O1", "O2"])).map(sorted)
