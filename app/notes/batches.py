"""Batches: when notes are shown to the others, and how they are written for it.

A batch appears at a fixed moment only (a slot), only when one was asked for, and only when the window holds notes of enough people. No
page, no answer and no counter tells how many wait. In a slot in which it could appear, a coin decides whether it does: a batch after a
slot in which somebody was urged to write does not prove that he wrote. See docs/adr/0009-batches-by-the-clock.md.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.access.bypass import unguarded, unguarded_reading
from app.access.work import Ground, Work
from app.core import clock, entropy
from app.db.compacting import cut_log
from app.meetings.models import Meeting
from app.meetings.queries import agenda, circle_of
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
    with unguarded_reading(ground, WHY) as here:
        found = here.db.execute(select(Meeting.id, Meeting.state).where(Meeting.state.in_(("open", "closed")))).all()
    for meeting_id, state in found:
        if state == "closed":  # the process may have ended between the closing and what follows it
            show_what_waits(ground, meeting_id)
    cut_log(ground.engine)  # what waits lies there in the order of writing
    claimed = (one for one, state in found if state == "open" and ground.linkage.windows.claim(one, slot))
    return sum(_decide(ground, one) for one in claimed)


def show_what_waits(ground: Ground, meeting_id: UUID) -> None:
    """After the closing: all that still waits, in every part of the floor, whoever closed the meeting."""
    with unguarded(ground, WHY) as work:
        meeting = work.db.get_one(Meeting, meeting_id)
        if meeting.state == "closed" and any(_waits(note) for note in queries.rows(work, meeting)):
            publish(work, meeting)
    ground.linkage.windows.destroy(meeting_id)


def _waits(note: Note) -> bool:
    return not note.is_released or note.pending is not None


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
    """Show all that waits, in a work that sees every part of the floor. The window ends before and after the commit, so that nobody is counted without a note that waits."""
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
    notes = queries.rows(work, meeting)
    rules = {item.id: item.rule or meeting.rule for item in agenda(work, meeting.id)}
    fresh = [_shown(work, meeting, note, rules[note.agenda_item_id]) for note in entropy.shuffled(notes)]
    for note in notes:
        work.db.delete(note)
    work.db.flush()  # the ids must be free before they are used again
    for note in fresh:
        work.db.add(note)
        work.db.flush()  # one by one, or the unit of work would sort them by id


def _shown(work: Work, meeting: Meeting, note: Note, item_rule: str) -> Note:
    """The note as all may see it. One that waited comes into the last part of the floor, which all hold who are there now.

    Its rule is the stricter of its item's and the one it was written under: written before or after a tightening, it is the same.
    """
    room = note.compartment_id if note.is_released else queries.floor_of(work, meeting)
    version = queries.latest_version(note)
    text = queries.latest(meeting, note, work.room_key(note.compartment_id))
    rule = queries.rule_of(note.rule, item_rule)
    context = queries.context_of(meeting, note.id, version, rule=rule, room=room)
    return Note(
        id=note.id,
        compartment_id=room,
        agenda_item_id=note.agenda_item_id,
        body=envelope.seal(work.room_key(room), text, context),
        rule=rule,
        tag=note.tag,
        version=version,
        is_released=True,
    )
