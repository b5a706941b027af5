"""What may be done upon the roadmap, through the JSON door: waivers, hand-overs, instalments, circles, readings; and bad input."""

import re

import pytest

from app.interchange.dumping import dump as write_out
from app.interchange.judging import faults_of
from app.interchange.loading import load
from app.interchange.reading import parse
from tests.ground import dump

D = "/dialogues/six-party-talks"
TODAY = "2026-11-24"
ACT = {"happened_on": TODAY, "reason": "As agreed in the corridor"}


def _key(who, step, target):
    ties = who.get(f"{D}/roadmap/{step}")["facts"]["waits_for"]
    return next(t["key"] for t in ties if t["code"] == target and t["kind"] == "requires")


def _effect(who, code, stall="DPRK-JP"):
    view = who.get(f"{D}/impact?stall={stall}")
    return next(s["effect"] for b in view["baskets"] for s in b["steps"] if s["code"] == code)


def _did(answer):
    assert answer.is_success, answer.text
    return answer.json()


def test_a_waiver_frees_and_its_revocation_binds_again(program):
    organiser, tachibana = program("organiser"), program("tachibana")
    key = _key(organiser, "SP7-JP", "SP6")
    assert (_effect(organiser, "SP7-JP"), _effect(organiser, "SP1")) == ("blocked", "blocked")
    _did(tachibana.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "JP"}))
    assert _effect(organiser, "SP1") == "linked"  # the political tie of February 2007 still stands, and blocks nothing
    facts = organiser.get(f"{D}/roadmap/SP7-JP")["facts"]
    assert [(w["party"], w["what"], w["reason"]) for w in facts["waivers"]] == [
        ("Japan", "SP7-JP → SP6", ACT["reason"])
    ]
    assert "waived" in {t["kind"] for t in facts["waits_for"]}
    _did(tachibana.call("POST", f"{D}/waivers/{facts['waivers'][0]['id']}/revoke", ACT))
    assert _effect(organiser, "SP1") == "blocked"
    assert organiser.get(f"{D}/roadmap/SP7-JP")["facts"]["waivers"][0]["revoked_on"] == TODAY
    again = tachibana.call("POST", f"{D}/waivers/{facts['waivers'][0]['id']}/revoke", ACT)
    assert again.status_code == 409


def test_a_requirement_that_concerns_several_falls_when_all_have_waived_it(program):
    organiser, liang, namgung = program("organiser"), program("liang"), program("namgung")
    _did(
        organiser.call("POST", f"{D}/roadmap/D-2/links", {"to": "D-3", "since": TODAY, "reason": "One after the other"})
    )
    key = _key(organiser, "D-2", "D-3")
    asked = organiser.get(f"{D}/requirements/{key}/waive")
    assert asked["concerned"] == ["China", "ROK"]
    _did(liang.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "CN"}))
    assert organiser.get(f"{D}/requirements/{key}/waive")["missing"] == ["ROK"]
    assert _effect(organiser, "D-2", "ENERGY") == "blocked"
    twice = organiser.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "CN"})
    assert twice.json()["errors"] == {"party": "This party has waived it before."}
    _did(namgung.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "KR"}))
    assert _effect(organiser, "D-2", "ENERGY") == "free"


def test_a_substitute_for_all_of_it_loosens_what_only_the_actor_asked(program):
    organiser = program("organiser")
    part = ACT | {"party": "KR", "quantity": 150_000, "agreed": ["KP", "KR"]}
    rest = ACT | {"party": "RU", "quantity": 50_000, "agreed": ["KP", "RU"]}
    _did(organiser.call("POST", f"{D}/roadmap/SP7-JP/handovers", part))
    assert _effect(organiser, "SP1") == "blocked"  # a part is not enough
    _did(organiser.call("POST", f"{D}/roadmap/SP7-JP/handovers", rest))
    assert _effect(organiser, "SP1") == "linked"
    quantity = organiser.get(f"{D}/roadmap/SP7-JP")["facts"]["quantity"]
    assert (quantity["total"], quantity["delivered"], quantity["handed"]) == (200_000, 0, 200_000)
    _did(organiser.call("POST", f"{D}/handovers/{quantity['handovers'][0]['id']}/revoke", ACT))
    assert _effect(organiser, "SP1") == "blocked"


