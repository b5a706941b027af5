"""The JSON twins of the pages of the transparency log."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.access.rules import Action
from app.api.deps import ReadingDep, acts
from app.api.problems import JsonRoute
from app.ledger import service
from app.ledger.views import ContinuationView, InclusionView, LogView

router = APIRouter(prefix="/api/v1/dialogues/{dialogue}/log", tags=["transparency log"], route_class=JsonRoute)
READ = [acts(Action.LOG_READ)]


@router.get("", dependencies=READ)
def show(
    reading: ReadingDep, dialogue: str, before: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None
) -> LogView:
    return service.show_log(reading, before=before)


@router.get("/check", dependencies=READ)
def check(reading: ReadingDep, dialogue: str, checkpoint: str) -> ContinuationView:
    return service.compare(reading, checkpoint)


@router.get("/checkpoint", dependencies=READ)
def checkpoint(reading: ReadingDep, dialogue: str) -> Response:
    return Response(service.checkpoint_file(reading).text.encode(), media_type="text/plain; charset=utf-8")


@router.get("/entries/{position}", dependencies=READ)
def entry(reading: ReadingDep, dialogue: str, position: int) -> InclusionView:
    return service.show_entry(reading, position)
