"""Positions as of a day: one's own whole history; for everybody else what could be learned on that day, and today nothing of it."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import inspect, text

from app.core import clock
from app.interchange.loading import load
from app.interchange.reading import BadDocument, parse
from tests.cast import PASSPHRASE

D = "/dialogues/six-party-talks"
HERE = f"{D}/roadmap/NE1/position"
NOBODY, SOMEBODY = "no objection known", "not yet acceptable to all"
FIRST = date(2026, 11, 14)


@contextmanager
def on_day(number):
    """Some days after the first of the story, all before the suite's own."""
    with clock.frozen(datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(days=number, hours=12)):
        yield FIRST + timedelta(days=number)


def give(who, view, disclosure, words=""):
    said = {"view": view, "text": words, "disclosure": disclosure}
    answer = who.call("POST", HERE, said)
    assert answer.status_code == 200, answer.text
    return answer.json()


def look(who, day=None):
    return who.get(HERE + (f"?as_of={day}" if day else ""))


@pytest.fixture
def walked(program):
    """Japan: sealed on day 0, shared without its name on day 1, changed to acceptable on day 3, withdrawn on day 5."""
    people = {name: program(name) for name in ("tachibana", "morinaga", "liang", "facilitator")}
    acts = (
        (0, lambda t: give(t, "crosses-a-line", "sealed", "Never.")),
        (1, lambda t: give(t, "crosses-a-line", "shared-without-attribution", "Never, we say.")),
        (3, lambda t: give(t, "acceptable", "shared-without-attribution", "Now we can.")),
        (5, lambda t: t.call("POST", f"{HERE}/withdraw", {})),
    )
    for number, act in acts:
        with on_day(number):
            act(people["tachibana"])
    with on_day(7):
        yield people


@pytest.mark.parametrize(
    ("number", "own", "others"),
    [
        (-1, [], NOBODY),
        (0, ["Never."], NOBODY),  # sealed then: that it is shared later tells nothing of this day
        (1, ["Never, we say."], SOMEBODY),
        (2, ["Never, we say."], SOMEBODY),
        (3, ["Now we can."], NOBODY),
        (5, [], NOBODY),
    ],
)
def test_a_day_shows_the_position_held_on_it_as_far_as_it_was_disclosed_then(walked, number, own, others):
    day = FIRST + timedelta(days=number)
    for name in ("tachibana", "morinaga"):
        seen = look(walked[name], day)
        assert [p["text"] for p in seen["positions"]] == own
        assert seen["others"] == NOBODY  # one's own is not an other's
    for name in ("liang", "facilitator"):
        seen = look(walked[name], day)
        assert (seen["others"], seen["positions"], seen["history"]) == (others, [], [])
        assert "Japan" not in str(seen)
        step = walked[name].get(f"{D}/roadmap/NE1?as_of={day}")
        assert step["feelings"]["others"] == others


def test_only_the_own_side_sees_its_history_with_its_days(walked):
    told = [(p["text"], p["on"], p["until"], p["disclosure"]) for p in look(walked["morinaga"])["history"]]
    days = [str(FIRST + timedelta(days=n)) for n in (0, 1, 3, 5)]
    assert told == [
        ("Now we can.", days[2], days[3], "shared-without-attribution"),
        ("Never, we say.", days[1], days[2], "shared-without-attribution"),
        ("Never.", days[0], days[1], "sealed"),
    ]
    assert [p["text"] for p in look(walked["morinaga"], days[1])["history"]] == ["Never."]
    assert look(walked["morinaga"], days[1])["may_give"] is False


