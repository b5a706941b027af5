"""Pages of one's own account: the front door, signing in and out, the second factor, tokens."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.access.rules import Action
from app.accounts import service
from app.accounts.commands import ChangePassphrase, ConfirmSecondFactor, IssueToken, SetPreferences, SignIn
from app.accounts.views import AccountView
from app.core.errors import Invalid
from app.core.i18n import LANGUAGES
from app.web.cookies import clear_login_cookie, give_login_cookie, login_cookie, set_flash, set_login_cookie
from app.web.deps import CurrentLogin, ReadingDep, WorkDep, acts
from app.web.forms import Fields, Form, Typed, bind, printable
from app.web.route import PageRoute
from app.web.templating import page

router = APIRouter(include_in_schema=False, route_class=PageRoute)
OWN = [acts(Action.ACCOUNT_USE)]
OPEN = [acts(Action.PUBLIC)]


@router.get("/", name="accounts.home", dependencies=OPEN)
def home(request: Request, reading: ReadingDep) -> Response:
    seats = service.list_seats(reading) if reading.viewer.account_id else ()
    return page(request, "accounts/home.html", seats=seats)


@router.get("/sign-in", name="accounts.sign_in", dependencies=OPEN)
def show_sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002  # the word people see in the address
    return page(request, "accounts/sign_in.html", form=Form(), next=_local(next), kept=(), action=None)


@router.post("/sign-in", name="accounts.do_sign_in", dependencies=OPEN)
def sign_in(request: Request, reading: ReadingDep, fields: Fields) -> Response:
    target = _local(fields.pop("next", ["/"])[-1])
    resume = _local(fields.pop("resume_action", [""])[-1])
    kept = _take_kept(fields)
    form = bind(SignIn, fields)
    form.values.pop("passphrase", None)
    if form.command is not None:
        try:
            signed = service.sign_in(reading, form.command, source=_source(request))
            request.app.state.signed_in(
                reading.ground, signed.account_id, signed.vault_key, is_other_vault=signed.is_other_vault
            )
        except Invalid as fault:
            form.errors = fault.errors
        else:
            return _welcome(request, signed, target=target, resume=resume if kept else None, kept=kept)
    return page(
        request, "accounts/sign_in.html", status=422, form=form, next=target, kept=kept, action=resume if kept else None
    )


def _welcome(
    request: Request, signed: service.SignedIn, *, target: str, resume: str | None, kept: tuple[tuple[str, str], ...]
) -> Response:
    """To where one was going; or to the text that was typed when the sign-in ran out; or to the second factor first."""
    response: Response
    if signed.must_set_up:
        response = RedirectResponse(request.app.state.path_of("accounts.second_factor"), 303)
    elif resume is not None:
        request.state.login = request.app.state.ground.linkage.login(signed.cookie)
        give_login_cookie(request, signed.cookie)
        response = page(request, "errors/kept.html", message=None, kept=kept, action=resume, reference=None)
    else:
        response = RedirectResponse(target, 303)
    set_login_cookie(request, response, signed.cookie)
    return response


def _take_kept(fields: Typed) -> tuple[tuple[str, str], ...]:
    names = [name for name in fields if name.startswith("kept:")]
    return tuple((name[5:], printable(value)) for name in names for value in fields.pop(name))


def _local(path: str) -> str:
    """Only a path of this very site; anything else leads home."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path else "/"


def _source(request: Request) -> str:
    # Used for counting in memory only, never written down.
    return request.client.host if request.client else ""


@router.post("/sign-out", name="accounts.sign_out", dependencies=OPEN)
def sign_out(request: Request) -> Response:
    cookie = login_cookie(request)
    if cookie:
        request.app.state.ground.linkage.close_login(cookie)
    response = RedirectResponse("/", 303)
    clear_login_cookie(request, response)
    return response


@router.get("/language", name="accounts.language", dependencies=OPEN)
def language(request: Request, to: str = "en", back: str = "/") -> Response:
    response = RedirectResponse(_local(back), 303)
    if to in LANGUAGES:
        response.set_cookie("language", to, max_age=31_536_000, httponly=True, samesite="strict", path="/")
    return response


@router.get("/account", name="accounts.show", dependencies=OWN)
def show(request: Request, reading: ReadingDep) -> Response:
    return _account(request, reading)


