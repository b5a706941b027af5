"""The engine against an independent model, on every generated dialogue."""

from collections import Counter
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.cycles import cycle_in
from app.engine.freeing import freeing
from app.engine.isolation import effects, matrix
from tests.engine import model
from tests.engine.worlds import BASKETS, roadmaps, stalls, weights

MANY = settings(max_examples=1000, deadline=None)


@MANY
@given(roadmaps(), stalls, weights)
def test_every_step_its_effect_its_shortest_chain_and_its_border(roadmap, stalled, obstacles):
    found = effects(roadmap, stalled, obstacles)
    hard = list(model.edges(roadmap))
    known = {*roadmap.steps, *roadmap.obstacles}
    either = hard + [(s, t) for s, t in roadmap.ties if s in roadmap.steps and t in known]
    still = {c for c in known if model.stands_still(roadmap, c, stalled, obstacles)}
    assert [step.code for step in found] == list(roadmap.steps)
    for step in found:
        assert step.effect == model.effect(roadmap, step.code, stalled, obstacles)
        pairs = hard if step.effect == "blocked" else either
        length = model.distance(pairs, step.code, still)
        assert len(step.chain) == (0 if length is None else length + 1)
        assert all(pair in pairs for pair in zip(step.chain, step.chain[1:], strict=False))
        assert not step.chain or (step.chain[0] == step.code and step.chain[-1] in still)
        border = {(edge.step, edge.target) for edge in found.border(step.code)}
        outside = [(s, t) for s, t in hard if s not in still]
        near = {s for s, t in outside if t in still and model.distance(outside, step.code, {s}) is not None}
        assert border == {(s, t) for s, t in outside if s in near and t in still and step.code not in still}


@MANY
@given(roadmaps())
def test_matrix_is_every_basket_stalled_alone(roadmap):
    for row in matrix(roadmap, BASKETS):
        elsewhere = Counter()
        for basket, counts in row.others.items():
            ours = [code for code, where in roadmap.steps.items() if where == basket]
            assert counts == Counter(model.effect(roadmap, code, {row.basket}, ()) for code in ours)
            elsewhere += counts
        total = sum(elsewhere.values())
        assert row.share == (elsewhere["free"] / total if total else None)


@settings(max_examples=500, deadline=None)
@given(roadmaps(), stalls, weights, st.sampled_from([0, 400_000]))
def test_what_would_free_it_frees_what_it_says_and_nothing_smaller_does(roadmap, stalled, obstacles, budget):
    found = freeing(roadmap, stalled, obstacles, budget=budget)
    blocked = {
        code
        for code in roadmap.steps
        if model.effect(roadmap, code, stalled, obstacles) == "blocked"
        and not model.stands_still(roadmap, code, stalled, obstacles)
    }
    assert set(found.blocked) == blocked
    for option in (*found.options, found.everything):
        acts = [(act.kind, act.key) for act in option.acts]
        assert set(option.frees) == model.freed(roadmap, acts, stalled, obstacles)
    assert set(found.everything.frees) == blocked
    every = [("waive", each.key) for each in roadmap.requirements]
    every += [("substitute", code) for code in roadmap.handed_over if code in roadmap.steps]
    if len(every) <= 7:
        assert len(found.everything.acts) == model.fewest(roadmap, every, blocked, stalled, obstacles)
        for size, most in enumerate(found.most, 1):
            best = _best(roadmap, every, size, stalled, obstacles)
            shown = max((len(o.frees) for o in found.options if len(o.acts) <= size), default=0)
            assert shown <= best <= most
            assert bool(shown) == bool(best)
            assert (shown == best == most) or not (found.is_exact or size == 1)
        assert found.is_exact or not budget
    for option in found.options:
        acts = {(act.kind, act.key) for act in option.acts}
        by_parts = [model.freed(roadmap, acts - {act}, stalled, obstacles) for act in acts]
        assert all(len(part) < len(option.frees) for part in by_parts)
        assert (option in found.smallest) == (not set().union(*by_parts).issuperset(option.frees))


def _best(roadmap, every, size, stalled, obstacles):
    """How many steps the best `size` acts free."""
    sets = combinations(every, min(size, len(every)))
    return max(len(model.freed(roadmap, acts, stalled, obstacles)) for acts in sets)


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF")), max_size=9),
    st.lists(st.lists(st.sampled_from("ABCDEF"), min_size=2, max_size=3, unique=True), max_size=2),
)
def test_a_cycle_is_found_where_there_is_one_and_is_one(requirements, together):
    found = cycle_in(requirements, together)
    parts = {code: {code} for code in "ABCDEF"}
    for group in together:
        union = set().union(*(parts[code] for code in group))
        parts |= dict.fromkeys(union, union)
    waits = [(s, t) for s, t in requirements if s == t or parts[s] != parts[t]]
    reach = {(s, x) for s, t in waits for x in parts[t]} | {(x, t) for s, t in waits for x in parts[s]}
    while more := {(a, d) for a, b in reach for c, d in reach if b == c} - reach:
        reach |= more
    circular = any((x, y) in reach for x in "ABCDEF" for y in parts[x])
    assert bool(found) == circular
    if found:
        assert found[0] == found[-1]
        for here, there in pairwise(found):
            assert (here, there) in waits or there in parts[here]
