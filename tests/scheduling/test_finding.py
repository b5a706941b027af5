"""The slot finder as an organiser meets it: from a meeting and its people to slots, and from them into a poll."""

import re
from urllib.parse import urlencode

import pytest

from tests.scheduling.conftest import D, people


@pytest.fixture
def meeting(organiser):
    return next(m["id"] for m in organiser.get(f"{D}/meetings")["upcoming"] if m["code"] == "W-2026")


def _find(organiser, meeting, *names, **more):
    asked = people(organiser, *(names or ("TACHIBANA", "NAMGUNG", "WHITCOMBE", "LIANG")))
    given = {"meeting": meeting, "first": "2027-03-08", "last": "2027-03-19", "asked": asked} | more
    return f"{D}/polls/find?{urlencode(given, doseq=True)}"


def _shares(slot):
    return {share["party"]: share["minutes"] for share in slot["shares"]}


def test_the_best_slots_come_with_local_times_and_with_who_bears_what(organiser, meeting):
    found = organiser.get(_find(organiser, meeting))
    assert found["looked_at"] > 500
    best = found["ranking"]["slots"][0]
    assert len(best["capitals"]) == 4
    offsets = {one["party"]: one["offset"] for one in best["capitals"]}
    assert (offsets["Japan"], offsets["United States"]) == ("UTC+09:00", "UTC-05:00")
    assert best["bearers"] == ["United States"]
    assert max(_shares(best).values()) == _shares(best)["US"] == 120
    starts = [one["starts_at"] for one in found["ranking"]["slots"]]
    assert len(set(starts)) == len(starts) == 8


def test_after_the_change_of_clocks_the_same_hour_costs_another(organiser, meeting):
    before = organiser.get(_find(organiser, meeting, "NAMGUNG", "WHITCOMBE", first="2027-03-12", last="2027-03-12"))
    after = organiser.get(_find(organiser, meeting, "NAMGUNG", "WHITCOMBE", first="2027-03-15", last="2027-03-15"))
    offset = [f["ranking"]["slots"][0]["capitals"][1]["offset"] for f in (before, after)]
    assert offset == ["UTC-05:00", "UTC-04:00"]


def test_a_holiday_is_a_burden_and_named(organiser, meeting):
    one_day = {"first": "2027-03-09", "last": "2027-03-09"}
    free = organiser.get(_find(organiser, meeting, "NAMGUNG", **one_day))["ranking"]["slots"][0]
    feast = organiser.get(_find(organiser, meeting, "NAMGUNG", **one_day, holidays="KR 2027-03-09"))["ranking"][
        "slots"
    ][0]
    assert (_shares(free)["KR"], free["holidays"]) == (0, [])
    assert (_shares(feast)["KR"], feast["holidays"]) == (120, ["ROK"])


def test_ones_own_hours_count_and_nobody_is_shown_them(organiser, meeting, program):
    one_day = {"first": "2027-03-09", "last": "2027-03-09"}
    hours = {"time_zone": "Europe/London", "works_from": "12:00", "works_to": "18:00"}
    assert program("namgung").call("PATCH", "/account", hours).status_code == 204
    best = organiser.get(_find(organiser, meeting, "NAMGUNG", **one_day))["ranking"]["slots"]
    free = [slot["starts_at"][11:16] for slot in best if not _shares(slot)["KR"]]
    assert free
    assert all("12:00" <= hour <= "16:00" for hour in free)
    assert "London" not in str(best)
    assert program("namgung").get("/account")["works_from"] == "12:00:00"


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ({"works_from": "18:00", "works_to": "09:00"}, "ends before it begins"),
        ({"works_from": "09:00"}, "both ends"),
        ({"works_from": "noon", "works_to": "18:00"}, "Please write a time"),
    ],
)
@pytest.mark.sqlite_only("what is refused before anything is stored does not depend on the database")
def test_impossible_hours_are_refused_and_come_back(visit, hours, says):
    person = visit("namgung")
    refused = person.send("/account/preferences", page="/account", time_zone="Asia/Seoul", **hours)
    assert refused.status_code == 422
    assert says in refused.text
    assert all(f'value="{typed}"' in refused.text for typed in hours.values())


def test_notice_keeps_early_slots_out(organiser, meeting):
    near = {"first": "2026-11-24", "last": "2026-12-04"}
    far = organiser.get(_find(organiser, meeting, **near, notice=240))
    assert all(slot["starts_at"] >= "2026-12-04T09:00" for slot in far["ranking"]["slots"])
    assert organiser.get(_find(organiser, meeting, **near, notice=2400))["ranking"]["slots"] == []


def test_what_is_found_goes_into_a_poll(organiser, meeting, visit):
    person = visit("organiser")
    shown = person.get(_find(organiser, meeting))
    assert shown.status_code == 200
    chosen = re.findall(r'name="slots" value="([^"]+)" checked', shown.text)
    assert len(chosen) == 3
    asked = re.findall(r'type="hidden" name="asked" value="([^"]+)"', shown.text)
    query = urlencode(
        {"meeting": meeting, "time_zone": "Asia/Ulaanbaatar", "slots": chosen, "asked": asked}, doseq=True
    )
    form = person.get(f"{D}/polls/new?{query}")
    assert all(f'value="{slot}"' in form.text for slot in chosen)
    assert form.text.count("checked") == 4
    opened = person.send(
        f"{D}/polls/new",
        page=f"{D}/polls/new",
        meeting=meeting,
        time_zone="Asia/Ulaanbaatar",
        slots=chosen,
        asked=asked,
        deadline="2027-02-01T12:00",
    )
    assert opened.status_code == 200
    assert opened.text.count("/availability/") == 4


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"last": "2027-03-01"}, "last day is before"),
        ({"last": "2028-03-01"}, "two months"),
        ({"holidays": "KR someday"}, "KR someday"),
        ({"holidays": "XX 2027-03-01"}, "XX 2027-03-01"),
        ({"first": "soon"}, "Please write a date"),
        ({"step": "7"}, "values offered"),
        ({"minutes": "-1"}, "at least 15"),
    ],
)
@pytest.mark.sqlite_only("nothing is stored")
def test_a_senseless_search_is_refused_and_comes_back(organiser, meeting, visit, more, says):
    place = _find(organiser, meeting, **more)
    assert organiser.call("GET", place).status_code == 422
    page = visit("organiser").get(place)
    assert page.status_code == 422
    assert says in page.text
    typed = next(iter(more.values()))
    assert f'value="{typed}"' in page.text or typed in page.text or "step" in more
