"""From people, parties and meetings to the slot finder's terms, and back to what a page shows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.access.levels import Role, Room
from app.access.models import Member
from app.access.reasons import Readers, of_kind, of_worked_out
from app.access.rules import Action
from app.access.work import Reading, enforce
from app.accounts.queries import WorkingDay, working_days
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.moments import city_of, local_words, offset_words
from app.dialogues.models import Party, Person
from app.dialogues.queries import party_rows, people, short_name, shown_name
from app.engine.hours import Hours
from app.engine.slots import Answer, Invitee, Obligation, Ranked, Ranking, grid, rank
from app.meetings import queries as meetings
from app.meetings.facts import own_zone
from app.meetings.models import Attendance, Meeting
from app.scheduling import queries
from app.scheduling.commands import FindSlots
from app.scheduling.models import Poll, PollSlot
from app.scheduling.queries import Asked, Sheets, Totals
from app.scheduling.views import FoundView, LocalTime, RankedSlot, RankingView, Share

Holidays = Mapping[str, frozenset[date]]
"""Party code to its holidays: hints that whoever looks for a date edits, because they change by decree."""
CHAIRING = frozenset({Role.FACILITATOR, Role.RAPPORTEUR})


class Circle:
    """Who is to come together, as the finder knows them. `parties`: the delegations among them, by code, in the dialogue's order."""

    def __init__(self, reading: Reading, asked: Sequence[Person], holidays: Holidays | None = None) -> None:
        self._holidays = holidays or {}
        rows = {row.id: row for row in party_rows(reading)}
        there = {one.party_id for one in asked}
        self.parties = {row.code: row for row in rows.values() if row.id in there}
        self._code = {row.id: row.code for row in rows.values()}
        self._seats = _seats(reading, asked)
        self._days = working_days(reading, {seat.account_id for seat in self._seats.values()})
        self._busy = _other_meetings(reading, asked)
        self.people = {str(one.id): one for one in asked}

    def invitees(
        self, answers: Mapping[str, Mapping[datetime, Answer]], *, but_for: UUID | None = None
    ) -> list[Invitee]:
        """`answers`: person id to slot to answer. `but_for`: the meeting that is itself being planned."""
        return [
            Invitee(
                key=key,
                delegation=self._delegation(one),
                hours=self._hours(one),
                answers=answers.get(key, {}),
                busy=tuple((begin, end) for meeting, begin, end in self._busy.get(one.id, ()) if meeting != but_for),
            )
            for key, one in self.people.items()
        ]

    def obligations(self) -> list[Obligation]:
        """One of each delegation; and all who chair, where there are any."""
        ours: dict[str, set[str]] = {}
        for key, one in self.people.items():
            if (code := self._delegation(one)) is not None:
                ours.setdefault(code, set()).add(key)
        bound = [Obligation(code, frozenset(keys)) for code, keys in sorted(ours.items())]
        chairs = {key for key, one in self.people.items() if self._chairs(one)}
        return [*bound, Obligation(CHAIRS, frozenset(chairs), len(chairs))] if chairs else bound

    def _delegation(self, one: Person) -> str | None:
        return self._code.get(one.party_id) if one.party_id else None

    def _chairs(self, one: Person) -> bool:
        seat = self._seats.get(one.member_id) if one.member_id else None
        return seat is not None and bool(CHAIRING & {Role(name) for name in seat.roles.split()})

    def _hours(self, one: Person) -> Hours:
        """His own; what he has not said, nine to six in his delegation's capital."""
        code = self._delegation(one)
        seat = self._seats.get(one.member_id) if one.member_id else None
        said = (self._days.get(seat.account_id) if seat else None) or WorkingDay(None, None, None)
        capital = self.parties[code].time_zone if code else "UTC"
        hours = Hours(said.time_zone or capital, holidays=self._holidays.get(code or "", frozenset()))
        if said.works_from is None or said.works_to is None:
            return hours
        return Hours(hours.zone, said.works_from, said.works_to, hours.weekdays, hours.holidays)


CHAIRS = "chairs"


def _seats(reading: Reading, asked: Iterable[Person]) -> dict[UUID, Member]:
    members = {one.member_id for one in asked if one.member_id is not None}
    return {row.id: row for row in reading.db.scalars(select(Member).where(Member.id.in_(members)))}


