"""One small form for each act upon what stands between the steps: ties, obstacles, exchanges, texts, waivers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.roadmap import adopting, exchanging, obstacles, policy, tying, waiving
from app.roadmap.commands import (
    AddExchange,
    AddLink,
    AddObstacle,
    AdoptText,
    EndExchange,
    EndLink,
    LiftObstacle,
    ReadOrder,
    Revoke,
    SetPolicy,
    WaiveRequirement,
    WeighObstacle,
)
from app.roadmap.forms import BOARD, DECLARES, EXCHANGES, KEEPS, ROADMAP, STEP, WAIVES, carry_out, show, today
from app.web.deps import ReadingDep, WorkDep
from app.web.forms import Fields, Form, bind
from app.web.route import PageRoute

router = APIRouter(prefix="/dialogues/{dialogue}", include_in_schema=False, route_class=PageRoute)
Codes = Annotated[list[str] | None, Query()]


@router.get("/roadmap/{code}/links", name="roadmap.add_link", dependencies=KEEPS)
def link_form(request: Request, reading: ReadingDep, code: str) -> Response:
    form = today(reading, "since")
    form.values["kind"] = "linked"  # the lesser claim: it blocks nothing
    return show(request, reading, "add_link", form)


@router.post("/roadmap/{code}/links", dependencies=KEEPS)
def add_link(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return carry_out(request, work, "add_link", bind(AddLink, fields), lambda c: tying.add_link(work, code, c), STEP)


@router.get("/links/{link_id}/end", name="roadmap.end_link", dependencies=KEEPS)
def end_form(request: Request, reading: ReadingDep, link_id: UUID) -> Response:
    return show(request, reading, "end_link", today(reading))


@router.post("/links/{link_id}/end", dependencies=KEEPS)
def end_link(request: Request, work: WorkDep, link_id: UUID, fields: Fields) -> Response:
    return carry_out(request, work, "end_link", bind(EndLink, fields), lambda c: tying.end_link(work, link_id, c), STEP)


@router.get("/obstacles/new", name="roadmap.add_obstacle", dependencies=KEEPS)
def obstacle_form(request: Request, reading: ReadingDep) -> Response:
    return show(request, reading, "add_obstacle", today(reading, "raised_on"))


@router.post("/obstacles/new", dependencies=KEEPS)
def add_obstacle(request: Request, work: WorkDep, fields: Fields) -> Response:
    return carry_out(
        request, work, "add_obstacle", bind(AddObstacle, fields), lambda c: obstacles.add_obstacle(work, c), BOARD
    )


@router.get("/obstacles/{code}/lift", name="roadmap.lift_obstacle", dependencies=KEEPS)
def lift_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return show(request, reading, "lift_obstacle", today(reading))


@router.post("/obstacles/{code}/lift", dependencies=KEEPS)
def lift_obstacle(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(LiftObstacle, fields)
    return carry_out(request, work, "lift_obstacle", form, lambda c: obstacles.lift_obstacle(work, code, c), BOARD)


@router.get("/obstacles/{code}/links", name="roadmap.weigh_obstacle", dependencies=KEEPS)
def weigh_form(request: Request, reading: ReadingDep, code: str) -> Response:
    form = today(reading, "since")
    form.values["kind"] = "linked"
    return show(request, reading, "weigh_obstacle", form)


@router.post("/obstacles/{code}/links", dependencies=KEEPS)
def weigh_obstacle(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(WeighObstacle, fields)
    return carry_out(request, work, "weigh_obstacle", form, lambda c: tying.weigh_obstacle(work, code, c), BOARD)


@router.get("/exchanges/new", name="roadmap.add_exchange", dependencies=KEEPS)
def exchange_form(request: Request, reading: ReadingDep, a: Codes = None, b: Codes = None) -> Response:
    """Sides may be given in the address: a package that was found, to be written down."""
    form = today(reading, "since")
    form.values |= {"a": a or [], "b": b or []}
    return show(request, reading, "add_exchange", form)


@router.post("/exchanges/new", dependencies=KEEPS)
def add_exchange(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(AddExchange, fields)
    return carry_out(request, work, "add_exchange", form, lambda c: exchanging.add_exchange(work, c), EXCHANGES)


@router.get("/linkage", name="roadmap.set_policy", dependencies=KEEPS)
def policy_form(request: Request, reading: ReadingDep) -> Response:
    return show(request, reading, "set_policy", today(reading), policies=policy.policies(reading))


@router.post("/linkage", dependencies=KEEPS)
def set_policy(request: Request, work: WorkDep, fields: Fields) -> Response:
    known = policy.policies(work)
    form = bind(SetPolicy, fields)
    return carry_out(request, work, "set_policy", form, lambda c: policy.set_policy(work, c), BOARD, policies=known)


@router.get("/exchanges/{code}/end", name="roadmap.end_exchange", dependencies=KEEPS)
def end_exchange_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return show(request, reading, "end_exchange", today(reading))


@router.post("/exchanges/{code}/end", dependencies=KEEPS)
def end_exchange(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(EndExchange, fields)
    return carry_out(request, work, "end_exchange", form, lambda c: exchanging.end_exchange(work, code, c), EXCHANGES)


@router.get("/exchanges/{code}/resume", name="roadmap.resume_exchange", dependencies=KEEPS)
def resume_exchange_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return show(request, reading, "resume_exchange", today(reading))


@router.post("/exchanges/{code}/resume", dependencies=KEEPS)
def resume_exchange(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(Revoke, fields)
    return carry_out(
        request, work, "resume_exchange", form, lambda c: exchanging.resume_exchange(work, code, c), EXCHANGES
    )


@router.get("/exchanges/{code}/readings", name="roadmap.read_order", dependencies=DECLARES)
def reading_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return show(request, reading, "read_order", today(reading, "on"))


@router.post("/exchanges/{code}/readings", dependencies=DECLARES)
def read_order(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(ReadOrder, fields)
    return carry_out(request, work, "read_order", form, lambda c: exchanging.read_order(work, code, c), EXCHANGES)


@router.get("/texts/{code}/adopt", name="roadmap.adopt_text", dependencies=KEEPS)
def adopt_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return show(request, reading, "adopt_text", Form())


@router.post("/texts/{code}/adopt", dependencies=KEEPS)
def adopt_text(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(AdoptText, fields)
    return carry_out(request, work, "adopt_text", form, lambda c: adopting.adopt_text(work, code, c), ROADMAP)


@router.get("/requirements/{key}/waive", name="roadmap.waive", dependencies=WAIVES)
def waive_form(request: Request, reading: ReadingDep, key: str) -> Response:
    asked, form = waiving.show_requirement(reading, key), today(reading)
    if len(asked.offered) == 1:
        form.values |= {"party": asked.offered[0][0], "reason": next(iter(asked.proposed), "")}
    return show(request, reading, "waive", form, requirement=asked)


@router.post("/requirements/{key}/waive", dependencies=WAIVES)
def waive(request: Request, work: WorkDep, key: str, fields: Fields) -> Response:
    shown = waiving.show_requirement(work, key)
    form = bind(WaiveRequirement, fields)
    return carry_out(request, work, "waive", form, lambda c: waiving.waive(work, key, c), STEP, requirement=shown)


@router.get("/waivers/{waiver_id}/revoke", name="roadmap.revoke_waiver", dependencies=WAIVES)
def revoke_waiver_form(request: Request, reading: ReadingDep, waiver_id: UUID) -> Response:
    return show(request, reading, "revoke_waiver", today(reading))


@router.post("/waivers/{waiver_id}/revoke", dependencies=WAIVES)
def revoke_waiver(request: Request, work: WorkDep, waiver_id: UUID, fields: Fields) -> Response:
    form = bind(Revoke, fields)
    return carry_out(request, work, "revoke_waiver", form, lambda c: waiving.revoke_waiver(work, waiver_id, c), STEP)