def _account(request: Request, reading: Any, *, status: int = 200, **forms: Form[Any]) -> Response:
    account = service.show_account(reading)
    context: dict[str, Any] = {
        "zone_form": Form(values=_preferences(account)),
        "passphrase_form": Form(),
    } | forms
    return page(request, "accounts/show.html", status=status, account=account, **context)


def _preferences(account: AccountView) -> dict[str, str]:
    ends = {"works_from": account.works_from, "works_to": account.works_to}
    return {"time_zone": account.time_zone or ""} | {name: f"{end:%H:%M}" if end else "" for name, end in ends.items()}


@router.post("/account/preferences", name="accounts.preferences", dependencies=OWN)
def preferences(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(SetPreferences, fields)
    if form.command is None:
        return _account(request, work, status=422, zone_form=form)
    service.set_preferences(work, form.command)
    return _saved(request, "accounts.show")


@router.post("/account/passphrase", name="accounts.passphrase", dependencies=OWN)
def passphrase(request: Request, work: WorkDep, fields: Fields) -> Response:
    form = bind(ChangePassphrase, fields)
    form.values = {}
    if form.command is not None:
        try:
            service.change_passphrase(work, form.command, cookie=login_cookie(request))
        except Invalid as fault:
            form.errors = fault.errors
    if form.errors:
        return _account(request, work, status=422, passphrase_form=form)
    return _saved(request, "accounts.show")


@router.post("/account/end-others", name="accounts.end_others", dependencies=OWN)
def end_others(request: Request, reading: ReadingDep) -> Response:
    service.end_sign_ins(reading, except_cookie=login_cookie(request))
    return _saved(request, "accounts.show")


@router.get("/account/second-factor", name="accounts.second_factor", dependencies=OWN)
def second_factor(request: Request, reading: ReadingDep) -> Response:
    if service.show_account(reading).has_second_factor:
        return RedirectResponse(request.app.state.path_of("accounts.show"), 303)
    return page(request, "accounts/second_factor.html", setup=service.second_factor_setup(reading), form=Form())


@router.post("/account/second-factor", name="accounts.confirm_second_factor", dependencies=OWN)
def confirm_second_factor(request: Request, work: WorkDep, login: CurrentLogin, fields: Fields) -> Response:
    form = bind(ConfirmSecondFactor, fields)
    cookie = login_cookie(request) or ""
    if form.command is not None:
        try:
            done = service.confirm_second_factor(work, form.command, login=service.require_login(login), cookie=cookie)
        except Invalid as fault:
            form.errors = fault.errors
    if form.errors:
        setup = service.second_factor_setup(work)
        return page(request, "accounts/second_factor.html", status=422, setup=setup, form=form)
    give_login_cookie(request, done.cookie)
    response = page(request, "accounts/recovery_codes.html", codes=done.recovery_codes)
    set_login_cookie(request, response, done.cookie)
    return response


@router.post("/account/recovery-codes", name="accounts.recovery_codes", dependencies=OWN)
def recovery_codes(request: Request, work: WorkDep) -> Response:
    return page(request, "accounts/recovery_codes.html", codes=service.new_recovery_codes(work))


@router.get("/account/tokens", name="accounts.tokens", dependencies=OWN)
def tokens(request: Request, reading: ReadingDep) -> Response:
    return page(request, "accounts/tokens.html", tokens=service.list_tokens(reading), issued=None, form=Form())


@router.post("/account/tokens", name="accounts.issue_token", dependencies=OWN)
def issue_token(request: Request, work: WorkDep, login: CurrentLogin, fields: Fields) -> Response:
    form = bind(IssueToken, fields)
    if form.command is None:
        return page(
            request, "accounts/tokens.html", status=422, tokens=service.list_tokens(work), issued=None, form=form
        )
    signed = service.require_login(login)
    issued = service.issue_token(work, signed.account_id, form.command, vault_key=signed.vault_key)
    return page(request, "accounts/tokens.html", tokens=service.list_tokens(work), issued=issued, form=Form())


@router.post("/account/tokens/{token_id}/revoke", name="accounts.revoke_token", dependencies=OWN)
def revoke_token(request: Request, work: WorkDep, token_id: UUID) -> Response:
    service.revoke_token(work, token_id)
    return _saved(request, "accounts.tokens")


def _saved(request: Request, name: str) -> Response:
    response = RedirectResponse(request.app.state.path_of(name), 303)
    set_flash(response, "saved")
    return response
