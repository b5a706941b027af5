"""The seal, stopped at every statement: it always arrives, loses no note, and leaves nothing to find the author by."""

from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from app.access.bypass import unguarded
from app.access.models import RoomKey
from app.core import clock
from app.ledger.models import Leaf
from app.meetings.models import AgendaItem, Meeting
from app.notes.models import Note, Seal
from app.notes.queries import context_of
from app.notes.sealing import begin_seal, resume_seals, take_care
from app.vault import envelope
from tests.conftest import loaded
from tests.figures import figure
from tests.ground import dump

WHY = "a test looks at what is stored"


class Stopped(RuntimeError):
    pass


def _closed(ground):
    with unguarded(ground, WHY) as work:
        meeting = work.db.scalars(select(Meeting).where(Meeting.code == "W-2026")).one()
        meeting.state = "closed"
        return meeting.id


def _texts(ground, meeting_id):
    """Every note of the meeting that the seal must keep, decrypted."""
    with unguarded(ground, WHY) as work:
        meeting = work.db.get_one(Meeting, meeting_id)
        key = work.room_key(meeting.floor_id)
        rows = work.db.execute(
            select(Note, AgendaItem.rule)
            .join(AgendaItem, AgendaItem.id == Note.agenda_item_id)
            .where(Note.compartment_id == meeting.floor_id)
        ).all()
        return sorted(
            envelope.unseal(key, note.body, context_of(meeting, note.id, note.version))
            for note, rule in rows
            if rule != "off-record"
        )


@contextmanager
def _stopping_at(ground, count):
    """Fail at the n-th statement, once; yields the counter."""
    seen = {"count": 0}

    def fail(*_given):
        seen["count"] += 1
        if seen["count"] == count:
            raise Stopped

    event.listen(ground.engine, "before_cursor_execute", fail)
    try:
        yield seen
    finally:
        event.remove(ground.engine, "before_cursor_execute", fail)


def _seal_stopped_at(databases, folder, count):
    """Seal with one failure, then go on as a new process would. Returns the number of statements of the first try."""
    with loaded(databases, folder) as ground:
        meeting_id = _closed(ground)
        texts = _texts(ground, meeting_id)
        with _stopping_at(ground, count) as seen, suppress(Stopped):
            begin_seal(ground, meeting_id)
        resume_seals(ground)
        if _state(ground, meeting_id) == "closed":  # stopped before anything was written down
            begin_seal(ground, meeting_id)
        assert _state(ground, meeting_id) == "sealed"
        assert _texts(ground, meeting_id) == texts
        _nothing_left(ground, meeting_id)
        return seen["count"]


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


def test_seal_stopped_at_any_statement_arrives(databases, tmp_path):
    whole = _seal_stopped_at(databases, tmp_path / "whole", 0)
    assert whole > 30
    stride = 1 if databases.name == "sqlite" else 9  # a PostgreSQL copy takes longer; every kind of statement is met
    for count in range(1, whole + 1, stride):
        _seal_stopped_at(databases, tmp_path / str(count), count)
    stopped = len(range(1, whole + 1, stride))
    figure("P4", statements=whole, kills=stopped, completed=stopped)


@pytest.mark.sqlite_only("about SQLite's own files")
def test_after_the_seal_the_files_hold_neither_tag_nor_key_nor_old_words(ground):
    meeting_id = _closed(ground)
    with unguarded(ground, WHY) as work:
        floor = work.db.get_one(Meeting, meeting_id).floor_id
        secrets = [bytes(work.db.get_one(RoomKey, floor).wrapped)]
        for note in work.db.scalars(select(Note).where(Note.compartment_id == floor)):
            secrets += [note.tag, note.body[22:54]]
    secrets.append(ground.linkage.salt_of(meeting_id))
    before = dump.files(ground)
    assert sum(secret in before for secret in secrets) == len(secrets) - 1  # all but the salt, which never is in there

    begin_seal(ground, meeting_id)
    assert [secret for secret in secrets if secret in dump.files(ground)] == []
    left = b"".join(path.read_bytes() for path in ground.linkage.folder.rglob("*") if path.is_file())
    assert secrets[-1] not in left


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
                envelope.unseal(old, note.body, context_of(meeting, note.id, 0))


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
