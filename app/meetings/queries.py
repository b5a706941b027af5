"""Reading meetings, agendas and attendances."""

from collections import Counter
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.access import reasons
from app.access.levels import Level, Role, Room
from app.access.models import Compartment, Grant, Member
from app.access.rules import RULES, Action
from app.access.work import Reading
from app.accounts.service import time_zone_of
from app.core.errors import NotFound
from app.core.i18n import N_, wording
from app.core.i18n import gettext as _
from app.db.base import id_of
from app.dialogues.models import Person
from app.dialogues.queries import dialogue, party_rows, people, short_name, shown_name
from app.meetings.models import AgendaItem, Attendance, FloorPart, Meeting, RuleConsent, RuleProposal
from app.meetings.views import AgendaItemView, AttendanceView, MeetingLine, MeetingView, ProposalView, TimeView

FLOOR_KEYS = {
    Role.FACILITATOR: Level.LEAD,
    Role.RAPPORTEUR: Level.LEAD,
    Role.PARTICIPANT: Level.WRITE,
    Role.ORGANISER: Level.READ,
    Role.OBSERVER: Level.READ,
}
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


class MeetingDay(NamedTuple):
    """What the board needs of a meeting."""

    code: str
    basket_codes: tuple[str, ...]
    starts_on: date
    ends_on: date
    city: str | None


def meeting(reading: Reading, meeting_id: UUID) -> Meeting:
    found = reading.db.get(Meeting, meeting_id)
    if found is None or found.dialogue_id != reading.viewer.dialogue_id:
        raise NotFound
    return found


def rules_of(reading: Reading, meeting: Meeting) -> dict[str, Any]:
    """What the log holds of a meeting: its code, rule and label, and the items that have a rule of their own."""
    own = (AgendaItem.meeting_id == meeting.id) & AgendaItem.rule.is_not(None)
    items = reading.db.execute(select(AgendaItem.ref, AgendaItem.rule).where(own))
    return {
        "meeting": meeting.code,
        "rule": meeting.rule,
        "tlp": meeting.tlp,
        "late": meeting.late_see_earlier,
        "items": {item.ref: item.rule for item in items},
    }


def meetings(reading: Reading) -> list[Meeting]:
    ours = Meeting.dialogue_id == reading.viewer.dialogue_id
    return list(reading.db.scalars(select(Meeting).where(ours).order_by(Meeting.starts_on, Meeting.code)))


_DAYS = (
    select(Meeting.code, Meeting.basket_codes, Meeting.starts_on, Meeting.ends_on, Meeting.city)
    .where(Meeting.dialogue_id == id_of("dialogue"))
    .order_by(Meeting.starts_on, Meeting.code)
)


def meeting_days(reading: Reading) -> tuple[MeetingDay, ...]:
    rows = reading.db.execute(_DAYS, {"dialogue": reading.viewer.dialogue_id})
    return tuple(MeetingDay(code, tuple(baskets), starts, ends, city) for code, baskets, starts, ends, city in rows)


class Sitting(NamedTuple):
    """Who hosted and chaired a meeting and who was there, by party code; `present` is none where nobody wrote it down."""

    baskets: tuple[str, ...]
    starts_on: date
    host: str | None
    chairs: tuple[str, ...]
    present: frozenset[str] | None


def sittings(reading: Reading) -> list[Sitting]:
    """Of every meeting the viewer may know of. Attendance counts only where the viewer may see it."""
    codes = {row.id: row.code for row in party_rows(reading)}
    present: dict[UUID, set[str]] = {}
    for one in reading.db.scalars(select(Attendance)):
        there = present.setdefault(one.meeting_id, set())
        if one.party_id in codes and one.is_present:
            there.add(codes[one.party_id])
    return [
        Sitting(
            tuple(row.basket_codes),
            row.starts_on,
            row.extra.get("host"),
            tuple(row.extra.get("chair", ())),
            frozenset(present[row.id]) if present.get(row.id) else None,
        )
        for row in meetings(reading)
    ]


def agenda(reading: Reading, meeting_id: UUID) -> list[AgendaItem]:
    return list(
        reading.db.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position))
    )


