"""Letting somebody into a meeting that has begun. He sees nothing from before, unless the meeting's policy says that he does.

What was shown before lies in the parts of the floor to which he gets no key; a new part begins, and all who are there get its key. The
boundary tells what was shown before it and nothing else: a note that waits is shown in the last part, whoever wrote it, whenever.
"""

from uuid import UUID

from sqlalchemy import func, select

from app.access.levels import Level, Room
from app.access.models import Grant
from app.access.rules import Action
from app.access.work import Work, enforce
from app.core.errors import Conflict, Invalid
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.ledger.queries import wait_for_turn
from app.ledger.service import record_keys
from app.meetings import queries as meetings
from app.meetings.models import Attendance, FloorPart, Meeting
from app.meetings.service import Guest, put_attendance
from app.notes import queries
from app.notes.commands import AdmitGuest
from app.notes.models import Note
from app.notes.views import NotesView


def admit(work: Work, meeting_id: UUID, command: AdmitGuest) -> NotesView:
    """By who chairs, and hears the meeting himself. Raises Invalid for who is in already or cannot be let in."""
    meeting = meetings.meeting(work, meeting_id)
    floor = queries.floor_of(work, meeting)
    enforce(work.decide(Action.MEETING_ADMIT, meeting, room=floor))
    wait_for_turn(work, meeting.dialogue_id)
    if meeting.state != "open":
        raise Conflict(_("The meeting is closed."))
    guest, level = _guest(work, meeting, command.person)
    work.permit(meeting)
    if not meeting.late_see_earlier and _has_shown(work, floor):
        _begin_part(work, meeting, floor)
    member_id = guest[1]
    work.hand_key(meeting.compartment_id, member_id, Level.READ)
    for room in meetings.floors(work, meeting) if meeting.late_see_earlier else [queries.floor_of(work, meeting)]:
        work.hand_key(room, member_id, level)
    put_attendance(work, meeting, guest)
    record_keys(work, room=meeting.compartment_id, names={meeting.id: meeting.code} | _part_names(work, meeting))
    return queries.view(work, meeting)


def _guest(work: Work, meeting: Meeting, person_id: UUID) -> tuple[Guest, Level]:
    everybody = meetings.speakers(work, dialogue_id=meeting.dialogue_id)
    guest = next((row for row in everybody if row[0] == person_id), None)
    level = meetings.floor_key(guest[2]) if guest else None
    if guest is None or level is None:
        raise Invalid({"person": _("Please choose one of the values offered.")})
    if guest[1] in meetings.present(work, meeting):
        raise Invalid({"person": _("This person is in the meeting already.")})
    return guest, level


def _has_shown(work: Work, floor: UUID) -> bool:
    """Whether the last part holds a released note; the parts before it do, or they would not be parts."""
    return bool(work.db.scalar(select(func.count(Note.id)).where(Note.compartment_id == floor, Note.is_released)))


def _begin_part(work: Work, meeting: Meeting, before: UUID) -> None:
    """A new room, with keys for all who hold one to the part before it; the list of who is there goes with them."""
    earlier = work.db.scalar(select(func.count(FloorPart.id)).where(FloorPart.meeting_id == meeting.id)) or 0
    part = FloorPart(id=new_id(), meeting_id=meeting.id, number=earlier + 2)
    part.compartment_id = work.open_room(Room.FLOOR, dialogue_id=meeting.dialogue_id, subject_id=part.id)
    for held in list(work.db.scalars(select(Grant).where(Grant.compartment_id == before))):
        work.hand_key(part.compartment_id, held.member_id, Level(held.level))
    work.permit(part)
    work.db.add(part)
    meeting.floor_id = part.compartment_id
    for one in list(work.db.scalars(select(Attendance).where(Attendance.compartment_id == before))):
        work.move(Action.MEETING_ADMIT, one, part.compartment_id)
    work.db.flush()  # the new part is asked for


def _part_names(work: Work, meeting: Meeting) -> dict[UUID, str]:
    parts = work.db.scalars(select(FloorPart).where(FloorPart.meeting_id == meeting.id))
    return {part.id: meetings.part_name(meeting.code, part.number) for part in parts}