def test_the_next_small_steps_of_a_day_follow_the_positions_of_that_day(program):
    tachibana, liang = program("tachibana"), program("liang")
    offered = {step["code"] for step in liang.get(f"{D}/next")["steps"]}
    assert "D-1" in offered
    here = HERE.replace("NE1", "D-1")
    for number, view in ((1, "crosses-a-line"), (3, "acceptable")):
        with on_day(number):
            said = {"view": view, "disclosure": "shared-without-attribution"}
            assert tachibana.call("POST", here, said).status_code == 200
    with on_day(4):
        for number, is_there in ((0, True), (1, False), (2, False), (3, True)):
            for who in (liang, tachibana):
                found = who.get(f"{D}/next?as_of={FIRST + timedelta(days=number)}")
                assert ("D-1" in {step["code"] for step in found["steps"]}) is is_there, number


def test_what_was_confided_is_told_by_name_only_while_it_stands(program):
    tachibana, facilitator = program("tachibana"), program("facilitator")
    with on_day(0):
        give(tachibana, "with-conditions", "confided", "If it is summer.")
    with on_day(2):
        assert [p["text"] for p in look(facilitator, FIRST)["positions"]] == ["If it is summer."]
        give(tachibana, "acceptable", "shared-without-attribution")
        seen = look(facilitator, FIRST)
        assert (seen["positions"], seen["others"]) == ([], SOMEBODY)
        assert look(facilitator)["others"] == NOBODY


def test_the_same_once_more_leaves_no_history_and_keeps_its_day(program):
    tachibana = program("tachibana")
    with on_day(0):
        give(tachibana, "acceptable", "sealed", "Yes.")
    with on_day(1):
        again = give(tachibana, "acceptable", "sealed", "Yes.")
    assert again["history"] == []
    assert [p["on"] for p in again["positions"]] == [str(FIRST)]


def test_a_change_of_mind_on_one_day_is_seen_on_no_day_by_others(program):
    tachibana, liang = program("tachibana"), program("liang")
    with on_day(0):
        give(tachibana, "crosses-a-line", "shared-without-attribution")
        give(tachibana, "acceptable", "shared-without-attribution")
        assert look(liang)["others"] == NOBODY
    with on_day(1):
        assert look(liang, FIRST)["others"] == NOBODY
        assert len(look(tachibana)["history"]) == 1


def test_what_others_know_of_is_not_narrowed_but_withdrawn(program, visit):
    tachibana, liang, page = program("tachibana"), program("liang"), visit("tachibana")
    give(tachibana, "crosses-a-line", "shared-without-attribution")
    for narrower in ("sealed", "confided"):
        said = {"view": "acceptable", "text": "Typed and not lost.", "disclosure": narrower}
        refused = tachibana.call("POST", HERE, said)
        assert (refused.status_code, "only disclosed wider" in refused.text) == (422, True)
        again = page.send(HERE, page=HERE, **said)
        assert (again.status_code, "Typed and not lost." in again.text) == (422, True)
    assert look(liang)["others"] == SOMEBODY
    assert 'value="confided"' not in page.get(HERE).text
    # An end is an act that everybody sees; what comes after it may be sealed.
    assert page.send(f"{HERE}/withdraw", page=HERE).status_code == 303
    assert look(liang)["others"] == NOBODY
    assert 'value="confided"' in page.get(HERE).text
    assert give(tachibana, "crosses-a-line", "sealed")["positions"][0]["disclosure"] == "sealed"
    assert look(liang)["others"] == NOBODY


def test_the_page_shows_the_title_the_history_and_lets_withdraw(visit):
    tachibana, liang = visit("tachibana"), visit("liang")
    said = {"view": "crosses-a-line", "text": "Never.", "disclosure": "shared-without-attribution"}
    tachibana.send(HERE, page=HERE, **said)
    page = tachibana.get(HERE).text
    title = tachibana.get(f"{D}/roadmap/NE1").text.split("<h1>")[1].split("</h1>")[0]
    assert title in page
    assert "<h2>What your party held before" not in page
    tachibana.send(f"{HERE}/withdraw", page=HERE)
    page = tachibana.get(HERE).text
    assert "<h2>What your party held before" in page
    assert "Never." in page
    assert "<h2>What your party held before" not in liang.get(HERE).text
    assert "Never." not in liang.get(HERE).text