def line(reading: Reading, row: Meeting) -> MeetingLine:
    outcome = row.extra.get("outcome") or {}
    return MeetingLine(
        id=row.id,
        code=row.code,
        title=wording(row.titles),
        kind=row.kind,
        baskets=tuple(row.basket_codes),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        city=row.city,
        state=row.state,
        rule=row.rule,
        tlp=row.tlp,
        is_invited=reading.level_in(row.floor_id) is not None,
        outcome=outcome.get("title") or outcome.get("kind"),
    )


def view(reading: Reading, row: Meeting) -> MeetingView:
    readers = reasons.of_room(reading, row.compartment_id)
    own = _own_zone(reading)
    return MeetingView(
        line=line(reading, row),
        venue=row.venue,
        starts=_time(row.starts_at, own, row),
        ends=_time(row.ends_at, own, row),
        agenda=tuple(item_view(row, item) for item in agenda(reading, row.id)),
        attendance=_attendance(reading, row.id),
        readers=readers.who,
        why=readers.why,
        remark=row.extra.get("remark"),
        source=row.extra.get("source"),
        has_floor=reading.level_in(row.floor_id) is not None,
        late_see_earlier=row.late_see_earlier,
        proposals=_proposals(reading, row),
        may_add_item=row.state == "open" and reading.may(Action.MEETING_ADD, row),
        may_move_rules=row.floor_id is not None and reading.may(Action.MEETING_ADD, row),
        may_close=row.floor_id is not None and reading.may(Action.MEETING_CLOSE, row, room=row.floor_id),
    )


def _own_zone(reading: Reading) -> str:
    """The zone the viewer chose, else that of the viewer's party, else the dialogue's."""
    chosen = time_zone_of(reading)
    ours = next((row.time_zone for row in party_rows(reading) if row.id == reading.viewer.party_id), None)
    return chosen or ours or dialogue(reading).time_zone


def item_view(row: Meeting, item: AgendaItem) -> AgendaItemView:
    return AgendaItemView(item.id, item.ref, item.title, item.rule or row.rule, tuple(item.topic_codes))


def _time(moment: datetime | None, own: str, row: Meeting) -> TimeView | None:
    if moment is None:
        return None
    venue = row.time_zone or own
    return TimeView(own=_clock(moment, own, place=None), venue=_clock(moment, venue, place=row.city))


