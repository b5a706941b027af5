"""The harness can fail: a product that tells the author by one channel is caught, and by that channel."""

from itertools import islice

import pytest

from tests.conftest import RECORDER
from tests.figures import figure
from tests.two_worlds.mutants import MUTANTS
from tests.two_worlds.scenario import scenario
from tests.two_worlds.swapping import swapped

TRIES = 60  # stories; not every story shows every leak


@pytest.mark.parametrize("name", MUTANTS)
@pytest.mark.sqlite_only("the harness compares more there: the database's own files")
def test_harness_notices(databases, tmp_path, loop, name):
    mutant, where, verb = MUTANTS[name]
    fitting = (seed for seed in range(0, 400, 2) if verb in scenario(seed).verbs())
    noticed: list[str] = []
    for seed in islice(fitting, TRIES):
        found, _said = swapped(databases, tmp_path / str(seed), loop, scenario(seed), broken=mutant)
        noticed += [each for each in found if where in each]
        if noticed:
            break
    assert noticed != []
    figure("P1", leaks=1, noticed=1)
    RECORDER.broken.clear()  # it noticed too, where the mutant writes a person's row
