"""The page of the design system's components."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.access.rules import Action
from app.web.deps import acts
from app.web.forms import Form
from app.web.route import PageRoute
from app.web.templating import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)


@router.get("/styleguide", name="styleguide.show", dependencies=[acts(Action.PUBLIC)])
def show(request: Request) -> Response:
    form: Form[Any] = Form(values={"title": "Guiding principles"}, errors={"reason": "This field is needed."})
    return page(request, "styleguide/show.html", form=form)
