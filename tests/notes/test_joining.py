"""Who joins late: what he sees, what the others see, and that the boundary between names nobody."""

import pytest
from sqlalchemy import select

from app.access.bypass import unguarded
from app.access.models import Compartment, Grant, Member
from app.audit import audit
from app.meetings.models import FloorPart, Meeting
from app.meetings.queries import floors
from app.notes.models import Note
from app.notes.queries import every_body
from app.notes.sealing import begin_seal
from app.vault import envelope
from tests.ground import dump
from tests.ground.batches import show_all

D = "/dialogues/six-party-talks"
WHY = "a test looks at what is stored"
SHOWN, WAITING, AFTER = "Shown before he came", "Waiting while he came", "Written after he came"


@pytest.fixture
def people(program):
    names = ("facilitator", "rapporteur", "organiser", "tachibana", "namgung", "liang", "morinaga", "whitcombe")
    return {name: program(name) for name in names}


@pytest.fixture
def here(people):
    upcoming = people["facilitator"].get(f"{D}/meetings")["upcoming"]
    return f"{D}/meetings/{next(m['id'] for m in upcoming if m['code'] == 'W-2026')}"


def _person(people, here, name="MORINAGA"):
    return next(person for person, shown in people["facilitator"].get(f"{here}/notes")["guests"] if name in shown)


def _admit(people, here):
    answer = people["facilitator"].call("POST", f"{here}/guests", {"person": _person(people, here)})
    assert answer.status_code == 201, answer.text


def _post(people, here, name, body):
    item = people["tachibana"].get(f"{here}/notes")["items"][0]["id"]
    assert people[name].call("POST", f"{here}/agenda/{item}/notes", {"body": body}).status_code == 204


def _seen(people, here, name):
    return {note["body"] for item in people[name].get(f"{here}/notes")["items"] for note in item["notes"]}


@pytest.fixture
def joined(ground, people, here):
    """One note was shown, one waits; then she comes."""
    _post(people, here, "tachibana", SHOWN)
    show_all(ground)
    _post(people, here, "tachibana", WAITING)
    assert people["morinaga"].call("GET", f"{here}/notes").status_code == 404
    _admit(people, here)
    return here


def _sound(ground):
    stored = dump.rows(ground)["note"]
    with unguarded(ground, WHY) as work:
        for body in every_body(work):
            envelope.unseal(work.room_key(body.context.room), body.stored, body.context)
        assert sum(1 for _body in every_body(work)) == len(stored)
        return audit(work, work.db.scalars(select(Meeting.dialogue_id).limit(1)).one()).findings


def test_late_joiner_sees_what_is_shown_from_then_on_and_nothing_from_before(ground, people, joined):
    assert _seen(people, joined, "morinaga") == set()
    _post(people, joined, "namgung", AFTER)
    show_all(ground)
    assert _seen(people, joined, "morinaga") == {WAITING, AFTER}
    assert _seen(people, joined, "liang") >= {SHOWN, WAITING, AFTER}
    assert "TACHIBANA" in str(people["morinaga"].get(joined)["attendance"])
    assert "MORINAGA" in str(people["liang"].get(joined)["attendance"])
    assert _sound(ground) == []


def test_the_boundary_tells_only_what_was_shown_before(ground, people, joined):
    """A note that waited and one written afterwards lie in one room, under one rule: nothing tells them apart."""
    _post(people, joined, "namgung", AFTER)
    show_all(ground)
    with unguarded(ground, WHY) as work:
        meeting = work.db.scalars(select(Meeting).where(Meeting.code == "W-2026")).one()
        lies = {}
        for note in work.db.scalars(select(Note)):
            lies.setdefault(note.compartment_id, set()).add((note.rule, note.is_released, note.version))
        assert set(floors(work, meeting)) <= set(lies)
        assert len({(released, version) for _rule, released, version in lies[meeting.floor_id]}) == 1


def test_keys_are_in_the_log_each_part_by_its_name(ground, people, joined):
    said = str(people["liang"].get(f"{D}/log"))
    assert "the notes of meeting W-2026/2" in said
    assert _sound(ground) == []
    with unguarded(ground, WHY) as work:  # the first part's key, handed behind the log's back
        first = work.db.scalars(
            select(Compartment.id)
            .join(Meeting, Meeting.id == Compartment.subject_id)
            .where(Compartment.kind == "floor", Meeting.code == "W-2026")
        ).one()
        late = _late(work)
        work.db.add(Grant(compartment_id=first, member_id=late, level=1))
    assert any("floor W-2026 " in finding for finding in _sound(ground))


def _late(work):
    part = work.db.scalars(select(FloorPart)).one()
    first = select(Compartment.id).where(Compartment.subject_id == part.meeting_id, Compartment.kind == "floor")
    before = set(work.db.scalars(select(Grant.member_id).where(Grant.compartment_id.in_(first))))
    now = set(work.db.scalars(select(Grant.member_id).where(Grant.compartment_id == part.compartment_id)))
    assert before < now
    (late,) = now - before
    return work.db.get_one(Member, late).id


