"""Registers that parties really keep: history, mandates, revival, positions, warnings, comparison, terms."""

from datetime import UTC, datetime

import pytest

from app.access.bypass import unguarded
from app.access.models import Member
from app.accounts.models import Account
from app.core import clock
from app.demo.service import lodge_comparable_lines
from app.dialogues.models import Party
from app.registers.comparing import verdict
from tests.cast import CAST, PASSPHRASE

D = "/dialogues/six-party-talks"
TODAY = "2026-11-24"


def _lodge(who, **more):
    answer = who.call("POST", f"{D}/registers", {"kind": "red-line", "text": "No surprise visits."} | more)
    assert answer.status_code == 201, answer.text
    text = more.get("text", "No surprise visits.")
    return next(e for e in answer.json()["entries"] if e["text"] == text)


def _entries(who, path="/registers"):
    return {e["text"]: e for e in who.get(f"{D}{path}")["entries"]}


def test_an_entry_keeps_its_history_where_it_was_written(program):
    tachibana, facilitator = program("tachibana"), program("facilitator")
    entry = _lodge(tachibana)
    here = f"{D}/registers/{entry['id']}"
    words = {"text": "No surprise visits at night.", "version": entry["version"]}
    assert tachibana.call("POST", f"{here}/revise", words).status_code == 200
    stale = tachibana.call("POST", f"{here}/revise", words)
    assert (stale.status_code, "changed it meanwhile" in stale.text) == (409, True)
    assert tachibana.call("POST", f"{here}/disclose", {"disclosure": "confided"}).status_code == 200
    own = tachibana.get(here)["history"]
    assert [change["act"] for change in own] == ["disclosed", "revised", "lodged"]
    told = {"name": "text", "before": "No surprise visits.", "after": "No surprise visits at night."}
    assert own[1]["changes"] == [told]
    seen = facilitator.get(here)
    assert seen["entry"]["text"] == "No surprise visits at night."
    # Its sealed history stays with the delegation, and how long that is too.
    assert [(change["act"], change["version"], change["changes"]) for change in seen["history"]] == [
        ("lodged", None, [])
    ]
    assert tachibana.call("POST", f"{here}/withdraw", {}).status_code == 200
    assert facilitator.call("GET", here).status_code == 404
    assert "No surprise visits at night." not in _entries(tachibana)


def test_the_own_side_reads_every_act_on_an_entry_and_every_field_that_changed(program, visit):
    tachibana = program("tachibana")
    entry = _lodge(tachibana, authority="The Diet", conditions="A visit announced", touches=["VP"])
    here = f"{D}/registers/{entry['id']}"
    words = {"text": "No surprise visits.", "authority": "The Cabinet", "touches": [], "version": 1}
    assert tachibana.call("POST", f"{here}/revise", words).status_code == 200
    assert tachibana.call("POST", f"{here}/reconfirm", {"reconfirm_by": "2030-01-01"}).status_code == 200
    assert tachibana.call("POST", f"{here}/withdraw", {"reason": "The question is settled."}).status_code == 200
    told = [
        (change["act"], {field["name"]: (field["before"], field["after"]) for field in change["changes"]})
        for change in tachibana.get(here)["history"]
    ]
    assert told == [
        ("withdrawn", {"withdrawn_reason": ("", "The question is settled.")}),
        ("re-confirmed", {"reconfirm_by": ("", "2030-01-01")}),
        (
            "revised",
            {"authority": ("The Diet", "The Cabinet"), "conditions": ("A visit announced", ""), "touches": ("VP", "")},
        ),
        ("lodged", {}),
    ]
    page = visit("tachibana").get(here).text
    assert all(word in page for word in ("The Diet", "The question is settled.", "2030-01-01", "Your own side alone."))
    assert "New words" not in page  # what was withdrawn is not revised any more


def test_a_withdrawn_entry_is_read_on_by_its_own_side_alone(program):
    tachibana, morinaga, liang = program("tachibana"), program("morinaga"), program("liang")
    entry = _lodge(tachibana, disclosure="shared")
    here = f"{D}/registers/{entry['id']}"
    assert tachibana.call("POST", f"{here}/withdraw", {"reason": "Settled."}).status_code == 200
    assert [each["code"] for each in morinaga.get(f"{D}/registers")["withdrawn"]] == [entry["code"]]
    assert morinaga.get(here)["entry"]["is_withdrawn"]
    assert liang.get(f"{D}/registers")["withdrawn"] == []
    assert liang.call("GET", here).status_code == 404
    assert morinaga.call("POST", f"{here}/reconfirm", {}).status_code == 409


