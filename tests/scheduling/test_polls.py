"""A poll from its opening to the meeting's time, and who learns what of it on the way."""

import pytest

from app.access.bypass import unguarded
from app.audit import audit
from app.dialogues.models import Dialogue
from app.scheduling.models import PollAnswer
from tests.ground import dump
from tests.scheduling.conftest import ASKED, SLOTS, D, answer, asking, fields, link_of, people, words

WHY = "a test looks at what is stored"


def _poll(poll):
    return f"{D}/polls/{poll['poll']['line']['id']}"


def _by_person(shown):
    return {one["person"].split()[0].upper(): (one["by"], one["given"]) for one in shown["respondents"]}


def test_answers_by_link_and_signed_in_are_read_by_who_runs_the_poll(opened, program, organiser):
    poll = opened()
    stranger = program()
    answer(stranger, link_of(poll, "whitcombe"), "no", "if-need-be", "yes")
    answer(program("tachibana"), f"{_poll(poll)}/mine", "yes", "yes", "no")
    shown = program("facilitator").get(_poll(poll))
    assert shown["answered"] == 2
    found = {one["person"]: (one["by"], one["given"]) for one in shown["respondents"] if one["by"]}
    assert sorted(found.values()) == [("link", ["no", "if-need-be", "yes"]), ("self", ["yes", "yes", "no"])]
    assert [(s["yes"], s["if_need_be"], s["no"]) for s in shown["slots"]] == [(1, 0, 1), (1, 1, 0), (1, 0, 1)]


def test_an_answer_is_changed_until_the_deadline_and_the_last_one_counts(opened, program, organiser):
    poll, stranger = opened(), program()
    link = link_of(poll, "whitcombe")
    answer(stranger, link, "no", "no", "no")
    answer(stranger, link, "yes", "no", "no")
    assert [s["given"] for s in stranger.get(link)["slots"]] == ["yes", "no", "no"]
    assert organiser.get(_poll(poll))["slots"][0]["yes"] == 1


def test_no_respondent_sees_anything_of_another(opened, program):
    """Two worlds: what the others answered changes no byte of what a respondent is sent."""
    poll = opened()
    stranger, liang = program(), program("liang")
    seen = [
        lambda: liang.call("GET", f"{_poll(poll)}/mine"),
        lambda: stranger.call("GET", link_of(poll, "whitcombe")),
        lambda: liang.call("GET", f"{D}/polls"),
        lambda: liang.call("GET", f"{D}/meetings"),
        lambda: liang.call("GET", _poll(poll)),
        lambda: liang.call("GET", f"{_poll(poll)}/slots"),
        lambda: liang.call("GET", f"{_poll(poll)}/delegations/CN"),
        lambda: liang.call("GET", f"{_poll(poll)}/delegations/JP"),
        lambda: program("observer").call("GET", f"{D}/log"),
    ]
    before = [(a.status_code, a.content) for a in (one() for one in seen)]
    answer(program("tachibana"), f"{_poll(poll)}/mine", "no", "no", "no")
    answer(program("namgung"), f"{_poll(poll)}/mine", "yes", "yes", "yes")
    answer(stranger, link_of(poll, "morinaga"), "yes", "no", "no")
    answer(program("namgung"), f"{_poll(poll)}/delegations/KR", "yes", "yes", "yes")
    assert [(a.status_code, a.content) for a in (one() for one in seen)] == before
    assert [status for status, _body in before] == [200, 200, 200, 200, 403, 403, 200, 403, 200]
    for name in ("TACHIBANA", "MORINAGA", "NAMGUNG", "WHITCOMBE"):
        assert name.encode() not in before[0][1].upper()
        assert name.encode() not in before[1][1].upper()


