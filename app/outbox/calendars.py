"""Calendar entries: iCalendar (RFC 5545) sent as scheduling messages (RFC 5546).

An entry names one attendee and no other, and says "Dialogue meeting" with the meeting's code: titles and places stand on a page behind a
sign-in, because a calendar is read by whoever keeps it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

YEAR: Final = timedelta(days=366)
METHODS: Final = {"invitation": "REQUEST", "change": "REQUEST", "reminder": "REQUEST", "cancellation": "CANCEL"}


@dataclass(frozen=True, slots=True)
class Times:
    """When a meeting is. Without `starts_at` it is known by its days alone; `zone` is the venue's (IANA)."""

    starts_on: date
    ends_on: date
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person's entry. `uid` stays the same for a meeting's life; `sequence` grows with every change (RFC 5545, 3.8.7.4)."""

    kind: str
    uid: str
    sequence: int
    stamp: datetime
    title: str
    times: Times
    place: str
    page: str
    organiser: str
    attendee: str


def calendar_of(entry: Entry) -> bytes:
    """The file: one VEVENT, with the VTIMEZONE that it needs."""
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp)
    event.add("summary", entry.title)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if entry.kind == "cancellation" else "CONFIRMED")
    event.add("url", entry.page)
    if entry.place:
        event.add("location", entry.place)
    _put_times(event, entry.times)
    event["organizer"] = vCalAddress(f"mailto:{entry.organiser}")
    event["attendee"] = _attendee(entry)
    return _calendar(METHODS[entry.kind], event, entry.times)


def _attendee(entry: Entry) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{entry.attendee}")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    if entry.kind != "cancellation":
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("FALSE")  # the answer is given on the page: by mail it would lie in mailboxes
    return attendee


def _put_times(event: Event, times: Times) -> None:
    """By the clock where it is known, in the venue's zone; else whole days, whose end is the day after the last (RFC 5545, 3.6.1)."""
    if times.starts_at is None or (times.ends_at is None and times.ends_on > times.starts_on):
        event.add("dtstart", times.starts_on)
        event.add("dtend", times.ends_on + timedelta(days=1))
        return
    place = ZoneInfo(times.zone)
    event.add("dtstart", times.starts_at.astimezone(place))
    if times.ends_at is not None:
        event.add("dtend", times.ends_at.astimezone(place))


def _calendar(method: str, event: Event, times: Times) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Dipoli//Dipoli//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones(times.starts_on - YEAR, times.ends_on + YEAR)
    return bytes(calendar.to_ical())
