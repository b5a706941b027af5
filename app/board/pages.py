"""The board and the impact page."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.access.levels import Room
from app.access.rules import Action
from app.board import service
from app.web.deps import ReadingDep, acts
from app.web.route import PageRoute
from app.web.templating import page

router = APIRouter(prefix="/dialogues/{dialogue}", include_in_schema=False, route_class=PageRoute)


@router.get("", name="board.show", dependencies=[acts(Action.DIALOGUE_READ)])
def show(request: Request, reading: ReadingDep, as_of: date | None = None) -> Response:
    if Room.BOARD not in reading.viewer.room_kinds:
        return page(request, "board/lobby.html", dialogue=request.path_params["dialogue"])
    return page(request, "board/show.html", board=service.show_board(reading, as_of=as_of))


@router.get("/impact", name="board.impact", dependencies=[acts(Action.BOARD_READ)])
def impact(
    request: Request,
    reading: ReadingDep,
    stall: Annotated[list[str] | None, Query()] = None,
    as_of: date | None = None,
) -> Response:
    view = service.show_impact(reading, stalled=tuple(stall or ()), as_of=as_of)
    return page(request, "board/impact.html", impact=view)