@pytest.mark.parametrize("shown", ["deadline", "five"])
def test_where_the_poll_says_so_nobody_learns_anything_before_the_time(opened, program, organiser, shown):
    """Not even who has answered, nor by the link that the organiser handed out himself, nor from the order of the slots."""
    poll, stranger = opened(shown=shown), program()
    places = [
        _poll(poll),
        f"{_poll(poll)}/slots",
        link_of(poll, "whitcombe"),
        f"{_poll(poll)}/delegations/US",
        f"{_poll(poll)}/delegations/JP",
        f"{D}/polls",
    ]
    before = [organiser.call("GET", place).content for place in places]
    answer(stranger, link_of(poll, "whitcombe"), "no", "no", "no")
    answer(program("tachibana"), f"{_poll(poll)}/mine", "no", "yes", "no")
    answer(program("tachibana"), f"{_poll(poll)}/delegations/JP", "no", "no", "no")
    assert [organiser.call("GET", place).content for place in places] == before
    told = organiser.get(_poll(poll))
    assert (told["hidden"], told["answered"], told["slots"][0]["yes"]) == (shown, None, None)


def _five(poll, program):
    for name in ("whitcombe", "tachibana", "namgung", "liang"):
        answer(program(), link_of(poll, name), "yes", "no", "if-need-be")


def test_totals_are_told_from_five_answers_on_and_never_who(opened, program, organiser, ground):
    poll = opened(answers="totals", shown="five")
    _five(poll, program)
    answer(organiser, f"{_poll(poll)}/delegations/JP", "yes", "yes", "yes")  # his own making counts for nothing
    assert organiser.get(_poll(poll))["hidden"] == "five"
    answer(program(), link_of(poll, "lindqvist"), "yes", "yes", "no")
    shown = organiser.get(_poll(poll))
    assert (shown["hidden"], shown["answered"]) == ("", 5)
    assert [(s["yes"], s["if_need_be"], s["no"]) for s in shown["slots"]] == [(6, 0, 0), (2, 0, 4), (1, 4, 1)]
    assert {(one["by"], *one["given"]) for one in shown["respondents"]} == {("",)}
    ranked = organiser.get(f"{_poll(poll)}/slots")["slots"]
    assert sorted((one["absent"], one["reluctant"], one["unanswered"]) for one in ranked) == [
        (0, 0, 0),
        (1, 4, 0),
        (4, 0, 0),
    ]
    assert all(one["absent_names"] == [] and one["unmet"] == [] for one in ranked)


def test_swapped_answers_of_two_people_are_the_same_totals_to_the_byte(opened, program, organiser):
    seen = []
    for first, second in (("tachibana", "liang"), ("liang", "tachibana")):
        poll = opened(answers="totals", shown="five")
        for name in ("whitcombe", "namgung", "morinaga"):
            answer(program(), link_of(poll, name), "yes", "no", "if-need-be")
        answer(program(), link_of(poll, first), "no", "no", "no")
        answer(program(), link_of(poll, second), "yes", "yes", "yes")
        told = organiser.get(_poll(poll))
        ranked = organiser.get(f"{_poll(poll)}/slots")
        seen.append(
            (
                [(s["yes"], s["if_need_be"], s["no"]) for s in told["slots"]],
                [{k: v for k, v in one.items() if k != "slot"} for one in ranked["slots"]],
            )
        )
    assert seen[0] == seen[1]


def test_to_hidden_answers_nobody_holds_a_key_and_the_log_tells_so(opened, program, organiser, ground):
    named, totals = opened(), opened(answers="totals", shown="deadline")
    with unguarded(ground, WHY) as work:
        dialogue = work.db.query(Dialogue).filter_by(is_demonstration=True).first() or work.db.query(Dialogue).one()
        assert audit(work, dialogue.id).findings == []
    log = str(program("liang").get(f"{D}/log")["entries"][:4])
    assert "may read: the answers to poll " + named["poll"]["line"]["code"] in log
    assert "the answers to poll " + totals["poll"]["line"]["code"] not in log
    assert "totals only" in log


