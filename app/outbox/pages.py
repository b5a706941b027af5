"""Pages of the outbox."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.access.rules import Action
from app.outbox import service
from app.outbox.commands import WriteLetters
from app.web.deps import ReadingDep, WorkDep, acts
from app.web.forms import Fields, bind
from app.web.route import PageRoute
from app.web.submitting import back, submit
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}/outbox", include_in_schema=False, route_class=PageRoute)
KEEPS = [acts(Action.LETTERS_KEEP)]
MEDIA_TYPES = {"eml": "message/rfc822", "ics": "text/calendar; charset=utf-8"}


@router.get("", name="outbox.show", dependencies=KEEPS)
def show(request: Request, reading: ReadingDep) -> Response:
    return page(
        request, "outbox/show.html", outbox=service.show_outbox(reading), dialogue=request.path_params["dialogue"]
    )


@router.post("/meetings/{meeting_id}", name="outbox.write", dependencies=KEEPS)
def write(request: Request, work: WorkDep, meeting_id: UUID, fields: Fields) -> Response:
    form = bind(WriteLetters, fields)
    submit(work, form, lambda command: service.write_letters(work, meeting_id, command))
    return back(request, "outbox.show")


@router.post("/meetings/{meeting_id}/let-go", name="outbox.let_all_go", dependencies=KEEPS)
def let_all_go(request: Request, work: WorkDep, meeting_id: UUID) -> Response:
    service.let_all_go(work, meeting_id)
    return back(request, "outbox.show")


@router.post("/letters/{letter_id}/let-go", name="outbox.let_go", dependencies=KEEPS)
def let_go(request: Request, work: WorkDep, letter_id: UUID) -> Response:
    service.let_go(work, letter_id)
    return back(request, "outbox.show")


@router.post("/letters/{letter_id}/drop", name="outbox.drop", dependencies=KEEPS)
def drop(request: Request, work: WorkDep, letter_id: UUID) -> Response:
    service.drop(work, letter_id)
    return back(request, "outbox.show")


@router.get("/letters/{letter_id}/files/{form}", name="outbox.file", dependencies=KEEPS)
def file(reading: ReadingDep, letter_id: UUID, form: str) -> Response:
    found = service.take_along(reading, letter_id, form)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return Response(found.text.encode(), media_type=MEDIA_TYPES[form], headers=headers)