def test_instalments_add_up_and_a_step_is_done_when_verified_and_delivered(program):
    organiser = program("organiser")
    step = {"code": "EN-1", "basket": "ENERGY", "actors": ["KR"], "title": "Ship fuel", "state": "agreed"}
    step |= {"total": 1000, "unit": "t", "verification": "port authority"}
    _did(organiser.call("POST", f"{D}/roadmap/new", step))
    done = {"state": "done", "happened_on": TODAY}
    said = organiser.call("POST", f"{D}/roadmap/EN-1/state", done).json()["errors"]
    assert "port authority" in said["verified_by"]
    said = organiser.call("POST", f"{D}/roadmap/EN-1/state", done | {"verified_by": "ROK"}).json()["errors"]
    assert "third party" in said["verified_by"]
    third = done | {"verified_by": "the Port Authority"}
    said = organiser.call("POST", f"{D}/roadmap/EN-1/state", third).json()["errors"]
    assert "1,000 are not delivered" in said["state"]
    for amount in (600, 400):
        _did(organiser.call("POST", f"{D}/roadmap/EN-1/instalments", {"quantity": amount, "happened_on": TODAY}))
    _did(organiser.call("POST", f"{D}/roadmap/EN-1/state", third))
    facts = organiser.get(f"{D}/roadmap/EN-1")["facts"]
    assert (facts["line"]["state"], facts["changes"][-1]["verified_by"]) == ("done", "the Port Authority")


def test_whichever_is_earlier_and_missed_then_met(program):
    organiser = program("organiser")
    step = {"code": "EN-2", "basket": "ENERGY", "actors": ["KR"], "title": "Report", "happened_on": "2007-02-20"}
    step |= {"due_on": "2007-12-31", "due_anchor": "IA", "due_days": 60}
    _did(organiser.call("POST", f"{D}/roadmap/new", step))
    line = organiser.get(f"{D}/roadmap/EN-2")["facts"]["line"]
    assert (line["due"], line["due_on"]) == ("the earliest of: 60 days from IA; 2007-12-31", "2007-04-14")
    late = organiser.get(f"{D}/roadmap/IA1")["facts"]
    assert (late["line"]["late"], [c["state"] for c in late["changes"]]) == (
        {"kind": "met late", "days": 92},
        ["agreed", "missed", "done"],
    )
    assert organiser.get(f"{D}/roadmap/IA1?as_of=2007-05-14")["facts"]["line"]["late"] == {"kind": "late", "days": 30}


def test_an_obstacle_is_recorded_tied_and_lifted(program):
    organiser = program("organiser")
    new = {"code": "LAUNCH", "title": "A launch", "baskets": ["NEAPS"], "raised_on": "2026-11-10"}
    _did(organiser.call("POST", f"{D}/obstacles/new", new))
    cards = {c["code"]: c["effects"] for c in organiser.get(D)["baskets"]}
    assert cards["NEAPS"]["linked"] == sum(cards["NEAPS"].values())  # it weighs, and blocks nothing
    tie = {"basket": "NEAPS", "since": "2026-11-12", "reason": "Nobody comes before it is cleared up"}
    _did(organiser.call("POST", f"{D}/obstacles/LAUNCH/links", tie))
    cards = {c["code"]: c["effects"] for c in organiser.get(D)["baskets"]}
    assert cards["NEAPS"]["blocked"] == sum(cards["NEAPS"].values())
    assert cards["ENERGY"]["blocked"] == 0
    _did(organiser.call("POST", f"{D}/obstacles/LAUNCH/lift", ACT))
    assert {c["code"]: c["effects"] for c in organiser.get(D)["baskets"]}["NEAPS"]["blocked"] == 0
    assert {c["code"]: c["effects"] for c in organiser.get(f"{D}?as_of=2026-11-20")["baskets"]}["NEAPS"]["free"] == 0


