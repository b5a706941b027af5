"""Pages of the transparency log."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.access.rules import Action
from app.core.errors import Invalid
from app.ledger import service
from app.ledger.views import ContinuationView
from app.web.deps import ReadingDep, acts
from app.web.forms import Form
from app.web.route import PageRoute
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}/log", include_in_schema=False, route_class=PageRoute)
READ = [acts(Action.LOG_READ)]
Position = Annotated[int | None, Query(ge=0, le=2**31 - 1)]


@router.get("", name="ledger.show", dependencies=READ)
def show(request: Request, reading: ReadingDep, before: Position = None) -> Response:
    return _log(request, reading, Form(), before=before)


def _log(
    request: Request,
    reading: ReadingDep,
    form: Form[Any],
    *,
    before: int | None = None,
    found: ContinuationView | None = None,
) -> Response:
    return page(
        request,
        "ledger/show.html",
        status=422 if form.errors else 200,
        log=service.show_log(reading, before=before),
        form=form,
        found=found,
        dialogue=request.path_params["dialogue"],
    )


@router.get("/check", name="ledger.check", dependencies=READ)
def check(request: Request, reading: ReadingDep, checkpoint: str = "") -> Response:
    """A question, not an act: nothing is written, so it is asked by GET and may be asked again."""
    form: Form[Any] = Form(values={"checkpoint": checkpoint})
    found = None
    try:
        found = service.compare(reading, checkpoint)
    except Invalid as fault:
        form.errors = fault.errors
    return _log(request, reading, form, found=found)


@router.get("/checkpoint", name="ledger.checkpoint", dependencies=READ)
def checkpoint(reading: ReadingDep) -> Response:
    made = service.checkpoint_file(reading)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.text.encode(), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/entries/{position}", name="ledger.entry", dependencies=READ)
def entry(request: Request, reading: ReadingDep, position: int) -> Response:
    found = service.show_entry(reading, position)
    return page(request, "ledger/entry.html", proof=found, dialogue=request.path_params["dialogue"])
