"""The board and what is weighed on it: what if, matrix, exchanges, a step, what comes next, inclusion."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.access.levels import Room
from app.access.rules import Action
from app.baskets.pages import show_page
from app.baskets.service import show_basket
from app.board import ahead, filing, inclusion, service, weighing
from app.core.errors import Invalid
from app.core.tables import MEDIA_TYPES
from app.web.deps import ReadingDep, acts
from app.web.route import PageRoute
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}", include_in_schema=False, route_class=PageRoute)
READS = [acts(Action.BOARD_READ)]
Codes = Annotated[list[str] | None, Query()]


@router.get("", name="board.show", dependencies=[acts(Action.DIALOGUE_READ)])
def show(request: Request, reading: ReadingDep, as_of: date | None = None) -> Response:
    if Room.BOARD not in reading.viewer.room_kinds:
        return page(request, "board/lobby.html", dialogue=request.path_params["dialogue"])
    return page(request, "board/show.html", board=service.show_board(reading, as_of=as_of))


@router.get("/baskets/{code}", name="baskets.show", dependencies=READS)
def basket(request: Request, reading: ReadingDep, code: str, as_of: date | None = None) -> Response:
    view = show_basket(reading, code, as_of=as_of)
    return show_page(request, view, line=service.show_contact(reading, code, as_of=as_of))


@router.get("/impact", name="board.impact", dependencies=READS)
def impact(
    request: Request, reading: ReadingDep, stall: Codes = None, obstacle: Codes = None, as_of: date | None = None
) -> Response:
    faults: dict[str, str] = {}
    try:
        view = weighing.show_impact(reading, stalled=tuple(stall or ()), obstacles=tuple(obstacle or ()), as_of=as_of)
    except Invalid as fault:
        faults, view = fault.errors, weighing.show_impact(reading, stalled=(), as_of=as_of)
    return page(request, "board/impact.html", status=422 if faults else 200, impact=view, faults=faults)


@router.get("/matrix", name="board.matrix", dependencies=READS)
def matrix(request: Request, reading: ReadingDep, as_of: date | None = None) -> Response:
    return page(request, "board/matrix.html", matrix=weighing.show_matrix(reading, as_of=as_of))


@router.get("/matrix.{form}", name="board.matrix_file", dependencies=READS)
def matrix_file(reading: ReadingDep, form: str, as_of: date | None = None) -> Response:
    view = weighing.show_matrix(reading, as_of=as_of)
    headers = {"Content-Disposition": f'attachment; filename="{view.dialogue}-matrix-{view.as_of}.{form}"'}
    return Response(filing.matrix_file(view, form), media_type=MEDIA_TYPES[form], headers=headers)


@router.get("/exchanges", name="board.exchanges", dependencies=READS)
def exchanges(request: Request, reading: ReadingDep, as_of: date | None = None) -> Response:
    view = weighing.show_exchanges(reading, as_of=as_of)
    return page(request, "board/exchanges.html", view=view, dialogue=request.path_params["dialogue"])


@router.get("/next", name="board.next", dependencies=READS)
def next_(request: Request, reading: ReadingDep, as_of: date | None = None) -> Response:
    return page(request, "board/next.html", view=ahead.show_next(reading, as_of=as_of))


@router.get("/inclusion", name="board.inclusion", dependencies=READS)
def inclusion_(request: Request, reading: ReadingDep, as_of: date | None = None) -> Response:
    return page(request, "board/inclusion.html", view=inclusion.show_inclusion(reading, as_of=as_of))


@router.get("/roadmap/{code}", name="board.step", dependencies=READS)
def step(request: Request, reading: ReadingDep, code: str, as_of: date | None = None) -> Response:
    view = ahead.show_step(reading, code, as_of=as_of)
    return page(request, "board/step.html", page_=view, step=view.facts, dialogue=request.path_params["dialogue"])
