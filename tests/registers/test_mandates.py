"""Who has no mandate any more speaks for nobody, and what somebody else recorded in a party's name says so."""

import pytest

from tests.ground import dump

D = "/dialogues/six-party-talks"
TODAY = "2026-11-24"
ACT = {"happened_on": TODAY, "reason": "As agreed in the corridor"}
ENDED = "Your mandate has ended. Whoever holds it now speaks for your party."


def _waivable(who):
    ties = who.get(f"{D}/roadmap/SP7-JP")["facts"]["waits_for"]
    return next(t["key"] for t in ties if t["code"] == "SP6" and t["kind"] == "requires")


@pytest.fixture
def handed_over(program):
    """The mandate of Japan's head goes to a colleague; a line and a waiver were given before."""
    organiser, tachibana = program("organiser"), program("tachibana")
    line = {"kind": "red-line", "text": "No visits at night.", "disclosure": "shared"}
    entry = next(
        e for e in tachibana.call("POST", f"{D}/registers", line).json()["entries"] if e["text"] == line["text"]
    )
    key = _waivable(organiser)
    assert tachibana.call("POST", f"{D}/requirements/{key}/waive", ACT | {"party": "JP"}).is_success
    waiver = organiser.get(f"{D}/roadmap/SP7-JP")["facts"]["waivers"][0]["id"]
    people = organiser.get(f"{D}/people")
    mandate = next(m for m in people["mandates"] if m["may_hand"] and "TACHIBANA" in m["person"])
    successor = next(p for p in people["people"] if "MORINAGA" in p["shown"])
    act = {"happened_on": TODAY, "successor": successor["id"]}
    assert organiser.call("POST", f"{D}/mandates/{mandate['id']}/hand", act).is_success
    return {"entry": entry, "key": key, "waiver": waiver}


def _acts(given):
    """Everything that is done in a party's name: path and body."""
    order = {"party": "JP", "order": "a-then-b", "text": "As we read it", "on": TODAY}
    reading = {"party": "JP", "text": "As we understand it.", "on": TODAY}
    return {
        "a shared line": ("registers", {"kind": "red-line", "text": "One more.", "disclosure": "shared"}),
        "a sealed line": ("registers", {"kind": "red-line", "text": "One more."}),
        "its own line's words": (
            f"registers/{given['entry']['id']}/revise",
            {"text": "Other words.", "version": given["entry"]["version"]},
        ),
        "its own line withdrawn": (f"registers/{given['entry']['id']}/withdraw", {}),
        "a position": ("roadmap/SP1/position", {"view": "crosses-a-line", "disclosure": "shared-without-attribution"}),
        "a term's reading": ("terms/verification/readings", reading),
        "an order's reading": ("exchanges/X-LWR/readings", order),
        "a waiver": (f"requirements/{given['key']}/waive", ACT | {"party": "JP"}),
        "a waiver revoked": (f"waivers/{given['waiver']}/revoke", ACT),
    }


def test_whose_mandate_is_over_speaks_for_nobody_and_is_told_why(handed_over, program, ground):
    tachibana = program("tachibana")
    before = dump.rows(ground)
    for what, (path, body) in _acts(handed_over).items():
        answer = tachibana.call("POST", f"{D}/{path}", body)
        assert (answer.status_code, ENDED in answer.text) == (403, True), (what, answer.text)
    assert dump.rows(ground) == before


def test_the_successor_does_all_of_it(handed_over, program):
    morinaga = program("morinaga")
    for what, (path, body) in reversed(_acts(handed_over).items()):  # the waiver is revoked before it is given again
        answer = morinaga.call("POST", f"{D}/{path}", body)
        assert answer.is_success or what == "its own line's words", (what, answer.text)


def test_pages_offer_nothing_in_the_party_s_name_and_say_why(handed_over, visit):
    tachibana = visit("tachibana")
    for path in (
        "registers",
        "roadmap/SP1/position",
        "terms/verification/readings",
        "exchanges/X-LWR/readings",
        f"requirements/{handed_over['key']}/waive",
        f"waivers/{handed_over['waiver']}/revoke",
    ):
        page = tachibana.get(f"{D}/{path}").text
        assert ENDED in page, path
        assert f'method="post" action="{D}/{path}"' not in page, path
    for path in ("roadmap/SP7-JP", "exchanges"):
        page = tachibana.get(f"{D}/{path}").text
        assert "/waive" not in page
        assert "/revoke" not in page
        assert "/readings" not in page, path
    posted = tachibana.send(f"{D}/registers", kind="red-line", text="One more.", disclosure="shared")
    assert (posted.status_code, ENDED in posted.text) == (403, True)


