"""Adding a meeting: a time that the venue's clocks never show, or show twice, is refused where it was typed."""

import pytest

D = "/dialogues/six-party-talks"
MEETING = {
    "title": "Experts on safety",
    "starts_on": "2027-03-14",
    "ends_on": "2027-03-14",
    "time_zone": "America/New_York",
    "agenda": "Opening",
}


@pytest.mark.parametrize(
    ("day", "time", "says"),
    [("2027-03-14", "2027-03-14T02:30", "does not exist"), ("2027-11-07", "2027-11-07T01:30", "comes twice")],
)
def test_an_hour_that_the_clocks_skip_or_show_twice_is_refused_and_the_rest_stays_typed(visit, day, time, says):
    organiser = visit("organiser")
    typed = MEETING | {"starts_on": day, "ends_on": day, "starts_at": time}
    refused = organiser.send(f"{D}/meetings/new", page=f"{D}/meetings/new", **typed)
    assert refused.status_code == 422
    assert says in refused.text
    assert "Experts on safety" in refused.text
    assert "Experts on safety" not in organiser.get(f"{D}/meetings").text
