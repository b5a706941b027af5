"""The JSON twins of the board's pages."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from app.access.rules import Action
from app.api.deps import ReadingDep, acts
from app.api.problems import JsonRoute
from app.board import ahead, inclusion, service, weighing
from app.board.ahead_views import NextView, StepPage
from app.board.views import BoardView, InclusionView, MatrixView
from app.board.weighing_views import ExchangesView, ImpactView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}", tags=["board"], route_class=JsonRoute)
READS = [acts(Action.BOARD_READ)]
Codes = Annotated[list[str] | None, Query()]


@router.get("", dependencies=READS)
def show(reading: ReadingDep, dialogue: str, as_of: date | None = None) -> BoardView:
    return service.show_board(reading, as_of=as_of)


@router.get("/impact", dependencies=READS)
def impact(
    reading: ReadingDep, dialogue: str, stall: Codes = None, obstacle: Codes = None, as_of: date | None = None
) -> ImpactView:
    return weighing.show_impact(reading, stalled=tuple(stall or ()), obstacles=tuple(obstacle or ()), as_of=as_of)


@router.get("/matrix", dependencies=READS)
def matrix(reading: ReadingDep, dialogue: str, as_of: date | None = None) -> MatrixView:
    return weighing.show_matrix(reading, as_of=as_of)


@router.get("/matrix.{form}", dependencies=READS)
def matrix_file(reading: ReadingDep, dialogue: str, form: str, as_of: date | None = None) -> MatrixView:
    """What the file of this form holds, as JSON whatever the form."""
    return weighing.show_matrix(reading, as_of=as_of)


@router.get("/exchanges", dependencies=READS)
def exchanges(reading: ReadingDep, dialogue: str, as_of: date | None = None) -> ExchangesView:
    return weighing.show_exchanges(reading, as_of=as_of)


@router.get("/next", dependencies=READS)
def next_(reading: ReadingDep, dialogue: str, as_of: date | None = None) -> NextView:
    return ahead.show_next(reading, as_of=as_of)


@router.get("/inclusion", dependencies=READS)
def inclusion_(reading: ReadingDep, dialogue: str, as_of: date | None = None) -> InclusionView:
    return inclusion.show_inclusion(reading, as_of=as_of)


@router.get("/roadmap/{code}", dependencies=READS)
def step(reading: ReadingDep, dialogue: str, code: str, as_of: date | None = None) -> StepPage:
    return ahead.show_step(reading, code, as_of=as_of)
