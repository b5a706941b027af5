"""Reading meetings, agendas, and who is in a meeting's rooms."""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access.levels import Level, Role, Room
from app.access.models import Compartment, Grant, Member
from app.access.rules import RULES, Action
from app.access.work import Reading
from app.core.errors import NotFound
from app.db.base import id_of
from app.dialogues.models import Person
from app.dialogues.queries import party_rows
from app.meetings.models import AgendaItem, Attendance, FloorPart, Meeting, RuleConsent, RuleProposal
from app.meetings.views import AgendaItemView

FLOOR_KEYS = {
    Role.FACILITATOR: Level.LEAD,
    Role.RAPPORTEUR: Level.LEAD,
    Role.PARTICIPANT: Level.WRITE,
    Role.ORGANISER: Level.READ,
    Role.OBSERVER: Level.READ,
}


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
    .where(Meeting.dialogue_id == id_of("dialogue"), Meeting.called_off_on.is_(None))
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


def own_attendance(reading: Reading, row: Meeting) -> Attendance | None:
    """The viewer's own, where he is called to the meeting."""
    ours = (Attendance.meeting_id == row.id) & (Attendance.member_id == reading.viewer.member_id)
    return reading.db.scalar(select(Attendance).where(ours))


def item_view(row: Meeting, item: AgendaItem) -> AgendaItemView:
    return AgendaItemView(item.id, item.ref, item.title, item.rule or row.rule, tuple(item.topic_codes))


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