@pytest.mark.parametrize("who", ["organiser", "facilitator"])
def test_what_somebody_else_recorded_says_so_wherever_it_is_shown(who, program, visit):
    recorder = program(who)
    order = {"party": "CN", "order": "a-then-b", "text": "As they read it", "on": TODAY}
    reading = {"party": "CN", "text": "As they understand it.", "on": TODAY, "source": "a press briefing"}
    key = _waivable(recorder)
    for path, body in (
        (f"requirements/{key}/waive", ACT | {"party": "JP"}),
        ("exchanges/X-LWR/readings", order),
        ("terms/verification/readings", reading),
    ):
        assert recorder.call("POST", f"{D}/{path}", body).is_success
    liang, words = visit("liang"), f"recorded by the {who}"
    for path in ("roadmap/SP7-JP", "roadmap/JS1d", "exchanges", "registers", "terms/verification/readings"):
        assert words in liang.get(f"{D}/{path}").text, path
    rows = program("liang").get(f"{D}/registers/files/terms.csv")["rows"]
    assert [row["recorded_by"] for row in rows if row["reading"] == reading["text"]] == [who]


def _faces(who, entry):
    """All that a reader is shown of an entry, and when."""
    here = f"{D}/registers/{entry['id']}"
    rows = who.get(f"{D}/registers/files/lines.csv")["rows"]
    return who.get(here), next(r for r in rows if r["code"] == entry["code"])


def test_a_reconfirmation_after_a_mandate_s_end_does_not_tell_whose_unattributed_line_it_is(
    handed_over, program, visit
):
    """Everybody may know that a mandate of Japan's ended on this day."""
    morinaga, others = program("morinaga"), [program(who) for who in ("liang", "facilitator")]
    entry = next(
        e
        for e in morinaga.get(f"{D}/registers")["entries"]
        if e["is_own"] and e["disclosure"] == "shared-without-attribution"
    )
    here = f"{D}/registers/{entry['id']}"
    before = [_faces(who, entry) for who in others]
    assert morinaga.call("POST", f"{here}/reconfirm", {"reconfirm_by": "2027-03-01"}).is_success
    words = {name: entry[name] for name in ("text", "conditions", "touches", "capacity")}
    hidden = words | {"authority": "another ministry", "version": entry["version"] + 1, "reconfirm_by": "2027-03-01"}
    assert morinaga.call("POST", f"{here}/revise", hidden).is_success
    assert [_faces(who, entry) for who in others] == before
    page = visit("liang").get(here).text
    assert "2026-09-15" in page
    assert TODAY not in page.split("<main")[1].split("rinted on")[0]
    own = morinaga.get(here)
    assert (own["entry"]["on"], own["entry"]["reconfirm_by"]) == (TODAY, "2027-03-01")
    assert [change["act"] for change in own["history"]] == ["revised", "re-confirmed", "lodged"]
    seen = hidden | {"text": "In other words.", "version": entry["version"] + 2}
    assert morinaga.call("POST", f"{here}/revise", seen).is_success
    assert [change["act"] for change in others[0].get(here)["history"]] == ["revised", "lodged"]
    assert others[0].get(here)["entry"]["on"] == TODAY


def test_nobody_confirms_an_entry_while_no_mandate_of_the_party_stands(program):
    """The head's mandate ends without a successor; a colleague never had one."""
    organiser, morinaga = program("organiser"), program("morinaga")
    entry = program("tachibana").call("POST", f"{D}/registers", {"kind": "interest", "text": "A calendar."}).json()
    entry = next(e for e in entry["entries"] if e["text"] == "A calendar.")
    mandate = next(m for m in organiser.get(f"{D}/people")["mandates"] if m["may_hand"] and "TACHIBANA" in m["person"])
    assert organiser.call("POST", f"{D}/mandates/{mandate['id']}/hand", {"happened_on": TODAY}).is_success
    here = f"{D}/registers/{entry['id']}"
    refused = morinaga.call("POST", f"{here}/reconfirm", {})
    assert (refused.status_code, f"ended on {TODAY}, and nobody" in refused.text) == (409, True)
    assert morinaga.call("POST", f"{here}/revise", {"text": "A calendar of all.", "version": 1}).is_success
    assert morinaga.get(here)["entry"]["reconfirm"] == [f"The mandate that gave it ended on {TODAY}."]
