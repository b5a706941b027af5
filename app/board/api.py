"""The JSON twins of the board's pages."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from app.access.rules import Action
from app.api.deps import ReadingDep, acts
from app.api.problems import JsonRoute
from app.board import service
from app.board.views import BoardView, ImpactView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}", tags=["board"], route_class=JsonRoute)


@router.get("", dependencies=[acts(Action.BOARD_READ)])
def show(reading: ReadingDep, dialogue: str, as_of: date | None = None) -> BoardView:
    return service.show_board(reading, as_of=as_of)


@router.get("/impact", dependencies=[acts(Action.BOARD_READ)])
def impact(
    reading: ReadingDep, dialogue: str, stall: Annotated[list[str] | None, Query()] = None, as_of: date | None = None
) -> ImpactView:
    return service.show_impact(reading, stalled=tuple(stall or ()), as_of=as_of)
