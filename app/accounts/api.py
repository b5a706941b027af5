"""The JSON twins of the account's pages."""

from uuid import UUID

from fastapi import APIRouter

from app.access.rules import Action
from app.accounts import service
from app.accounts.commands import ChangePassphrase, IssueToken, SetPreferences
from app.accounts.views import AccountView, IssuedToken, SeatView, TokenView
from app.api.deps import CurrentLogin, ReadingDep, WorkDep, acts
from app.api.problems import JsonRoute

router = APIRouter(prefix="/api/v1", tags=["account"], route_class=JsonRoute)
OWN = [acts(Action.ACCOUNT_USE)]


@router.get("/dialogues", dependencies=OWN)
def list_dialogues(reading: ReadingDep) -> tuple[SeatView, ...]:
    return service.list_seats(reading)


@router.get("/account", dependencies=OWN)
def show(reading: ReadingDep) -> AccountView:
    return service.show_account(reading)


@router.patch("/account", status_code=204, dependencies=OWN)
def preferences(work: WorkDep, command: SetPreferences) -> None:
    service.set_preferences(work, command)


@router.post("/account/passphrase", status_code=204, dependencies=OWN)
def passphrase(work: WorkDep, command: ChangePassphrase) -> None:
    """Every sign-in ends; tokens stay until they are revoked."""
    service.change_passphrase(work, command, cookie=None)


@router.post("/account/end-others", status_code=204, dependencies=OWN)
def end_sign_ins(reading: ReadingDep) -> None:
    """Every sign-in of a browser ends; a token is none."""
    service.end_sign_ins(reading)


@router.get("/account/tokens", dependencies=OWN)
def tokens(reading: ReadingDep) -> tuple[TokenView, ...]:
    return service.list_tokens(reading)


@router.post("/account/tokens", status_code=201, dependencies=OWN)
def issue_token(work: WorkDep, login: CurrentLogin, command: IssueToken) -> IssuedToken:
    signed = service.require_login(login)
    return service.issue_token(work, signed.account_id, command, vault_key=signed.vault_key)


@router.delete("/account/tokens/{token_id}", status_code=204, dependencies=OWN)
def revoke_token(work: WorkDep, token_id: UUID) -> None:
    service.revoke_token(work, token_id)


@router.post("/account/recovery-codes", dependencies=OWN)
def recovery_codes(work: WorkDep) -> tuple[str, ...]:
    return service.new_recovery_codes(work)