def test_a_reading_of_the_order_makes_it_disputed_from_its_day_on(program):
    organiser, namgung = program("organiser"), program("namgung")
    new = {"code": "X-TEST", "a": ["D-3"], "b": ["D-4"], "order": "a-then-b", "since": "2026-11-01"}
    _did(organiser.call("POST", f"{D}/exchanges/new", new))
    assert _effect(organiser, "D-4", "NEAPS") == "free"
    waits = organiser.get(f"{D}/roadmap/D-4")["facts"]["waits_for"]
    assert [(t["code"], t["kind"]) for t in waits] == [("D-3", "exchange")]
    said = {"party": "KR", "order": "b-then-a", "text": "They come first, then we open.", "on": "2026-11-20"}
    _did(namgung.call("POST", f"{D}/exchanges/X-TEST/readings", said))
    found = {x["exchange"]["code"]: x for x in organiser.get(f"{D}/exchanges")["exchanges"]}["X-TEST"]
    assert found["exchange"]["order"] == "disputed"
    assert [(r["order"], r["parties"], r["waits"]) for r in found["readings"]] == [("b-then-a", ["ROK"], ["D-3"])]
    before = organiser.get(f"{D}/exchanges?as_of=2026-11-19")["exchanges"]
    assert {x["exchange"]["code"]: x["exchange"]["order"] for x in before}["X-TEST"] == "a-then-b"


def test_a_disputed_order_keeps_its_agreed_one_in_mind_so_no_reading_closes_a_circle(program):
    """One party alone could otherwise switch a circle on, and block what others add in every basket."""
    organiser, namgung = program("organiser"), program("namgung")
    new = {"code": "X-TEST", "a": ["D-3"], "b": ["D-4"], "order": "a-then-b", "since": "2026-11-01"}
    _did(organiser.call("POST", f"{D}/exchanges/new", new))
    said = {"party": "KR", "text": "They come first.", "on": "2026-11-20"}
    _did(namgung.call("POST", f"{D}/exchanges/X-TEST/readings", said | {"order": "b-then-a"}))
    refused = organiser.call("POST", f"{D}/roadmap/D-3/links", LINK | {"to": "D-4"})
    assert refused.json()["errors"]["to"].endswith("D-3 → D-4 → D-3.")
    _did(namgung.call("POST", f"{D}/exchanges/X-TEST/readings", said | {"order": "a-then-b", "on": TODAY}))
    _did(organiser.call("POST", f"{D}/roadmap/D-2/links", LINK | {"to": "D-5"}))


def test_a_party_s_own_reading_counts_before_a_later_one_recorded_for_it_and_neither_is_gone(program, visit):
    facilitator, liang = program("facilitator"), program("liang")
    path, said = f"{D}/exchanges/X-LWR/readings", {"party": "CN", "text": "As they were heard to say."}
    _did(facilitator.call("POST", path, said | {"order": "a-then-b", "on": TODAY}))
    _did(liang.call("POST", path, said | {"text": "As we say.", "order": "simultaneous", "on": "2026-11-23"}))
    found = {x["exchange"]["code"]: x["exchange"] for x in liang.get(f"{D}/exchanges")["exchanges"]}["X-LWR"]
    ours = {
        name: [(r["order"], r["recorded_by"]) for r in found[name] if r["party"] == "China"]
        for name in ("readings", "beside")
    }
    assert ours == {"readings": [("simultaneous", None)], "beside": [("a-then-b", "facilitator")]}
    page = visit("liang").get(f"{D}/exchanges").text
    assert "As we say." in page
    assert "As they were heard to say." in page


