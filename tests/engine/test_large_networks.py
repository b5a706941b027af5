"""What generated dialogues of eight steps do not reach: hundreds of steps in any order, long chains, circles across all of them."""

import random
from itertools import pairwise

import pytest

from app.engine.isolation import effects
from app.engine.network import Requirement, Roadmap
from tests.engine import model


def _roadmap(seed, *, circles):
    """400 steps written in no order, two requirements and a tie each on one of the forty before it; every tenth basket is stalled."""
    draw = random.Random(seed)
    links = [(n, draw.randrange(max(0, n - 40), n)) for n in range(1, 400) for _k in range(2)]
    links += [(draw.randrange(200), draw.randrange(200, 400)) for _k in range(circles)]
    ties = tuple((f"S{n}", f"S{draw.randrange(400)}") for n in range(400))
    written = draw.sample(range(400), 400)
    hard = tuple(Requirement(f"L{n}", (f"S{s}",), (f"S{t}",)) for n, (s, t) in enumerate(links))
    return Roadmap({f"S{n}": "X" if draw.random() < 0.05 else "Y" for n in written}, hard, ties)


@pytest.mark.parametrize("circles", [0, 1, 6])
@pytest.mark.parametrize("seed", range(3))
def test_chains_are_shortest_and_borders_complete(seed, circles):
    roadmap = _roadmap(seed, circles=circles)
    found = effects(roadmap, ["X"])
    hard = list(model.edges(roadmap))
    still = {code for code, basket in roadmap.steps.items() if basket == "X"}
    outside = [(s, t) for s, t in hard if s not in still]
    edge = {s for s, t in outside if t in still}
    either = hard + list(roadmap.ties)
    for step in found:
        pairs = hard if step.effect == "blocked" else either
        length = model.distance(pairs, step.code, still)
        assert len(step.chain) == (0 if length is None else length + 1)
        assert set(pairwise(step.chain)) <= set(pairs)
    waits = {code: {t for s, t in outside if s == code} for code in roadmap.steps}
    for code in random.Random(seed).sample(sorted(roadmap.steps), 100):
        near, todo = set(), [code]
        while todo:
            if (here := todo.pop()) not in near:
                near.add(here)
                todo += waits[here] - still
        expected = {(s, t) for s, t in outside if s in near & edge and t in still and code not in still}
        assert {(b.step, b.target) for b in found.border(code)} == expected


def test_a_roadmap_written_in_order_keeps_it_and_any_other_comes_into_one():
    for circles in (0, 4):
        roadmap = _roadmap(1, circles=circles)
        network = roadmap.network
        closing = {network.codes[n] for n in network.returns}
        assert bool(closing) == bool(circles)
        for step, target in model.edges(roadmap):
            assert network.number[target] < network.number[step] or step in closing
    steps = {f"S{n}": "Y" for n in range(50)}
    written = Roadmap(steps, tuple(Requirement(n, (f"S{n}",), (f"S{n // 2}",)) for n in range(1, 50)))
    assert written.network.codes == list(steps)