def test_what_is_stored_tells_neither_answers_nor_who_gave_one(opened, program, ground):
    poll = opened(answers="totals", shown="deadline")
    answer(program(), link_of(poll, "whitcombe"), "if-need-be", "if-need-be", "if-need-be")
    rows = list(dump.rows(ground)["poll_answer"])
    assert len(rows) == 6 + 4  # one for each who is asked, one for each delegation
    with unguarded(ground, WHY) as work:
        sizes = {len(row.body) for row in work.db.query(PollAnswer)}
    assert len(sizes) == 1
    token = link_of(poll, "whitcombe").rsplit("/", 1)[1]
    assert token not in str(dump.rows(ground))


def test_a_revoked_a_replaced_and_a_guessed_link_are_the_same_nothing(opened, program, organiser):
    poll, stranger = opened(), program()
    link = link_of(poll, "whitcombe")
    one = next(r for r in organiser.get(_poll(poll))["respondents"] if "WHITCOMBE" in r["person"].upper())
    fresh = organiser.call("POST", f"{_poll(poll)}/respondents/{one['id']}/link").json()["token"]
    guessed = stranger.call("GET", "/availability/" + "A" * 32)
    assert guessed.status_code == 404
    assert stranger.call("GET", link).content == guessed.content
    answer(stranger, f"/availability/{fresh}", "yes", "yes", "yes")
    assert organiser.call("POST", f"{_poll(poll)}/respondents/{one['id']}/revoke").status_code == 204
    for method, body in (("GET", None), ("POST", {"answers": {}})):
        gone = stranger.call(method, f"/availability/{fresh}", body)
        assert (gone.status_code, gone.content) == (404, guessed.content)
    assert organiser.get(_poll(poll))["answered"] == 1  # what was answered stays


def test_guessing_links_is_slowed_and_those_who_have_one_are_not(opened, program):
    poll, stranger = opened(), program()
    answers = [stranger.call("GET", f"/availability/guess{n}").status_code for n in range(31)]
    assert answers == [404] * 30 + [422]
    assert stranger.call("GET", link_of(poll, "whitcombe")).status_code == 200


def test_a_heads_answer_counts_for_those_who_gave_none_and_says_so(opened, program, organiser):
    poll = opened()
    answer(program("tachibana"), f"{_poll(poll)}/delegations/JP", "no", "yes", "no")
    shown = organiser.get(_poll(poll))
    by = {one["person"]: (one["by"], one["given"][0]) for one in shown["respondents"] if one["party"] == "Japan"}
    assert set(by.values()) == {("head", "no")}
    assert len(by) == 2
    answer(program("morinaga"), f"{_poll(poll)}/mine", "yes", "yes", "yes")
    shown = organiser.get(_poll(poll))
    assert sorted((o["by"], o["given"][0]) for o in shown["respondents"] if o["party"] == "Japan") == [
        ("head", "no"),
        ("self", "yes"),
    ]
    assert program("morinaga").call("GET", f"{_poll(poll)}/delegations/JP").status_code == 403  # not the head
    assert program("tachibana").call("GET", f"{_poll(poll)}/delegations/KR").status_code == 403


def test_the_organiser_answers_for_a_delegation_and_it_is_marked(opened, program, organiser):
    poll = opened()
    answer(organiser, f"{_poll(poll)}/delegations/US", "yes", "no", "no")
    shown = organiser.get(_poll(poll))
    assert ("organiser", ["yes", "no", "no"]) in [(o["by"], o["given"]) for o in shown["respondents"]]
    assert shown["answered"] == 0