def test_a_second_reading_leaves_the_days_before_it_as_they_were(program):
    organiser, namgung = program("organiser"), program("namgung")
    new = {"code": "X-TEST", "a": ["D-3"], "b": ["D-4"], "order": "a-then-b", "since": "2026-11-01"}
    _did(organiser.call("POST", f"{D}/exchanges/new", new))
    said = {"party": "KR", "text": "They come first.", "order": "b-then-a", "on": "2026-11-10"}
    _did(namgung.call("POST", f"{D}/exchanges/X-TEST/readings", said))
    _did(namgung.call("POST", f"{D}/exchanges/X-TEST/readings", said | {"order": "a-then-b", "on": "2026-11-20"}))

    def order(day):
        found = organiser.get(f"{D}/exchanges?as_of={day}")["exchanges"]
        return {x["exchange"]["code"]: x["exchange"]["order"] for x in found}["X-TEST"]

    days = ["2026-11-09", "2026-11-10", "2026-11-19", "2026-11-20"]
    assert [order(day) for day in days] == ["a-then-b", "disputed", "disputed", "a-then-b"]


def test_a_circle_of_the_past_is_a_circle(program):
    organiser = program("organiser")
    since = {"since": "2026-10-10"}
    _did(organiser.call("POST", f"{D}/roadmap/D-3/links", LINK | since | {"to": "D-4"}))
    key = _key(organiser, "D-3", "D-4")
    _did(organiser.call("POST", f"{D}/links/{key}/end", ACT | {"happened_on": "2026-11-01"}))
    refused = organiser.call("POST", f"{D}/roadmap/D-4/links", LINK | since | {"to": "D-3"})
    assert "circle" in refused.json()["errors"]["to"]
    _did(organiser.call("POST", f"{D}/roadmap/D-4/links", LINK | {"since": "2026-11-01", "to": "D-3"}))


def test_a_substitute_delivers_what_it_took_over_and_nothing_is_counted_twice(program, ground):
    organiser = program("organiser")
    half = {"quantity": 100_000}
    _did(organiser.call("POST", f"{D}/roadmap/SP7-JP/handovers", ACT | half | {"party": "KR", "agreed": ["KP", "KR"]}))
    _did(organiser.call("POST", f"{D}/roadmap/SP7-JP/instalments", half | {"party": "KR", "happened_on": TODAY}))
    assert _effect(organiser, "SP7-JP") == "blocked"  # the other half is still Japan's
    over = organiser.call(
        "POST", f"{D}/roadmap/SP7-JP/instalments", {"party": "KR", "quantity": 100_001, "happened_on": TODAY}
    )
    assert over.json()["errors"] == {"quantity": "This is more than what is left of 200,000 t: 100,000."}
    _did(organiser.call("POST", f"{D}/roadmap/SP7-JP/handovers", ACT | half | {"party": "RU", "agreed": ["KP", "RU"]}))
    assert _effect(organiser, "SP7-JP") == "linked"
    late = organiser.call(
        "POST", f"{D}/roadmap/SP7-JP/instalments", {"party": "JP", "quantity": 1, "happened_on": TODAY}
    )
    assert "quantity" in late.json()["errors"]  # all of it is somebody else's by now
    assert faults_of(write_out(ground, "six-party-talks")) == []  # another house takes it in


def test_small_quantities_are_counted_as_they_are_written(program):
    organiser = program("organiser")
    step = {"code": "EN-3", "basket": "ENERGY", "actors": ["KR"], "title": "A sample", "total": 0.3, "unit": "kg"}
    _did(organiser.call("POST", f"{D}/roadmap/new", step))
    for _turn in range(3):
        _did(organiser.call("POST", f"{D}/roadmap/EN-3/instalments", {"quantity": 0.1, "happened_on": TODAY}))
    more = organiser.call("POST", f"{D}/roadmap/EN-3/instalments", {"quantity": 0.1, "happened_on": TODAY})
    assert more.json()["errors"] == {"quantity": "This is more than what is left of 0.3 kg: 0."}