def test_what_an_unattributed_entry_hides_its_history_hides_too(program):
    tachibana, liang = program("tachibana"), program("liang")
    entry = _lodge(tachibana, disclosure="shared-without-attribution", authority="The Diet", source="A speech in Tokyo")
    here = f"{D}/registers/{entry['id']}"
    words = {"text": "No visits.", "authority": "The Cabinet", "source": "A letter", "version": 1}
    assert tachibana.call("POST", f"{here}/revise", words).status_code == 200
    assert (
        tachibana.call("POST", f"{here}/revise", words | {"authority": "The Throne", "version": 2}).status_code == 200
    )
    assert tachibana.call("POST", f"{here}/disclose", {"disclosure": "shared"}).status_code == 200
    told = [(c["act"], [field["name"] for field in c["changes"]]) for c in liang.get(here)["history"]]
    assert told == [("disclosed", []), ("revised", ["text"]), ("lodged", [])]
    assert "Diet" not in str(liang.get(here)["history"])


def test_after_a_change_of_mandate_an_entry_is_to_be_reconfirmed(program):
    tachibana, organiser = program("tachibana"), program("organiser")
    entry = _lodge(tachibana, reconfirm_by="2030-01-01")
    assert _entries(tachibana)["No surprise visits."]["reconfirm"] == []
    people = organiser.get(f"{D}/people")
    mandate = next(
        m for m in people["mandates"] if m["may_hand"] and m["party"] == "Japan" and "TACHIBANA" in m["person"]
    )
    successor = next(p for p in people["people"] if "MORINAGA" in p["shown"])
    act = {"happened_on": TODAY, "successor": successor["id"]}
    assert organiser.call("POST", f"{D}/mandates/{mandate['id']}/hand", act).status_code == 200
    # Who handed the seat over reads the delegation's own words no longer, nor speaks under the successor's mandate.
    assert "No surprise visits." not in _entries(tachibana)
    assert tachibana.call("POST", f"{D}/registers/{entry['id']}/reconfirm", {}).status_code == 404
    assert tachibana.call("POST", f"{D}/registers", {"kind": "interest", "text": "One more."}).status_code == 403
    colleague = program("morinaga")
    said = _entries(colleague)["No surprise visits."]["reconfirm"]
    assert len(said) == 1
    assert TODAY in said[0]
    assert "MORINAGA Tetsuro" in said[0]
    # The successor's own word, under the new mandate, puts it right.
    assert colleague.call("POST", f"{D}/registers/{entry['id']}/reconfirm", {}).status_code == 200
    kept = _entries(colleague)["No surprise visits."]
    assert (kept["version"], kept["reconfirm"]) == (2, [])


def test_past_its_date_and_after_a_basket_slept_an_entry_is_to_be_reconfirmed(program):
    tachibana, organiser = program("tachibana"), program("organiser")
    _lodge(tachibana, text="About energy.", touches=["SP7-JP"])
    _lodge(tachibana, text="About security.", touches=["NE1"])
    for state, on in (("dormant", "2026-11-20"), ("active", "2026-11-24")):
        act = {"state": state, "happened_on": on, "reason": "It sleeps and wakes"}
        assert organiser.call("POST", f"{D}/baskets/ENERGY/turn", act).status_code == 200
    said = _entries(tachibana)
    assert said["About energy."]["reconfirm"] == []  # given on the day of the revival: fresh
    assert said["About security."]["reconfirm"] == []
    old = "A dated meeting of the working group before any announcement on fuel."
    assert [r for r in said[old]["reconfirm"] if "ENERGY was taken up again on 2026-11-24" in r]


