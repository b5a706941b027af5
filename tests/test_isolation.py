"""The engine against an independent model, and the isolation promise itself on the loaded case."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.board import printing
from app.board.isolation import Effect, Roadmap, Tie, effects

CODES = [f"S{n}" for n in range(8)]
BASKETS = ["X", "Y", "Z"]


@st.composite
def roadmaps(draw):
    baskets = {code: draw(st.sampled_from(BASKETS)) for code in CODES}
    pair = st.tuples(st.sampled_from(CODES), st.sampled_from([*CODES, "OB"]), st.booleans())
    ties = draw(st.lists(pair, max_size=14))
    return Roadmap(baskets, tuple(Tie(*tie) for tie in ties), frozenset({"OB"}))


def _model(roadmap, stalled, step, *, hard_only, seen=frozenset()):
    """Does a path lead from the step into the stall? By definition, without cleverness."""
    if roadmap.baskets.get(step) in stalled:
        return True
    return any(
        _model(roadmap, stalled, tie.target, hard_only=hard_only, seen=seen | {step})
        for tie in roadmap.ties
        if tie.step == step and tie.target not in seen and (tie.is_hard or not hard_only)
    )


@settings(max_examples=300, deadline=None)
@given(roadmaps(), st.sets(st.sampled_from(BASKETS)))
def test_engine_agrees_with_the_definition(roadmap, stalled):
    for found in effects(roadmap, stalled):
        blocked = _model(roadmap, stalled, found.code, hard_only=True)
        touched = _model(roadmap, stalled, found.code, hard_only=False)
        expected = Effect.BLOCKED if blocked else Effect.LINKED if touched else Effect.FREE
        assert found.effect == expected
        if found.chain:
            ties = {(tie.step, tie.target): tie.is_hard for tie in sorted(roadmap.ties, key=lambda t: t.is_hard)}
            assert roadmap.baskets[found.chain[-1]] in stalled
            steps = list(zip(found.chain, found.chain[1:], strict=False))
            assert all(pair in ties for pair in steps)
            assert found.effect != Effect.BLOCKED or all(ties[pair] for pair in steps)


def test_the_chain_of_2008_has_exactly_its_three_steps(ground):
    view = printing.impact(ground, "six-party-talks", stalled=("DPRK-JP",), as_of=date(2008, 12, 31))
    steps = {step.code: step for basket in view.baskets for step in basket.steps}
    assert steps["SP1"].chain == ("SP1", "SP7-JP", "SP6")
    assert steps["SP7-JP"].effect == "blocked"
    assert steps["NE1"].effect == "linked"
    earlier = printing.impact(ground, "six-party-talks", stalled=("DPRK-JP",), as_of=date(2008, 7, 15))
    before = {step.code: step for basket in earlier.baskets for step in basket.steps}
    assert (before["SP1"].effect, before["SP7-JP"].effect) == ("free", "linked")