def test_a_revised_step_reads_on_a_day_that_has_been_as_it_read_then(program):
    organiser = program("organiser")
    before = organiser.get(f"{D}/roadmap?as_of=2008-12-31")
    files = f"{D}/registers/files/roadmap"
    row = next(r for r in organiser.get(f"{files}.csv")["rows"] if r["code"] == "SP7-JP")
    row |= {"title": "Another wording", "actors": "CN", "total": "150000"}
    assert _did(organiser.call("POST", f"{files}/apply", [row]))["rejected"] == 0
    now = next(s for s in organiser.get(f"{D}/roadmap")["steps"] if s["code"] == "SP7-JP")
    assert (now["title"], now["actors"]) == ("Another wording", ["CN"])
    assert organiser.get(f"{D}/roadmap?as_of=2008-12-31") == before
    impact = organiser.get(f"{D}/impact?stall=DPRK-JP&as_of=2008-12-31")
    acts = [(act["kind"], act["key"]) for option in impact["freeing"]["options"] for act in option["acts"]]
    assert ("substitute", "SP7-JP") in acts


def test_a_revision_leaves_what_was_delivered_its_place(program):
    organiser = program("organiser")
    _did(organiser.call("POST", f"{D}/roadmap/SP7-JP/instalments", {"quantity": 100_000, "happened_on": TODAY}))
    _did(organiser.call("POST", f"{D}/roadmap/SP7-JP/handovers", ACT | {"party": "RU", "quantity": 50_000}))
    files = f"{D}/registers/files/roadmap"
    row = next(r for r in organiser.get(f"{files}.csv")["rows"] if r["code"] == "SP7-JP")
    for wrong in ({"total": "149999"}, {"total": "", "unit": ""}, {"actors": "RU"}):
        answer = organiser.call("POST", f"{files}/apply", [row | wrong])
        assert answer.status_code == 422
        assert [each["verdict"] for each in answer.json()["judged"]] == ["rejected"], wrong


@pytest.mark.parametrize("who", ["organiser", "facilitator"])
def test_what_another_waives_in_a_party_s_name_is_proposed_until_the_party_has_waived_it_itself(who, program):
    recorder, tachibana = program(who), program("tachibana")
    key, long_ago = _key(recorder, "SP7-JP", "SP6"), "2009-06-01"
    path, said = f"{D}/requirements/{key}/waive", ACT | {"party": "JP", "happened_on": long_ago}
    _did(recorder.call("POST", path, said))

    def stands():
        kept = tachibana.get(f"{D}/roadmap/SP7-JP")["facts"]["waivers"]
        days = [e["what"] for d in recorder.get(D)["line"]["days"] for e in d["events"]]
        blocked = _effect(recorder, "SP7-JP") == "blocked"
        return [(w["recorded_by"], w["agreed_on"]) for w in kept], blocked, "waived" in days

    assert stands() == ([(who, None)], True, False)
    assert recorder.call("POST", path, said).json()["errors"].keys() == {"party"}
    back_dated = tachibana.call("POST", path, said)
    assert "It was proposed after this day" in back_dated.json()["errors"]["happened_on"]
    _did(tachibana.call("POST", path, ACT | {"party": "JP"}))
    assert stands() == ([(who, TODAY)], False, True)
    past = recorder.get(f"{D}/impact?stall=DPRK-JP&as_of=2026-11-23")
    assert "blocked" in {s["effect"] for b in past["baskets"] for s in b["steps"] if s["code"] == "SP7-JP"}
    waiver = recorder.get(f"{D}/roadmap/SP7-JP")["facts"]["waivers"][0]["id"]
    assert recorder.call("POST", f"{D}/waivers/{waiver}/revoke", ACT).status_code == 409
    _did(tachibana.call("POST", f"{D}/waivers/{waiver}/revoke", ACT))
    assert _effect(recorder, "SP7-JP") == "blocked"