def test_the_slot_taken_is_the_meetings_time_and_nothing_is_answered_after(opened, program, organiser):
    poll = opened()
    tachibana = program("tachibana")
    answer(tachibana, f"{_poll(poll)}/mine", "yes", "no", "no")
    slot = next(s["id"] for s in poll["poll"]["slots"] if s["starts_at"] == "2027-03-01T05:00:00Z")
    sheet = tachibana.get(f"{_poll(poll)}/mine")
    taken = organiser.call("POST", f"{_poll(poll)}/take", {"slot": slot})
    assert (taken.status_code, taken.json()["line"]["state"]) == (200, "settled")
    meeting = organiser.get(f"{D}/meetings/{poll['poll']['line']['meeting_id']}")
    assert "2027-03-01" in meeting["starts"]["venue"]
    late = tachibana.call("POST", f"{_poll(poll)}/mine", words(sheet, "no", "no", "no"))
    assert late.status_code == 422
    assert organiser.call("POST", f"{_poll(poll)}/take", {"slot": slot}).status_code == 409
    ranked = organiser.get(f"{_poll(poll)}/slots")
    again = opened()
    assert ranked["sittings"] == 0
    borne = organiser.get(f"{_poll(again)}/slots")
    assert borne["sittings"] == 1
    assert dict(map(tuple, borne["balance"]))["United States"] == 240
    assert "2027-03-01" in organiser.get(f"{D}/meetings/{poll['poll']['line']['meeting_id']}")["starts"]["own"]


def test_a_closed_poll_takes_no_answer_and_shows_no_more_than_it_said(opened, program, organiser):
    poll = opened(shown="deadline")
    answer(program(), link_of(poll, "whitcombe"), "yes", "no", "no")
    assert organiser.call("POST", f"{_poll(poll)}/close").json()["hidden"] == "deadline"
    assert organiser.call("POST", f"{_poll(poll)}/close").status_code == 409
    sheet = program().get(link_of(poll, "whitcombe"))
    assert sheet["is_open"] is False


def test_whoever_is_not_asked_finds_nothing(opened, program):
    poll = opened(asked=("TACHIBANA",))
    missing = program("morinaga").call("GET", f"{D}/polls/{'0' * 8}-0000-4000-8000-{'0' * 12}/mine")
    for name in ("morinaga", "organiser", "liaison-japan"):
        hidden = program(name).call("GET", f"{_poll(poll)}/mine")
        assert (hidden.status_code, hidden.content) == (404, missing.content)
    assert program("morinaga").get(f"{D}/polls")["asked"] == []
    assert [p["code"] for p in program("tachibana").get(f"{D}/polls")["asked"]] == [poll["poll"]["line"]["code"]]


# --- at the page ------------------------------------------------------------------------------------------------------


def test_a_link_answers_at_the_page_without_account_or_name(opened, visit, organiser):
    poll, stranger = opened(), visit()
    link = link_of(poll, "whitcombe")
    shown = stranger.get(link)
    assert shown.status_code == 200
    assert shown.headers["referrer-policy"] == "strict-origin"
    assert "WHITCOMBE" not in shown.text.upper()
    assert "America" not in shown.text.split("<main")[0]
    assert organiser.get(_poll(poll))["answered"] == 0  # looking is not answering
    sent = stranger.send(link, page=link, **fields(shown.text, "yes"))
    assert (sent.status_code, sent.headers["location"]) == (303, link)
    assert "Your answer is kept" in stranger.get(link).text
    assert organiser.get(_poll(poll))["answered"] == 1


def test_a_half_filled_sheet_comes_back_with_what_was_chosen(opened, visit):
    poll, stranger = opened(), visit()
    link = link_of(poll, "whitcombe")
    chosen = dict(list(fields(stranger.get(link).text, "if-need-be").items())[:2])
    sent = stranger.send(link, page=link, **chosen)
    assert sent.status_code == 422
    assert sent.text.count("Please answer for this slot too.") == 2  # above, and at its place
    assert sent.text.count('value="if-need-be" checked') == 2
    odd = stranger.send(link, page=link, **(chosen | {"slot-nonsense": "yes", "more": "x"}))
    assert (odd.status_code, odd.text.count('value="if-need-be" checked')) == (422, 2)


