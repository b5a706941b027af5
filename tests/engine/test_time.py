"""Days: due dates, punctuality, lines that fall silent; and exchanges whose sides part."""

from datetime import date

import pytest

from app.engine.exchanges import Exchange, out_of_step, requirements
from app.engine.heartbeat import heartbeat
from app.engine.schedule import due_on, punctuality

D = date
ADOPTED = {"IA": D(2007, 2, 13), "SP": None}


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ({"on": "2007-12-31"}, D(2007, 12, 31)),
        ({"anchor": "IA", "days": 60}, D(2007, 4, 14)),
        ({"anchor": "SP", "days": 60}, None),
        ({"earliest_of": [{"anchor": "IA", "days": 60}, {"on": "2007-03-31"}]}, D(2007, 3, 31)),
        ({"earliest_of": [{"anchor": "SP", "days": 1}, {"words": "soon"}]}, None),
        ({"standing": True}, None),
        (None, None),
    ],
)
def test_a_due_date_comes_to_a_day(due, day):
    assert due_on(due, ADOPTED) == day


SHUTDOWN = [(D(2007, 2, 13), "agreed"), (D(2007, 4, 14), "missed"), (D(2007, 7, 15), "done")]


@pytest.mark.parametrize(
    ("due", "day", "kind", "days"),
    [
        (D(2007, 4, 14), D(2007, 4, 1), "in time", 0),
        (D(2007, 4, 14), D(2007, 5, 14), "late", 30),
        (D(2007, 4, 14), D(2008, 1, 1), "met late", 92),
        (D(2007, 8, 1), D(2008, 1, 1), "met", 0),
        (None, D(2008, 1, 1), "no day", 0),
    ],
)
def test_missed_and_then_met_is_met_late(due, day, kind, days):
    found = punctuality(due, SHUTDOWN, day)
    assert (found.kind, found.days) == (kind, days)


def test_a_line_is_silent_from_the_day_after_the_agreed_interval():
    meetings = [(D(2007, 3, 16), D(2007, 3, 16)), (D(2007, 8, 20), D(2007, 8, 21)), (D(2009, 2, 19), D(2009, 2, 20))]
    quiet = heartbeat(meetings, 180, None, D(2008, 2, 17))
    assert (quiet.last, quiet.next, quiet.silent_since) == (D(2007, 8, 21), D(2009, 2, 19), None)
    assert heartbeat(meetings, 180, None, D(2008, 2, 18)).silent_since == D(2008, 2, 18)
    assert not heartbeat(meetings, None, None, D(2020, 1, 1)).is_silent
    assert heartbeat([], 30, D(2007, 1, 1), D(2007, 2, 1)).silent_since == D(2007, 2, 1)
    assert not heartbeat([], 30, None, D(2007, 2, 1)).is_silent
    sitting = heartbeat(meetings, 1, None, D(2009, 2, 19))
    assert (sitting.last, sitting.is_silent) == (D(2009, 2, 19), False)


def test_one_side_done_alone_is_out_of_step():
    exchange = Exchange("X", ("SP3",), ("SP5", "SP6"), "simultaneous")
    assert out_of_step(exchange, {"SP3"}) == "a"
    assert out_of_step(exchange, {"SP5", "SP6"}) == "b"
    assert out_of_step(exchange, {"SP5"}) is None
    assert out_of_step(exchange, {"SP3", "SP5", "SP6"}) is None
    assert out_of_step(Exchange("X", ("SP3",), ("SP5",), "a-then-b"), {"SP3"}) is None


def test_an_order_asks_what_it_says_and_a_disputed_one_nothing():
    exchange = Exchange("X", ("A",), ("B",), "disputed")
    asked = {
        order: [(r.waiting, r.targets) for r in requirements(exchange, order)]
        for order in ("simultaneous", "a-then-b", "b-then-a")
    }
    there, back = (("A",), ("B",)), (("B",), ("A",))
    assert asked == {"simultaneous": [there, back], "a-then-b": [back], "b-then-a": [there]}
    assert requirements(exchange) == ()