def test_the_file_of_the_database_names_no_party_beside_a_position(walked, ground):
    with ground.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM position")).scalar_one() >= 4
        assert connection.execute(text("SELECT count(*) FROM position WHERE party_id IS NOT NULL")).scalar_one() == 0
    columns = {column["name"] for column in inspect(ground.engine).get_columns("position")}
    assert columns == {"id", "compartment_id", "dialogue_id", "party_id", "body"}


DOCUMENT = """format: dipoli/1
dialogue: {{code: accord, title: {{en: Accord}}}}
parties:
- {{code: A, neutral: Party A, names: {{en: {{short: Northland}}}}}}
- {{code: B, neutral: Party B, names: {{en: {{short: Southland}}}}}}
people:
- {{ref: a, family: Anna, demonstration: true}}
- {{ref: b, family: Bela, demonstration: true}}
memberships:
- {{person: a, roles: [participant], party: A, login: anna}}
- {{person: b, roles: [participant], party: B, login: bela}}
baskets:
- {{code: X, title: {{en: X}}, members: [A, B], changes: [{{state: active, on: 2020-01-01}}]}}
steps:
- code: S1
  basket: X
  actors: [A]
  title: {{en: A first step}}
  changes: [{{state: proposed, on: 2020-01-02}}]
  positions: [{positions}]
"""
FIRST_HELD = "{party: A, view: crosses-a-line, on: 2020-02-01, text: No., disclosure: shared-without-attribution}"
BEFORE_HELD = "{party: A, view: acceptable, on: 2020-01-01, until: 2020-02-02}"
THEN_HELD = "{party: A, view: acceptable, on: 2020-03-01, text: Yes., disclosure: confided}"


def test_a_document_may_carry_what_was_held_before(ground, program):
    held = f"{FIRST_HELD}, {THEN_HELD}"
    load(ground, parse(DOCUMENT.format(positions=held)), accounts={"anna": PASSPHRASE, "bela": PASSPHRASE})
    here = "/dialogues/accord/roadmap/S1/position"
    anna, bela = program("anna"), program("bela")
    assert [p["text"] for p in anna.get(here)["positions"]] == ["Yes."]
    assert [(p["text"], p["until"]) for p in anna.get(here)["history"]] == [("No.", "2020-03-01")]
    assert [bela.get(f"{here}?as_of=2020-0{month}-15")["others"] for month in (1, 2, 3)] == [NOBODY, SOMEBODY, NOBODY]
    assert bela.get(here)["others"] == NOBODY


@pytest.mark.parametrize(
    ("positions", "words"),
    [
        (f"{FIRST_HELD}, {BEFORE_HELD}", "another position"),
        (FIRST_HELD.replace("}", ", until: 2020-01-31}"), "ends before it begins"),
        ("{party: A, view: acceptable}, {party: A, view: no-view}", "another position"),
    ],
)
def test_a_document_in_which_a_party_holds_two_positions_at_a_time_is_refused(positions, words):
    with pytest.raises(BadDocument, match=words):
        parse(DOCUMENT.format(positions=positions))


def test_a_position_that_would_name_its_party_is_not_shared_without_its_name(program, visit):
    """Two parties belong to DPRK-JP: whoever did not object knows who did."""
    tachibana, path = program("tachibana"), f"{D}/roadmap/JS2b/position"
    refused = tachibana.call("POST", path, {"view": "crosses-a-line", "disclosure": "shared-without-attribution"})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["disclosure"])
    assert tachibana.get(path)["disclosures"] == ["sealed", "confided"]
    page = visit("tachibana").get(path).text
    assert "would name yours" in page
    assert 'value="shared-without-attribution"' not in page
    assert tachibana.call("POST", path, {"view": "crosses-a-line", "disclosure": "confided"}).is_success
    assert program("liang").get(path)["others"] == NOBODY
