"""Pages of summaries and releases."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.access.rules import Action
from app.core.errors import Conflict, Invalid
from app.releases import service
from app.releases.commands import Acknowledge, ApproveOverride, CutRelease, DraftSummary, EditSummary, SetClearance
from app.web.deps import ReadingDep, WorkDep, acts
from app.web.forms import Fields, Form, bind
from app.web.route import PageRoute
from app.web.submitting import back, submit
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}", include_in_schema=False, route_class=PageRoute)


@router.get("/summaries", name="releases.summaries", dependencies=[acts(Action.SUMMARY_DRAFT)])
def summaries(request: Request, reading: ReadingDep) -> Response:
    view = service.list_summaries(reading)
    return page(request, "releases/summaries.html", view=view, form=Form(), dialogue=request.path_params["dialogue"])


@router.post("/summaries", name="releases.draft", dependencies=[acts(Action.SUMMARY_DRAFT)])
def draft(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(DraftSummary, fields)
    if form.command is None:
        view = service.list_summaries(work)
        return page(
            request,
            "releases/summaries.html",
            status=422,
            view=view,
            form=form,
            dialogue=request.path_params["dialogue"],
        )
    return back(request, "releases.summary", summary_id=service.draft_summary(work, form.command))


@router.get("/summaries/{summary_id}", name="releases.summary", dependencies=[acts(Action.SUMMARY_DRAFT)])
def summary(request: Request, reading: ReadingDep, summary_id: UUID) -> Response:
    return _summary(request, service.show_summary(reading, summary_id))


def _summary(
    request: Request,
    view: Any,
    *,
    form: Form[Any] | None = None,
    cut_form: Form[Any] | None = None,
    override_form: Form[Any] | None = None,
    theirs: str | None = None,
    preview: Any = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "releases/summary.html",
        status=status,
        summary=view,
        form=form or Form(values={"title": view.title, "text": view.text}),
        cut_form=cut_form or Form(values={"tlp": view.tlp}),
        override_form=override_form or Form(),
        theirs=theirs,
        preview=preview,
        dialogue=request.path_params["dialogue"],
    )


@router.post("/summaries/{summary_id}", name="releases.edit", dependencies=[acts(Action.SUMMARY_DRAFT)])
def edit(request: Request, work: WorkDep, summary_id: UUID, fields: Fields) -> Response:
    form = bind(EditSummary, fields)
    if form.command is None:
        return _summary(request, service.show_summary(work, summary_id), form=form, status=422)
    try:
        service.edit_summary(work, summary_id, form.command)
    except Conflict as fault:
        work.abandon()
        view = service.show_summary(work, summary_id)
        return _summary(request, view, form=form, theirs=fault.theirs, status=409)
    return back(request, "releases.summary", summary_id=summary_id)


@router.get("/summaries/{summary_id}/preview", name="releases.preview", dependencies=[acts(Action.SUMMARY_DRAFT)])
def preview(request: Request, reading: ReadingDep, summary_id: UUID, party: str = "", tlp: str = "") -> Response:
    form = bind(CutRelease, {"party": [party], "tlp": [tlp]})
    view = service.show_summary(reading, summary_id)
    shown = None
    if form.command is not None:
        try:
            shown = service.preview(reading, summary_id, form.command)
        except Invalid as fault:
            form.errors = fault.errors
    return _summary(request, view, cut_form=form, preview=shown, status=422 if form.errors else 200)


@router.post("/summaries/{summary_id}/releases", name="releases.cut", dependencies=[acts(Action.RELEASE_CUT)])
def cut(request: Request, work: WorkDep, summary_id: UUID, fields: Fields) -> Response:
    form = bind(CutRelease, fields)
    release_id = submit(work, form, lambda command: service.cut_release(work, summary_id, command))
    if form.errors:
        return _summary(request, service.show_summary(work, summary_id), cut_form=form, status=422)
    return back(request, "releases.show", release_id=release_id)


@router.post("/summaries/{summary_id}/override", name="releases.override", dependencies=[acts(Action.GATE_OVERRIDE)])
def override(request: Request, work: WorkDep, summary_id: UUID, fields: Fields) -> Response:
    form = bind(ApproveOverride, fields)
    submit(work, form, lambda command: service.approve_override(work, summary_id, command))
    if form.errors:
        return _summary(request, service.show_summary(work, summary_id), override_form=form, status=422)
    return back(request, "releases.summary", summary_id=summary_id)


@router.get("/releases/clearances", name="releases.clearances", dependencies=[acts(Action.SUMMARY_DRAFT)])
def clearances(request: Request, reading: ReadingDep) -> Response:
    return _clearances(request, service.show_clearances(reading), Form())


def _clearances(request: Request, view: Any, form: Form[Any], status: int = 200) -> Response:
    return page(
        request,
        "releases/clearances.html",
        status=status,
        view=view,
        form=form,
        dialogue=request.path_params["dialogue"],
    )


@router.post("/releases/clearances", name="releases.set_clearance", dependencies=[acts(Action.CLEARANCE_SET)])
def set_clearance(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(SetClearance, fields)
    submit(work, form, lambda command: service.set_clearance(work, command))
    if form.errors:
        return _clearances(request, service.show_clearances(work), form, status=422)
    return back(request, "releases.clearances")


@router.get("/releases", name="releases.list", dependencies=[acts(Action.RELEASE_READ)])
def list_(request: Request, reading: ReadingDep) -> Response:
    lines = service.list_releases(reading)
    return page(request, "releases/list.html", releases=lines, dialogue=request.path_params["dialogue"])


@router.get("/releases/{release_id}", name="releases.show", dependencies=[acts(Action.RELEASE_READ)])
def show(request: Request, reading: ReadingDep, release_id: UUID) -> Response:
    view = service.show_release(reading, release_id)
    return page(request, "releases/show.html", release=view, form=Form(), dialogue=request.path_params["dialogue"])


@router.get("/releases/{release_id}/files/{form}", name="releases.file", dependencies=[acts(Action.RELEASE_READ)])
def file(reading: ReadingDep, release_id: UUID, form: str) -> Response:
    made = service.release_file(reading, release_id, form)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.data, media_type=made.media_type, headers=headers)


@router.post(
    "/releases/{release_id}/acknowledge", name="releases.acknowledge", dependencies=[acts(Action.ACKNOWLEDGE_RELEASE)]
)
def acknowledge(request: Request, work: WorkDep, release_id: UUID, fields: Fields) -> Response:
    form = bind(Acknowledge, fields)
    if form.command is None:
        view = service.show_release(work, release_id)
        return page(
            request, "releases/show.html", status=422, release=view, form=form, dialogue=request.path_params["dialogue"]
        )
    service.acknowledge(work, release_id, form.command)
    return back(request, "releases.show", release_id=release_id)
