"""Letters to those who are called: who is written to, what leaves and when, and that nothing leaves twice."""

from email import message_from_bytes
from email.policy import default
from uuid import UUID

import pytest

from app.access.bypass import unguarded
from app.meetings.models import Meeting

D = "/dialogues/six-party-talks"
PEOPLE = {"TACHIBANA": "tachibana@example.jp", "LIANG": "liang@example.cn"}


@pytest.fixture
def workshop(program):
    """The meeting to come, in which the facilitator sits; two of those called have an address."""
    organiser, facilitator = program("organiser"), program("facilitator")
    for person in organiser.get(f"{D}/people")["people"]:
        for family, address in PEOPLE.items():
            if family in person["shown"]:
                act = {"person": person["id"], "address": address}
                assert organiser.call("POST", f"{D}/people/address", act).status_code == 200
    return next(m["id"] for m in facilitator.get(f"{D}/meetings")["upcoming"] if m["code"] == "W-2026")


def _write(who, meeting, **more):
    answer = who.call("POST", f"{D}/outbox/meetings/{meeting}", more)
    assert answer.status_code == 200, answer.text
    return answer.json()["waiting"]


def _let_all_go(who, meeting):
    assert who.call("POST", f"{D}/outbox/meetings/{meeting}/let-go", {}).status_code == 200


def _move(ground, meeting, city):
    with unguarded(ground, "a test moves a meeting") as work:
        work.db.get_one(Meeting, meeting).city = city


def test_each_who_is_called_is_written_to_once_and_again_only_when_something_changed(program, workshop, ground):

    facilitator = program("facilitator")
    first = _write(facilitator, workshop, names_place=True)
    assert {letter["kind"] for letter in first} == {"invitation"}
    assert len(_write(facilitator, workshop, names_place=True)) == len(first)  # written anew, not twice
    _let_all_go(facilitator, workshop)
    assert _write(facilitator, workshop, names_place=True) == []
    _move(ground, UUID(workshop), "Another city")
    changed = _write(facilitator, workshop, names_place=True)
    assert [letter["kind"] for letter in changed] == ["change"] * len(first)
    assert all("Another city" in letter["words"] for letter in changed)


def test_a_letter_names_one_person_and_tells_nothing_in_its_subject(program, workshop):
    facilitator = program("facilitator")
    letters = _write(facilitator, workshop)
    mine = next(letter for letter in letters if letter["address"] == PEOPLE["TACHIBANA"])
    text = facilitator.get(f"{D}/outbox/letters/{mine['id']}/files/eml")["text"]
    message = message_from_bytes(text.encode(), policy=default)
    assert message["To"] == PEOPLE["TACHIBANA"]
    assert "workshop" not in message["Subject"].casefold()
    entry = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert entry.get_param("method") == "REQUEST"
    assert entry.get_content().count("ATTENDEE") == 1
    for other in ("LIANG", PEOPLE["LIANG"], "NAMGUNG", "WHITCOMBE"):
        assert other not in text


def test_an_answer_is_the_persons_own_and_shown_to_those_who_keep_the_letters_alone(program, workshop):
    tachibana, liang, facilitator = program("tachibana"), program("liang"), program("facilitator")
    here = f"{D}/meetings/{workshop}"
    assert tachibana.get(here)["own_answer"] is None
    assert tachibana.call("POST", f"{here}/answer", {"answer": "declined"}).status_code == 200
    assert tachibana.get(here)["own_answer"] == "declined"
    told = {one["person"]: one["answer"] for one in facilitator.get(here)["attendance"]}
    assert "declined" in told.values()
    assert {one["answer"] for one in liang.get(here)["attendance"]} == {None}
    assert liang.get(here)["own_answer"] is None
    assert program("observer").call("POST", f"{here}/answer", {"answer": "perhaps"}).status_code == 422


def test_a_meeting_that_is_called_off_is_told_to_those_who_were_called(program, workshop):
    facilitator = program("facilitator")
    _write(facilitator, workshop)
    _let_all_go(facilitator, workshop)
    assert facilitator.call("POST", f"{D}/meetings/{workshop}/call-off", {}).json()["called_off_on"]
    letters = _write(facilitator, workshop)
    assert {letter["kind"] for letter in letters} == {"cancellation"}
    entry = facilitator.get(f"{D}/outbox/letters/{letters[0]['id']}/files/ics")["text"]
    assert "METHOD:CANCEL" in entry
    assert "SEQUENCE:1" in entry
    assert facilitator.call("POST", f"{D}/meetings/{workshop}/call-off", {}).status_code == 409


def test_who_is_not_in_the_room_neither_writes_nor_reads_letters(program, workshop):
    """An organiser who is not invited may not know who is; a participant keeps no letters."""
    facilitator = program("facilitator")
    letter = _write(facilitator, workshop)[0]["id"]
    organiser, tachibana = program("organiser"), program("tachibana")
    if not facilitator.get(f"{D}/meetings/{workshop}")["attendance"]:
        pytest.fail("the facilitator sees the attendances")
    if organiser.get(f"{D}/meetings/{workshop}")["line"]["is_invited"]:
        pytest.fail("the organiser must not be invited here")
    assert organiser.get(f"{D}/outbox")["waiting"] == []
    assert organiser.call("POST", f"{D}/outbox/meetings/{workshop}", {}).status_code == 404
    assert organiser.call("GET", f"{D}/outbox/letters/{letter}/files/eml").status_code == 404
    assert tachibana.call("GET", f"{D}/outbox").status_code == 403


def test_without_a_mail_server_letters_are_handed_over_by_other_means(program, visit, workshop):
    facilitator = program("facilitator")
    letter = _write(facilitator, workshop)[0]
    done = facilitator.call("POST", f"{D}/outbox/letters/{letter['id']}/let-go", {}).json()["done"]
    assert [each["state"] for each in done] == ["by-hand"]
    assert facilitator.call("POST", f"{D}/outbox/letters/{letter['id']}/let-go", {}).status_code == 409
    page = visit("facilitator").get(f"{D}/outbox")
    assert "No mail server is set up" in page.text
    assert letter["words"].splitlines()[0] in page.text
