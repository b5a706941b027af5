"""Before somebody writes, the page says how many could have written, and says in plain words when that protects nobody."""

import pytest

D = "/dialogues/six-party-talks"
MEETING = {"title": "A small circle", "starts_on": "2026-11-20", "ends_on": "2026-11-24", "agenda": "Opening"}
INVITED = ("LIANG", "TACHIBANA", "MORINAGA", "NAMGUNG", "WHITCOMBE")

DELEGATION = {"MORINAGA": "TACHIBANA"}


@pytest.mark.parametrize("invited", [INVITED[:1], INVITED[:2], INVITED[:3], INVITED[1:3], INVITED])
def test_form_says_how_many_could_have_written_and_when_that_protects_nobody(program, visit, invited):
    organiser = program("organiser")
    people = organiser.get(f"{D}/people")["people"]
    guests = [person["id"] for person in people if person["family"].upper() in invited]
    assert len(guests) == len(invited)
    made = organiser.call("POST", f"{D}/meetings/new", MEETING | {"invited": guests}).json()
    path = f"{D}/meetings/{made['line']['id']}/notes"
    said = program("facilitator").get(path)["anonymity"]
    assert said["people"] >= len(invited)
    assert said["delegations"] == len({DELEGATION.get(name, name) for name in invited})
    assert said["protects"] == (said["people"] >= 5 and said["delegations"] >= 3)
    page = visit("facilitator").get(path).text
    assert ("too few to protect anybody" in page) == (not said["protects"])
