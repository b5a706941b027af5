"""The best hours to meet, in the order of a rule that can be said in one breath, and who bears the bad hour.

From Pyongyang to Washington no hour lies inside everybody's working day. So hours are weighed and remembered:

* A person's **burden** is the minutes of the sitting outside his own working hours; a minute in his night (22 to 7) counts twice. Weekends
  and holidays have no working hours. A delegation's is the average of its invitees', rounded up. It depends on zones and hours
  alone, never on what anybody answered: nobody gains by pretending to be busy.
* A delegation's **balance** is what it has borne in the series so far.

The rule, first difference decides: fewest unmet obligations; fewest who cannot come; the balances after this sitting, the largest first
(leximin: what counts is the most burdened, then the next); the smallest sum of burdens; fewest who come only if need be; the earliest.

What follows: if for each delegation there is a slot on offer in which nobody but it bears anything, at most B, then no
balance is ever more than B above another, whatever else is on offer: the slot of the least burdened is always there to be taken, and leads to
no larger maximum. So nobody bears more than the average and one bad sitting.

Pure: no database, no clock. Moments are aware datetimes, whole minutes; local time is zoneinfo's.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import gcd
from typing import Literal, NamedTuple

from app.engine.hours import Hours, minute_of, sums_of, unit_of

Answer = Literal["yes", "if-need-be", "no"]
Why = Literal["answered", "other-meeting"]


@dataclass(frozen=True, slots=True)
class Invitee:
    """`answers`: begin of a slot to what was answered for it; who has not answered is taken to be able to come.

    `busy`: (begin, end) of other meetings. An invitee of no delegation is counted as one who can come or not; hours are for delegations.
    """

    key: str
    delegation: str | None
    hours: Hours
    answers: Mapping[datetime, Answer] = field(default_factory=dict)
    busy: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """At least `least` of these invitees must be able to come: one of each party, both chairs."""

    name: str
    members: frozenset[str]
    least: int = 1


class Absence(NamedTuple):
    key: str
    why: Why


@dataclass(frozen=True, slots=True)
class Ranked:
    """A slot, with the reasons for its place: the terms of the rule, in its order.

    `burdens`, `balance` (with this sitting): delegation to minutes. `bearers`: the delegations with the largest burden, none where nobody
    bears any. `holidays`: delegations that have one on their local day.
    """

    starts: datetime
    ends: datetime
    unmet: tuple[str, ...]
    absent: tuple[Absence, ...]
    reluctant: tuple[str, ...]
    unanswered: int
    burdens: Mapping[str, int]
    balance: Mapping[str, int]
    bearers: tuple[str, ...]
    holidays: tuple[str, ...]


def grid(first: datetime, last: datetime, *, step: int, minutes: int) -> list[datetime]:
    """Every begin of a sitting of so many minutes between two moments, on multiples of `step` minutes of the clock in UTC."""
    begin = -(-minute_of(first) // step) * step
    return [
        first + timedelta(minutes=at - minute_of(first)) for at in range(begin, minute_of(last) - minutes + 1, step)
    ]


def rank(
    invitees: Sequence[Invitee],
    starts: Iterable[datetime],
    *,
    minutes: int,
    obligations: Sequence[Obligation] = (),
    balance: Mapping[str, int] | None = None,
) -> list[Ranked]:
    """Every slot once, the best first. `balance`: delegation to what it has borne so far; none said is nothing borne."""
    return list(Ranking(invitees, starts, minutes=minutes, obligations=obligations, balance=balance or {}).ranked())


class Ranking:
    """One search: what is said of a slot is worked out for all slots at once, and put into words only for those asked for."""

    def __init__(
        self,
        invitees: Sequence[Invitee],
        starts: Iterable[datetime],
        *,
        minutes: int,
        obligations: Sequence[Obligation] = (),
        balance: Mapping[str, int] | None = None,
    ) -> None:
        self._starts = sorted(set(starts))
        self._at = [minute_of(each) for each in self._starts]
        self._minutes = minutes
        self._invitees = sorted(invitees, key=lambda each: each.key)
        keys = frozenset(each.key for each in invitees)
        self._needed = [(one.name, one.members & keys, one.least) for one in obligations]
        names = {each.delegation for each in invitees if each.delegation is not None}
        self._before = {name: (balance or {}).get(name, 0) for name in sorted(names)}
        self._met = all(len(members) >= least for _name, members, least in self._needed)  # if everybody comes
        self._burdens = self._weighed()
        self._absent, self._reluctant = self._answers()

    def ranked(self, *, most: int | None = None, apart: bool = False) -> list[Ranked]:
        """The best `most` slots. `apart`: of slots that overlap, the best alone."""
        chosen: list[int] = []
        for place in sorted(range(len(self._at)), key=self._scores().__getitem__):
            if most is not None and len(chosen) >= most:
                break
            if not (apart and any(abs(self._at[place] - self._at[other]) < self._minutes for other in chosen)):
                chosen.append(place)
        return [self._said(place) for place in chosen]

    # --- burdens ----------------------------------------------------------------------------------------------------------

    def _weighed(self) -> dict[str, list[int]]:
        """Delegation to its burden in each slot."""
        if not self._at:
            return {name: [] for name in self._before}
        begin, end = self._at[0], self._at[-1] + self._minutes
        every = {each.hours for each in self._invitees if each.delegation is not None}
        unit = gcd(unit_of(every, begin, end), self._minutes, *self._at)
        firsts, length = [(at - begin) // unit for at in self._at], self._minutes // unit
        outside: dict[Hours, list[int]] = {}
        for hours in every:
            sums = sums_of(hours, begin, end, unit)
            outside[hours] = [unit * (sums[first + length] - sums[first]) for first in firsts]
        return {name: self._average(self._hours_of(name), outside) for name in self._before}

    def _hours_of(self, delegation: str) -> Counter[Hours]:
        return Counter(each.hours for each in self._invitees if each.delegation == delegation)

    def _average(self, hours: Counter[Hours], outside: Mapping[Hours, list[int]]) -> list[int]:
        size, (first, *more) = hours.total(), hours.items()
        if not more:
            return outside[first[0]]
        columns = zip(*(outside[each] for each in hours), strict=True)
        counts = tuple(hours.values())
        return [-(-sum(map(int.__mul__, counts, column)) // size) for column in columns]

    # --- who can come -----------------------------------------------------------------------------------------------------

    def _answers(self) -> tuple[list[dict[str, Why]], list[set[str]]]:
        """For each slot: who cannot come, and why; and who comes only if need be."""
        absent: list[dict[str, Why]] = [{} for _at in self._at]
        reluctant: list[set[str]] = [set() for _at in self._at]
        place_of = {at: place for place, at in enumerate(self._at)}
        for one in self._invitees:
            for begin, end in one.busy:
                self._mark(absent, one.key, minute_of(begin), minute_of(end))
            for slot, answer in one.answers.items():
                place = place_of.get(minute_of(slot))
                if place is None:
                    continue
                if answer == "no":
                    absent[place][one.key] = "answered"
                elif answer == "if-need-be":
                    reluctant[place].add(one.key)
        for place, missing in enumerate(absent):
            reluctant[place] -= missing.keys()
        return absent, reluctant

    def _mark(self, absent: list[dict[str, Why]], key: str, begin: int, end: int) -> None:
        for place in range(bisect_right(self._at, begin - self._minutes), bisect_left(self._at, end)):
            absent[place].setdefault(key, "other-meeting")

    def _unmet(self, place: int) -> list[str]:
        missing = self._absent[place].keys()
        if not missing and self._met:
            return []
        return [name for name, members, least in self._needed if len(members - missing) < least]

    # --- the rule ---------------------------------------------------------------------------------------------------------

    def _scores(self) -> list[tuple[object, ...]]:
        before, columns = tuple(self._before.values()), list(zip(*self._burdens.values(), strict=True))
        columns = columns or [() for _at in self._at]
        return [
            (
                len(self._unmet(place)),
                len(self._absent[place]),
                sorted(map(int.__add__, before, borne), reverse=True),
                sum(borne),
                len(self._reluctant[place]),
                at,
            )
            for place, (at, borne) in enumerate(zip(self._at, columns, strict=True))
        ]

    def _said(self, place: int) -> Ranked:
        starts = self._starts[place]
        burdens = {name: each[place] for name, each in self._burdens.items()}
        worst = max(burdens.values(), default=0)
        known = {each.key for each in self._invitees if starts in each.answers}
        return Ranked(
            starts=starts,
            ends=starts + timedelta(minutes=self._minutes),
            unmet=tuple(self._unmet(place)),
            absent=tuple(Absence(key, why) for key, why in sorted(self._absent[place].items())),
            reluctant=tuple(sorted(self._reluctant[place])),
            unanswered=len(self._invitees) - len(known),
            burdens=burdens,
            balance={name: self._before[name] + borne for name, borne in burdens.items()},
            bearers=tuple(name for name, borne in burdens.items() if borne == worst > 0),
            holidays=tuple(
                sorted({e.delegation for e in self._invitees if e.delegation and e.hours.is_holiday(starts)})
            ),
        )
