"""The page of promises."""

from fastapi import APIRouter, Request, Response

from app.access.rules import Action
from app.promises import service
from app.web.deps import acts
from app.web.route import PageRoute
from app.web.templating import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/promises", name="promises.show", dependencies=[acts(Action.PUBLIC)])
def show(request: Request) -> Response:
    return page(request, "promises/show.html", view=service.show_promises())
