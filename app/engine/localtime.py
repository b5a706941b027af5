"""What a clock on the wall means: local times, and the hours that the clocks skip or show twice (PEP 495)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class NoSuchHour(ValueError):
    """The clocks go forward over this local time: it does not exist."""


class HourTwice(ValueError):
    """The clocks go back over this local time: it comes twice."""


def moment(local: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which clocks in `zone` (IANA) show this naive local time.

    Raises NoSuchHour and HourTwice where there is not exactly one; ValueError for a time that is not naive.
    """
    if local.tzinfo is not None:
        raise ValueError("a local time has no zone of its own")
    place = ZoneInfo(zone)
    found = {
        utc
        for fold in (0, 1)
        if (utc := local.replace(tzinfo=place, fold=fold).astimezone(UTC))
        .astimezone(place)
        .replace(tzinfo=None, fold=0)
        == local.replace(fold=0)
    }
    if not found:
        raise NoSuchHour(f"{local.isoformat()} {zone}")
    if len(found) > 1:
        raise HourTwice(f"{local.isoformat()} {zone}")
    return found.pop()
