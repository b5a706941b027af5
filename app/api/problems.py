"""Problem documents (RFC 9457). They never quote what was sent."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.core.errors import DomainError, Invalid
from app.core.messages import message_of
from app.web.deps import in_one_go
from app.web.errors import log_failure, status_of

TITLES = {
    400: "Bad request",
    401: "Sign in needed",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    422: "Invalid",
    500: "Failure",
    503: "Unavailable",
}


class Problem(BaseModel):
    """The shape of every error answer. The last three members are the identity check's (app.identity.views.Warned)."""

    status: int
    title: str
    detail: str | None = None
    errors: dict[str, str] | None = None
    reference: str | None = None
    acknowledge: str | None = None
    findings: list[dict[str, Any]] | None = None
    suggestion: str | None = None


def problem(status: int, detail: str | None = None, **more: Any) -> JSONResponse:
    body = Problem(status=status, title=TITLES.get(status, "Error"), detail=detail, **more)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(
        body.model_dump(exclude_none=True), status, headers=headers, media_type="application/problem+json"
    )


class JsonRoute(APIRoute):
    """A JSON route: every fault leaves as a problem document."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, in_one_go(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except HTTPException:
                raise  # answered by the application's own handler
            except DomainError as fault:
                return _of_domain(fault)
            except RequestValidationError as fault:
                return _of_validation(fault)
            except (DBAPIError, PoolTimeout, OSError) as fault:
                return problem(503, reference=log_failure(request, fault))
            except Exception as fault:  # noqa: BLE001  # no traceback, no value ever leaves
                return problem(500, reference=log_failure(request, fault))

        return handle


def _of_domain(fault: DomainError) -> Response:
    status = status_of(fault)
    if isinstance(fault, Invalid):
        return problem(status, errors=fault.errors, **fault.more)
    # Hidden and missing must be the same bytes, so a missing thing says nothing else.
    return problem(status, None if status == 404 else str(fault) or None)


def _of_validation(fault: RequestValidationError) -> Response:
    errors: dict[str, str] = {}
    for error in fault.errors():
        source, *place = error["loc"]
        if source == "path":
            return problem(404)
        name = ".".join(str(part) for part in place).encode("utf-8", "replace").decode() or str(source)
        errors.setdefault(name, message_of(error["type"], error.get("ctx") or {}))
    return problem(422, errors=errors)
