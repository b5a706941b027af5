"""The JSON twins of the registers' pages."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.registers import bulk, comparing, positions, service, terms
from app.registers.commands import (
    AddTerm,
    DiscloseEntry,
    GivePosition,
    GiveReading,
    LodgeEntry,
    ReconfirmEntry,
    ReviseEntry,
    TurnTerm,
    WithdrawEntry,
)
from app.registers.views import ComparisonView, DisclosePage, EntryPage, Feelings, RegistersView, TermView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}", tags=["registers"], route_class=JsonRoute)
LODGES = [acts(Action.ENTRY_LODGE)]
Rows = Annotated[list[dict[str, str]], Field(max_length=2000)]


@router.get("/registers", dependencies=[acts(Action.ENTRY_READ)])
def list_(
    reading: ReadingDep, dialogue: str, as_of: date | None = None, kind: str | None = None, q: str | None = None
) -> RegistersView:
    return service.show_registers(reading, as_of=as_of, kind=kind, q=q)


@router.post("/registers", status_code=201, dependencies=LODGES)
def lodge(work: WorkDep, dialogue: str, command: LodgeEntry) -> RegistersView:
    return service.lodge_entry(work, command)


@router.get("/registers/compare", dependencies=[acts(Action.LINES_COMPARE)])
def compare(reading: ReadingDep, dialogue: str, subject: str = "") -> ComparisonView:
    return comparing.compare_lines(reading, subject)


@router.get("/registers/files", dependencies=[acts(Action.ENTRY_READ)])
def files(reading: ReadingDep, dialogue: str) -> list[bulk.Table]:
    return [bulk.show_table(reading, name, is_empty=True) for name in bulk.SHEETS]


@router.get("/registers/files/{name}.{form}", dependencies=[acts(Action.ENTRY_READ)])
def file(reading: ReadingDep, dialogue: str, name: str, form: str, template: bool = False) -> bulk.Table:
    """The rows that the file of this form holds, as JSON whatever the form."""
    return bulk.show_table(reading, name, is_empty=template)


@router.post("/registers/files/{name}/preview", dependencies=[acts(Action.READING_GIVE)])
def preview_file(work: WorkDep, dialogue: str, name: str, rows: Rows) -> bulk.Preview:
    return bulk.preview(work, name, rows)


@router.post("/registers/files/{name}/apply", dependencies=[acts(Action.READING_GIVE)])
def apply_file(work: WorkDep, dialogue: str, name: str, rows: Rows, response: Response) -> bulk.Preview:
    """Every row, or none. With a rejected row among them it is 422, the answer says which and why, and nothing was changed."""
    found = bulk.apply(work, name, rows)
    response.status_code = 422 if found.rejected else 200
    return found


@router.get("/registers/{entry_id}", dependencies=[acts(Action.ENTRY_READ)])
def entry(reading: ReadingDep, dialogue: str, entry_id: UUID) -> EntryPage:
    return service.show_entry(reading, entry_id)


@router.get("/registers/{entry_id}/disclose", dependencies=[acts(Action.ENTRY_DISCLOSE)])
def disclosing(reading: ReadingDep, dialogue: str, entry_id: UUID) -> DisclosePage:
    return service.show_disclosing(reading, entry_id)


@router.post("/registers/{entry_id}/disclose", dependencies=[acts(Action.ENTRY_DISCLOSE)])
def disclose(work: WorkDep, dialogue: str, entry_id: UUID, command: DiscloseEntry) -> RegistersView:
    return service.disclose_entry(work, entry_id, command)


@router.post("/registers/{entry_id}/revise", dependencies=LODGES)
def revise(work: WorkDep, dialogue: str, entry_id: UUID, command: ReviseEntry) -> EntryPage:
    return service.revise_entry(work, entry_id, command)


@router.post("/registers/{entry_id}/reconfirm", dependencies=LODGES)
def reconfirm(work: WorkDep, dialogue: str, entry_id: UUID, command: ReconfirmEntry) -> EntryPage:
    return service.reconfirm_entry(work, entry_id, command)


@router.post("/registers/{entry_id}/withdraw", dependencies=LODGES)
def withdraw(work: WorkDep, dialogue: str, entry_id: UUID, command: WithdrawEntry) -> RegistersView:
    return service.withdraw_entry(work, entry_id, command)


@router.get("/roadmap/{code}/position", dependencies=[acts(Action.BOARD_READ)])
def feelings(reading: ReadingDep, dialogue: str, code: str, as_of: date | None = None) -> Feelings:
    return positions.show_feelings(reading, code, as_of=as_of)


@router.post("/roadmap/{code}/position", dependencies=[acts(Action.POSITION_GIVE)])
def give_position(work: WorkDep, dialogue: str, code: str, command: GivePosition) -> Feelings:
    return positions.give_position(work, code, command)


@router.post("/roadmap/{code}/position/withdraw", dependencies=[acts(Action.POSITION_GIVE)])
def withdraw_position(work: WorkDep, dialogue: str, code: str) -> Feelings:
    return positions.withdraw_position(work, code)


@router.post("/terms", status_code=201, dependencies=[acts(Action.TERM_KEEP)])
def add_term(work: WorkDep, dialogue: str, command: AddTerm) -> TermView:
    return terms.add_term(work, command)


@router.post("/terms/{code}/state", dependencies=[acts(Action.TERM_KEEP)])
def turn_term(work: WorkDep, dialogue: str, code: str, command: TurnTerm) -> TermView:
    return terms.turn_term(work, code, command)


@router.get("/terms/{code}/readings", dependencies=[acts(Action.READING_GIVE)])
def term(reading: ReadingDep, dialogue: str, code: str) -> TermView:
    return terms.show_term(reading, code)


@router.post("/terms/{code}/readings", status_code=201, dependencies=[acts(Action.READING_GIVE)])
def give_reading(work: WorkDep, dialogue: str, code: str, command: GiveReading) -> TermView:
    return terms.give_reading(work, code, command)
