"""Batches, as the clock makes them; and without waiting for it, where a test is about something else."""

from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.work import Ground
from app.core import clock, entropy
from app.meetings.models import Meeting
from app.notes.batches import publish, release_due

WHY = "a test makes a batch appear"


_slots = count(1)


def _in_a_new_slot(ground: Ground) -> AbstractContextManager[None]:
    """Later than every one before it: a slot is decided on once."""
    return clock.frozen(clock.now() + next(_slots) * timedelta(minutes=ground.settings.batch_minutes))


def through_slots(ground: Ground, number: int = 40) -> int:
    """Let the caretaker come in each of the next slots. Returns how many batches appeared."""
    shown = 0
    for _slot in range(number):
        with _in_a_new_slot(ground):
            shown += release_due(ground)
    return shown


def next_slot(ground: Ground, *, coin: bool) -> int:
    """The caretaker in the next slot, with the coin as given."""
    side = b"\x00" if coin else b"\x01"
    with _in_a_new_slot(ground), entropy.replaced(lambda size: side * size):
        return release_due(ground)


def show_all(ground: Ground, code: str = "W-2026") -> None:
    """As if enough people had written."""
    with unguarded(ground, WHY) as work:
        publish(work, work.db.scalars(select(Meeting).where(Meeting.code == code)).one())
