"""What binds others is agreed by name, what was recorded wrongly is corrected, and nothing is said twice or out of its order."""

import pytest
from pydantic import ValidationError

from app import mapping  # noqa: F401  # every domain is there
from app.core.command import Command
from app.core.messages import SENTENCES
from app.interchange.dumping import dump as write_out
from app.interchange.judging import faults_of
from app.interchange.loading import load
from tests.ground import dump

D = "/dialogues/six-party-talks"
TODAY = "2026-11-24"
ACT = {"happened_on": TODAY, "reason": "As agreed in the corridor"}
LINK = {"since": TODAY, "reason": "As written"}


def _did(answer):
    assert answer.is_success, answer.text
    return answer.json()


def _refused(answer, field):
    assert answer.status_code == 422, answer.text
    return answer.json()["errors"][field]


def _facts(who, code, day=""):
    return who.get(f"{D}/roadmap/{code}{day and '?as_of=' + day}")["facts"]


def _effect(who, code, stall="DPRK-JP"):
    view = who.get(f"{D}/impact?stall={stall}")
    return next(s["effect"] for b in view["baskets"] for s in b["steps"] if s["code"] == code)


# --- done before what it required -------------------------------------------------------------------------------------


def test_a_step_is_not_done_before_what_it_requires_unless_it_is_said_so(program, visit, ground):
    organiser = program("organiser")
    _did(organiser.call("POST", f"{D}/roadmap/D-2/links", LINK | {"to": "D-3"}))
    done, before = {"state": "done", "happened_on": TODAY}, dump.rows(ground)
    said = _refused(organiser.call("POST", f"{D}/roadmap/D-2/state", done), "state")
    assert said.startswith("It requires D-3, not done by this day.")
    assert dump.rows(ground) == before
    _did(organiser.call("POST", f"{D}/roadmap/D-2/state", done | {"all_the_same": True}))
    facts = _facts(organiser, "D-2")
    assert (facts["line"]["before"], facts["changes"][-1]["before"]) == (["D-3"], ["D-3"])
    mark = "done before what it required: D-3"
    assert visit("liang").get(f"{D}/roadmap/D-2").text.count(mark) == 2
    assert mark in visit("observer").get(f"{D}/roadmap?q=D-2").text
    written = write_out(ground, "six-party-talks")
    assert faults_of(written) == []
    assert next(s for s in written.steps if s.code == "D-2").changes[-1].before == ["D-3"]


def test_the_form_offers_to_say_so_and_keeps_what_was_typed(visit, program):
    _did(program("organiser").call("POST", f"{D}/roadmap/D-2/links", LINK | {"to": "D-3"}))
    organiser, path = visit("organiser"), f"{D}/roadmap/D-2/state"
    typed = {"state": "done", "happened_on": TODAY, "reason": "It was seen"}
    answer = organiser.send(path, page=path, **typed)
    assert answer.status_code == 422
    assert "It requires D-3" in answer.text
    assert "It was seen" in answer.text
    assert organiser.send(path, page=path, **typed, all_the_same="true").status_code == 303


def test_what_is_waived_or_handed_over_is_required_no_more(program):
    organiser = program("organiser")
    _did(organiser.call("POST", f"{D}/roadmap/D-2/links", LINK | {"to": "D-3"}))
    tie = next(t for t in _facts(organiser, "D-2")["waits_for"] if t["code"] == "D-3")
    for who, party in (("liang", "CN"), ("namgung", "KR")):
        _did(program(who).call("POST", f"{D}/requirements/{tie['key']}/waive", ACT | {"party": party}))
    _did(organiser.call("POST", f"{D}/roadmap/D-2/state", {"state": "done", "happened_on": TODAY}))
    assert _facts(organiser, "D-2")["line"]["before"] == []


# --- hand-overs -------------------------------------------------------------------------------------------------------


