"""A ratchet on the half `held` of the fresh set, whose misses nobody reads: other people, other sentences, other classes of error."""

import pytest

from tests.leaks.fresh_cases import CLASSES, TONGUES
from tests.leaks.fresh_report import FRESH_RECALL, Measured, measured

FLOORS = {  # class: what is asserted, the target where it is met
    "exact": 0.995,
    "normalised": 0.995,
    "order": 0.99,
    "initials": 0.99,
    "title": 0.97,
    "romanised": 0.97,
    "cross-script": 0.95,
    "one-edit": 0.95,
    "handle": 0.95,
    "ruby": 0.95,
    "inflected": 0.966,  # missed: 204 of 211, 97 % asked
    "attribution": 0.86,
    "attribute": 0.98,
}


@pytest.fixture(scope="module")
def held() -> Measured:
    return measured("held")


def test_every_class_has_a_floor_and_no_floor_is_above_what_is_asked():
    assert set(FLOORS) == set(CLASSES)
    assert all(FLOORS[kind] <= target for kind, target in FRESH_RECALL.items())


@pytest.mark.parametrize("kind", CLASSES)
def test_no_class_gets_worse(held, kind):
    share = held.recall_of(kind=kind)
    assert share.rate >= FLOORS[kind], str(share)


@pytest.mark.parametrize("tongue", TONGUES)
def test_every_language_reaches_what_is_asked(held, tongue):
    assert held.recall_of(tongue=tongue).rate >= 0.95, str(held.recall_of(tongue=tongue))


def test_false_blocks_are_rarer_than_one_in_two_thousand_words(held):
    assert held.false_blocks.of > 5000
    assert held.false_blocks.rate <= 1 / 2000, str(held.false_blocks)
    assert held.near_misses.rate <= 0.02, str(held.near_misses)
