"""The slot finder against converting every slot for every person, in one run; and how it grows with people and days."""

import gc
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from app.engine.hours import Hours
from app.engine.slots import Invitee, Obligation, Ranking, grid

CAPITALS = {
    "CN": "Asia/Shanghai",
    "JP": "Asia/Tokyo",
    "KP": "Asia/Pyongyang",
    "KR": "Asia/Seoul",
    "MN": "Asia/Ulaanbaatar",
    "RU": "Europe/Moscow",
    "US": "America/New_York",
}
BEGIN, MINUTES = datetime(2026, 10, 19, tzinfo=UTC), 120  # over the change of the clocks in Washington
RUNS = 7


def people(count, *, own_hours):
    """Spread over the capitals, each with two other meetings; with hours of their own, or those of their capital."""
    parties = list(CAPITALS)
    made = []
    for number in range(count):
        party = parties[number % len(parties)]
        hours = Hours(CAPITALS[party], 9 * 60 - (number % 13) * 5 if own_hours else 9 * 60)
        busy = tuple((BEGIN + timedelta(days=d, hours=number % 9), BEGIN + timedelta(days=d, hours=9)) for d in (2, 3))
        made.append(Invitee(f"p{number}", party, hours, busy=busy))
    return made


def find(invitees, starts):
    one_of_each = [Obligation(p, frozenset(i.key for i in invitees if i.delegation == p)) for p in CAPITALS]
    return Ranking(invitees, starts, minutes=MINUTES, obligations=one_of_each).ranked(most=10, apart=True)


def convert(invitees, starts):
    """The floor: begin and end of every slot in every person's local time, and whether they lie in the working day."""
    good = 0
    for one in invitees:
        zone, hours = ZoneInfo(one.hours.zone), one.hours
        for start in starts:
            begin, end = start.astimezone(zone), (start + timedelta(minutes=MINUTES)).astimezone(zone)
            good += (
                begin.weekday() < 5
                and hours.begins <= begin.hour * 60 + begin.minute
                and end.hour * 60 + end.minute <= hours.ends
            )
    return good


def timed(what, *given):
    taken = []
    for _run in range(RUNS):
        gc.collect()
        began = perf_counter()
        what(*given)
        taken.append(perf_counter() - began)
    return median(taken)


def main():
    for own_hours in (False, True):
        print(f"hours: {'of each person' if own_hours else 'of the capital'}")
        for count, days, step in ((60, 28, 15), (30, 60, 30), (60, 60, 30), (30, 120, 30)):
            starts = grid(BEGIN, BEGIN + timedelta(days=days), step=step, minutes=MINUTES)
            invitees = people(count, own_hours=own_hours)
            ours, floor = timed(find, invitees, starts), timed(convert, invitees, starts)
            print(
                f"  {count} people × {days} days × {step} min ({len(starts)} slots): {ours * 1000:.0f} ms; "
                f"every slot converted for every person {floor * 1000:.0f} ms: {floor / ours:.1f} times as fast"
            )


if __name__ == "__main__":
    main()
