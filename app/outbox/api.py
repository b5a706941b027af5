"""The JSON twins of the outbox's pages."""

from uuid import UUID

from fastapi import APIRouter

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.outbox import service
from app.outbox.commands import WriteLetters
from app.outbox.views import FileView, OutboxView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}/outbox", tags=["outbox"], route_class=JsonRoute)
KEEPS = [acts(Action.LETTERS_KEEP)]


@router.get("", dependencies=KEEPS)
def show(reading: ReadingDep, dialogue: str) -> OutboxView:
    return service.show_outbox(reading)


@router.post("/meetings/{meeting_id}", dependencies=KEEPS)
def write(work: WorkDep, dialogue: str, meeting_id: UUID, command: WriteLetters) -> OutboxView:
    return service.write_letters(work, meeting_id, command)


@router.post("/meetings/{meeting_id}/let-go", dependencies=KEEPS)
def let_all_go(work: WorkDep, dialogue: str, meeting_id: UUID) -> OutboxView:
    return service.let_all_go(work, meeting_id)


@router.post("/letters/{letter_id}/let-go", dependencies=KEEPS)
def let_go(work: WorkDep, dialogue: str, letter_id: UUID) -> OutboxView:
    return service.let_go(work, letter_id)


@router.post("/letters/{letter_id}/drop", dependencies=KEEPS)
def drop(work: WorkDep, dialogue: str, letter_id: UUID) -> OutboxView:
    return service.drop(work, letter_id)


@router.get("/letters/{letter_id}/files/{form}", dependencies=KEEPS)
def file(reading: ReadingDep, dialogue: str, letter_id: UUID, form: str) -> FileView:
    """The file's name, and its text."""
    return service.take_along(reading, letter_id, form)
