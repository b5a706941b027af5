"""The verbs of meetings."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.access.levels import Level, Role, Room
from app.access.rules import Action
from app.access.work import Reading, Work
from app.baskets.queries import basket_codes, topic_rows
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.core.i18n import stored_wording, wording
from app.core.ids import new_id
from app.core.moments import city_of
from app.dialogues.queries import party_rows, people, shown_name
from app.engine.localtime import HourTwice, NoSuchHour, moment
from app.ledger.kinds import Kind
from app.ledger.service import record, record_keys
from app.meetings import facts, queries
from app.meetings.commands import KINDS, LABELS, RULES, AddAgendaItem, AddMeeting
from app.meetings.models import AgendaItem, Attendance, Meeting
from app.meetings.views import Choices, MeetingsView, MeetingView


def list_meetings(reading: Reading) -> MeetingsView:
    reading.enter(Room.BOARD)
    lines = [facts.line(reading, row) for row in queries.meetings(reading)]
    upcoming = tuple(line for line in lines if line.state != "held")
    held = tuple(reversed([line for line in lines if line.state == "held"]))
    return MeetingsView(upcoming, held, may_add=reading.may_in(Action.MEETING_ADD, Room.BOARD))


def show_meeting(reading: Reading, meeting_id: UUID) -> MeetingView:
    return facts.view(reading, queries.meeting(reading, meeting_id))


def choices(reading: Reading) -> Choices:
    return Choices(
        baskets=tuple((code, wording(titles)) for code, titles in basket_codes(reading)),
        people=tuple((str(p.id), shown_name(p)) for p in people(reading) if p.member_id is not None),
        kinds=KINDS,
        rules=RULES,
        labels=LABELS,
    )


def proposal(reading: Reading, baskets: Sequence[str], parties: Sequence[str], topic: str | None) -> dict[str, Any]:
    """What the form for a new meeting starts with: these baskets, the topic as its agenda, of each party the first with a seat.

    Codes that are not there are passed over: it is a suggestion, and what is sent is judged as ever.
    """
    titles = {code: wording(words) for code, words in basket_codes(reading) if code in baskets}
    if not titles:
        return {}
    party_of = {row.code: row.id for row in party_rows(reading)}
    delegates = [
        (str(person), party)
        for person, _member, roles, party in queries.speakers(reading, dialogue_id=reading.viewer.dialogue_id)
        if Role.PARTICIPANT in roles
    ]
    on = next((t.titles for t in topic_rows(reading, reading.today) if t.basket in titles and t.code == topic), None)
    first = [next((who for who, party in delegates if party == party_of.get(code)), None) for code in parties]
    return {
        "kind": "working-group",
        "title": _("Working contact: %(basket)s") % {"basket": ", ".join(titles.values())},
        "baskets": list(titles),
        "agenda": stored_wording(on) if on else "",
        "invited": [person for person in first if person],
    }


def add_meeting(work: Work, command: AddMeeting) -> MeetingView:
    """A meeting with a room and a floor of its own. Those invited get keys to both; nobody else hears it."""
    work.require_in(Action.MEETING_ADD, Room.BOARD)
    known = {code for code, _titles in basket_codes(work)}
    if unknown := [code for code in command.baskets if code not in known]:
        raise Invalid({"baskets": _("There is no basket %(code)s.") % {"code": unknown[0]}})
    starts = moment_meant(command.starts_at, command.time_zone, "starts_at") if command.starts_at else None
    meeting = Meeting(
        id=new_id(),
        dialogue_id=work.viewer.dialogue_id,
        code=f"M-{new_id().hex[:6].upper()}",
        kind=command.kind,
        titles={"en": command.title},
        basket_codes=command.baskets,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        starts_at=starts,
        time_zone=command.time_zone,
        city=command.city or None,
        venue=command.venue or None,
        rule=command.rule,
        tlp=command.tlp,
        state="open",
        late_see_earlier=command.late_see_earlier,
        extra={},
    )
    items = [line.strip() for line in command.agenda.splitlines() if line.strip()]
    agenda: list[AgendaLine] = [(str(n), title, None, []) for n, title in enumerate(items, 1)]
    put_open_meeting(work, meeting, agenda, dict.fromkeys(command.invited))
    return facts.view(work, meeting)


def moment_meant(given: datetime, zone: str, field: str) -> datetime:
    """The moment (UTC) that a time without an offset means in a zone. Raises Invalid at the field, naming the time: a list shows which one."""
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    shown = {"time": f"{given:%Y-%m-%d %H:%M}", "city": city_of(zone)}
    try:
        return moment(given, zone)
    except NoSuchHour as fault:
        words = _("%(time)s does not exist in %(city)s: the clocks go forward that night.") % shown
        raise Invalid({field: words}) from fault
    except HourTwice as fault:
        words = _("%(time)s comes twice in %(city)s, because the clocks go back that night. Please take another hour.")
        raise Invalid({field: words % shown}) from fault


AgendaLine = tuple[str, str, str | None, list[str]]
"""(ref, title, rule of its own, topic codes)."""


def put_open_meeting(
    work: Work,
    meeting: Meeting,
    agenda: Sequence[AgendaLine],
    invited: Mapping[UUID, str | None],
    *,
    dialogue_id: UUID | None = None,
) -> None:
    """Rooms, keys, agenda and attendance of a meeting that is held here. `invited`: person to capacity, if it is known."""
    meeting.compartment_id = work.open_room(Room.MEETING, dialogue_id=meeting.dialogue_id, subject_id=meeting.id)
    meeting.floor_id = work.open_room(Room.FLOOR, dialogue_id=meeting.dialogue_id, subject_id=meeting.id)
    everybody = queries.speakers(work, dialogue_id=dialogue_id or meeting.dialogue_id)
    guests = [row for row in everybody if row[0] in invited or _chairs(row[2])]
    _hand_keys(work, meeting, guests, everybody)
    work.permit(meeting)
    work.db.add(meeting)
    work.db.flush()  # agenda and attendance point at it
    for position, (ref, title, rule, topics) in enumerate(agenda, 1):
        _put_item(work, meeting, position=position, ref=ref, title=title, rule=rule, topics=topics)
    for guest in guests:
        put_attendance(work, meeting, guest, invited.get(guest[0]))
    _record_meeting(work, meeting)


def _record_meeting(work: Work, meeting: Meeting) -> None:
    """Into the log, for those who may know of the meeting: its rule and label, and who got keys."""
    work.db.flush()  # the items are asked for
    room, dialogue = meeting.compartment_id, meeting.dialogue_id
    record(work, Kind.MEETING_ADDED, room=room, dialogue_id=dialogue, **queries.rules_of(work, meeting))
    record_keys(work, room=room, dialogue_id=dialogue, names={meeting.id: meeting.code})


def _chairs(roles: frozenset[Role]) -> bool:
    return bool(roles & {Role.FACILITATOR, Role.RAPPORTEUR})


Guest = tuple[UUID, UUID, frozenset[Role], UUID | None]
"""(person id, member id, roles, party id)."""


def _hand_keys(work: Work, meeting: Meeting, guests: list[Guest], everybody: list[Guest]) -> None:
    for _person_id, member_id, roles, _party_id in guests:
        work.hand_key(meeting.compartment_id, member_id, Level.READ)
        level = queries.floor_key(roles)
        if level is not None and meeting.floor_id is not None:
            work.hand_key(meeting.floor_id, member_id, level)
    for _person_id, member_id, roles, _party_id in everybody:
        if roles & {Role.ORGANISER, Role.FACILITATOR}:  # they manage every meeting; hearing it is another matter
            work.hand_key(meeting.compartment_id, member_id, Level.LEAD)
    if work.viewer.member_id is not None:
        work.hand_key(meeting.compartment_id, work.viewer.member_id, Level.LEAD)


def _put_item(
    work: Work, meeting: Meeting, *, position: int, ref: str, title: str, rule: str | None, topics: list[str]
) -> str | None:
    """The item's row; returns the rule of its own, where that counts."""
    item = AgendaItem(
        id=new_id(),
        compartment_id=meeting.compartment_id,
        meeting_id=meeting.id,
        position=position,
        ref=ref,
        title=title,
        rule=tighter(meeting.rule, rule),
        topic_codes=topics,
        extra={},
    )
    work.permit(item)
    work.db.add(item)
    return item.rule