def test_positions_are_added_up_and_never_named(program):
    tachibana, liang, facilitator = program("tachibana"), program("liang"), program("facilitator")
    here = f"{D}/roadmap/NE1/position"
    for disclosure, seen_by_liang, seen_by_facilitator in (
        ("sealed", "no objection known", "no objection known"),
        ("confided", "no objection known", "not yet acceptable to all"),
        ("shared-without-attribution", "not yet acceptable to all", "not yet acceptable to all"),
    ):
        said = {"view": "crosses-a-line", "text": "Not in these words.", "disclosure": disclosure}
        assert tachibana.call("POST", here, said).status_code == 200
        assert liang.get(here)["others"] == seen_by_liang
        assert facilitator.get(here)["others"] == seen_by_facilitator
        assert liang.get(here)["positions"] == []
        assert "Japan" not in str(liang.get(here))
        named = [p["party"] for p in facilitator.get(here)["positions"]]
        assert named == (["Japan"] if disclosure == "confided" else [])
        assert [p["view"] for p in tachibana.get(here)["positions"]] == ["crosses-a-line"]
    assert tachibana.get(here)["others"] == "no objection known"  # one's own is not an other's


def test_a_step_warns_its_own_side_by_name_and_others_as_far_as_was_disclosed(program):
    tachibana, liang, facilitator = program("tachibana"), program("liang"), program("facilitator")
    here = f"{D}/roadmap/JS4b/position"
    entry = _lodge(tachibana, touches=["JS4b"])

    def warned(who):
        return [(w["disclosure"], w["code"], w["text"]) for w in who.get(here)["warnings"]]

    assert warned(tachibana) == [("sealed", entry["code"], "No surprise visits.")]
    assert (warned(liang), warned(facilitator)) == ([], [])
    for disclosure, liang_sees in (
        ("confided", []),
        ("shared-without-attribution", [("shared-without-attribution", None, None)]),
    ):
        path = f"{D}/registers/{entry['id']}/disclose"
        assert tachibana.call("POST", path, {"disclosure": disclosure}).status_code == 200
        assert warned(liang) == liang_sees
        assert warned(facilitator) == [(disclosure, None, None)]


def _claim(stance, amount=None, unit="t"):
    return {"stance": stance, "amount": amount, "unit": unit if amount is not None else ""}


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (_claim("must"), _claim("must-not"), "conflict"),
        (_claim("must"), _claim("must"), "no conflict"),
        (_claim("at-least", 100), _claim("at-most", 50), "conflict"),
        (_claim("at-most", 50), _claim("at-least", 100), "conflict"),
        (_claim("at-least", 50), _claim("at-most", 50), "no conflict"),
        (_claim("at-least", 50), _claim("at-least", 90), "no conflict"),
        (_claim("at-least", 50), _claim("at-most", 10, "kW"), "unknown"),
        (_claim("must"), _claim("at-most", 10), "unknown"),
    ],
)
def test_two_claims_conflict_or_do_not(ours, theirs, expected):
    assert verdict([ours], [theirs]) == expected
    assert verdict([theirs], [ours]) == expected
    assert verdict([ours], []) == "unknown"


def test_the_facilitator_is_told_one_word_and_reads_neither_line(program):
    tachibana, liang, facilitator = program("tachibana"), program("liang"), program("facilitator")

    def told():
        found = facilitator.get(f"{D}/registers/compare?subject=JS4b")
        return {p["verdict"] for p in found["pairs"] if {p["one"], p["other"]} == {"China", "Japan"}}

    said = {"subject": "JS4b", "may_be_compared": True}
    _lodge(tachibana, stance="must", **said)
    assert told() == {"unknown"}
    hidden = _lodge(liang, text="Never that.", stance="must-not", subject="JS4b")
    assert told() == {"unknown"}  # not offered: as if it were not there
    words = {"text": "Never that.", "stance": "must-not", "version": hidden["version"], **said}
    assert liang.call("POST", f"{D}/registers/{hidden['id']}/revise", words).status_code == 200
    assert told() == {"conflict"}
    answer = facilitator.call("GET", f"{D}/registers/compare?subject=JS4b").text
    assert "Never that." not in answer
    assert "surprise" not in answer
    assert "Never that." not in _entries(facilitator)