def _proposed(organiser, **more):
    share = ACT | {"party": "KR", "quantity": 200_000} | more
    _did(organiser.call("POST", f"{D}/roadmap/SP7-JP/handovers", share))
    return _facts(organiser, "SP7-JP")["quantity"]["handovers"][0]


def test_a_hand_over_frees_nothing_before_everybody_whom_it_concerns_has_agreed(program, visit, ground):
    organiser, namgung = program("organiser"), program("namgung")
    given = _proposed(organiser)
    assert [(a["party"], a["on"]) for a in given["agreements"]] == [("DPRK", None), ("ROK", None)]
    assert given["agreed_on"] is None
    assert _facts(organiser, "SP7-JP")["quantity"]["handed"] == 0
    assert _effect(organiser, "SP7-JP") == "blocked"
    assert "proposed, not agreed yet" in visit("liang").get(f"{D}/roadmap/SP7-JP").text
    agree = f"{D}/handovers/{given['id']}/agree"
    other = program("tachibana").call("POST", agree, {"party": "JP", "happened_on": TODAY})
    assert "not asked" in _refused(other, "party")
    _did(namgung.call("POST", agree, {"party": "KR", "happened_on": TODAY}))
    assert _effect(organiser, "SP7-JP") == "blocked"
    _did(organiser.call("POST", agree, {"party": "KP", "happened_on": TODAY}))
    given = _facts(organiser, "SP7-JP")["quantity"]["handovers"][0]
    words = [(a["party"], a["on"], a["recorded_by"]) for a in given["agreements"]]
    assert words == [("DPRK", TODAY, "organiser"), ("ROK", TODAY, None)]
    assert (given["agreed_on"], _effect(organiser, "SP7-JP")) == (TODAY, "linked")
    twice = namgung.call("POST", agree, {"party": "KR", "happened_on": TODAY})
    assert "has agreed" in _refused(twice, "party")
    assert faults_of(write_out(ground, "six-party-talks")) == []


def test_nobody_agrees_in_the_name_of_another_or_for_somebody_who_is_not_asked(program, ground):
    organiser, namgung = program("organiser"), program("namgung")
    given, before = _proposed(organiser), dump.rows(ground)
    agree = f"{D}/handovers/{given['id']}/agree"
    said = _refused(namgung.call("POST", agree, {"party": "KP", "happened_on": TODAY}), "party")
    assert "own party only" in said
    early = namgung.call("POST", agree, {"party": "KR", "happened_on": "2026-11-20"})
    assert "after this day" in _refused(early, "happened_on")
    share = ACT | {"party": "RU", "quantity": 1, "agreed": ["CN"]}
    beyond = organiser.call("POST", f"{D}/roadmap/SP7-JP/handovers", share)
    assert beyond.status_code == 422  # all of it is proposed for somebody else
    assert dump.rows(ground) == before


def test_those_who_are_asked_find_the_form_and_others_do_not(program, visit):
    given = _proposed(program("organiser"))
    path = f"{D}/handovers/{given['id']}/agree"
    namgung, liang = visit("namgung"), visit("liang")
    assert path in namgung.get(f"{D}/roadmap/SP7-JP").text
    assert path not in liang.get(f"{D}/roadmap/SP7-JP").text
    assert "It is not asked of you" in liang.get(path).text
    assert namgung.send(path, page=path, party="KR", happened_on=TODAY).status_code == 303


# --- corrections ------------------------------------------------------------------------------------------------------


