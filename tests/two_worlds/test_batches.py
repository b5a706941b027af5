"""Batches by the clock, in stories: none appears of fewer people than make one, whoever wrote, edited, joined late or asked; the close shows all."""

import pytest

from app.notes import batches
from tests.figures import figure
from tests.two_worlds.house import house
from tests.two_worlds.scenario import Scenario, scenario
from tests.two_worlds.world import Slot, World, telling

SEEDS = [seed for seed in range(1000) if "tick" in scenario(seed).verbs()][:24]


def _slots(databases, folder, loop, told: Scenario) -> list[Slot]:
    """What the caretaker did in the story; and after a close, whatever it was made of, nothing waits."""
    with telling(house(databases, told.plan), folder, told.pair[0], loop) as world:
        world.play(told)
        if "close" in told.verbs() and "close 200" in world.said:
            assert _waiting(world) == 0
        return world.slots


def _waiting(world: World) -> int:
    """Notes, or edits of notes, that are not shown yet; of meetings that are closed."""
    with world.ground.engine.connect() as connection:
        statement = """SELECT count(*) FROM note JOIN agenda_item ON agenda_item.id = note.agenda_item_id
            JOIN meeting ON meeting.id = agenda_item.meeting_id
            WHERE meeting.state <> 'open' AND (NOT note.is_released OR note.pending IS NOT NULL)"""
        return int(connection.exec_driver_sql(statement).scalar_one())


def _too_early(slots: list[Slot]) -> list[Slot]:
    return [slot for slot in slots if slot.shown and (slot.needed is None or slot.wrote < slot.needed)]


def test_no_batch_of_too_few_appears_by_the_clock(databases, tmp_path, loop):
    seen: list[Slot] = []
    for seed in SEEDS if databases.name == "sqlite" else SEEDS[::8]:
        seen += _slots(databases, tmp_path / str(seed), loop, scenario(seed))
    assert _too_early(seen) == []
    figure("P21", slots=len(seen), too_early=0)
    if databases.name == "sqlite":  # the stories have of both
        assert sum(slot.shown for slot in seen) >= 3
        assert sum(0 < slot.wrote < (slot.needed or 99) for slot in seen) >= 10


@pytest.mark.sqlite_only("that a test can fail does not depend on the database")
def test_a_batch_of_too_few_is_noticed(databases, tmp_path, loop, monkeypatch):
    monkeypatch.setattr(batches, "_is_enough", lambda *_given: True)
    seen = [slot for seed in SEEDS[:8] for slot in _slots(databases, tmp_path / str(seed), loop, scenario(seed))]
    assert _too_early(seen) != []