def _clock(moment: datetime, zone: str, *, place: str | None) -> str:
    """City and offset, never the name of a zone: those names are politics, and wrong half of the year."""
    local = moment.astimezone(ZoneInfo(zone))
    hours = local.utcoffset()
    minutes = int(hours.total_seconds() // 60) if hours is not None else 0
    sign, whole = "-" if minutes < 0 else "+", abs(minutes)
    city = place or zone.rsplit("/", maxsplit=1)[-1].replace("_", " ")
    return (
        f"{_(WEEKDAYS[local.weekday()])} {local:%Y-%m-%d %H:%M} · {city} (UTC{sign}{whole // 60:02d}:{whole % 60:02d})"
    )


def _attendance(reading: Reading, meeting_id: UUID) -> tuple[AttendanceView, ...]:
    rows = list(reading.db.scalars(select(Attendance).where(Attendance.meeting_id == meeting_id)))
    if not rows:
        return ()
    names = {person.id: shown_name(person) for person in people(reading)}
    parties = {row.id: short_name(row) for row in party_rows(reading)}
    readers = reasons.of_room(reading, rows[0].compartment_id)  # all of a meeting lie in one room
    views = [
        AttendanceView(
            person=names[row.person_id],
            party=parties.get(row.party_id) if row.party_id else None,
            capacity=row.capacity,
            readers=readers.who,
            why=readers.why,
        )
        for row in rows
        if row.person_id in names
    ]
    return tuple(sorted(views, key=lambda view: (view.party or "", view.person)))


class Circle(NamedTuple):
    """Who could have written a note: how many people of each delegation, and how many who belong to none."""

    sizes: tuple[int, ...]
    unattached: int

    @property
    def people(self) -> int:
        return sum(self.sizes) + self.unattached

    @property
    def delegations(self) -> int:
        return len(self.sizes)


def circle_of(reading: Reading, floor_id: UUID) -> Circle:
    """Everybody whom the policy lets write on the floor."""
    rule = RULES[Action.NOTE_POST]
    members = reading.db.scalars(
        select(Member)
        .join(Grant, Grant.member_id == Member.id)
        .where(Grant.compartment_id == floor_id, Grant.level >= rule.level, Member.is_active)
    )
    parties = Counter(member.party_id for member in members if _roles(member) & rule.roles)
    unattached = parties.pop(None, 0)
    return Circle(tuple(sorted(parties.values())), unattached)


def floors(reading: Reading, row: Meeting) -> list[UUID]:
    """The rooms of the meeting's notes that the reader may enter, the parts of its floor: for who joined late, only the later ones."""
    parts = select(FloorPart.id).where(FloorPart.meeting_id == row.id)
    found = reading.db.scalars(
        select(Compartment.id).where(
            Compartment.kind == Room.FLOOR, (Compartment.subject_id == row.id) | Compartment.subject_id.in_(parts)
        )
    )
    return [room for room in found if reading.level_in(room) is not None or reading.db.info.get("bypass")]


def part_name(code: str, number: int) -> str:
    """What the log calls a later part of a meeting's floor."""
    return f"{code}/{number}"


def present(reading: Reading, row: Meeting) -> dict[UUID, int]:
    """Member to number in the log, of all who hold a key to the meeting's notes: those who were there, and who hear it still."""
    found = reading.db.execute(
        select(Member.id, Member.number)
        .join(Grant, Grant.member_id == Member.id)
        .where(Grant.compartment_id == row.floor_id, Member.is_active)
    )
    return {member: number for member, number in found}  # noqa: C416  # rows, not pairs


def proposal(reading: Reading, row: Meeting, proposal_id: UUID) -> RuleProposal:
    """As it stands now, whatever this work has read before. Raises NotFound."""
    found = reading.db.get(RuleProposal, proposal_id, populate_existing=True)
    if found is None or found.meeting_id != row.id:
        raise NotFound
    return found


def consents(reading: Reading, proposal_id: UUID) -> set[UUID]:
    """The members who consented."""
    return set(reading.db.scalars(select(RuleConsent.member_id).where(RuleConsent.proposal_id == proposal_id)))


def _proposals(reading: Reading, row: Meeting) -> tuple[ProposalView, ...]:
    ours = RuleProposal.meeting_id == row.id
    found = reading.db.scalars(
        select(RuleProposal).where(ours).order_by(RuleProposal.proposed_on.desc(), RuleProposal.id)
    ).all()
    if not found:
        return ()
    items = {item.id: item.ref for item in agenda(reading, row.id)}
    there = set(present(reading, row))
    return tuple(_proposal_view(reading, row, one, items, there) for one in found)


def _proposal_view(
    reading: Reading, row: Meeting, one: RuleProposal, items: dict[UUID, str], there: set[UUID]
) -> ProposalView:
    given, me, is_open = consents(reading, one.id), reading.viewer.member_id, one.state == "open"
    return ProposalView(
        id=one.id,
        item=items[one.agenda_item_id] if one.agenda_item_id else None,
        to=one.to,
        state=one.state,
        proposed_on=one.proposed_on,
        ended_on=one.ended_on,
        consents=len(given & there),
        present=len(there),
        has_consented=me in given,
        may_answer=is_open and me in there and me not in given,
        may_withdraw=is_open and reading.may(Action.MEETING_ADD, row),
    )


def floor_key(roles: frozenset[Role]) -> Level | None:
    """The strongest key to a meeting's notes that these roles give to who is invited."""
    return max((FLOOR_KEYS[role] for role in roles if role in FLOOR_KEYS), default=None)


def speakers(reading: Reading, *, dialogue_id: UUID | None) -> list[tuple[UUID, UUID, frozenset[Role], UUID | None]]:
    """(person id, member id, roles, party id) of everybody who can be invited."""
    statement = (
        select(Person.id, Member, Person.party_id)
        .join(Member, Member.id == Person.member_id)
        .where(Person.dialogue_id == dialogue_id, Member.is_active)
        .order_by(Person.id)
    )
    return [
        (person_id, member.id, _roles(member), party_id)
        for person_id, member, party_id in reading.db.execute(statement)
    ]


def _roles(member: Member) -> frozenset[Role]:
    return frozenset(Role(name) for name in member.roles.split())