def test_a_proposed_waiver_is_withdrawn_by_who_keeps_the_record_and_a_document_keeps_it_proposed(program, ground):
    organiser = program("organiser")
    key = _key(organiser, "SP7-JP", "SP6")
    _did(organiser.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "JP"}))
    kept = write_out(ground, "six-party-talks").waivers
    assert [(w.recorded_by, w.counts_from) for w in kept if w.by == "JP"] == [("organiser", None)]
    waiver = organiser.get(f"{D}/roadmap/SP7-JP")["facts"]["waivers"][0]["id"]
    _did(organiser.call("POST", f"{D}/waivers/{waiver}/revoke", ACT))
    assert organiser.get(f"{D}/roadmap/SP7-JP")["facts"]["waivers"][0]["revoked_on"] == TODAY
    assert "waiver-revoked" not in {e["what"] for d in organiser.get(D)["line"]["days"] for e in d["events"]}


def test_a_waiver_is_not_there_before_its_day(program):
    organiser, tachibana = program("organiser"), program("tachibana")
    key = _key(organiser, "SP7-JP", "SP6")
    _did(tachibana.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "JP"}))
    assert organiser.get(f"{D}/roadmap/SP7-JP?as_of=2026-11-23")["facts"]["waivers"] == []
    assert [w["recorded_by"] for w in organiser.get(f"{D}/roadmap/SP7-JP")["facts"]["waivers"]] == [None]


STEP = {"code": "EN-1", "basket": "ENERGY", "actors": ["KR"], "title": "Ship fuel"}
TOO_MUCH = {"quantity": 200_001, "happened_on": TODAY}
LINK = {"since": TODAY, "reason": "As written"}
BAD = [
    ("a step that requires itself", "roadmap/SP1/links", LINK | {"to": "SP1"}, "to", "would require itself"),
    (
        "a link to another dialogue",
        "roadmap/SP1/links",
        LINK | {"to": "ELSEWHERE"},
        "to",
        "no step or obstacle ELSEWHERE",
    ),
    ("a circle", "roadmap/SP6/links", LINK | {"to": "SP1"}, "to", "SP1 → SP7-JP → SP6"),
    (
        "a day before its anchor",
        "roadmap/new",
        {"code": "EN-7", "basket": "ENERGY", "actors": ["KR"], "title": "Early", "due_on": "1990-01-01"}
        | {"due_anchor": "SP", "due_days": 60},
        "due_on",
        "2007-10-03",
    ),
    (
        "agreed before its text",
        "roadmap/new",
        {"code": "EN-7", "basket": "ENERGY", "actors": ["KR"], "title": "Early", "text": "SP", "state": "agreed"}
        | {"happened_on": "1990-01-01"},
        "happened_on",
        "2007-10-03",
    ),
    (
        "an instalment before the step",
        "roadmap/SP7-JP/instalments",
        {"quantity": 1, "happened_on": "1900-01-01"},
        "happened_on",
        "2007-10-03",
    ),
    ("a tie before its ends", "roadmap/SP1/links", LINK | {"to": "VP", "since": "1900-01-01"}, "since", "2008-07-12"),
    (
        "a code that differs in its case only",
        "roadmap/new",
        {"code": "vp", "basket": "ENERGY", "actors": ["KR"], "title": "Another"},
        "code",
        "already used",
    ),
    (
        "the form's own word",
        "roadmap/new",
        {"code": "new", "basket": "ENERGY", "actors": ["KR"], "title": "Another"},
        "code",
        "kept for the form",
    ),
    (
        "a tie that has not begun",
        "roadmap/SP1/links",
        LINK | {"to": "VP", "since": "2099-01-01"},
        "since",
        "not come yet",
    ),
    ("a stranger's tie", "roadmap/SP1/links", LINK | {"to": "VP", "party": "XX"}, "party", "no party XX"),
    ("more than the total", "roadmap/SP7-JP/instalments", TOO_MUCH, "quantity", "200,000"),
    ("nothing", "roadmap/SP7-JP/instalments", TOO_MUCH | {"quantity": 0}, "quantity", ""),
    (
        "more than is left to hand over",
        "roadmap/SP7-JP/handovers",
        ACT | {"party": "KR", "quantity": 3e5},
        "quantity",
        "200,000",
    ),
    (
        "handed to its own actor",
        "roadmap/SP7-JP/handovers",
        ACT | {"party": "JP", "quantity": 1},
        "party",
        "somebody else",
    ),
    (
        "due before its anchor",
        "roadmap/new",
        STEP | {"due_anchor": "IA", "due_days": -1},
        "due_days",
        "before its anchor",
    ),
    ("due before its text", "roadmap/new", STEP | {"text": "IA", "due_on": "2007-01-01"}, "due_on", "2007-02-13"),
    ("an anchor that is none", "roadmap/new", STEP | {"due_anchor": "ZZ", "due_days": 1}, "due_anchor", "no text ZZ"),
    ("a code used twice", "roadmap/new", STEP | {"code": "BDA"}, "code", "already used"),
    ("a basket that is none", "roadmap/new", STEP | {"basket": "FISH"}, "basket", "no basket FISH"),
    ("a quantity without a unit", "roadmap/new", STEP | {"total": 5}, "unit", "needs a unit"),
    (
        "a state before the last",
        "roadmap/SP1/state",
        {"state": "agreed", "happened_on": "2007-01-01"},
        "happened_on",
        "2007-12-31",
    ),
    (
        "lifted before it was raised",
        "obstacles/OB/lift",
        ACT | {"happened_on": "2026-11-01"},
        "happened_on",
        "2026-11-10",
    ),
    (
        "tied before it was raised",
        "obstacles/OB/links",
        LINK | {"basket": "ENERGY", "since": "2026-11-01"},
        "since",
        "2026-11-10",
    ),
    (
        "a step on both sides",
        "exchanges/new",
        {"code": "X", "a": ["D-1"], "b": ["D-1"], "since": TODAY},
        "b",
        "both sides",
    ),
    (
        "an order in a circle",
        "exchanges/new",
        {"code": "X", "a": ["SP1"], "b": ["SP6"], "order": "a-then-b", "since": TODAY},
        "order",
        "SP1 → SP7-JP → SP6",
    ),
    ("a grade of six", "roadmap/SP1/grades", {"cost": 6}, "cost", "at most 5"),
]


