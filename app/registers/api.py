"""The JSON twins of the registers' pages."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.registers import service
from app.registers.commands import DiscloseEntry, LodgeEntry
from app.registers.views import RegistersView, RoadmapView, StepView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}", tags=["registers"], route_class=JsonRoute)


@router.get("/roadmap", dependencies=[acts(Action.BOARD_READ)])
def roadmap(
    reading: ReadingDep, dialogue: str, as_of: date | None = None, basket: str = "", state: str = ""
) -> RoadmapView:
    return service.show_roadmap(reading, as_of=as_of, basket=basket, state=state)


@router.get("/roadmap/{code}", dependencies=[acts(Action.BOARD_READ)])
def step(reading: ReadingDep, dialogue: str, code: str, as_of: date | None = None) -> StepView:
    return service.show_step(reading, code, as_of=as_of)


@router.get("/registers", dependencies=[acts(Action.ENTRY_READ)])
def list_(reading: ReadingDep, dialogue: str) -> RegistersView:
    return service.show_registers(reading)


@router.post("/registers", status_code=201, dependencies=[acts(Action.ENTRY_LODGE)])
def lodge(work: WorkDep, dialogue: str, command: LodgeEntry) -> RegistersView:
    return service.lodge_entry(work, command)


@router.post("/registers/{entry_id}/disclose", dependencies=[acts(Action.ENTRY_DISCLOSE)])
def disclose(work: WorkDep, dialogue: str, entry_id: UUID, command: DiscloseEntry) -> RegistersView:
    return service.disclose_entry(work, entry_id, command)
