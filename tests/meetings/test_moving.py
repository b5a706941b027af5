"""Rules on the move: tighter at once, looser only when everybody who was there has said so himself."""

import json
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.access.bypass import unguarded
from app.audit import audit
from app.meetings.models import Meeting, RuleConsent, RuleProposal
from app.notes.sealing import begin_seal
from tests.ground import dump
from tests.ground.batches import show_all

D = "/dialogues/six-party-talks"
PRESENT = ("facilitator", "rapporteur", "liang", "namgung", "tachibana", "whitcombe", "observer")
WHY = "a test looks at what is stored"


def _meeting(person, code="W-2026"):
    return f"{D}/meetings/{next(m['id'] for m in person.get(f'{D}/meetings')['upcoming'] if m['code'] == code)}"


@pytest.fixture
def people(program):
    return {name: program(name) for name in (*PRESENT, "organiser", "morinaga", "liaison-japan")}


@pytest.fixture
def here(people):
    return _meeting(people["organiser"])


def _propose(people, here, **body):
    answer = people["organiser"].call("POST", f"{here}/proposals", body)
    assert answer.status_code == 201, answer.text
    proposal = next(p for p in answer.json()["proposals"] if p["state"] == "open")
    return f"{here}/proposals/{proposal['id']}"


def _rule(people, here):
    return people["organiser"].get(here)["line"]["rule"]


def _agree(people, place):
    for name in PRESENT:
        assert people[name].call("POST", f"{place}/consent").status_code == 200


def _sound(ground):
    with unguarded(ground, WHY) as work:
        return audit(work, work.db.scalars(select(Meeting.dialogue_id).limit(1)).one()).findings


def test_rule_is_loosened_by_the_last_consent_of_those_present_and_by_nothing_before(ground, people, here):
    place = _propose(people, here, to="on-record")
    for number, name in enumerate(PRESENT):
        assert _rule(people, here) == "chatham-house"
        seen = people["whitcombe"].get(here)["proposals"][0]
        assert (seen["consents"], seen["present"], seen["state"]) == (number, len(PRESENT), "open")
        assert people[name].call("POST", f"{place}/consent").status_code == 200
    assert _rule(people, here) == "on-record"
    assert people["whitcombe"].get(here)["proposals"][0]["state"] == "agreed"
    said = str(people["whitcombe"].get(f"{D}/log"))
    assert "by the consent of all who were present" in said
    assert _sound(ground) == []


def test_nobody_is_asked_whether_somebody_else_consented(people, here):
    """The page tells how many, and to each about himself; not who."""
    place = _propose(people, here, to="on-record")
    before = people["liang"].call("GET", here).content
    people["tachibana"].call("POST", f"{place}/consent")
    one = people["liang"].get(here)
    assert people["tachibana"].get(here)["proposals"][0]["has_consented"] is True
    assert one["proposals"][0]["has_consented"] is False
    assert str(one).replace("'consents': 1", "'consents': 0") == str(json.loads(before))


@pytest.mark.parametrize(
    ("who", "status"), [("organiser", 404), ("morinaga", 404), ("liaison-japan", 404), ("namgung", 409)]
)
def test_consent_of_those_who_were_not_there_or_a_second_one_counts_for_nothing(ground, people, here, who, status):
    place = _propose(people, here, to="on-record")
    people["namgung"].call("POST", f"{place}/consent")
    stored = dump.rows(ground)
    assert people[who].call("POST", f"{place}/consent").status_code == status
    assert dump.rows(ground) == stored


def test_nobody_consents_in_anothers_name(ground, people, here, visit):
    place = _propose(people, here, to="on-record")
    one = visit("tachibana")
    page = one.send(f"{place}/consent", page=here, member=str(uuid4()))
    with unguarded(ground, WHY) as work:
        given = list(work.db.scalars(select(RuleConsent)))
    assert len(given) == 1  # her own, whatever the form says
    assert page.status_code == 303
    assert people["tachibana"].get(here)["proposals"][0]["has_consented"] is True


@pytest.mark.parametrize(
    ("verb", "who", "state"), [("decline", "liang", "declined"), ("withdraw", "organiser", "withdrawn")]
)
def test_proposal_ends_when_one_declines_or_it_is_withdrawn(ground, people, here, verb, who, state):
    place = _propose(people, here, to="on-record")
    for name in PRESENT[:-1]:
        people[name].call("POST", f"{place}/consent")
    assert people[who].call("POST", f"{place}/{verb}").status_code == 200  # who has consented may still decline
    assert people["observer"].call("POST", f"{place}/consent").status_code == 409
    assert _rule(people, here) == "chatham-house"
    assert people["organiser"].get(here)["proposals"][0]["state"] == state
    with unguarded(ground, WHY) as work:
        row = work.db.scalars(select(RuleProposal)).one()
        assert {c.name for c in RuleProposal.__table__.columns} & {"member_id", "account_id", "declined_by"} == set()
        assert row.ended_on == row.proposed_on


