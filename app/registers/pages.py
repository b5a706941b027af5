"""Pages of the registers."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.access.rules import Action
from app.core.errors import Invalid
from app.registers import service
from app.registers.commands import DiscloseEntry, LodgeEntry
from app.web.cookies import set_flash
from app.web.deps import ReadingDep, WorkDep, acts
from app.web.forms import Fields, Form, bind
from app.web.route import PageRoute
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}", include_in_schema=False, route_class=PageRoute)


@router.get("/roadmap", name="registers.roadmap", dependencies=[acts(Action.BOARD_READ)])
def roadmap(
    request: Request, reading: ReadingDep, as_of: date | None = None, basket: str = "", state: str = ""
) -> Response:
    view = service.show_roadmap(reading, as_of=as_of, basket=basket, state=state)
    form: Form[Any] = Form(values={"basket": basket, "state": state, "as_of": as_of.isoformat() if as_of else ""})
    return page(request, "registers/roadmap.html", roadmap=view, form=form, dialogue=request.path_params["dialogue"])


@router.get("/roadmap/{code}", name="registers.step", dependencies=[acts(Action.BOARD_READ)])
def step(request: Request, reading: ReadingDep, code: str, as_of: date | None = None) -> Response:
    view = service.show_step(reading, code, as_of=as_of)
    return page(request, "registers/step.html", step=view, dialogue=request.path_params["dialogue"])


@router.get("/registers", name="registers.list", dependencies=[acts(Action.ENTRY_READ)])
def list_(request: Request, reading: ReadingDep) -> Response:
    return _list(request, service.show_registers(reading), Form(values={"disclosure": "sealed"}))


def _list(request: Request, registers: Any, form: Form[Any], *, status: int = 200) -> Response:
    return page(
        request,
        "registers/list.html",
        status=status,
        registers=registers,
        form=form,
        dialogue=request.path_params["dialogue"],
    )


@router.post("/registers", name="registers.lodge", dependencies=[acts(Action.ENTRY_LODGE)])
def lodge(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(LodgeEntry, fields)
    if form.command is None:
        return _list(request, service.show_registers(work), form, status=422)
    service.lodge_entry(work, form.command)
    return _back(request)


@router.post("/registers/{entry_id}/disclose", name="registers.disclose", dependencies=[acts(Action.ENTRY_DISCLOSE)])
def disclose(request: Request, work: WorkDep, entry_id: UUID, fields: Fields) -> Response:
    form = bind(DiscloseEntry, fields)
    if form.command is None:
        raise Invalid(form.errors)
    service.disclose_entry(work, entry_id, form.command)
    return _back(request)


def _back(request: Request) -> Response:
    path = request.app.state.path_of("registers.list", dialogue=request.path_params["dialogue"])
    response = RedirectResponse(path, 303)
    set_flash(response, "saved")
    return response
