"""Who is called to a meeting answers for himself; and a meeting that will not take place is called off."""

from uuid import UUID

from app.access.rules import Action
from app.access.work import Work
from app.core.errors import Conflict, NotFound
from app.core.i18n import gettext as _
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.meetings import facts, queries
from app.meetings.commands import AnswerCall
from app.meetings.views import MeetingView


def answer_call(work: Work, meeting_id: UUID, command: AnswerCall) -> MeetingView:
    """One's own answer, which a later one replaces. Raises NotFound for whoever is not called, Conflict once the meeting is over."""
    meeting = queries.meeting(work, meeting_id)
    own = queries.own_attendance(work, meeting)
    if own is None:
        raise NotFound
    if meeting.state != "open" or meeting.called_off_on is not None:
        raise Conflict(_("The meeting is closed."))
    work.require(Action.INVITATION_ANSWER, own)
    own.answer = command.answer
    return facts.view(work, meeting)


def call_off(work: Work, meeting_id: UUID) -> MeetingView:
    """It will not take place. It is not closed by that: whoever may not close a meeting must not bring about its last batch this way.

    Raises Conflict for one that is over or was called off before.
    """
    meeting = queries.meeting(work, meeting_id)
    work.require(Action.MEETING_ADD, meeting)
    if meeting.floor_id is None or meeting.state != "open":
        raise Conflict(_("The meeting is closed."))
    if meeting.called_off_on is not None:
        raise Conflict(_("The meeting was called off."))
    meeting.called_off_on = work.today
    record(work, Kind.MEETING_CALLED_OFF, room=meeting.compartment_id, meeting=meeting.code)
    return facts.view(work, meeting)
