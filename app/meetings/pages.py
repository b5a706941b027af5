"""Pages of meetings."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.access.rules import Action
from app.meetings import calling, moving, service
from app.meetings.commands import AddAgendaItem, AddMeeting, AnswerCall, ProposeLoosening, TightenLabel, TightenRule
from app.web.deps import ReadingDep, WorkDep, acts
from app.web.forms import Fields, Form, bind
from app.web.route import PageRoute
from app.web.submitting import back, submit
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}/meetings", include_in_schema=False, route_class=PageRoute)
FORMS = ("answer_form", "item_form", "rule_form", "label_form", "proposal_form")
Codes = Annotated[list[str] | None, Query()]


@router.get("", name="meetings.list", dependencies=[acts(Action.BOARD_READ)])
def list_(request: Request, reading: ReadingDep) -> Response:
    return page(
        request,
        "meetings/list.html",
        meetings=service.list_meetings(reading),
        dialogue=request.path_params["dialogue"],
    )


@router.get("/new", name="meetings.new", dependencies=[acts(Action.MEETING_ADD)])
def new(
    request: Request, reading: ReadingDep, basket: Codes = None, party: Codes = None, topic: str | None = None
) -> Response:
    """Blank, or filled in for the smallest meeting that a silent basket asks for."""
    values = {"rule": "chatham-house", "tlp": "TLP:AMBER", "kind": "workshop"}
    return _new(request, reading, Form(values=values | service.proposal(reading, basket or (), party or (), topic)))


def _new(request: Request, reading: Any, form: Form[AddMeeting], *, status: int = 200) -> Response:
    return page(
        request,
        "meetings/new.html",
        status=status,
        form=form,
        choices=service.choices(reading),
        dialogue=request.path_params["dialogue"],
    )


@router.post("/new", name="meetings.add", dependencies=[acts(Action.MEETING_ADD)])
def add(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(AddMeeting, fields)
    added = submit(work, form, lambda command: service.add_meeting(work, command))
    if added is None:
        return _new(request, work, form, status=422)
    return _back(request, added.line.id)


@router.get("/{meeting_id}", name="meetings.show", dependencies=[acts(Action.DIALOGUE_READ)])
def show(request: Request, reading: ReadingDep, meeting_id: UUID) -> Response:
    return _show(request, service.show_meeting(reading, meeting_id))


def _show(request: Request, meeting: Any, *, status: int = 200, **forms: Form[Any]) -> Response:
    answered = Form[AnswerCall](values={"answer": meeting.own_answer or ""})
    context: dict[str, Any] = dict.fromkeys(FORMS, Form()) | {"answer_form": answered} | forms
    return page(
        request,
        "meetings/show.html",
        status=status,
        meeting=meeting,
        dialogue=request.path_params["dialogue"],
        **context,
    )


@router.post("/{meeting_id}/agenda", name="meetings.add_item", dependencies=[acts(Action.MEETING_ADD)])
def add_item(request: Request, work: WorkDep, meeting_id: UUID, fields: Fields) -> Response:
    form = bind(AddAgendaItem, fields)
    if form.command is None:
        return _show(request, service.show_meeting(work, meeting_id), status=422, item_form=form)
    service.add_agenda_item(work, meeting_id, form.command)
    return _back(request, meeting_id)


@router.post("/{meeting_id}/answer", name="meetings.answer", dependencies=[acts(Action.INVITATION_ANSWER)])
def answer(request: Request, work: WorkDep, meeting_id: UUID, fields: Fields) -> Response:
    return _move(request, work, meeting_id, bind(AnswerCall, fields), calling.answer_call, "answer_form")


@router.post("/{meeting_id}/call-off", name="meetings.call_off", dependencies=[acts(Action.MEETING_ADD)])
def call_off(request: Request, work: WorkDep, meeting_id: UUID) -> Response:
    calling.call_off(work, meeting_id)
    return _back(request, meeting_id)


@router.post("/{meeting_id}/rule", name="meetings.tighten", dependencies=[acts(Action.MEETING_ADD)])
def tighten(request: Request, work: WorkDep, meeting_id: UUID, fields: Fields) -> Response:
    return _move(request, work, meeting_id, bind(TightenRule, fields), moving.tighten_rule, "rule_form")


@router.post("/{meeting_id}/label", name="meetings.tighten_label", dependencies=[acts(Action.MEETING_ADD)])
def tighten_label(request: Request, work: WorkDep, meeting_id: UUID, fields: Fields) -> Response:
    return _move(request, work, meeting_id, bind(TightenLabel, fields), moving.tighten_label, "label_form")


@router.post("/{meeting_id}/proposals", name="meetings.propose", dependencies=[acts(Action.MEETING_ADD)])
def propose(request: Request, work: WorkDep, meeting_id: UUID, fields: Fields) -> Response:
    return _move(request, work, meeting_id, bind(ProposeLoosening, fields), moving.propose, "proposal_form")


def _move(request: Request, work: Any, meeting_id: UUID, form: Form[Any], verb: Any, name: str) -> Response:
    """Do it, or show the meeting with the form as it was typed and what is wrong with it."""
    submit(work, form, lambda command: verb(work, meeting_id, command))
    if form.errors:
        return _show(request, service.show_meeting(work, meeting_id), status=422, **{name: form})
    return _back(request, meeting_id)


@router.post("/{meeting_id}/earlier/hide", name="meetings.hide_earlier", dependencies=[acts(Action.MEETING_ADD)])
def hide_earlier(request: Request, work: WorkDep, meeting_id: UUID) -> Response:
    moving.hide_earlier(work, meeting_id)
    return _back(request, meeting_id)


@router.post(
    "/{meeting_id}/proposals/{proposal_id}/consent",
    name="meetings.consent",
    dependencies=[acts(Action.CONSENT_GIVE)],
)
def consent(request: Request, work: WorkDep, meeting_id: UUID, proposal_id: UUID) -> Response:
    moving.consent(work, meeting_id, proposal_id)
    return _back(request, meeting_id)


@router.post(
    "/{meeting_id}/proposals/{proposal_id}/decline",
    name="meetings.decline",
    dependencies=[acts(Action.CONSENT_GIVE)],
)
def decline(request: Request, work: WorkDep, meeting_id: UUID, proposal_id: UUID) -> Response:
    moving.decline(work, meeting_id, proposal_id)
    return _back(request, meeting_id)


@router.post(
    "/{meeting_id}/proposals/{proposal_id}/withdraw",
    name="meetings.withdraw",
    dependencies=[acts(Action.MEETING_ADD)],
)
def withdraw(request: Request, work: WorkDep, meeting_id: UUID, proposal_id: UUID) -> Response:
    moving.withdraw(work, meeting_id, proposal_id)
    return _back(request, meeting_id)


def _back(request: Request, meeting_id: UUID) -> Response:
    return back(request, "meetings.show", meeting_id=meeting_id)