def test_asking_again_and_again_does_not_find_the_other_side_s_amount(program):
    """A delegation changes its own line, a friendly facilitator asks: one answer, and then none before both have moved."""
    tachibana, namgung, facilitator = program("tachibana"), program("namgung"), program("facilitator")

    def told():
        found = facilitator.get(f"{D}/registers/compare?subject=SP7")["pairs"]
        return next(p["verdict"] for p in found if {p["one"], p["other"]} == {"Japan", "ROK"})

    said = {"subject": "SP7", "unit": "t", "may_be_compared": True}
    theirs = _lodge(namgung, text="At least that.", stance="at-least", amount=734_521, **said)
    probe = _lodge(tachibana, text="A probe.", stance="at-most", amount=500_000, **said)
    assert told() == "conflict"
    here, version = f"{D}/registers/{probe['id']}", probe["version"]
    for amount in (900_000, 700_000, 734_521):
        words = {"text": "A probe.", "stance": "at-most", "amount": amount, "version": version, **said}
        assert tachibana.call("POST", f"{here}/revise", words).status_code == 200
        version += 1
        assert told() == "unknown"
    another = _lodge(tachibana, text="A second probe.", stance="at-most", amount=1, **said)
    assert told() == "unknown"
    assert tachibana.call("POST", f"{D}/registers/{another['id']}/withdraw", {}).status_code == 200
    # The other side offers its line once more, of its own will: now there is one new answer.
    assert namgung.call("POST", f"{D}/registers/{theirs['id']}/reconfirm", {}).status_code == 200
    assert told() == "no conflict"


def test_demonstration_has_lines_of_which_two_conflict_and_the_facilitator_reads_none(program, ground):
    lodge_comparable_lines(ground, "six-party-talks", dict.fromkeys(CAST, PASSPHRASE))
    facilitator = program("facilitator")
    found = facilitator.get(f"{D}/registers/compare?subject=D-4")["pairs"]
    told = {frozenset({p["one"], p["other"]}): p["verdict"] for p in found if p["verdict"] != "unknown"}
    assert told == {
        frozenset({"ROK", "United States"}): "conflict",
        frozenset({"ROK", "Japan"}): "no conflict",
        frozenset({"Japan", "United States"}): "no conflict",
    }
    assert not any("expert" in text or "observers" in text for text in _entries(facilitator))
    own = _entries(program("tachibana"))["At least one expert who may speak for the regulator."]
    assert (own["party"], own["disclosure"], own["is_demonstration"]) == ("Japan", "sealed", True)


def test_unattributed_interests_are_not_told_apart_by_who_shares_none_by_name(program):
    """A party whose only interest is unattributed, among parties that all share one by name, has attributed it."""
    entries = _entries(program("observer")).values()
    named = {entry["party"] for entry in entries if entry["kind"] == "interest" and entry["party"]}
    assert len(named) == 6
    assert sum(entry["party"] is None for entry in entries if entry["kind"] == "interest") >= 3


def test_lines_are_compared_for_a_facilitator_of_no_party_only(program, ground):
    facilitator = program("facilitator")
    assert facilitator.call("GET", f"{D}/registers/compare?subject=SP7").status_code == 200
    with unguarded(ground, "a facilitator turns out to belong to a party") as work:
        account = work.db.query(Account).filter_by(login="facilitator").one()
        party = work.db.query(Party).filter_by(code="CN").one()
        work.db.query(Member).filter_by(account_id=account.id).one().party_id = party.id
    refused = facilitator.call("GET", f"{D}/registers/compare?subject=SP7")
    assert (refused.status_code, "belongs to no party" in refused.text) == (403, True)


def test_lines_are_not_compared_on_what_is_no_subject(program, visit):
    refused = program("facilitator").call("GET", f"{D}/registers/compare?subject=nothing")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["subject"])
    page = visit("facilitator").get(f"{D}/registers/compare?subject=nothing")
    assert (page.status_code, "no step, basket or term nothing here" in page.text) == (422, True)
    assert "D-4" in page.text  # the subjects are still there to choose from


def test_whoever_lets_a_line_be_compared_accepts_what_that_tells(visit):
    form = visit("tachibana").get(f"{D}/registers").text
    box = form[form.index('name="may_be_compared"') :].split("</label>", 1)[0]
    assert "tells the facilitator that our side has a line on this subject, even where the line itself is sealed" in box


