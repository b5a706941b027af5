"""The JSON twins of the notes' pages."""

from uuid import UUID

from fastapi import APIRouter

from app.access.rules import Action
from app.api.deps import CurrentLogin, ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.notes import joining, searching, service
from app.notes.commands import AdmitGuest, EditNote, PostNote, SearchNotes
from app.notes.views import FoundNotes, NotesView, OwnNotesView, SearchForm

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}", tags=["notes"], route_class=JsonRoute)
MEETING = "/meetings/{meeting_id}"


@router.get(f"{MEETING}/notes", dependencies=[acts(Action.NOTE_READ)])
def list_(reading: ReadingDep, dialogue: str, meeting_id: UUID) -> NotesView:
    return service.show_notes(reading, meeting_id)


@router.post(MEETING + "/agenda/{item_id}/notes", status_code=204, dependencies=[acts(Action.NOTE_POST)])
def post(work: WorkDep, login: CurrentLogin, dialogue: str, meeting_id: UUID, item_id: UUID, command: PostNote) -> None:
    service.post_note(work, meeting_id, item_id, command, vault_key=login.vault_key if login else None, once=None)


@router.get(f"{MEETING}/notes/mine", dependencies=[acts(Action.NOTE_EDIT)])
def mine(reading: ReadingDep, login: CurrentLogin, dialogue: str, meeting_id: UUID) -> OwnNotesView:
    return service.own_notes(reading, meeting_id, vault_key=login.vault_key if login else None)


@router.put(MEETING + "/notes/mine/{note_id}", status_code=204, dependencies=[acts(Action.NOTE_EDIT)])
def edit(work: WorkDep, login: CurrentLogin, dialogue: str, meeting_id: UUID, note_id: UUID, command: EditNote) -> None:
    service.edit_note(work, meeting_id, note_id, command, vault_key=login.vault_key if login else None)


@router.post(f"{MEETING}/release-batch", dependencies=[acts(Action.BATCH_RELEASE)])
def ask_for_batch(work: WorkDep, dialogue: str, meeting_id: UUID) -> NotesView:
    return service.ask_for_batch(work, meeting_id)


@router.post(f"{MEETING}/close", dependencies=[acts(Action.MEETING_CLOSE)])
def close(work: WorkDep, dialogue: str, meeting_id: UUID) -> NotesView:
    return service.close_meeting(work, meeting_id)


@router.post(f"{MEETING}/seal", dependencies=[acts(Action.SEAL_APPROVE)])
def seal(work: WorkDep, dialogue: str, meeting_id: UUID) -> NotesView:
    return service.approve_seal(work, meeting_id)


@router.post(f"{MEETING}/guests", status_code=201, dependencies=[acts(Action.MEETING_ADMIT)])
def admit(work: WorkDep, dialogue: str, meeting_id: UUID, command: AdmitGuest) -> NotesView:
    return joining.admit(work, meeting_id, command)


@router.get("/notes/search", dependencies=[acts(Action.NOTE_READ)])
def search(reading: ReadingDep, dialogue: str) -> SearchForm:
    return searching.search_form(reading)


@router.post("/notes/search", dependencies=[acts(Action.NOTE_READ)])
def find(reading: ReadingDep, dialogue: str, command: SearchNotes) -> FoundNotes:
    return searching.search_notes(reading, command)
