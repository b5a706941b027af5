"""Pages of notes. Their addresses name the meeting, never a note, except the form that edits one's own."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.access.rules import Action
from app.accounts import service as accounts
from app.core.errors import Conflict, Invalid
from app.identity.service import reword
from app.identity.views import AuthorWarning, Warned
from app.notes import joining, searching, service
from app.notes.commands import AdmitGuest, EditNote, PostNote, SearchNotes
from app.notes.views import FoundNotes
from app.web.deps import ReadingDep, WorkDep, acts, ground_of, login_of
from app.web.forms import Fields, Form, bind, take_secret
from app.web.route import PageRoute, changes_nothing
from app.web.submitting import back, submit
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}", include_in_schema=False, route_class=PageRoute)


MEETING = "/meetings/{meeting_id}"


@router.get(f"{MEETING}/notes", name="notes.list", dependencies=[acts(Action.NOTE_READ)])
def list_(request: Request, reading: ReadingDep, meeting_id: UUID) -> Response:
    return _list(request, service.show_notes(reading, meeting_id), Form())


def _list(
    request: Request,
    notes: Any,
    form: Form[PostNote],
    *,
    item_id: UUID | None = None,
    warning: AuthorWarning | None = None,
    reworded: bool = False,
    seal_form: Form[Any] | None = None,
    guest_form: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "notes/list.html",
        status=status,
        notes=notes,
        form=form,
        failed_item=item_id,
        warning=warning,
        reworded=reworded,
        seal_form=seal_form or Form(),
        guest_form=guest_form or Form(),
        dialogue=request.path_params["dialogue"],
    )


@router.post(MEETING + "/agenda/{item_id}/notes", name="notes.post", dependencies=[acts(Action.NOTE_POST)])
def post(request: Request, work: WorkDep, meeting_id: UUID, item_id: UUID, fields: Fields) -> Response:
    chosen = fields.pop("reword", [])
    form = bind(PostNote, fields)
    if form.command is None:
        return _list(request, service.show_notes(work, meeting_id), form, item_id=item_id, status=422)
    if chosen:
        form.values["body"] = reword(work, form.command.body, chosen[-1])
        return _list(request, service.show_notes(work, meeting_id), form, item_id=item_id, reworded=True, status=422)
    once = request.state.form_key_hash
    try:
        service.post_note(work, meeting_id, item_id, form.command, vault_key=_vault_key(request), once=once)
    except Warned as fault:
        view = service.show_notes(work, meeting_id)
        return _list(request, view, form, item_id=item_id, warning=fault.warning, status=422)
    return _back(request, meeting_id, "posted")


@router.get(f"{MEETING}/notes/mine", name="notes.mine", dependencies=[acts(Action.NOTE_EDIT)])
def mine(request: Request, reading: ReadingDep, meeting_id: UUID) -> Response:
    return _mine(request, reading, meeting_id)


def _vault_key(request: Request) -> bytes | None:
    login = login_of(request)
    return login.vault_key if login else None


def _mine(
    request: Request,
    reading: Any,
    meeting_id: UUID,
    *,
    failed: tuple[UUID, Form[EditNote]] | None = None,
    warning: AuthorWarning | None = None,
    reworded: bool = False,
    theirs: str | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "notes/mine.html",
        status=status,
        own=service.own_notes(reading, meeting_id, vault_key=_vault_key(request)),
        failed_id=failed[0] if failed else None,
        form=failed[1] if failed else Form(),
        warning=warning,
        reworded=reworded,
        theirs=theirs,
        dialogue=request.path_params["dialogue"],
    )


@router.post(MEETING + "/notes/mine/{note_id}", name="notes.edit", dependencies=[acts(Action.NOTE_EDIT)])
def edit(request: Request, work: WorkDep, meeting_id: UUID, note_id: UUID, fields: Fields) -> Response:
    chosen = fields.pop("reword", [])
    form = bind(EditNote, fields)
    if form.command is None:
        return _mine(request, work, meeting_id, failed=(note_id, form), status=422)
    if chosen:
        form.values["body"] = reword(work, form.command.body, chosen[-1])
        return _mine(request, work, meeting_id, failed=(note_id, form), reworded=True, status=422)
    try:
        service.edit_note(work, meeting_id, note_id, form.command, vault_key=_vault_key(request))
    except Warned as fault:
        return _mine(request, work, meeting_id, failed=(note_id, form), warning=fault.warning, status=422)
    except Conflict as fault:
        if fault.theirs is None:
            raise
        work.abandon()
        return _mine(request, work, meeting_id, failed=(note_id, form), theirs=fault.theirs, status=409)
    return back(request, "notes.mine", meeting_id=meeting_id)


@router.post(f"{MEETING}/release-batch", name="notes.ask_for_batch", dependencies=[acts(Action.BATCH_RELEASE)])
def ask_for_batch(request: Request, work: WorkDep, meeting_id: UUID) -> Response:
    service.ask_for_batch(work, meeting_id)
    return _back(request, meeting_id, "asked")


@router.post(f"{MEETING}/guests", name="notes.admit", dependencies=[acts(Action.MEETING_ADMIT)])
def admit(request: Request, work: WorkDep, meeting_id: UUID, fields: Fields) -> Response:
    form = bind(AdmitGuest, fields)
    submit(work, form, lambda command: joining.admit(work, meeting_id, command))
    if form.errors:
        return _list(request, service.show_notes(work, meeting_id), Form(), guest_form=form, status=422)
    return _back(request, meeting_id, "saved")


@router.post(f"{MEETING}/close", name="notes.close", dependencies=[acts(Action.MEETING_CLOSE)])
def close(request: Request, work: WorkDep, meeting_id: UUID) -> Response:
    service.close_meeting(work, meeting_id)
    return _back(request, meeting_id, "saved")


@router.post(f"{MEETING}/seal", name="notes.seal", dependencies=[acts(Action.SEAL_APPROVE)])
def seal(request: Request, work: WorkDep, meeting_id: UUID, fields: Fields) -> Response:
    try:
        accounts.prove(ground_of(request), login_of(request), take_secret(fields, "passphrase"))
    except Invalid as fault:
        form: Form[Any] = Form(errors=fault.errors)
        return _list(request, service.show_notes(work, meeting_id), Form(), seal_form=form, status=422)
    service.approve_seal(work, meeting_id)
    return _back(request, meeting_id, "saved")


@router.get("/notes/search", name="notes.search", dependencies=[acts(Action.NOTE_READ)])
def search(request: Request, reading: ReadingDep) -> Response:
    return _search(request, reading, Form())


@router.post("/notes/search", name="notes.find", dependencies=[acts(Action.NOTE_READ)])
def find(request: Request, reading: ReadingDep, fields: Fields) -> Response:
    """By POST, because an address stands in the browser's history and in the logs of whatever lies between."""
    form = bind(SearchNotes, fields)
    found = None
    try:
        found = searching.search_notes(reading, form.command) if form.command else None
    except Invalid as fault:
        form.errors = fault.errors
    changes_nothing(request)
    return _search(request, reading, form, found)


def _search(request: Request, reading: Any, form: Form[SearchNotes], found: FoundNotes | None = None) -> Response:
    return page(
        request,
        "notes/search.html",
        status=422 if form.errors else 200,
        form=form,
        offered=searching.search_form(reading),
        found=found,
        dialogue=request.path_params["dialogue"],
    )


def _back(request: Request, meeting_id: UUID, flash: str) -> Response:
    return back(request, "notes.list", flash=flash, meeting_id=meeting_id)
