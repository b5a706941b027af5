"""The JSON twins of the roadmap's pages and forms."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from app.access.rules import Action
from app.api.deps import ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute
from app.roadmap import adopting, deliveries, exchanging, obstacles, policy, service, steps, tying, waiving
from app.roadmap.commands import (
    AddExchange,
    AddInstalment,
    AddLink,
    AddObstacle,
    AddStep,
    AdoptText,
    AgreeHandover,
    ChangeStep,
    EndExchange,
    EndLink,
    GradeStep,
    HandOver,
    LiftObstacle,
    ReadOrder,
    Revoke,
    SetPolicy,
    WaiveRequirement,
    WeighObstacle,
    WithdrawInstalment,
)
from app.roadmap.form_views import Choices, PolicyView, RequirementView
from app.roadmap.service import Chosen
from app.roadmap.views import RoadmapView, Saved

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}", tags=["roadmap"], route_class=JsonRoute)
KEEPS = [acts(Action.ROADMAP_KEEP)]
WAIVES = [acts(Action.REQUIREMENT_WAIVE)]


@router.get("/roadmap", dependencies=[acts(Action.BOARD_READ)])
def roadmap(
    reading: ReadingDep,
    dialogue: str,
    as_of: date | None = None,
    basket: str = "",
    state: str = "",
    effect: str = "",
    q: str = "",
) -> RoadmapView:
    """All steps that fit at once; `q`: words in code or title."""
    return service.show_roadmap(reading, as_of=as_of, chosen=Chosen(basket, state, effect, q))


@router.get("/roadmap/new", dependencies=KEEPS)
def choices(reading: ReadingDep, dialogue: str) -> Choices:
    return service.choices(reading)


@router.post("/roadmap/new", status_code=201, dependencies=KEEPS)
def add_step(work: WorkDep, dialogue: str, command: AddStep) -> Saved:
    return steps.add_step(work, command)


@router.post("/roadmap/{code}/state", dependencies=KEEPS)
def change_step(work: WorkDep, dialogue: str, code: str, command: ChangeStep) -> Saved:
    return steps.change_step(work, code, command)


@router.post("/roadmap/{code}/grades", dependencies=KEEPS)
def grade_step(work: WorkDep, dialogue: str, code: str, command: GradeStep) -> Saved:
    return steps.grade_step(work, code, command)


@router.post("/roadmap/{code}/instalments", status_code=201, dependencies=KEEPS)
def add_instalment(work: WorkDep, dialogue: str, code: str, command: AddInstalment) -> Saved:
    return deliveries.add_instalment(work, code, command)


@router.post("/instalments/{instalment_id}/withdraw", dependencies=KEEPS)
def withdraw_instalment(work: WorkDep, dialogue: str, instalment_id: UUID, command: WithdrawInstalment) -> Saved:
    return deliveries.withdraw_instalment(work, instalment_id, command)


@router.post("/roadmap/{code}/handovers", status_code=201, dependencies=KEEPS)
def hand_over(work: WorkDep, dialogue: str, code: str, command: HandOver) -> Saved:
    return deliveries.hand_over(work, code, command)


@router.post("/handovers/{handover_id}/agree", status_code=201, dependencies=WAIVES)
def agree_handover(work: WorkDep, dialogue: str, handover_id: UUID, command: AgreeHandover) -> Saved:
    return deliveries.agree_handover(work, handover_id, command)


@router.post("/handovers/{handover_id}/revoke", dependencies=KEEPS)
def revoke_handover(work: WorkDep, dialogue: str, handover_id: UUID, command: Revoke) -> Saved:
    return deliveries.revoke_handover(work, handover_id, command)


@router.post("/roadmap/{code}/links", status_code=201, dependencies=KEEPS)
def add_link(work: WorkDep, dialogue: str, code: str, command: AddLink) -> Saved:
    return tying.add_link(work, code, command)


@router.post("/links/{link_id}/end", dependencies=KEEPS)
def end_link(work: WorkDep, dialogue: str, link_id: UUID, command: EndLink) -> Saved:
    return tying.end_link(work, link_id, command)


@router.post("/obstacles/new", status_code=201, dependencies=KEEPS)
def add_obstacle(work: WorkDep, dialogue: str, command: AddObstacle) -> Saved:
    return obstacles.add_obstacle(work, command)


@router.post("/obstacles/{code}/lift", dependencies=KEEPS)
def lift_obstacle(work: WorkDep, dialogue: str, code: str, command: LiftObstacle) -> Saved:
    return obstacles.lift_obstacle(work, code, command)


@router.post("/obstacles/{code}/links", status_code=201, dependencies=KEEPS)
def weigh_obstacle(work: WorkDep, dialogue: str, code: str, command: WeighObstacle) -> Saved:
    return tying.weigh_obstacle(work, code, command)


@router.post("/exchanges/new", status_code=201, dependencies=KEEPS)
def add_exchange(work: WorkDep, dialogue: str, command: AddExchange) -> Saved:
    return exchanging.add_exchange(work, command)


@router.get("/linkage", dependencies=KEEPS)
def policies(reading: ReadingDep, dialogue: str) -> list[PolicyView]:
    """Every linkage policy there was, oldest first."""
    return list(policy.policies(reading))


@router.post("/linkage", status_code=201, dependencies=KEEPS)
def set_policy(work: WorkDep, dialogue: str, command: SetPolicy) -> Saved:
    return policy.set_policy(work, command)


@router.post("/exchanges/{code}/end", dependencies=KEEPS)
def end_exchange(work: WorkDep, dialogue: str, code: str, command: EndExchange) -> Saved:
    return exchanging.end_exchange(work, code, command)


@router.post("/exchanges/{code}/resume", dependencies=KEEPS)
def resume_exchange(work: WorkDep, dialogue: str, code: str, command: Revoke) -> Saved:
    return exchanging.resume_exchange(work, code, command)


@router.post("/exchanges/{code}/readings", status_code=201, dependencies=[acts(Action.READING_GIVE)])
def read_order(work: WorkDep, dialogue: str, code: str, command: ReadOrder) -> Saved:
    return exchanging.read_order(work, code, command)


@router.post("/texts/{code}/adopt", dependencies=KEEPS)
def adopt_text(work: WorkDep, dialogue: str, code: str, command: AdoptText) -> Saved:
    return adopting.adopt_text(work, code, command)


@router.get("/requirements/{key}/waive", dependencies=WAIVES)
def requirement(reading: ReadingDep, dialogue: str, key: str) -> RequirementView:
    return waiving.show_requirement(reading, key)


@router.post("/requirements/{key}/waive", status_code=201, dependencies=WAIVES)
def waive(work: WorkDep, dialogue: str, key: str, command: WaiveRequirement) -> Saved:
    return waiving.waive(work, key, command)


@router.post("/waivers/{waiver_id}/revoke", dependencies=WAIVES)
def revoke_waiver(work: WorkDep, dialogue: str, waiver_id: UUID, command: Revoke) -> Saved:
    return waiving.revoke_waiver(work, waiver_id, command)
