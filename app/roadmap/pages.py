"""Pages of the roadmap: table, timeline, graph; and one small form for each act upon its steps."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.roadmap import charts, deliveries, service, steps
from app.roadmap.commands import (
    AddInstalment,
    AddStep,
    AgreeHandover,
    ChangeStep,
    GradeStep,
    HandOver,
    Revoke,
    WithdrawInstalment,
)
from app.roadmap.forms import KEEPS, READS, STEP, WAIVES, carry_out, show, today
from app.roadmap.service import Chosen
from app.web.deps import ReadingDep, WorkDep
from app.web.forms import Fields, Form, bind
from app.web.route import PageRoute
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}", include_in_schema=False, route_class=PageRoute)


@router.get("/roadmap", name="roadmap.show", dependencies=READS)
def roadmap(
    request: Request,
    reading: ReadingDep,
    as_of: date | None = None,
    basket: str = "",
    state: str = "",
    effect: str = "",
    q: str = "",
    show: str = "table",
    focus: str = "",
    depth: charts.Depth = 1,
    number: Annotated[int, Query(alias="page")] = 1,
) -> Response:
    """A focus sets the choice aside: what hangs together lies in any basket and state."""
    chosen = Chosen() if focus else Chosen(basket, state, effect, q)
    view = service.show_roadmap(reading, as_of=as_of, chosen=chosen)
    drawn = charts.draw(reading, show, view, focus=focus, depth=depth, page=number, is_narrowed=bool(chosen.basket))
    now = {**chosen._asdict(), "show": drawn.kind, "focus": focus, "depth": depth if focus else ""}
    return page(
        request,
        "roadmap/show.html",
        roadmap=view,
        drawn=drawn,
        form=Form[Any](values=chosen._asdict()),
        address=_address(now | {"as_of": "" if view.is_today else view.as_of}),
        dialogue=request.path_params["dialogue"],
    )


def _address(now: dict[str, Any]) -> Callable[..., str]:
    """What the links of the page say: the query of what is looked at, with some of it changed."""

    def address(**changes: Any) -> str:
        return "?" + urlencode({name: value for name, value in (now | changes).items() if value not in ("", None)})

    return address


@router.get("/roadmap/new", name="roadmap.add_step", dependencies=KEEPS)
def step_form(request: Request, reading: ReadingDep) -> Response:
    return show(request, reading, "add_step", today(reading))


@router.post("/roadmap/new", dependencies=KEEPS)
def add_step(request: Request, work: WorkDep, fields: Fields) -> Response:
    return carry_out(request, work, "add_step", bind(AddStep, fields), lambda c: steps.add_step(work, c), STEP)


@router.get("/roadmap/{code}/state", name="roadmap.change_step", dependencies=KEEPS)
def state_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return show(request, reading, "change_step", today(reading))


@router.post("/roadmap/{code}/state", dependencies=KEEPS)
def change_step(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return carry_out(
        request, work, "change_step", bind(ChangeStep, fields), lambda c: steps.change_step(work, code, c), STEP
    )


@router.get("/roadmap/{code}/grades", name="roadmap.grade_step", dependencies=KEEPS)
def grades_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return show(request, reading, "grade_step", Form(values=steps.grades_of(reading, code)))


@router.post("/roadmap/{code}/grades", dependencies=KEEPS)
def grade_step(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    return carry_out(
        request, work, "grade_step", bind(GradeStep, fields), lambda c: steps.grade_step(work, code, c), STEP
    )


@router.get("/roadmap/{code}/instalments", name="roadmap.add_instalment", dependencies=KEEPS)
def instalment_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return show(request, reading, "add_instalment", today(reading))


@router.post("/roadmap/{code}/instalments", dependencies=KEEPS)
def add_instalment(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form = bind(AddInstalment, fields)
    return carry_out(request, work, "add_instalment", form, lambda c: deliveries.add_instalment(work, code, c), STEP)


@router.get("/instalments/{instalment_id}/withdraw", name="roadmap.withdraw_instalment", dependencies=KEEPS)
def withdraw_instalment_form(request: Request, reading: ReadingDep, instalment_id: UUID) -> Response:
    return show(request, reading, "withdraw_instalment", today(reading))


@router.post("/instalments/{instalment_id}/withdraw", dependencies=KEEPS)
def withdraw_instalment(request: Request, work: WorkDep, instalment_id: UUID, fields: Fields) -> Response:
    form = bind(WithdrawInstalment, fields)
    verb = lambda c: deliveries.withdraw_instalment(work, instalment_id, c)  # noqa: E731
    return carry_out(request, work, "withdraw_instalment", form, verb, STEP)


@router.get("/roadmap/{code}/handovers", name="roadmap.hand_over", dependencies=KEEPS)
def handover_form(request: Request, reading: ReadingDep, code: str) -> Response:
    return show(request, reading, "hand_over", today(reading), takers=deliveries.takers_of(reading, code))


@router.post("/roadmap/{code}/handovers", dependencies=KEEPS)
def hand_over(request: Request, work: WorkDep, code: str, fields: Fields) -> Response:
    form, asked = bind(HandOver, fields), deliveries.takers_of(work, code)
    return carry_out(
        request, work, "hand_over", form, lambda c: deliveries.hand_over(work, code, c), STEP, takers=asked
    )


@router.get("/handovers/{handover_id}/agree", name="roadmap.agree_handover", dependencies=WAIVES)
def agree_form(request: Request, reading: ReadingDep, handover_id: UUID) -> Response:
    form = today(reading)
    if len(missing := deliveries.missing_of(reading, handover_id)) == 1:
        form.values["party"] = missing[0][0]
    return show(request, reading, "agree_handover", form, missing=missing)


@router.post("/handovers/{handover_id}/agree", dependencies=WAIVES)
def agree_handover(request: Request, work: WorkDep, handover_id: UUID, fields: Fields) -> Response:
    form, missing = bind(AgreeHandover, fields), deliveries.missing_of(work, handover_id)
    verb = lambda c: deliveries.agree_handover(work, handover_id, c)  # noqa: E731
    return carry_out(request, work, "agree_handover", form, verb, STEP, missing=missing)


@router.get("/handovers/{handover_id}/revoke", name="roadmap.revoke_handover", dependencies=KEEPS)
def revoke_handover_form(request: Request, reading: ReadingDep, handover_id: UUID) -> Response:
    return show(request, reading, "revoke_handover", today(reading))


@router.post("/handovers/{handover_id}/revoke", dependencies=KEEPS)
def revoke_handover(request: Request, work: WorkDep, handover_id: UUID, fields: Fields) -> Response:
    form = bind(Revoke, fields)
    return carry_out(
        request, work, "revoke_handover", form, lambda c: deliveries.revoke_handover(work, handover_id, c), STEP
    )
