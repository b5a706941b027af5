"""The route class of every page: same-site check, form, one-time key, and no error that loses what was typed."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app.core.errors import DomainError, Invalid
from app.core.i18n import gettext as _
from app.web import csrf, errors, once
from app.web.deps import in_one_go
from app.web.forms import read_multipart, read_urlencoded

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class PageRoute(APIRoute):
    """A page route. POST handlers find the typed form in `Fields` and answer 303, or 422 with the form."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, in_one_go(endpoint), **options)

    def get_route_handler(self) -> Handler:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                if request.method in SAFE:
                    csrf.refuse_embedding(request)
                    return await answer(request)
                return await _submit(request, answer)
            except (HTTPException, RequestValidationError):
                raise  # answered by the application's own handlers
            except DomainError as fault:
                return errors.answer(request, fault)
            except Exception as fault:  # noqa: BLE001  # the last net: the page is the only copy of what was typed
                return errors.answer_failure(request, fault)

        return handle


def changes_nothing(request: Request) -> None:
    """Said by a handler that only reads: the form may be sent again, and nobody keeps that it was sent."""
    request.state.may_repeat = True


async def _submit(request: Request, answer: Handler) -> Response:
    csrf.refuse_cross_site(request)
    kind = request.headers.get("content-type", "application/x-www-form-urlencoded")
    if kind.startswith("multipart/form-data"):
        fields, request.state.upload = await read_multipart(request)
    elif kind.startswith("application/x-www-form-urlencoded"):
        fields = read_urlencoded(await request.body())
    else:
        raise Invalid({"": _("The form could not be read.")})
    request.state.fields = fields
    key = request.state.form_key_hash = once.check_form_key(request, fields.pop("form_key", [""])[-1])
    linkage = request.app.state.ground.linkage
    done = await once.claim(linkage, key)
    if done is not None:
        return RedirectResponse(done, 303)
    location: str | None = None
    try:
        response = await answer(request)
        if response.status_code < 400 and not getattr(request.state, "may_repeat", False):
            location = response.headers.get("location", request.url.path)
    finally:
        if location is None:
            linkage.release_form(key)
        else:
            linkage.finish_form(key, location)
    return response
