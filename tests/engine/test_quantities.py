"""What is left of a quantity: no tonne counted twice, none lost."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.quantities import deliverable, outstanding, undelivered

AMOUNTS = st.integers(0, 50).map(lambda n: n / 10)
SHARES = st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), AMOUNTS), max_size=5)


@settings(max_examples=300)
@given(AMOUNTS, SHARES, SHARES)
def test_each_party_counts_with_the_larger_of_what_it_gave_and_took_over(total, delivered, handed):
    covered = Decimal()
    for party in "ABC":
        gave = sum((Decimal(repr(q)) for p, q in delivered if p == party), Decimal())
        took = sum((Decimal(repr(q)) for p, q in handed if p == party), Decimal())
        covered += max(gave, took)
    assert Decimal(repr(outstanding(total, delivered, handed))) == Decimal(repr(float(Decimal(repr(total)) - covered)))


@settings(max_examples=300)
@given(AMOUNTS, SHARES, SHARES, st.sampled_from(["A", "B", "C"]))
def test_what_a_party_may_deliver_leaves_nothing_owing_to_others(total, delivered, handed, party):
    may = deliverable(party, total, delivered, handed)
    before = outstanding(total, delivered, handed)
    if before >= 0:
        assert outstanding(total, [*delivered, (party, may)], handed) == 0
        assert outstanding(total, [*delivered, (party, may + 0.1)], handed) < 0


def test_three_tenths_are_three_times_a_tenth():
    assert outstanding(0.3, [("A", 0.1)] * 3, []) == 0
    assert undelivered(0.3, [("A", 0.1)] * 2) == 0.1