def test_own_notes_are_found_and_edited_in_every_part(ground, people, joined):
    _post(people, joined, "tachibana", AFTER)
    own = {note["body"]: note for note in people["tachibana"].get(f"{joined}/notes/mine")["notes"]}
    assert {SHOWN, WAITING, AFTER} <= set(own)
    for body in (SHOWN, WAITING):
        edit = {"body": f"{body}, edited", "version": own[body]["version"]}
        place = f"{joined}/notes/mine/{own[body]['id']}"
        assert people["morinaga"].call("PUT", place, edit).status_code == 404
        assert people["tachibana"].call("PUT", place, edit).status_code == 204
    show_all(ground)
    assert _seen(people, joined, "liang") >= {f"{SHOWN}, edited", f"{WAITING}, edited", AFTER}
    assert _seen(people, joined, "morinaga") == {f"{WAITING}, edited", AFTER}
    assert _sound(ground) == []


def test_closing_by_whoever_and_the_seal_reach_every_part(ground, people, joined):
    first = next(n for n in people["tachibana"].get(f"{joined}/notes/mine")["notes"] if n["body"] == SHOWN)
    edit = {"body": f"{SHOWN}, edited", "version": first["version"]}
    assert people["tachibana"].call("PUT", f"{joined}/notes/mine/{first['id']}", edit).status_code == 204
    assert people["rapporteur"].call("POST", f"{joined}/close").status_code == 200
    seen = {name: _seen(people, joined, name) for name in ("liang", "morinaga")}
    assert f"{SHOWN}, edited" in seen["liang"]
    assert seen["morinaga"] == {WAITING}
    with unguarded(ground, WHY) as work:
        meeting_id = work.db.scalars(select(Meeting.id).where(Meeting.code == "W-2026")).one()
    begin_seal(ground, meeting_id)
    assert (
        {f"{SHOWN}, edited", WAITING} <= _seen(people, joined, "liang") < seen["liang"]
    )  # without what was off the record
    assert _seen(people, joined, "morinaga") == {WAITING}
    with unguarded(ground, WHY) as work:
        rooms = floors(work, work.db.get_one(Meeting, meeting_id))
        assert len(rooms) == 2
        for note in work.db.scalars(select(Note).where(Note.compartment_id.in_(rooms))):
            assert (note.tag, note.version, note.pending) == (None, 0, None)
    assert _sound(ground) == []


def test_policy_that_shows_earlier_notes_hands_every_key(ground, people, here):
    made = (
        people["organiser"]
        .call(
            "POST",
            f"{D}/meetings/new",
            {
                "title": "Open to who comes",
                "starts_on": "2027-03-01",
                "ends_on": "2027-03-02",
                "agenda": "One",
                "late_see_earlier": True,
                "invited": [],
            },
        )
        .json()["line"]
    )
    place = f"{D}/meetings/{made['id']}"
    item = people["rapporteur"].get(f"{place}/notes")["items"][0]["id"]
    assert people["rapporteur"].call("POST", f"{place}/agenda/{item}/notes", {"body": SHOWN}).status_code == 204
    show_all(ground, made["code"])
    _admit(people, place)
    assert _seen(people, place, "morinaga") == {SHOWN}
    assert people["organiser"].call("POST", f"{place}/earlier/hide").status_code == 200
    assert people["organiser"].call("POST", f"{place}/earlier/hide").status_code == 409
    answer = people["facilitator"].call("POST", f"{place}/guests", {"person": _person(people, place, "LIANG")})
    assert answer.status_code == 201
    assert _seen(people, place, "liang") == set()
    assert _sound(ground) == []


def test_before_anything_was_shown_no_part_begins(ground, people, here):
    made = (
        people["organiser"]
        .call(
            "POST",
            f"{D}/meetings/new",
            {"title": "Not begun", "starts_on": "2027-03-01", "ends_on": "2027-03-02", "agenda": "One"},
        )
        .json()["line"]
    )
    _admit(people, f"{D}/meetings/{made['id']}")
    assert dump.rows(ground)["floor_part"] == []


@pytest.mark.parametrize("who", ["organiser", "tachibana"])
def test_only_who_chairs_and_hears_lets_somebody_in(ground, people, here, who):
    body = {"person": _person(people, here)}
    stored = dump.rows(ground)
    assert people[who].call("POST", f"{here}/guests", body).status_code == 403
    assert dump.rows(ground) == stored


def test_who_is_in_already_or_is_nobody_is_refused_at_the_field(ground, people, here, visit):
    person = _person(people, here)
    _admit(people, here)
    stored = dump.rows(ground)
    chair = visit("facilitator")
    for given, says in ((person, "in the meeting already"), ("0" * 32, "choose one of"), ("x", "id")):
        answer = chair.send(f"{here}/guests", page=f"{here}/notes", person=given)
        assert answer.status_code == 422
        assert says in answer.text
    assert dump.rows(ground) == stored


def test_the_page_says_why_each_note_is_seen(ground, people, joined, visit):
    _post(people, joined, "namgung", AFTER)
    show_all(ground)
    page = " ".join(visit("liang").get(f"{joined}/notes").text.split())
    assert page.count("Why can I see this?") >= 3
    assert "Who joined later does not see it." in page
    assert "Those who were in the meeting when this was shown" not in visit("morinaga").get(f"{joined}/notes").text