def test_an_instalment_that_was_wrong_is_withdrawn_and_stays_in_the_history(program, ground):
    organiser = program("organiser")
    part = {"party": "JP", "quantity": 50_000, "happened_on": "2026-11-20"}
    _did(organiser.call("POST", f"{D}/roadmap/SP7-JP/instalments", part))
    given = _facts(organiser, "SP7-JP")["quantity"]["instalments"][0]
    withdraw = f"{D}/instalments/{given['id']}/withdraw"
    early = organiser.call("POST", withdraw, ACT | {"happened_on": "2026-11-19"})
    assert "after this day" in _refused(early, "happened_on")
    _did(organiser.call("POST", withdraw, ACT))
    quantity = _facts(organiser, "SP7-JP")["quantity"]
    assert (quantity["delivered"], quantity["instalments"][0]["withdrawn_reason"]) == (0, ACT["reason"])
    assert _facts(organiser, "SP7-JP", "2026-11-23")["quantity"]["delivered"] == 50_000
    assert organiser.call("POST", withdraw, ACT).status_code == 409
    assert faults_of(write_out(ground, "six-party-talks")) == []


NEW = {"code": "X-TEST", "a": ["D-3"], "b": ["D-4"], "order": "a-then-b", "since": "2026-11-01"}


def test_an_exchange_ends_and_may_be_taken_up_again_unless_it_ended_for_good(program, visit, ground):
    organiser = program("organiser")
    _did(organiser.call("POST", f"{D}/exchanges/new", NEW))
    assert "D-3" in {t["code"] for t in _facts(organiser, "D-4")["waits_for"]}
    end, resume = f"{D}/exchanges/X-TEST/end", f"{D}/exchanges/X-TEST/resume"
    assert organiser.call("POST", resume, ACT).status_code == 409
    _did(organiser.call("POST", end, ACT | {"happened_on": "2026-11-10"}))
    assert _facts(organiser, "D-4")["waits_for"] == []
    assert "D-3" in {t["code"] for t in _facts(organiser, "D-4", "2026-11-09")["waits_for"]}
    shown = organiser.get(f"{D}/exchanges")
    assert "X-TEST" not in {x["exchange"]["code"] for x in shown["exchanges"]}
    assert [(x["code"], x["end"]["reason"]) for x in shown["ended"]] == [("X-TEST", ACT["reason"])]
    assert ACT["reason"] in visit("observer").get(f"{D}/exchanges").text
    order = {"party": "KR", "order": "b-then-a", "text": "They come first.", "on": TODAY}
    assert program("namgung").call("POST", f"{D}/exchanges/X-TEST/readings", order).status_code == 409
    _did(organiser.call("POST", resume, ACT | {"happened_on": "2026-11-12"}))
    assert "D-3" in {t["code"] for t in _facts(organiser, "D-4")["waits_for"]}
    assert _facts(organiser, "D-4", "2026-11-11")["waits_for"] == []
    _did(organiser.call("POST", end, ACT | {"is_final": True}))
    assert organiser.call("POST", resume, ACT).status_code == 409
    written = write_out(ground, "six-party-talks")
    assert faults_of(written) == []
    ends = next(x for x in written.exchanges if x.code == "X-TEST").ends
    assert [(str(each.on), each.is_final) for each in ends] == [("2026-11-10", False), (TODAY, True)]
    written.dialogue.code = "another-house"
    load(ground, written)


# --- nothing twice, nothing out of its order --------------------------------------------------------------------------