def test_before_a_line_is_disclosed_its_owner_reads_who_will_read_it(program, visit):
    tachibana, liang = program("tachibana"), program("liang")
    entry = _lodge(tachibana)
    here = f"{D}/registers/{entry['id']}/disclose"
    told = {to["disclosure"]: (to["readers"], to["party"]) for to in tachibana.get(here)["wider"]}
    assert told == {
        "confided": ("The members of the delegation, and the facilitators who belong to no other.", "Japan"),
        "shared-without-attribution": ("Every member of this dialogue except liaisons.", None),
        "shared": ("Every member of this dialogue except liaisons.", "Japan"),
    }
    browser = visit("tachibana")
    listed = browser.get(f"{D}/registers").text
    assert (f'href="{here}"' in listed, f'action="{here}"' in listed) == (True, False)  # not one click away
    page = browser.get(here).text
    assert "nobody can take that back" in page
    assert all(readers in page for readers, _party in told.values())
    assert browser.send(here, page=here, disclosure="shared").status_code == 303
    assert "No surprise visits." in _entries(liang)
    assert liang.call("GET", here).status_code == 403


@pytest.mark.parametrize(
    ("who", "path", "field"),
    [("tachibana", "registers", "text"), ("organiser", "terms", "code")],
)
def test_what_is_wrong_with_an_entry_or_a_term_stands_before_all_else_and_leads_to_its_field(visit, who, path, field):
    sent = visit(who).send(f"{D}/{path}", page=f"{D}/registers", **{field: ""})
    assert sent.status_code == 422
    main = sent.text.split("<main", 1)[1]
    assert main.index(f'<a href="#{field}">') < main.index("<form")
    assert main.count("Nothing was saved.") == 1
    assert f'id="{field}"' in main


def test_a_withdrawn_entry_stays_withdrawn(program):
    tachibana, liang = program("tachibana"), program("liang")
    entry = _lodge(tachibana)
    here = f"{D}/registers/{entry['id']}"
    assert tachibana.call("POST", f"{here}/withdraw", {}).status_code == 200
    assert tachibana.call("POST", f"{here}/disclose", {"disclosure": "shared"}).status_code == 409
    assert "No surprise visits." not in _entries(liang)


def test_how_often_a_line_was_changed_in_private_is_not_told_when_it_is_shared(program):
    tachibana, liang = program("tachibana"), program("liang")
    entry = _lodge(tachibana)
    here = f"{D}/registers/{entry['id']}"
    for version in (1, 2, 3):
        words = {"text": "No surprise visits.", "conditions": f"Draft {version}", "version": version}
        assert tachibana.call("POST", f"{here}/revise", words).status_code == 200
    assert tachibana.call("POST", f"{here}/disclose", {"disclosure": "shared"}).status_code == 200
    assert _entries(tachibana)["No surprise visits."]["version"] == 5
    assert _entries(liang)["No surprise visits."]["version"] is None


def test_a_term_s_state_is_dated(program):
    organiser = program("organiser")
    turned = {"state": "agreed", "happened_on": "2026-11-10", "used_in": ["JS"], "agreed_in": "a joint press release"}
    assert organiser.call("POST", f"{D}/terms/denuclearization/state", turned).status_code == 200

    def state(day):
        terms = organiser.get(f"{D}/registers?as_of={day}")["terms"]
        return next(t["state"] for t in terms if t["code"] == "denuclearization")

    assert [state("2026-11-09"), state("2026-11-10")] == ["contested", "agreed"]
    for day, says in (("2026-11-09", "changed after this day"), ("2099-01-01", "not come yet")):
        refused = organiser.call("POST", f"{D}/terms/denuclearization/state", turned | {"happened_on": day})
        assert says in refused.json()["errors"]["happened_on"]


def test_past_its_date_an_entry_is_to_be_reconfirmed(program):
    namgung = program("namgung")
    with clock.frozen(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        _lodge(namgung, reconfirm_by="2026-11-23")
        _lodge(namgung, text="Not past.", reconfirm_by=TODAY)
    assert _entries(namgung)["No surprise visits."]["reconfirm"] == ["Its date, 2026-11-23, is past."]
    assert _entries(namgung)["Not past."]["reconfirm"] == []


def test_no_entry_is_to_be_reconfirmed_by_a_day_that_is_past(program):
    namgung = program("namgung")
    new = {"kind": "red-line", "text": "No surprise visits.", "reconfirm_by": "2026-11-23"}
    refused = namgung.call("POST", f"{D}/registers", new)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["reconfirm_by"])
    entry = _lodge(namgung, reconfirm_by="2030-01-01")
    words = {"text": entry["text"], "version": entry["version"], "reconfirm_by": "2026-11-23"}
    refused = namgung.call("POST", f"{D}/registers/{entry['id']}/revise", words)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["reconfirm_by"])


