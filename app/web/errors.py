"""Domain errors become pages. Whatever was typed comes back in the page, ready to be sent again."""

from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.core import entropy
from app.core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    SecondFactorNeeded,
    SignInNeeded,
    Uncertain,
)
from app.core.i18n import gettext as _
from app.web.forms import printable
from app.web.templating import page

STATUS: dict[type[DomainError], int] = {
    SignInNeeded: 401,
    SecondFactorNeeded: 403,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
}
SECRET_FIELDS = frozenset({"passphrase", "code", "totp", "form_key", "new_passphrase"})

log = structlog.get_logger()


def status_of(fault: DomainError) -> int:
    return next(code for kind, code in STATUS.items() if isinstance(fault, kind))


def answer(request: Request, fault: DomainError) -> Response:
    """The page for a domain error; with the typed text where there was any."""
    if isinstance(fault, SecondFactorNeeded):
        return RedirectResponse(request.app.state.path_of("accounts.second_factor"), 303)
    status = status_of(fault)
    kept = kept_fields(request)
    if status == 401:
        return _sign_in(request, kept)
    if status == 404 or not kept:
        return page(request, f"errors/{status}.html", status=status, message=sentences_of(fault), kept=kept)
    return _kept(request, status, sentences_of(fault), kept, is_uncertain=isinstance(fault, Uncertain))


def answer_failure(request: Request, fault: Exception) -> Response:
    """Anything else: the database away, locked or full is 503; a mistake of ours is 500. Never a traceback, never a value."""
    if isinstance(fault, DBAPIError | PoolTimeout | OSError):
        return _unavailable(request, fault)
    reference = log_failure(request, fault)
    kept = kept_fields(request)
    if kept:
        return _kept(request, 500, _("Something went wrong on our side."), kept, reference=reference)
    return page(request, "errors/500.html", status=500, reference=reference)


def kept_fields(request: Request) -> tuple[tuple[str, str], ...]:
    """(name, value) of everything typed, except secrets."""
    fields = getattr(request.state, "fields", None) or {}
    return tuple(
        (name, printable(value)) for name, values in fields.items() if name not in SECRET_FIELDS for value in values
    )


def sentences_of(fault: DomainError) -> str:
    if isinstance(fault, Invalid):
        return " ".join(fault.errors.values())
    return str(fault)


def _kept(
    request: Request,
    status: int,
    message: str,
    kept: tuple[tuple[str, str], ...],
    *,
    reference: str | None = None,
    is_uncertain: bool = False,
) -> Response:
    return page(
        request,
        "errors/kept.html",
        status=status,
        message=message,
        kept=kept,
        action=request.url.path,
        reference=reference,
        is_uncertain=is_uncertain,
    )


def _sign_in(request: Request, kept: tuple[tuple[str, str], ...]) -> Response:
    if not kept and request.method in ("GET", "HEAD"):
        where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{request.app.state.path_of('accounts.sign_in')}?{urlencode({'next': where})}", 303)
    return page(request, "errors/401.html", status=401, kept=kept, action=request.url.path)


def _unavailable(request: Request, fault: Exception) -> Response:
    reference = log_failure(request, fault)
    return _kept(request, 503, _("Nothing could be saved just now."), kept_fields(request), reference=reference)


def log_failure(request: Request, fault: Exception) -> str:
    """Log the kind and the place, never the message: messages quote values. Returns the reference number."""
    reference = entropy.token_bytes(4).hex().upper()
    frames, here = [], fault.__traceback__
    while here is not None:
        frames.append(f"{here.tb_frame.f_globals.get('__name__')}:{here.tb_lineno}")
        here = here.tb_next
    log.error("failure", reference=reference, kind=type(fault).__name__, at=frames[-4:])
    return reference


def install(app: FastAPI) -> None:
    """Errors raised outside a page route: unknown paths, wrong methods, ids that are none."""

    @app.exception_handler(HTTPException)
    def _on_http(request: Request, fault: HTTPException) -> Response:
        if request.url.path.startswith("/api/"):
            return app.state.api_problem(fault.status_code)  # type: ignore[no-any-return]
        status = fault.status_code if fault.status_code in (404, 405, 413) else 404
        response = page(request, f"errors/{404 if status == 405 else status}.html", status=status, message="", kept=())
        response.headers.update({k: v for k, v in (fault.headers or {}).items() if k.lower() == "allow"})
        return response

    @app.exception_handler(RequestValidationError)
    def _on_validation(request: Request, fault: RequestValidationError) -> Response:
        # Only paths and queries are validated by FastAPI for pages; an id that is none is a missing thing.
        if {error["loc"][-1] for error in fault.errors()} == {"as_of"}:
            message = _("“As of” is not a day of the calendar. Please give it like this: 2026-11-24.")
            return page(request, "errors/422.html", status=422, message=message)
        return page(request, "errors/404.html", status=404, message="", kept=())