def _other_meetings(reading: Reading, asked: Iterable[Person]) -> dict[UUID, list[tuple[UUID, datetime, datetime]]]:
    """Person to (meeting, begin, end), of the meetings whose attendance the viewer may know: of others he learns nothing here."""
    found = reading.db.execute(
        select(Attendance.person_id, Meeting.id, Meeting.starts_at, Meeting.ends_at)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Attendance.person_id.in_({one.id for one in asked}), Meeting.ends_at.is_not(None))
    )
    busy: dict[UUID, list[tuple[UUID, datetime, datetime]]] = {}
    for person, meeting, begins, ends in found:
        if begins is None or ends is None:
            continue
        busy.setdefault(person, []).append((meeting, begins, ends))
    return busy


# --- the series -------------------------------------------------------------------------------------------------------


def balance(reading: Reading, *, but_for: UUID | None = None) -> tuple[Counter[str], int]:
    """Party code to the minutes borne so far, and in how many sittings: of the meetings whose time was found by a poll here."""
    settled = [row for row in queries.polls_run(reading) if row.state == "settled" and row.id != but_for]
    borne: Counter[str] = Counter()
    for row in settled:
        borne.update({code: int(minutes) for code, minutes in row.burdens.items()})
    return borne, len(settled)


def burdens(reading: Reading, row: Poll, starts_at: datetime, asked: Sequence[Asked]) -> dict[str, int]:
    """What each delegation bears in this slot; from zones and hours alone."""
    circle = Circle(reading, [one.person for one in asked])
    (found,) = rank(circle.invitees({}), [starts_at], minutes=row.minutes)
    return dict(found.burdens)


# --- a poll's slots ---------------------------------------------------------------------------------------------------


def of_poll(
    reading: Reading,
    row: Poll,
    slots: Sequence[PollSlot],
    asked: Sequence[Asked],
    told: Totals,
    counted: Sheets | None,
) -> RankingView:
    """The slots of a poll, ranked with the answers as far as they are shown: by name, or as totals, or not at all."""
    circle = Circle(reading, [one.person for one in asked])
    invitees = circle.invitees(_by_name(slots, asked, counted) if counted else {}, but_for=row.meeting_id)
    stand_ins = _as_totals(slots, told) if told.columns and not counted else []
    if stand_ins:  # who is in another meeting has said so himself; counted here, he would be counted twice
        invitees = [replace(one, busy=()) for one in invitees]
    borne, sittings = balance(reading, but_for=row.id)
    found = rank(
        [*invitees, *stand_ins],
        [slot.starts_at for slot in slots],
        minutes=row.minutes,
        obligations=circle.obligations() if counted else (),
        balance=borne,
    )
    ids = {slot.starts_at: slot.id for slot in slots}
    view = ranking_view(
        reading, found, circle, borne, sittings, venue=row.time_zone, slots=ids, readers=of_kind(reading, Room.ANSWERS)
    )
    unanswered = [replace(one, unanswered=one.unanswered - len(stand_ins)) for one in view.slots]
    return replace(view, slots=tuple(unanswered))


def _by_name(
    slots: Sequence[PollSlot], asked: Sequence[Asked], counted: Sheets
) -> dict[str, Mapping[datetime, Answer]]:
    given: dict[str, Mapping[datetime, Answer]] = {}
    for one in asked:
        sheet = counted.counting_for(one)
        if sheet.by:
            answers = zip(slots, sheet.given, strict=True)
            given[str(one.person.id)] = {slot.starts_at: answer for slot, answer in answers}  # type: ignore[misc]
    return given


def _as_totals(slots: Sequence[PollSlot], told: Totals) -> list[Invitee]:
    """People who stand for the totals and for nobody: as many as answered, of no delegation, slot by slot the same counts."""
    size = max((sum(column.values()) for column in told.columns), default=0)
    words: list[dict[datetime, Answer]] = [{} for _one in range(size)]
    for slot, column in zip(slots, told.columns, strict=True):
        spread = [word for word, count in column.items() for _one in range(count)]
        for one, word in zip(words, spread, strict=False):
            one[slot.starts_at] = word  # type: ignore[assignment]
    return [Invitee(f"total {number}", None, Hours("UTC"), one) for number, one in enumerate(words)]


# --- slots for a meeting that has none yet -----------------------------------------------------------------------------

MOST_FOUND = 8