FUEL = {"code": "EN-1", "basket": "ENERGY", "actors": ["KR"], "title": "Ship fuel", "verification": "port authority"}
VERIFIED = {"state": "done", "happened_on": TODAY}
BAD = [
    ("the same requirement twice", "roadmap/D-2/links", LINK | {"to": "D-3"}, "to", "written down already, since"),
    (
        "the same tie of a basket twice",
        "obstacles/OB/links",
        LINK | {"basket": "NEAPS"},
        "basket",
        "written down already",
    ),
    ("a second exchange of one pair", "exchanges/new", NEW | {"code": "X-2"}, "b", "in X-TEST"),
    (
        "the same pair the other way round",
        "exchanges/new",
        NEW | {"code": "X-2", "a": ["D-4"], "b": ["D-3"], "order": "simultaneous"},
        "b",
        "end that exchange first",
    ),
    (
        "an exchange before its steps",
        "exchanges/new",
        NEW | {"code": "X-2", "a": ["SP1"], "since": "1999-01-01"},
        "since",
        "only from",
    ),
    ("a tie to what was lifted", "roadmap/SP1/links", LINK | {"to": "BDA"}, "since", "lifted before, on 2007-06-25"),
    ("a basket tied to what was lifted", "obstacles/BDA/links", LINK | {"basket": "NEAPS"}, "since", "lifted before"),
    (
        "the state it is in",
        "roadmap/D-3/state",
        {"state": "proposed", "happened_on": TODAY},
        "state",
        "in this state already",
    ),
    ("withdrawn, then done", "roadmap/D-5/state", {"state": "done", "happened_on": TODAY}, "state", "was withdrawn"),
    (
        "an instalment of nobody's",
        "roadmap/SP7-JP/instalments",
        {"party": "US", "quantity": 1, "happened_on": TODAY},
        "party",
        "Neither an actor",
    ),
    *(
        (f"verified by {name}", "roadmap/EN-1/state", VERIFIED | {"verified_by": name}, "verified_by", "third party")
        for name in (
            "KR",
            "ROK",
            "Republic of Korea",
            "the republic of  KOREA",
            "R.O.K.",
            "ＲＯＫ",
            "한국",
            "China and ROK",
            "The Government of the ROK",
            "Republic of Korea Navy",
        )
    ),
    (
        "verified by another than the step names",
        "roadmap/EN-1/state",
        VERIFIED | {"verified_by": "Harbour master"},
        "verified_by",
        "to be verified by: port authority",
    ),
    (
        "an actor's ministry where nobody is named",
        "roadmap/D-3/state",
        VERIFIED | {"verified_by": "Government of the ROK"},
        "verified_by",
        "third party",
    ),
    (
        "a step that its own actor is to verify",
        "roadmap/new",
        FUEL | {"code": "EN-2", "verification": "South Korea and ROK staff"},
        "verification",
        "third party",
    ),
    (
        "an actor who does not belong to the basket",
        "roadmap/new",
        {"code": "U-1", "basket": "DPRK-US", "actors": ["US", "JP"], "title": "Talk in Geneva"},
        "actors",
        "JP does not belong to the basket DPRK-US. Its members: KP, US.",
    ),
    *(
        (
            f"{code} taken back without a reason",
            f"roadmap/{code}/state",
            VERIFIED | {"state": state},
            "reason",
            "say why",
        )
        for code, state in (("IA3", "proposed"), ("IA3", "missed"), ("SP1", "under-way"), ("D-5", "agreed"))
    ),
    *(
        (f"a code of {what}", path, body, "code", "already used")
        for what, path, body in (
            ("a basket for a step", "roadmap/new", FUEL | {"code": "denuc"}),
            ("a topic for an obstacle", "obstacles/new", {"code": "T-DEN-1", "title": "A launch", "raised_on": TODAY}),
            ("a text for an exchange", "exchanges/new", NEW | {"code": "SP", "a": ["D-1"], "b": ["D-2"]}),
            ("a step for a term", "terms", {"code": "sp1", "expression": "disablement"}),
            ("a term for a topic", "baskets/NEAPS/topics", {"code": "verification", "title": "Verification"}),
            ("an exchange for a step", "roadmap/new", FUEL | {"code": "X-LWR"}),
        )
    ),
]


@pytest.fixture
def prepared(program):
    organiser = program("organiser")
    for path, body in (
        ("obstacles/new", {"code": "OB", "title": "Something", "raised_on": "2026-11-10"}),
        ("obstacles/OB/links", LINK | {"basket": "NEAPS"}),
        ("roadmap/D-2/links", LINK | {"to": "D-3"}),
        ("exchanges/new", NEW),
        ("roadmap/new", FUEL),
        ("roadmap/D-5/state", {"state": "withdrawn", "happened_on": TODAY}),
    ):
        _did(organiser.call("POST", f"{D}/{path}", body))
    return organiser


