"""The JSON twin of the page of promises."""

from fastapi import APIRouter

from app.access.rules import Action
from app.api.deps import acts
from app.api.problems import JsonRoute
from app.promises import service
from app.promises.views import PromisesView

router = APIRouter(prefix="/api/v1", tags=["promises"], route_class=JsonRoute)


@router.get("/promises", dependencies=[acts(Action.PUBLIC)])
def show() -> PromisesView:
    return service.show_promises()
