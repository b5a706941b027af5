"""Reading letters, as far as their meetings' floors are open to the viewer."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access.work import Reading
from app.core.errors import NotFound
from app.meetings.models import Attendance, Meeting
from app.outbox.letters import Content, read
from app.outbox.models import Letter
from app.vault import envelope

TOLD = frozenset({"released", "sending", "sent", "by-hand", "unknown"})
"""A letter in such a state has told what it says, or may have."""


class Opened(NamedTuple):
    row: Letter
    content: Content


def context(row: Letter) -> envelope.Context:
    return envelope.Context("letter", row.dialogue_id, row.compartment_id, row.id, 1)


def opened(reading: Reading, row: Letter) -> Opened:
    return Opened(row, read(envelope.unseal(reading.room_key(row.compartment_id), row.body, context(row))))


def letter(reading: Reading, letter_id: UUID) -> tuple[Letter, Meeting]:
    """A letter, and the meeting that it is about. Raises NotFound for one that is hidden or not there.

    One statement, which finds neither a letter that is not there nor one of a meeting whose floor is closed to the viewer.
    """
    ours = (Letter.id == letter_id) & (Letter.dialogue_id == reading.viewer.dialogue_id)
    on_floor = Meeting.floor_id.in_(reading.viewer.rooms)
    found = reading.db.execute(
        select(Letter, Meeting).join(Meeting, Meeting.id == Letter.meeting_id).where(ours, on_floor)
    ).first()
    if found is None:
        raise NotFound
    return found[0], found[1]


def letters(reading: Reading, meeting_id: UUID | None = None) -> list[Opened]:
    """The latest written first."""
    ours = Letter.dialogue_id == reading.viewer.dialogue_id
    if meeting_id is not None:
        ours &= Letter.meeting_id == meeting_id
    found = [opened(reading, row) for row in reading.db.scalars(select(Letter).where(ours))]
    return sorted(found, key=lambda each: (each.content.written_at, each.row.id), reverse=True)


def called(reading: Reading, meeting: Meeting) -> list[Attendance]:
    """Who is called to the meeting; nobody to one that was called off."""
    if meeting.called_off_on is not None:
        return []
    found = reading.db.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))
    return sorted(found, key=lambda each: each.person_id)


def every_body(reading: Reading) -> Iterator[envelope.Stored]:
    """Every letter the reader sees, still sealed."""
    for row in reading.db.scalars(select(Letter)):
        yield envelope.Stored(row.body, context(row))