def test_who_comes_in_meanwhile_is_asked_too(people, here):
    place = _propose(people, here, to="on-record")
    for name in PRESENT[:-1]:
        people[name].call("POST", f"{place}/consent")
    guests = people["facilitator"].get(f"{here}/notes")["guests"]
    morinaga = next(person for person, name in guests if "MORINAGA" in name)
    assert people["facilitator"].call("POST", f"{here}/guests", {"person": morinaga}).status_code == 201
    people[PRESENT[-1]].call("POST", f"{place}/consent")
    assert _rule(people, here) == "chatham-house"
    assert people["morinaga"].call("POST", f"{place}/consent").status_code == 200
    assert _rule(people, here) == "on-record"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("rule", {"rule": "chatham-house"}, "rule"),
        ("rule", {"rule": "on-record"}, "rule"),
        ("rule", {"rule": "whispered"}, "rule"),
        ("rule", {"rule": "off-record", "item": str(uuid4())}, "item"),
        ("label", {"tlp": "TLP:CLEAR"}, "tlp"),
        ("label", {"tlp": "TLP:AMBER"}, "tlp"),
        ("proposals", {"to": "off-record"}, "to"),
        ("proposals", {"to": "chatham-house"}, "to"),
        ("proposals", {"to": "TLP:AMBER+STRICT"}, "to"),
        ("proposals", {"to": "TLP:GREEN", "item": "own"}, "item"),
        ("proposals", {"to": "on-record", "item": str(uuid4())}, "item"),
    ],
)
def test_what_is_asked_wrongly_is_refused_at_its_field_and_changes_nothing(ground, people, here, path, body, field):
    own = people["organiser"].get(here)["agenda"][0]["id"]
    body = {name: own if value == "own" else value for name, value in body.items()}
    stored = dump.rows(ground)
    answer = people["organiser"].call("POST", f"{here}/{path}", body)
    assert answer.status_code == 422
    assert field in answer.text
    assert dump.rows(ground) == stored


def test_item_of_another_meeting_is_no_item_of_this_one(people, here):
    other = people["organiser"].call(
        "POST",
        f"{D}/meetings/new",
        {"title": "Another", "starts_on": "2027-03-01", "ends_on": "2027-03-02", "agenda": "Its own item"},
    )
    item = other.json()["agenda"][0]["id"]
    for path, body in (("rule", {"rule": "off-record"}), ("proposals", {"to": "on-record"})):
        answer = people["organiser"].call("POST", f"{here}/{path}", body | {"item": item})
        assert answer.status_code == 422
        assert "no such item" in answer.text


def test_tightening_holds_at_once_and_an_item_is_never_looser_for_it(ground, people, here):
    items = people["organiser"].get(here)["agenda"]
    place = _propose(people, here, to="on-record", item=items[0]["id"])
    _agree(people, place)
    assert people["liang"].get(here)["agenda"][0]["rule"] == "on-record"
    assert (
        people["organiser"].call("POST", f"{here}/rule", {"rule": "off-record", "item": items[1]["id"]}).status_code
        == 200
    )
    assert people["organiser"].call("POST", f"{here}/label", {"tlp": "TLP:RED"}).status_code == 200
    assert _sound(ground) == []
    assert people["organiser"].call("POST", f"{here}/rule", {"rule": "off-record"}).status_code == 200
    assert {item["rule"] for item in people["liang"].get(here)["agenda"]} == {"off-record"}
    assert people["liang"].get(here)["line"]["tlp"] == "TLP:RED"
    assert _sound(ground) == []


def _post(people, here, name, item, body):
    assert people[name].call("POST", f"{here}/agenda/{item}/notes", {"body": body}).status_code == 204


def test_a_note_keeps_the_stricter_rule_it_was_written_under(ground, people, here):
    item = people["liang"].get(f"{here}/notes")["items"][0]["id"]
    _post(people, here, "tachibana", item, "Said when it was the Chatham House Rule")
    _agree(people, _propose(people, here, to="on-record"))
    _post(people, here, "tachibana", item, "Said on the record")
    show_all(ground)
    rules = {n["body"]: n["rule"] for n in people["liang"].get(f"{here}/notes")["items"][0]["notes"]}
    assert rules["Said when it was the Chatham House Rule"] == "chatham-house"
    assert rules["Said on the record"] == "on-record"
    assert people["organiser"].call("POST", f"{here}/rule", {"rule": "off-record"}).status_code == 200
    assert {n["rule"] for n in people["liang"].get(f"{here}/notes")["items"][0]["notes"]} == {"off-record"}


