"""The rule under which a note was written cannot be changed behind the house's back: its words do not open, and the log tells."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.access.bypass import unguarded
from app.audit import audit
from app.meetings.models import Meeting
from app.notes.models import Note
from app.notes.queries import latest, note_context, rows
from app.notes.sealing import begin_seal
from app.vault import envelope
from tests.ground.batches import show_all

D = "/dialogues/six-party-talks"
WHY = "a test looks at what is stored"
BODY = "Written under the Rule."


@pytest.fixture
def author(program):
    return program("tachibana")


@pytest.fixture
def here(author):
    upcoming = author.get(f"{D}/meetings")["upcoming"]
    return f"{D}/meetings/{next(m['id'] for m in upcoming if m['code'] == 'W-2026')}"


@pytest.fixture
def shown(ground, author, here):
    item = author.get(f"{here}/notes")["items"][0]["id"]
    assert author.call("POST", f"{here}/agenda/{item}/notes", {"body": BODY}).status_code == 204
    show_all(ground)


def _meeting(work):
    return work.db.scalars(select(Meeting).where(Meeting.code == "W-2026")).one()


def _seal(ground):
    with unguarded(ground, WHY) as work:
        meeting = _meeting(work)
        meeting.state, meeting_id = "closed", meeting.id
    begin_seal(ground, meeting_id)


def _as_before_bodies_were_bound(ground):
    """Every note's body as it was sealed when it was bound to its place alone."""
    with unguarded(ground, WHY) as work:
        meeting = _meeting(work)
        for note in rows(work, meeting):
            context, key = note_context(meeting, note, note.version), work.room_key(note.compartment_id)
            note.body = envelope.seal(key, envelope.unseal(key, note.body, context), replace(context, terms=None))


def _write(ground, statement):
    with ground.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount


def _findings(ground):
    with unguarded(ground, WHY) as work:
        return audit(work, _meeting(work).dialogue_id).findings


def _are_bound(ground):
    with unguarded(ground, WHY) as work:
        return {envelope.is_bound_to_terms(note.body) for note in work.db.scalars(select(Note))}


@pytest.mark.parametrize("rule", ["'on-record'", "'off-record'", "NULL"])
def test_note_whose_rule_was_changed_in_the_database_does_not_open(ground, author, here, shown, rule):
    assert BODY in author.call("GET", f"{here}/notes").text
    with unguarded(ground, WHY) as work:
        changed = [note.id for note in rows(work, _meeting(work)) if note.rule == "chatham-house"]
    assert changed
    _write(ground, f"UPDATE note SET rule = {rule} WHERE rule = 'chatham-house'")
    answer = author.call("GET", f"{here}/notes")
    assert answer.status_code == 500
    assert BODY not in answer.text
    with unguarded(ground, WHY) as work:
        for note in (work.db.get_one(Note, one) for one in changed):
            with pytest.raises(envelope.Tampered):
                latest(_meeting(work), note, work.room_key(note.compartment_id))


@pytest.mark.parametrize("rule", ["'on-record'", "NULL"])
def test_log_tells_that_the_rule_of_a_sealed_note_was_changed(ground, shown, rule):
    _seal(ground)
    assert _findings(ground) == []
    _write(ground, f"UPDATE note SET rule = {rule}")
    assert _findings(ground) == ["The meeting W-2026 is not what the log says: notes."]


def test_notes_from_before_open_and_are_bound_with_the_next_batch(ground, author, here, shown):
    _as_before_bodies_were_bound(ground)
    assert _are_bound(ground) == {False}
    assert BODY in author.call("GET", f"{here}/notes").text
    show_all(ground)
    assert BODY in author.call("GET", f"{here}/notes").text
    with unguarded(ground, WHY) as work:
        assert {envelope.is_bound_to_terms(note.body) for note in rows(work, _meeting(work))} == {True}


def test_certificate_from_before_still_holds(ground, author, here, shown, monkeypatch):
    """As a meeting stands that was sealed when neither bodies nor certificates knew of rules."""
    seal = envelope.seal
    monkeypatch.setattr(envelope, "seal", lambda key, words, context: seal(key, words, replace(context, terms=None)))
    _seal(ground)
    monkeypatch.undo()
    assert False in _are_bound(ground)
    assert _findings(ground) == []
    assert BODY in author.call("GET", f"{here}/notes").text
