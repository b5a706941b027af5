"""Grades hold from the day on which they were given; a day that has been keeps its own."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.core import clock
from app.interchange.dumping import dump
from app.interchange.loading import load
from app.interchange.reading import parse, write_yaml

D = "/dialogues/six-party-talks"
FIRST = date(2026, 11, 14)
EASY = {"cost": 1, "sensitivity": 1, "reversibility": 5, "verifiability": 3}
HARD = {"cost": 5, "sensitivity": 5, "reversibility": 1, "verifiability": 1, "precedents": "The pact of 1986"}


@pytest.fixture
def graded(program):
    """NE1, which nobody had graded: easy from the first day on, hard from the third."""
    organiser = program("organiser")
    for number, grades in ((0, EASY), (2, HARD), (4, HARD)):
        with clock.frozen(datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(days=number, hours=9)):
            assert organiser.call("POST", f"{D}/roadmap/NE1/grades", grades).is_success
    return organiser


@pytest.mark.parametrize(
    ("number", "grades", "precedents", "rung"),
    [
        (-1, {}, [], 3),
        (0, EASY, [], 1),
        (1, EASY, [], 1),
        (2, {name: HARD[name] for name in EASY}, ["The pact of 1986"], 5),
        (10, {name: HARD[name] for name in EASY}, ["The pact of 1986"], 5),
    ],
)
def test_a_day_shows_the_grades_that_stood_on_it(graded, number, grades, precedents, rung):
    day = FIRST + timedelta(days=number)
    page = graded.get(f"{D}/roadmap/NE1?as_of={day}")
    assert (page["facts"]["grades"], page["facts"]["precedents"], page["rung"]) == (grades, precedents, rung)
    step = next(step for step in graded.get(f"{D}/next?as_of={day}")["steps"] if step["code"] == "NE1")
    assert (step["rung"], step["precedents"], step["is_graded"]) == (rung, precedents, bool(grades))


def test_grades_and_those_of_before_leave_and_come_back_with_the_document(graded, ground):
    first = write_yaml(dump(ground, "six-party-talks"))
    assert f"until: '{FIRST + timedelta(days=2)}'" in first or f"until: {FIRST + timedelta(days=2)}" in first
    load(ground, parse(first.replace("code: six-party-talks", "code: another", 1)))
    again = write_yaml(dump(ground, "another"))
    assert again == first.replace("code: six-party-talks", "code: another", 1)
    assert again.count("graded_before") == 1
