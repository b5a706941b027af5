"""What may be done upon the roadmap, through the JSON door: waivers, hand-overs, instalments, circles, readings; and bad input."""

import pytest

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
    organiser = program("organiser")
    _did(
        organiser.call("POST", f"{D}/roadmap/D-2/links", {"to": "D-3", "since": TODAY, "reason": "One after the other"})
    )
    key = _key(organiser, "D-2", "D-3")
    asked = organiser.get(f"{D}/requirements/{key}/waive")
    assert asked["concerned"] == ["China", "ROK"]
    _did(organiser.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "CN"}))
    assert organiser.get(f"{D}/requirements/{key}/waive")["missing"] == ["ROK"]
    assert _effect(organiser, "D-2", "ENERGY") == "blocked"
    twice = organiser.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "CN"})
    assert twice.json()["errors"] == {"party": "This party has waived it before."}
    _did(organiser.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "KR"}))
    assert _effect(organiser, "D-2", "ENERGY") == "free"


def test_a_substitute_for_all_of_it_loosens_what_only_the_actor_asked(program):
    organiser = program("organiser")
    part, rest = ACT | {"party": "KR", "quantity": 150_000}, ACT | {"party": "RU", "quantity": 50_000}
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
    third = done | {"verified_by": "Harbour master"}
    said = organiser.call("POST", f"{D}/roadmap/EN-1/state", third).json()["errors"]
    assert "1,000 are not delivered" in said["state"]
    for amount in (600, 400):
        _did(organiser.call("POST", f"{D}/roadmap/EN-1/instalments", {"quantity": amount, "happened_on": TODAY}))
    _did(organiser.call("POST", f"{D}/roadmap/EN-1/state", third))
    facts = organiser.get(f"{D}/roadmap/EN-1")["facts"]
    assert (facts["line"]["state"], facts["changes"][-1]["verified_by"]) == ("done", "Harbour master")


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
    text = visit("liang").get(f"{D}/roadmap?show=graph&focus=SP1&as_of=2008-12-31").text
    inside = text[text.index('<svg class="graph"') : text.index("</svg>")]
    assert {code for code in ("SP1", "SP7-JP", "SP6", "SP7", "IA8") if f">{code}</text>" in inside} == {
        *("SP1", "SP7-JP", "SP6", "SP7", "IA8")
    }
    assert ">JS3b</text>" not in inside
    timeline = visit("liang").get(f"{D}/roadmap?show=timeline&basket=DENUC").text
    assert 'aria-label="IA1: Shut down' in timeline
    assert "met 92 days late" in timeline  # the table beside it says it in words