def test_what_is_said_twice_or_out_of_order_is_refused_at_its_field(prepared, ground):
    before = dump.rows(ground)
    for what, path, body, field, says in BAD:
        answer = prepared.call("POST", f"{D}/{path}", body)
        assert answer.status_code == 422, (what, answer.text)
        assert says in answer.json()["errors"].get(field, ""), (what, answer.text)
    assert dump.rows(ground) == before


def test_a_third_party_s_name_that_holds_an_actor_s_is_no_actor_s(prepared):
    """ "Republic of Korea" stands in the long name of its neighbour."""
    turned = VERIFIED | {"verified_by": "Democratic People's Republic of Korea"}
    _did(prepared.call("POST", f"{D}/roadmap/D-3/state", turned))
    assert _facts(prepared, "D-3")["changes"][-1]["verified_by"] == turned["verified_by"]
    _did(prepared.call("POST", f"{D}/roadmap/D-3/state", ACT | {"state": "under-way"}))


def test_a_revision_takes_no_actor_who_does_not_belong_to_the_basket(prepared):
    row = next(r for r in prepared.get(f"{D}/registers/files/roadmap.csv")["rows"] if r["code"] == "IA3")
    answer = prepared.call("POST", f"{D}/registers/files/roadmap/apply", [row | {"actors": "KP US JP"}])
    assert (answer.status_code, "does not belong" in answer.text) == (422, True)


def test_the_same_may_be_said_again_once_it_has_ended_and_by_another(prepared):
    key = next(t["key"] for t in _facts(prepared, "D-2")["waits_for"] if t["code"] == "D-3")
    _did(prepared.call("POST", f"{D}/roadmap/D-2/links", LINK | {"to": "D-3", "party": "CN"}))
    _did(prepared.call("POST", f"{D}/links/{key}/end", ACT))
    _did(prepared.call("POST", f"{D}/roadmap/D-2/links", LINK | {"to": "D-3"}))


# --- plain words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "says"),
    [
        ("1,000", "without separators or units"),
        ("600 t", "without separators or units"),
        ("nan", "without separators or units"),
        ("0", "This must be more than 0."),
        ("1e16", "This must be at most 1000000000000000."),
        ([], "without separators or units"),
    ],
)
def test_a_number_that_is_none_is_answered_in_words_a_person_would_use(visit, program, quantity, says):
    body = {"quantity": quantity, "happened_on": TODAY}
    assert says in _refused(program("organiser").call("POST", f"{D}/roadmap/SP7-JP/instalments", body), "quantity")
    assert "0.0" not in _refused(program("organiser").call("POST", f"{D}/roadmap/SP7-JP/instalments", body), "quantity")
    if isinstance(quantity, str):
        path = f"{D}/roadmap/SP7-JP/instalments"
        assert says in visit("organiser").send(path, page=path, **body).text


def test_no_command_can_be_answered_in_the_validator_s_own_words():
    """Every kind of error that the fields of our commands can raise has a sentence of ours."""
    wrong = [
        "",
        "x" * 40_000,
        "1,000",
        "2026-13-40",
        "2026-11-24T25:00",
        -1e300,
        1e300,
        0.5,
        [],
        {},
        None,
        True,
        [1],
        "\x00",
    ]
    shown, commands = set(), [c for c in _below(Command) if c.__module__.endswith(".commands")]
    assert len(commands) > 40
    for command in commands:
        for value in wrong:
            try:
                command.model_validate(dict.fromkeys(command.model_fields, value))
            except ValidationError as fault:
                shown |= {e["type"] for e in fault.errors()}
    assert shown - SENTENCES.keys() - {"value_error"} == set()


def _below(kind):
    return [each for sub in kind.__subclasses__() for each in (sub, *_below(sub))]
