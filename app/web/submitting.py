"""What a submitted form comes to: the act, or its faults back at their fields; and the way back to where its result is seen."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from app.access.work import Work
from app.core.errors import Invalid
from app.web.cookies import set_flash
from app.web.forms import Form

C = TypeVar("C", bound=BaseModel)
R = TypeVar("R")


def submit(work: Work, form: Form[C], verb: Callable[[C], R]) -> R | None:
    """What the verb returns for the bound command. Where `form.errors` says what is wrong, nothing was done and there is none."""
    if form.command is None:
        return None
    try:
        return verb(form.command)
    except Invalid as fault:
        work.abandon()
        form.errors = fault.errors
        return None


def back(request: Request, name: str, *, flash: str = "saved", **where: object) -> Response:
    """To a page of the same dialogue (RFC 9110, 15.4.4: see other), which says once what came of it."""
    path = request.app.state.path_of(name, dialogue=request.path_params["dialogue"], **where)
    response = RedirectResponse(path, 303)
    set_flash(response, flash)
    return response