def tighter(rule: str, own: str | None) -> str | None:
    """An item's rule counts only where it is tighter than the meeting's."""
    return own if own is not None and RULES.index(own) > RULES.index(rule) else None


def capacity_of(roles: frozenset[Role]) -> str:
    return "secretariat" if _chairs(roles) else "observer" if Role.OBSERVER in roles else "expert"


def put_attendance(work: Work, meeting: Meeting, guest: Guest, capacity: str | None = None) -> None:
    """`capacity`: in which the guest comes, where it is known."""
    person_id, member_id, roles, party_id = guest
    attendance = Attendance(
        id=new_id(),
        compartment_id=meeting.floor_id,
        meeting_id=meeting.id,
        person_id=person_id,
        member_id=member_id,
        party_id=party_id,
        capacity=capacity or capacity_of(roles),
        extra={},
    )
    work.permit(attendance)
    work.db.add(attendance)


def add_agenda_item(work: Work, meeting_id: UUID, command: AddAgendaItem) -> MeetingView:
    meeting = queries.meeting(work, meeting_id)
    work.require(Action.MEETING_ADD, meeting)
    if meeting.state != "open":
        raise Conflict(_("The meeting is closed."))
    last = len(queries.agenda(work, meeting.id))
    ref = str(last + 1)
    own = _put_item(work, meeting, position=last + 1, ref=ref, title=command.title, rule=command.rule, topics=[])
    record(work, Kind.ITEM_ADDED, room=meeting.compartment_id, meeting=meeting.code, item=ref, rule=own)
    return facts.view(work, meeting)


def set_time(work: Work, meeting_id: UUID, starts_at: datetime, *, minutes: int, zone: str) -> None:
    """When the meeting is. Its days are those of the venue's zone; `zone` where the meeting has none of its own.

    Raises Conflict for one that is closed.
    """
    meeting = queries.meeting(work, meeting_id)
    work.require(Action.MEETING_ADD, meeting)
    if meeting.state != "open":
        raise Conflict(_("The meeting is closed."))
    meeting.time_zone = meeting.time_zone if meeting.city or meeting.venue else zone
    venue, ends_at = ZoneInfo(meeting.time_zone or zone), starts_at + timedelta(minutes=minutes)
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    meeting.starts_on, meeting.ends_on = starts_at.astimezone(venue).date(), ends_at.astimezone(venue).date()
