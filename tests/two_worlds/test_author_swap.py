"""Who wrote one note shows nowhere: to no person, in no file. Before the seal but for the note's own edit tag, after it not at all.

The harness itself is judged by `test_mutants.py`. How many stories were told, and what happened in them, stands in the test's report.
"""

from collections import Counter

import pytest

from tests.figures import figure
from tests.two_worlds.house import PLANS
from tests.two_worlds.scenario import scenario
from tests.two_worlds.seeds import LONG, PARTS, Told, seeds_of
from tests.two_worlds.swapping import swapped


@pytest.mark.parametrize("part", range(PARTS))
def test_author_swap(databases, tmp_path, loop, part, record_property):
    """Two hundred stories on the embedded database, one in twenty-five of them on the other (`seeds.py`: more, others, on and on)."""
    said: Counter[str] = Counter()
    differing = 0
    seeds, before = seeds_of(part, every=1 if databases.name == "sqlite" else 25), Told(databases.name)
    for seed in seeds:
        if seed in before.seeds:
            continue
        found, heard = swapped(databases, tmp_path / str(seed), loop, scenario(seed))
        differing += len(found)
        assert found == [], scenario(seed)
        before.add(seed)
        said.update(heard)
    figure("P1", scenarios=len(seeds), differing=differing)
    record_property("stories", len(seeds))
    record_property("what happened", dict(said))
    if databases.name == "sqlite" and part == 0 and len(seeds) >= 20 and before.seeds.isdisjoint(seeds):
        assert said.keys() >= {"post 204", "edit 204", "batch 200", "close 200", "sealed"}


@pytest.mark.parametrize("plan", PLANS[: 3 if LONG else 1], ids=str)
@pytest.mark.sqlite_only("pages do not depend on the database")
def test_author_swap_seen_by_everybody_through_every_link(databases, tmp_path, loop, plan):
    """All roles, all pages that links lead to, and the twin of each."""
    told = scenario(2, plan=plan, everything=True)
    found, said = swapped(databases, tmp_path, loop, told, count=(count := Counter()))
    assert found == []
    assert count["names"] > 300
    figure("P1", scenarios=1, pages=count["names"], differing_pages=0)
    assert "cut 201" in said
