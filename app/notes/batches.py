"""Batches: when notes are shown to the others, and how they are written for it.

A batch appears at a fixed moment only (a slot), only when one was asked for, and only when the window holds notes of enough people. No
page, no answer and no counter tells how many wait. In a slot in which it could appear, a coin decides whether it does: a batch after a
slot in which somebody was urged to write does not prove that he wrote. See docs/adr/0009-batches-by-the-clock.md.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.work import Ground, Work
from app.core import clock, entropy
from app.db.compacting import cut_log
from app.meetings.models import Meeting
from app.meetings.queries import circle_of
from app.notes import queries
from app.notes.models import Note
from app.vault import envelope

WHY = "a batch appears by the clock, not by anybody's hand"


def slot_at(ground: Ground, moment: datetime) -> int:
    """The number of the slot in which this moment lies."""
    return int(moment.timestamp()) // (60 * ground.settings.batch_minutes)


def release_due(ground: Ground) -> int:
    """What the caretaker does every minute: decide once in each slot for each meeting. Returns how many batches appeared."""
    slot = slot_at(ground, clock.now())
    with unguarded(ground, WHY) as work:
        open_meetings = list(work.db.scalars(select(Meeting.id).where(Meeting.state == "open")))
    return sum(_decide(ground, one) for one in open_meetings if ground.linkage.windows.claim(one, slot))


def _decide(ground: Ground, meeting_id: UUID) -> bool:
    with unguarded(ground, WHY) as work:
        meeting = work.db.get_one(Meeting, meeting_id)
        appears = entropy.below(2) == 0 and meeting.state == "open" and _is_enough(work, meeting)
        if appears:
            publish(work, meeting)
    return appears


def _is_enough(work: Work, meeting: Meeting) -> bool:
    if meeting.floor_id is None:
        return False
    needed = queries.authors_needed(circle_of(work, meeting.floor_id), work.ground.settings.batch_minimum)
    return work.ground.linkage.windows.authors(meeting.id) >= needed


def publish(work: Work, meeting: Meeting) -> None:
    """Show all that waits. The window ends before and after the commit, so that nobody is counted without a note that waits."""
    windows, meeting_id = work.ground.linkage.windows, meeting.id
    windows.destroy(meeting_id)
    work.later.append(lambda: windows.destroy(meeting_id))
    _rewrite_in_one(work, meeting)


def _rewrite_in_one(work: Work, meeting: Meeting) -> None:
    """Write every note of the meeting anew, shuffled, in one transaction.

    Otherwise the database itself would tell: PostgreSQL keeps on every row the transaction that wrote it, and a heap keeps the
    order of writing. After this all rows share one transaction and no order. Ids stay, because tags are made over them; they
    are random and say nothing. SQLite's log, which keeps the order too, is cut after the commit.
    """
    engine = work.ground.engine
    work.later.append(lambda: cut_log(engine))
    key = work.room_key(queries.floor_of(work, meeting))
    notes = queries.rows(work, meeting)
    fresh = [_released(meeting, note, key) for note in entropy.shuffled(notes)]
    work.permit(*notes)
    for note in notes:
        work.db.delete(note)
    work.db.flush()  # the ids must be free before they are used again
    work.permit(*fresh)
    for note in fresh:
        work.db.add(note)
        work.db.flush()  # one by one, or the unit of work would sort them by id


def _released(meeting: Meeting, note: Note, key: bytes) -> Note:
    version = queries.latest_version(note)
    body = envelope.seal(key, queries.latest(meeting, note, key), queries.context_of(meeting, note.id, version))
    return Note(
        id=note.id,
        compartment_id=note.compartment_id,
        agenda_item_id=note.agenda_item_id,
        body=body,
        tag=note.tag,
        version=version,
        is_released=True,
    )