def find(reading: Reading, command: FindSlots) -> FoundView:
    """The best slots that do not overlap, from the meeting's first day asked for to the last. Raises Invalid, NotFound."""
    meeting = meetings.meeting(reading, command.meeting)
    enforce(reading.decide(Action.POLL_RUN, meeting))
    zone = meeting.time_zone or own_zone(reading)
    chosen = [one for one in people(reading) if one.id in set(command.asked)]
    circle = Circle(reading, chosen, _holidays(reading, command.holidays))
    begin, end = _midnight(command.first, zone), _midnight(command.last + timedelta(days=1), zone)
    earliest = max(begin, reading.now.replace(second=0, microsecond=0) + timedelta(hours=command.notice))
    starts = grid(earliest, end, step=int(command.step), minutes=command.minutes)
    borne, sittings = balance(reading)
    invitees = circle.invitees({}, but_for=meeting.id)
    search = Ranking(invitees, starts, minutes=command.minutes, obligations=circle.obligations(), balance=borne)
    found = search.ranked(most=MOST_FOUND, apart=True)
    return FoundView(
        meeting=wording(meeting.titles),
        zone=zone,
        ranking=ranking_view(
            reading, found, circle, borne, sittings, venue=zone, slots={}, readers=of_worked_out(reading)
        ),
        locals=tuple(f"{one.starts.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" for one in found),
        looked_at=len(starts),
    )


def _midnight(day: date, zone: str) -> datetime:
    """Where the clocks skip midnight, the first moment after it."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _holidays(reading: Reading, text: str) -> Holidays:
    known = {row.code for row in party_rows(reading)}
    found: dict[str, set[date]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        code, _space, day = line.partition(" ")
        try:
            found.setdefault(code, set()).add(date.fromisoformat(day.strip()))
        except ValueError as fault:
            raise Invalid({"holidays": _not_understood(line)}) from fault
        if code not in known:
            raise Invalid({"holidays": _not_understood(line)})
    return {code: frozenset(days) for code, days in found.items()}


def _not_understood(line: str) -> str:
    return _("This line is not a party's code and a day, as in KR 2027-03-01: %(line)s") % {"line": line[:80]}


# --- what is shown ----------------------------------------------------------------------------------------------------


def ranking_view(
    reading: Reading,
    found: Sequence[Ranked],
    circle: Circle,
    borne: Mapping[str, int],
    sittings: int,
    *,
    venue: str,
    slots: Mapping[datetime, UUID],
    readers: Readers,
) -> RankingView:
    own = own_zone(reading)
    return RankingView(
        slots=tuple(
            _ranked(place, one, circle, own=own, venue=venue, slot=slots.get(one.starts))
            for place, one in enumerate(found, 1)
        ),
        balance=tuple((short_name(row), borne.get(code, 0)) for code, row in circle.parties.items()),
        sittings=sittings,
        readers=readers.who,
        why=readers.why,
    )


def _ranked(place: int, one: Ranked, circle: Circle, *, own: str, venue: str, slot: UUID | None) -> RankedSlot:
    shorts = {code: short_name(row) for code, row in circle.parties.items()}
    absent = [each.key for each in one.absent]
    return RankedSlot(
        place=place,
        slot=slot,
        starts_at=one.starts,
        starts=queries.time_view(one.starts, own, venue),
        capitals=tuple(_local(row, one.starts) for row in circle.parties.values()),
        unmet=tuple(_("those who chair") if name == CHAIRS else shorts[name] for name in one.unmet),
        absent=len(absent),
        absent_names=tuple(shown_name(circle.people[key]) for key in absent if key in circle.people),
        reluctant=len(one.reluctant),
        unanswered=one.unanswered,
        shares=tuple(_share(row, one) for row in circle.parties.values()),
        bearers=tuple(shorts[code] for code in one.bearers),
        holidays=tuple(shorts[code] for code in one.holidays),
    )


def _local(row: Party, moment: datetime) -> LocalTime:
    return LocalTime(
        party=short_name(row),
        city=city_of(row.time_zone),
        local=local_words(moment, row.time_zone),
        offset=offset_words(moment, row.time_zone),
    )


def _share(row: Party, one: Ranked) -> Share:
    minutes, whole = one.burdens[row.code], 2 * int((one.ends - one.starts).total_seconds()) // 60
    return Share(
        party=row.code,
        short=short_name(row),
        minutes=minutes,
        balance=one.balance[row.code],
        step=-(-minutes * 4 // whole),
        local=" ".join(local_words(one.starts, row.time_zone).split()[::2]),  # weekday and hour
    )
