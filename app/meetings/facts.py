"""Everything that is told of one meeting: its times, its agenda, who was there, what is proposed for its rules."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.access import reasons
from app.access.rules import Action
from app.access.work import Reading
from app.accounts.service import time_zone_of
from app.core.i18n import wording
from app.core.moments import clock_words
from app.dialogues.queries import dialogue, party_rows, people, short_name, shown_name
from app.meetings.models import Attendance, Meeting, RuleProposal
from app.meetings.queries import agenda, consents, item_view, own_attendance, present
from app.meetings.views import AttendanceView, MeetingLine, MeetingView, ProposalView, TimeView


def _may_call_off(reading: Reading, row: Meeting) -> bool:
    is_to_come = row.floor_id is not None and row.state == "open" and row.called_off_on is None
    return is_to_come and reading.may(Action.MEETING_ADD, row)


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
    own = own_zone(reading)
    own_call = own_attendance(reading, row)
    keeps_letters = row.floor_id is not None and reading.may(Action.LETTERS_KEEP, row, room=row.floor_id)
    return MeetingView(
        line=line(reading, row),
        venue=row.venue,
        starts=_time(row.starts_at, own, row),
        ends=_time(row.ends_at, own, row),
        agenda=tuple(item_view(row, item) for item in agenda(reading, row.id)),
        attendance=_attendance(reading, row.id, with_answers=keeps_letters),
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
        called_off_on=row.called_off_on,
        own_answer=own_call.answer if own_call else None,
        may_answer=own_call is not None and row.state == "open" and row.called_off_on is None,
        may_call_off=_may_call_off(reading, row),
        may_write_letters=keeps_letters,
    )


def own_zone(reading: Reading) -> str:
    """The zone the viewer chose, else that of the viewer's party, else the dialogue's."""
    chosen = time_zone_of(reading)
    ours = next((row.time_zone for row in party_rows(reading) if row.id == reading.viewer.party_id), None)
    return chosen or ours or dialogue(reading).time_zone


def _time(moment: datetime | None, own: str, row: Meeting) -> TimeView | None:
    if moment is None:
        return None
    venue = row.time_zone or own
    return TimeView(own=clock_words(moment, own), venue=clock_words(moment, venue, place=row.city))


def _attendance(reading: Reading, meeting_id: UUID, *, with_answers: bool) -> tuple[AttendanceView, ...]:
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
            answer=row.answer if with_answers else None,
            readers=readers.who,
            why=readers.why,
        )
        for row in rows
        if row.person_id in names
    ]
    return tuple(sorted(views, key=lambda view: (view.party or "", view.person)))


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