def test_a_batch_leaves_no_trace_of_who_wrote_before_a_tightening(ground, people, here):
    item = people["liang"].get(f"{here}/notes")["items"][0]["id"]
    _agree(people, _propose(people, here, to="on-record"))
    _post(people, here, "tachibana", item, "Before")
    people["organiser"].call("POST", f"{here}/rule", {"rule": "chatham-house"})
    _post(people, here, "namgung", item, "After")
    show_all(ground)
    assert {row["rule"] for row in dump.rows(ground)["note"] if row["is_released"]} <= {"chatham-house", "off-record"}


def test_release_has_the_strictest_rule_of_what_it_reports(ground, people, here):
    item = people["liang"].get(f"{here}/notes")["items"][0]["id"]
    _post(people, here, "tachibana", item, "Under the Rule")
    show_all(ground)
    _agree(people, _propose(people, here, to="on-record"))
    rapporteur = people["rapporteur"]
    draft = rapporteur.call("POST", f"{D}/summaries", {"meeting": here.rsplit("/", 1)[1]}).json()
    seen = rapporteur.call("POST", f"{D}/summaries/{draft['id']}/preview", {"party": "JP", "tlp": "TLP:RED"})
    assert seen.status_code == 422
    seen = rapporteur.call("POST", f"{D}/summaries/{draft['id']}/preview", {"party": "JP", "tlp": "TLP:AMBER+STRICT"})
    assert seen.json()["rule"] == "chatham-house"


OFF = "This must never leave the room"


def test_off_the_record_notes_are_in_no_summary_and_gone_after_the_seal(ground, people, here):
    item = people["liang"].get(f"{here}/notes")["items"][0]
    _post(people, here, "tachibana", item["id"], OFF)
    show_all(ground)
    rapporteur = people["rapporteur"]
    early = rapporteur.call("POST", f"{D}/summaries", {"meeting": here.rsplit("/", 1)[1]}).json()
    assert OFF in early["text"]
    assert (
        people["organiser"].call("POST", f"{here}/rule", {"rule": "off-record", "item": item["id"]}).status_code == 200
    )
    late = rapporteur.call("POST", f"{D}/summaries", {"meeting": here.rsplit("/", 1)[1]}).json()
    assert OFF not in late["text"]
    cut = {"party": "JP", "tlp": "TLP:AMBER+STRICT"}
    refused = rapporteur.call("POST", f"{D}/summaries/{early['id']}/releases", cut)
    assert refused.status_code == 422
    assert f"Item {item['ref']} is off the record" in refused.text
    assert people["facilitator"].call("POST", f"{here}/close").status_code == 200
    ids = {n["id"] for n in dump.rows(ground)["note"]}
    with unguarded(ground, WHY) as work:
        meeting_id = work.db.scalars(select(Meeting.id).where(Meeting.code == "W-2026")).one()
    begin_seal(ground, meeting_id)
    shown = people["liang"].get(f"{here}/notes")
    assert OFF not in str(shown)
    assert next(i for i in shown["items"] if i["id"] == item["id"])["notes"] == []
    assert any(i["notes"] for i in shown["items"])
    assert not ids & {n["id"] for n in dump.rows(ground)["note"]}
    assert _sound(ground) == []


def test_rules_move_at_a_browser_without_script(people, visit, here):
    organiser = visit("organiser")
    page = " ".join(organiser.get(here).text.split())
    assert "who said it, or was there, may not be told" in page
    wrong = organiser.send(f"{here}/proposals", page=here, to="chatham-house", item="")
    assert wrong.status_code == 422
    assert "would loosen nothing" in wrong.text
    assert organiser.send(f"{here}/proposals", page=here, to="on-record", item="").status_code == 303
    one = visit("tachibana")
    page = one.get(here).text
    assert "0 of 7 who were present have consented" in page
    consent = re.search(rf'action="({here}/proposals/[0-9a-f-]+/consent)"', page).group(1)
    assert one.send(consent, page=here).status_code == 303
    assert "You have consented." in one.get(here).text
    assert consent not in organiser.get(here).text  # she was not there
    for name in PRESENT:
        if name != "tachibana":
            people[name].call("POST", consent)
    assert "On the record: what was said may be quoted" in one.get(here).text