def test_times_are_shown_in_the_zone_asked_for(opened, visit):
    poll, stranger = opened(), visit()
    link = link_of(poll, "whitcombe")
    assert "Mon 2027-03-01 00:00 · New York (UTC-05:00)" in stranger.get(link).text
    moscow = stranger.get(f"{link}?zone=Europe/Moscow")
    assert "Mon 2027-03-01 08:00 · Moscow (UTC+03:00)" in moscow.text
    wrong = stranger.get(f"{link}?zone=Mars/Olympus")
    assert wrong.status_code == 422
    assert 'value="Mars/Olympus"' in wrong.text


@pytest.mark.parametrize(
    ("field", "says", "more"),
    [
        ("slots", "passed already", {"slots": ["2020-01-01T10:00"]}),
        ("slots", "are the same", {"slots": ["2027-03-01T14:00", "2027-03-01T14:00"]}),
        ("slots", "are the same", {"slots": ["2027-03-01T14:00", "2027-03-01T05:00Z"]}),
        ("slots", "clocks go forward", {"time_zone": "America/New_York", "slots": ["2027-03-14T02:30"]}),
        ("slots", "comes twice", {"time_zone": "America/New_York", "slots": ["2027-11-07T01:30"]}),
        ("slots", "three years", {"slots": ["2090-11-07T01:30"]}),
        ("slots", "to the minute", {"slots": ["2027-03-01T14:00:30"]}),
        ("slots", "date and a time", {"slots": ["9999-12-31T23:59"]}),
        ("slots", "date and a time", {"slots": ["tomorrow"]}),
        ("deadline", "after the first slot", {"deadline": "2027-03-01T14:01"}),
        ("deadline", "passed already", {"deadline": "2026-01-01T10:00"}),
        ("deadline", "clocks go forward", {"time_zone": "America/New_York", "deadline": "2026-03-08T02:30"}),
        ("time_zone", "values offered", {"time_zone": "Mars/Olympus"}),
        ("minutes", "at least 15", {"minutes": 5}),
        ("meeting", "values offered", {"meeting": "00000000-0000-4000-8000-000000000000"}),
        ("asked", "values offered", {"asked": ["00000000-0000-4000-8000-000000000000"]}),
        ("shown", "tell each answer", {"answers": "totals", "shown": "at-once"}),
    ],
)
@pytest.mark.sqlite_only("what is refused before anything is stored does not depend on the database")
def test_a_senseless_poll_is_refused_at_its_field_and_nothing_typed_is_lost(organiser, visit, field, says, more):
    body = asking(organiser) | more
    refused = organiser.call("POST", f"{D}/polls/new", body)
    assert refused.status_code == 422
    assert says in " ".join(words for place, words in refused.json()["errors"].items() if place.startswith(field))
    page = visit("organiser").send(f"{D}/polls/new", page=f"{D}/polls/new", **body)
    assert page.status_code == 422
    assert says in page.text
    for typed in [*body["slots"], body["deadline"], body["time_zone"]]:
        assert f'value="{typed}"' in page.text
    assert organiser.get(f"{D}/polls")["run"] == []


def test_a_slot_of_another_poll_is_neither_answered_nor_taken(opened, organiser, program):
    one, other = opened(), opened(slots=["2027-04-01T10:00"])
    foreign = other["poll"]["slots"][0]["id"]
    refused = organiser.call("POST", f"{_poll(one)}/take", {"slot": foreign})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["slot"])
    given = words(program().get(link_of(one, "whitcombe")), "yes", "yes", "yes")
    given["answers"][foreign] = "yes"
    assert program().call("POST", link_of(one, "whitcombe"), given).status_code == 422
    assert organiser.get(_poll(one))["answered"] == 0


def test_polls_of_another_dialogue_are_not_there(opened, organiser):
    poll = opened()
    assert organiser.call("GET", _poll(poll).replace("six-party-talks", "elsewhere")).status_code == 404
    assert len(people(organiser, *ASKED)) == len(ASKED)
    assert len(SLOTS) == 3
