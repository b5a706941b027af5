"""A moment as people are shown it: weekday, ISO date, 24-hour clock, city and UTC offset."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.i18n import N_
from app.core.i18n import gettext as _

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def clock_words(moment: datetime, zone: str, *, place: str | None = None) -> str:
    """An aware moment in a zone, with its city: never the name of a zone, which is politics, and wrong half of the year."""
    return f"{local_words(moment, zone)} · {place or city_of(zone)} ({offset_words(moment, zone)})"


def local_words(moment: datetime, zone: str) -> str:
    """Without the place, where the place stands beside it."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{_(WEEKDAYS[local.weekday()])} {local:%Y-%m-%d %H:%M}"


def offset_words(moment: datetime, zone: str) -> str:
    """UTC+09:00"""
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    sign, whole = "-" if offset < timedelta() else "+", abs(int(offset.total_seconds())) // 60
    return f"UTC{sign}{whole // 60:02d}:{whole % 60:02d}"


def city_of(zone: str) -> str:
    """The city that an IANA zone is named after."""
    return zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
