"""A term that is turned to agreed says who read it otherwise; what lines may be compared on; a reading's language."""

import pytest

D = "/dialogues/six-party-talks"
TODAY = "2026-11-24"


def _give(who, party, text, on):
    answer = who.call("POST", f"{D}/terms/assurance/readings", {"party": party, "text": text, "on": on})
    assert answer.is_success, answer.text


@pytest.fixture
def read_apart(program):
    organiser = program("organiser")
    new = {"code": "assurance", "expression": "security assurance"}
    assert organiser.call("POST", f"{D}/terms", new).is_success
    _give(program("namgung"), "KR", "In writing.", "2026-11-10")
    _give(program("liang"), "CN", "By deed.", "2026-11-12")
    return organiser


def test_a_term_that_is_agreed_shows_who_read_it_otherwise_and_when(read_apart, program, visit):
    page, path = visit("facilitator"), f"{D}/terms/assurance/readings"
    form = page.get(path).text
    for words in ("ROK (2026-11-10)", "China (2026-11-12)", "the term counts as agreed for all of them"):
        assert words in form, words
    turned = {"state": "agreed", "happened_on": "2026-11-20", "agreed_in": "Press release of 20 November"}
    assert read_apart.call("POST", f"{D}/terms/assurance/state", turned).is_success
    for where in (path, f"{D}/registers"):
        shown = visit("namgung").get(where).text
        assert "Agreed on 2026-11-20." in shown, where
        assert "(2026-11-10, given before)" in shown, where
    term = read_apart.get(path)
    assert (term["since"], sorted(term["apart"])) == ("2026-11-20", [["China", "2026-11-12"], ["ROK", "2026-11-10"]])


def test_nobody_agrees_on_a_term_for_the_parties_without_naming_where_they_agreed(read_apart, program, visit):
    state = f"{D}/terms/assurance/state"
    refused = program("facilitator").call("POST", state, {"state": "agreed"})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["agreed_in"])
    posted = visit("facilitator").send(state, page=f"{D}/terms/assurance/readings", state="agreed")
    assert (posted.status_code, "in which the parties agreed" in posted.text) == (422, True)
    new = {"code": "freeze", "expression": "freeze", "state": "agreed"}
    assert list(read_apart.call("POST", f"{D}/terms", new).json()["errors"]) == ["agreed_in"]
    rows = [{"code": "assurance", "state": "agreed"}]
    judged = read_apart.call("POST", f"{D}/registers/files/terms/preview", rows).json()["judged"]
    assert judged[0]["verdict"] == "rejected"
    assert read_apart.call("POST", state, {"state": "agreed", "agreed_in": "The joint statement"}).is_success
    assert "Agreed in: The joint statement" in visit("namgung").get(f"{D}/registers").text
    rows = read_apart.get(f"{D}/registers/files/terms.csv")["rows"]
    assert {(r["state"], r["agreed_in"]) for r in rows if r["code"] == "assurance"} == {
        ("agreed", "The joint statement")
    }


def test_a_reading_in_another_party_s_name_needs_the_source_it_was_taken_from(read_apart, program, visit):
    path, said = f"{D}/terms/assurance/readings", {"party": "JP", "text": "In a treaty.", "on": TODAY}
    for who in ("facilitator", "organiser"):
        refused = program(who).call("POST", path, said)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["source"])
    assert program("facilitator").call("POST", path, said | {"source": "Speech in Tokyo"}).is_success
    for where in (path, f"{D}/registers"):
        assert "recorded by the facilitator from: Speech in Tokyo" in visit("namgung").get(where).text
    assert "Record a party's reading from a source" in visit("facilitator").get(f"{D}/registers").text
    assert "Give your party's reading" in visit("namgung").get(f"{D}/registers").text


def test_a_term_that_all_read_alike_warns_of_nothing(program, visit):
    organiser = program("organiser")
    assert organiser.call("POST", f"{D}/terms", {"code": "assurance", "expression": "security assurance"}).is_success
    for who, party in (("namgung", "KR"), ("liang", "CN")):
        _give(program(who), party, "In writing.", "2026-11-10")
    assert "in words of their own" not in visit("facilitator").get(f"{D}/terms/assurance/readings").text


@pytest.mark.parametrize("language", ["klingon", "e", "en-", "k0"])
def test_a_language_that_is_none_is_refused(read_apart, program, language):
    body = {"party": "KR", "text": "In writing.", "on": TODAY, "language": language}
    answer = program("namgung").call("POST", f"{D}/terms/assurance/readings", body)
    assert "the code of a language" in answer.json()["errors"]["language"]


def test_lines_may_be_compared_on_a_basket_a_step_or_a_term(read_apart, program, visit):
    found = {s["code"]: s["kind"] for s in program("facilitator").get(f"{D}/registers/compare")["subjects"]}
    assert (found["DENUC"], found["SP1"], found["assurance"]) == ("basket", "step", "term")
    assert '<optgroup label="Terms">' in visit("facilitator").get(f"{D}/registers/compare").text
