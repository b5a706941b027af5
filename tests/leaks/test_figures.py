"""A ratchet: on the test split no figure of the identity check gets worse, measured through the command line as anybody would.

Each line of `FLOORS` has what is asked and what is asserted. Where the target is met, it is asserted itself; where it is not met yet,
the figure measured, rounded down. `make leak-report` says which targets are missed.
"""

import importlib.util

import pytest

from tests.leaks.report import COMMAND, measured
from tests.leaks.targets import Verdict, verdicts

FLOORS: dict[str, tuple[float, float]] = {}
"""Name: (target, what is asserted), as shares; for false blocks the most there may be of all words or sentences."""

pytestmark = pytest.mark.skipif(importlib.util.find_spec("app.scanner") is None, reason="the matcher is not here yet")


@pytest.fixture(scope="module")
def came() -> dict[str, Verdict]:
    return {verdict.name: verdict for verdict in verdicts(*measured(COMMAND, "test"), "test")}


def test_the_table_has_every_target_as_it_is_asked(came):
    asked = {name: target for name, (target, _floor) in FLOORS.items()}
    assert asked == {name: verdict.target for name, verdict in came.items()}


@pytest.mark.parametrize("name", FLOORS)
def test_no_figure_gets_worse(came, name):
    assert came[name].reaches(FLOORS[name][1]), came[name]


@pytest.mark.parametrize("name", [name for name, (target, floor) in FLOORS.items() if target == floor])
def test_a_target_once_met_stays_met(came, name):
    assert came[name].met, came[name]
