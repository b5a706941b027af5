"""The JSON twins of the meetings' pages."""

from uuid import UUID

from fastapi import APIRouter

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.meetings import calling, moving, service
from app.meetings.commands import AddAgendaItem, AddMeeting, AnswerCall, ProposeLoosening, TightenLabel, TightenRule
from app.meetings.views import Choices, MeetingsView, MeetingView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}/meetings", tags=["meetings"], route_class=JsonRoute)


@router.get("", dependencies=[acts(Action.BOARD_READ)])
def list_(reading: ReadingDep, dialogue: str) -> MeetingsView:
    return service.list_meetings(reading)


@router.get("/new", dependencies=[acts(Action.MEETING_ADD)])
def choices(reading: ReadingDep, dialogue: str) -> Choices:
    return service.choices(reading)


@router.post("/new", status_code=201, dependencies=[acts(Action.MEETING_ADD)])
def add(work: WorkDep, dialogue: str, command: AddMeeting) -> MeetingView:
    return service.add_meeting(work, command)


@router.get("/{meeting_id}", dependencies=[acts(Action.DIALOGUE_READ)])
def show(reading: ReadingDep, dialogue: str, meeting_id: UUID) -> MeetingView:
    return service.show_meeting(reading, meeting_id)


@router.post("/{meeting_id}/answer", dependencies=[acts(Action.INVITATION_ANSWER)])
def answer(work: WorkDep, dialogue: str, meeting_id: UUID, command: AnswerCall) -> MeetingView:
    return calling.answer_call(work, meeting_id, command)


@router.post("/{meeting_id}/call-off", dependencies=[acts(Action.MEETING_ADD)])
def call_off(work: WorkDep, dialogue: str, meeting_id: UUID) -> MeetingView:
    return calling.call_off(work, meeting_id)


@router.post("/{meeting_id}/agenda", status_code=201, dependencies=[acts(Action.MEETING_ADD)])
def add_item(work: WorkDep, dialogue: str, meeting_id: UUID, command: AddAgendaItem) -> MeetingView:
    return service.add_agenda_item(work, meeting_id, command)


@router.post("/{meeting_id}/rule", dependencies=[acts(Action.MEETING_ADD)])
def tighten(work: WorkDep, dialogue: str, meeting_id: UUID, command: TightenRule) -> MeetingView:
    return moving.tighten_rule(work, meeting_id, command)


@router.post("/{meeting_id}/label", dependencies=[acts(Action.MEETING_ADD)])
def tighten_label(work: WorkDep, dialogue: str, meeting_id: UUID, command: TightenLabel) -> MeetingView:
    return moving.tighten_label(work, meeting_id, command)


@router.post("/{meeting_id}/earlier/hide", dependencies=[acts(Action.MEETING_ADD)])
def hide_earlier(work: WorkDep, dialogue: str, meeting_id: UUID) -> MeetingView:
    return moving.hide_earlier(work, meeting_id)


@router.post("/{meeting_id}/proposals", status_code=201, dependencies=[acts(Action.MEETING_ADD)])
def propose(work: WorkDep, dialogue: str, meeting_id: UUID, command: ProposeLoosening) -> MeetingView:
    return moving.propose(work, meeting_id, command)


@router.post("/{meeting_id}/proposals/{proposal_id}/consent", dependencies=[acts(Action.CONSENT_GIVE)])
def consent(work: WorkDep, dialogue: str, meeting_id: UUID, proposal_id: UUID) -> MeetingView:
    return moving.consent(work, meeting_id, proposal_id)


@router.post("/{meeting_id}/proposals/{proposal_id}/decline", dependencies=[acts(Action.CONSENT_GIVE)])
def decline(work: WorkDep, dialogue: str, meeting_id: UUID, proposal_id: UUID) -> MeetingView:
    return moving.decline(work, meeting_id, proposal_id)


@router.post("/{meeting_id}/proposals/{proposal_id}/withdraw", dependencies=[acts(Action.MEETING_ADD)])
def withdraw(work: WorkDep, dialogue: str, meeting_id: UUID, proposal_id: UUID) -> MeetingView:
    return moving.withdraw(work, meeting_id, proposal_id)