def test_a_line_that_touches_a_basket_touches_each_of_its_steps(program):
    tachibana = program("tachibana")
    before = [step["code"] for step in tachibana.get(f"{D}/next")["steps"]]
    assert "D-3" in before
    _lodge(tachibana, touches=["ENERGY"])
    offered = tachibana.get(f"{D}/next")["steps"]
    assert [step["code"] for step in offered if step["basket"] == "ENERGY"] == []

    def warned(code):
        return [touch["text"] for touch in tachibana.get(f"{D}/roadmap/{code}/position")["warnings"]]

    assert warned("D-3") == ["No surprise visits."]
    assert warned("IA6") == []  # done; what a line on the whole basket limits is still to come
    _lodge(tachibana, text="Nor at the port.", touches=["IA6"])
    assert warned("IA6") == ["Nor at the port."]


def test_the_registers_are_searched_among_what_one_may_see(program):
    tachibana, liang = program("tachibana"), program("liang")
    _lodge(tachibana)
    assert list(_entries(tachibana, "/registers?q=surprise")) == ["No surprise visits."]
    assert list(_entries(tachibana, "/registers?kind=interest&q=surprise")) == []
    assert list(_entries(liang, "/registers?q=surprise")) == []


def test_the_registers_as_of_a_day_show_what_then_stood(program):
    liang = program("liang")

    def readings(day, code):
        terms = {t["code"]: t for t in liang.get(f"{D}/registers?as_of={day}")["terms"]}
        return [r["party"] for r in terms[code]["readings"]]

    assert readings("2018-12-19", "denuclearization") == ["United States"]
    assert readings("2018-12-20", "denuclearization") == ["DPRK", "United States"]
    assert readings("2005-09-19", "appropriate-time") == []
    assert set(readings("2005-09-20", "appropriate-time")) == {"DPRK", "United States"}
    interest = "An energy arrangement that outlives one government."
    assert interest not in _entries(liang, "/registers?as_of=2026-09-14")
    assert interest in _entries(liang, "/registers?as_of=2026-09-15")
    texts = {t["code"] for t in liang.get(f"{D}/registers?as_of=2007-02-12")["texts"]}
    assert texts == {"JS", "WGC"}


def test_a_reading_stands_beside_the_others(program):
    tachibana, liang = program("tachibana"), program("liang")
    said = {"party": "JP", "text": "Names, dates, places.", "on": TODAY, "source": "own paper", "language": "en"}
    assert tachibana.call("POST", f"{D}/terms/verification/readings", said).status_code == 201
    terms = {t["code"]: t for t in liang.get(f"{D}/registers")["terms"]}
    assert [r["party"] for r in terms["verification"]["readings"]] == ["United States", "DPRK", "Japan"]
    assert terms["denuclearization"]["state"] == "contested"
    assert terms["appropriate-time"]["state"] == "deliberately-ambiguous"
    assert terms["appropriate-time"]["used_in"] == ["JS", "SP"]


def test_a_term_is_used_in_the_texts_adopted_by_then(program):
    def used(day):
        terms = {t["code"]: t for t in program("liang").get(f"{D}/registers?as_of={day}")["terms"]}
        return terms["appropriate-time"]["used_in"]

    assert [used("2005-09-18"), used("2006-01-01"), used("2007-10-03")] == [[], ["JS"], ["JS", "SP"]]


def test_a_state_recorded_without_the_texts_leaves_them_as_they_were(program, visit):
    organiser = program("organiser")
    state = f"{D}/terms/appropriate-time/state"
    assert organiser.call("POST", state, {"state": "contested"}).json()["used_in"] == ["JS", "SP"]
    page = f"{D}/terms/appropriate-time/readings"
    visit("organiser").send(state, page=page, state="contested", used_in="")  # emptied in the form, by hand
    assert organiser.get(page)["used_in"] == []


def test_an_entry_s_own_page_says_who_is_behind_it_and_what_it_touches(visit, program):
    tachibana = visit("tachibana")
    own = next(
        e for e in program("tachibana").get(f"{D}/registers")["entries"] if e["kind"] == "bottom-line" and e["is_own"]
    )
    page = tachibana.get(f"{D}/registers/{own['id']}").text
    for said in (own["authority"], own["capacity"], *own["touches"], own["reconfirm_by"]):
        assert said in page
