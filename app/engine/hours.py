"""Working hours on the wall, weighed minute by minute on the one line of time that everybody shares."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from math import gcd
from zoneinfo import ZoneInfo

MINUTE = 60  # seconds
DAY = 24 * 60  # minutes
NIGHT = (22 * 60, 7 * 60)  # minutes of the local day
WEEKDAYS = frozenset(range(5))  # Monday to Friday
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody works: IANA zone, minutes of the local day from `begins` up to `ends`, weekdays (0 is Monday), local holidays."""

    zone: str
    begins: int = 9 * 60
    ends: int = 18 * 60
    weekdays: frozenset[int] = WEEKDAYS
    holidays: frozenset[date] = frozenset()

    def is_holiday(self, moment: datetime) -> bool:
        """Whether the local day of this moment is one."""
        return moment.astimezone(ZoneInfo(self.zone)).date() in self.holidays


def minute_of(moment: datetime) -> int:
    """Whole minutes since the epoch of an aware moment."""
    return int(moment.timestamp()) // MINUTE


def unit_of(some: Iterable[Hours], begin: int, end: int) -> int:
    """The longest stretch of minutes, counted from the epoch, within which none of these hours begins, ends or is shifted."""
    unit = gcd(DAY, *NIGHT)
    for hours in some:
        turns = chain.from_iterable(_stretches(hours.zone, begin, end)[1:])
        unit = gcd(unit, hours.begins, hours.ends, _offset(hours.zone, begin), *turns)
    return unit


def sums_of(hours: Hours, begin: int, end: int, unit: int) -> list[int]:
    """The weights of the first 0, 1, 2, … units from `begin` added up, in units, to those of all before `end`.

    `unit` divides `begin`, `end`, and `unit_of` these hours.
    """
    return list(accumulate(b"".join(_weights(hours, begin, end, unit)), initial=0))


def _weights(hours: Hours, begin: int, end: int, unit: int) -> Iterator[bytes]:
    """Stretch by stretch of one UTC offset, local day by local day: only so is a change of the clocks where it is."""
    stretches = _stretches(hours.zone, begin, end)
    for (start, offset), (stop, _offset_then) in pairwise((*stretches, (end, 0))):
        at, last = start + offset, stop + offset
        while at < last:
            day, within = divmod(at, DAY)
            length = min(DAY - within, last - at)
            yield _day(hours, day)[within : within + length : unit]
            at += length


def _day(hours: Hours, number: int) -> bytes:
    """The weights of the minutes of a local day, by its number since the epoch."""
    day = EPOCH + timedelta(days=number)
    works = day.weekday() in hours.weekdays and day not in hours.holidays
    return _pattern(hours.begins, hours.ends) if works else _pattern(0, 0)


@lru_cache(maxsize=512)
def _pattern(begins: int, ends: int) -> bytes:
    night_begins, night_ends = NIGHT
    weights = bytearray(b"\x02" * night_ends + b"\x01" * (night_begins - night_ends) + b"\x02" * (DAY - night_begins))
    weights[begins:ends] = bytes(ends - begins)
    return bytes(weights)


@lru_cache(maxsize=512)
def _stretches(zone: str, begin: int, end: int) -> tuple[tuple[int, int], ...]:
    """(from, UTC offset), in minutes, of each stretch of one offset between `begin` and `end`. Offsets change at most once a day."""
    found = [(begin, _offset(zone, begin))]
    for day in range(begin, end, DAY):
        ahead = min(day + DAY, end)
        if (later := _offset(zone, ahead)) != found[-1][1]:
            found.append((_change(zone, day, ahead, found[-1][1]), later))
    return tuple(found)


def _change(zone: str, low: int, high: int, before: int) -> int:
    """The first minute after `low` with another offset than before."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


def _offset(zone: str, minute: int) -> int:
    """UTC offset in minutes; what a zone had beside whole minutes, before there were any agreed ones, is left out."""
    offset = datetime.fromtimestamp(minute * MINUTE, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) // MINUTE if offset is not None else 0