@pytest.fixture
def prepared(program):
    organiser = program("organiser")
    new = {"code": "OB", "title": "Something", "raised_on": "2026-11-10"}
    _did(organiser.call("POST", f"{D}/obstacles/new", new))
    return organiser


@pytest.mark.parametrize(("path", "body", "field", "says"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_stored(prepared, ground, path, body, field, says):
    before = dump.rows(ground)
    answer = prepared.call("POST", f"{D}/{path}", body)
    assert answer.status_code == 422, answer.text
    assert says in answer.json()["errors"][field]
    assert dump.rows(ground) == before


ELSEWHERE = """format: dipoli/1
dialogue: {code: elsewhere, title: {en: Elsewhere}}
parties: [{code: A, neutral: Party A, names: {en: {short: Northland}}}]
baskets: [{code: B, title: {en: Strand}, members: [A], changes: [{state: active, on: 2020-01-01}]}]
steps: [{code: THEIRS, basket: B, actors: [A], title: {en: Theirs}, changes: [{state: agreed, on: 2020-01-01}]}]
"""


def test_a_step_of_another_dialogue_is_no_step_here(prepared, ground):
    load(ground, parse(ELSEWHERE))
    before = dump.rows(ground)
    for path, body, field in (
        ("roadmap/SP1/links", LINK | {"to": "THEIRS"}, "to"),
        ("exchanges/new", {"code": "X-9", "a": ["SP1"], "b": ["THEIRS"], "since": TODAY}, "b"),
    ):
        answer = prepared.call("POST", f"{D}/{path}", body)
        assert answer.status_code == 422
        assert "THEIRS here" in answer.json()["errors"][field]
    assert dump.rows(ground) == before


def test_nobody_speaks_in_the_name_of_another_party(program, ground):
    organiser, tachibana, liang = program("organiser"), program("tachibana"), program("liang")
    key = _key(organiser, "SP7-JP", "SP6")
    before = dump.rows(ground)
    said = {"party": "US", "order": "a-then-b", "text": "What they mean is", "on": TODAY}
    for who, path, body, words in (
        (tachibana, "terms/verification/readings", {"party": "US", "text": "Theirs.", "on": TODAY}, "own party only"),
        (tachibana, "exchanges/X-LWR/readings", said, "own party only"),
        (liang, f"requirements/{key}/waive", ACT | {"party": "JP"}, "own party only"),
        (liang, f"requirements/{key}/waive", ACT | {"party": "CN"}, "not concerned"),
        (organiser, f"requirements/{key}/waive", ACT | {"party": "CN"}, "not concerned"),
    ):
        answer = who.call("POST", f"{D}/{path}", body)
        assert (answer.status_code, words in answer.json()["errors"]["party"]) == (422, True), answer.text
    assert dump.rows(ground) == before


def test_a_refused_form_shows_what_was_typed_at_its_place(visit):
    organiser = visit("organiser")
    page = f"{D}/roadmap/SP1/links"
    answer = organiser.send(
        page, page=page, to="SP1", kind="requires", since=TODAY, reason="Words that must not be lost"
    )
    assert answer.status_code == 422
    assert 'id="to-error">The step SP1 would require itself.' in answer.text
    assert "Words that must not be lost" in answer.text
    fine = organiser.send(page, page=page, to="VP", kind="requires", since=TODAY, reason="Verification first")
    assert (fine.status_code, fine.headers["location"]) == (303, f"{D}/roadmap/SP1")
    assert "Verification first" in organiser.get(f"{D}/roadmap/SP1").text


def test_what_if_is_kept_in_the_address_and_changes_nothing(visit, ground):
    reader = visit("observer")
    before = dump.rows(ground)
    text = reader.get(f"{D}/impact?stall=DPRK-JP&stall=NEAPS&obstacle=BDA&as_of=2007-05-01").text
    assert text.count(" checked") == 3
    assert 'value="2007-05-01"' in text
    assert dump.rows(ground) == before
    assert "There is no basket FISH." in reader.get(f"{D}/impact?stall=FISH").text


def test_the_graph_shows_one_step_with_what_hangs_on_it(visit):
    text = visit("liang").get(f"{D}/roadmap?show=graph&focus=SP1&depth=all&as_of=2008-12-31").text
    assert {code for code in ("SP1", "SP7-JP", "SP6", "SP7", "IA8", "JS3b") if f">{code}</tspan>" in text} == {
        *("SP1", "SP7-JP", "SP6", "SP7", "IA8")
    }
    timeline = visit("liang").get(f"{D}/roadmap?show=timeline&basket=DENUC").text
    assert "<title>IA1: Shut down" in timeline
    assert "done 92 days late" in timeline  # the table beside it says it in words


@pytest.mark.sqlite_only("pages are the same on both databases")
def test_a_waived_requirement_stays_in_the_drawing_and_says_what_it_is(program, visit):
    tachibana, page = program("tachibana"), f"{D}/roadmap?show=graph&focus=SP7-JP"
    before = visit("liang").get(page).text
    _did(tachibana.call("POST", f"{D}/requirements/{_key(tachibana, 'SP7-JP', 'SP6')}/waive", ACT | {"party": "JP"}))
    after = visit("liang").get(page).text
    legend = "waived, or handed to a substitute: waits no longer"
    assert (legend in before, legend in after) == (False, True)

    def place(text, code):
        return int(re.search(rf'translate\((\d+) \d+\)"><title>{code}:', text)[1])

    assert place(after, "SP6") < place(after, "SP7-JP")  # it goes on standing to the left


def test_all_of_the_time_shown_fits_a_laptop_s_screen(visit):
    text = visit("liang").get(f"{D}/roadmap?show=timeline").text
    names, time = (
        int(re.search(rf'<svg class="graph {kind}"[^>]* width="(\d+)"', text)[1]) for kind in ("names titles", "time")
    )
    assert names + time <= 1120
