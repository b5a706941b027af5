"""The seal: when it begins, what it waits for, what it leaves. Killed at every step: tests/two_worlds/test_seal_killed.py."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.access.bypass import unguarded
from app.core import clock
from app.ledger.models import Leaf
from app.meetings.models import Meeting
from app.notes.models import Note, Seal
from app.notes.queries import note_context
from app.notes.sealing import begin_seal, take_care
from app.vault import envelope

WHY = "a test looks at what is stored"


def _closed(ground):
    with unguarded(ground, WHY) as work:
        meeting = work.db.scalars(select(Meeting).where(Meeting.code == "W-2026")).one()
        meeting.state = "closed"
        return meeting.id


def _state(ground, meeting_id):
    with unguarded(ground, WHY) as work:
        return work.db.get_one(Meeting, meeting_id).state


def _nothing_left(ground, meeting_id):
    assert not ground.linkage.has_salt(meeting_id)
    with unguarded(ground, WHY) as work:
        floor = work.db.get_one(Meeting, meeting_id).floor_id
        notes = list(work.db.scalars(select(Note).where(Note.compartment_id == floor)))
        assert notes
        assert all(n.tag is None and n.version == 0 and n.pending is None for n in notes)
        assert work.db.get_one(Seal, meeting_id).step == "certified"
        entries = [leaf.facts for leaf in work.db.scalars(select(Leaf))]
        assert sum(entry["kind"] == "meeting sealed" for entry in entries) == 1


def test_old_key_opens_nothing_after_the_seal(ground):
    meeting_id = _closed(ground)
    with unguarded(ground, WHY) as work:
        meeting = work.db.get_one(Meeting, meeting_id)
        old = work.room_key(meeting.floor_id)
    begin_seal(ground, meeting_id)
    with unguarded(ground, WHY) as work:
        meeting = work.db.get_one(Meeting, meeting_id)
        for note in work.db.scalars(select(Note).where(Note.compartment_id == meeting.floor_id)):
            with pytest.raises(envelope.Tampered):
                envelope.unseal(old, note.body, note_context(meeting, note, 0))


def test_caretaker_seals_what_is_overdue_and_not_before(ground):
    meeting_id = _closed(ground)
    last_day = datetime(2026, 12, 4, 12, tzinfo=UTC)
    with clock.frozen(last_day + timedelta(days=13)):
        take_care(ground)
    assert _state(ground, meeting_id) == "closed"
    with clock.frozen(last_day + timedelta(days=14)):
        take_care(ground)
    assert _state(ground, meeting_id) == "sealed"


@pytest.mark.sqlite_only("a reader holds up the compaction of SQLite's files only")
def test_seal_waits_for_a_reader_and_goes_on_without_an_error(ground):
    meeting_id = _closed(ground)
    reader = ground.engine.execution_options(writes=False).connect()
    reader.execute(select(Note.id)).all()  # a read transaction stays open
    raw = ground.engine.raw_connection()
    raw.dbapi_connection.execute("PRAGMA busy_timeout = 50")
    begin_seal(ground, meeting_id)
    assert _state(ground, meeting_id) == "sealing"
    reader.close()
    raw.close()
    take_care(ground)
    assert _state(ground, meeting_id) == "sealed"
    _nothing_left(ground, meeting_id)
