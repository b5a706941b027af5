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
    turned = {"state": "agreed", "happened_on": "2026-11-20"}
    assert read_apart.call("POST", f"{D}/terms/assurance/state", turned).is_success
    for where in (path, f"{D}/registers"):
        shown = visit("namgung").get(where).text
        assert "Agreed on 2026-11-20." in shown, where
        assert "(2026-11-10, given before)" in shown, where
    term = read_apart.get(path)
    assert (term["since"], sorted(term["apart"])) == ("2026-11-20", [["China", "2026-11-12"], ["ROK", "2026-11-10"]])


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
