"""Reading accounts, tokens and recovery codes. None of these rows is guarded: each query names whose it is."""

import hashlib
from collections.abc import Collection
from datetime import time
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.access.work import Reading
from app.accounts.models import Account, ApiToken, RecoveryCode
from app.accounts.views import AccountView, TokenView
from app.core.errors import NotFound


def account(reading: Reading, account_id: UUID | None) -> Account:
    found = reading.db.get(Account, account_id) if account_id else None
    if found is None or found.is_disabled:
        raise NotFound
    return found


def by_login(reading: Reading, login: str) -> Account | None:
    return reading.db.scalar(select(Account).where(Account.login == login))


def public_keys(reading: Reading, accounts: Collection[UUID]) -> dict[UUID, bytes]:
    """Account to its public key, of those that have one."""
    rows = reading.db.execute(
        select(Account.id, Account.public_key).where(Account.id.in_(accounts), Account.public_key.is_not(None))
    )
    return {account: bytes(key) for account, key in rows if key}


class WorkingDay(NamedTuple):
    """Of one account, as far as its holder has said: IANA zone, and minutes of the local day."""

    time_zone: str | None
    works_from: int | None
    works_to: int | None


def working_days(reading: Reading, accounts: Collection[UUID]) -> dict[UUID, WorkingDay]:
    found = reading.db.execute(
        select(Account.id, Account.time_zone, Account.works_from, Account.works_to).where(Account.id.in_(accounts))
    )
    return {account: WorkingDay(zone, begins, ends) for account, zone, begins, ends in found}


def tokens(reading: Reading) -> list[ApiToken]:
    mine = ApiToken.account_id == reading.viewer.account_id
    return list(reading.db.scalars(select(ApiToken).where(mine).order_by(ApiToken.name, ApiToken.id)))


def recovery_codes(reading: Reading) -> list[RecoveryCode]:
    mine = RecoveryCode.account_id == reading.viewer.account_id
    return list(reading.db.scalars(select(RecoveryCode).where(mine)))


def token(reading: Reading, token_id: UUID) -> ApiToken:
    found = reading.db.get(ApiToken, token_id)
    if found is None or found.account_id != reading.viewer.account_id:
        raise NotFound
    return found


def account_of_token(reading: Reading, value: str) -> tuple[Account, ApiToken] | None:
    row = reading.db.execute(
        select(Account, ApiToken)
        .join(ApiToken, ApiToken.account_id == Account.id)
        .where(ApiToken.token_hash == token_hash(value), ApiToken.expires_on >= reading.today, ~Account.is_disabled)
    ).first()
    return None if row is None else (row[0], row[1])


def token_hash(value: str) -> bytes:
    """A plain hash is enough for 256 random bits (ASVS 5.0, 6.5.2)."""
    return hashlib.sha256(value.encode()).digest()


def view(row: Account, sign_ins: tuple[str, ...], *, recovery_codes: int) -> AccountView:
    return AccountView(
        login=row.login,
        language=row.language,
        time_zone=row.time_zone,
        works_from=clock_of(row.works_from),
        works_to=clock_of(row.works_to),
        has_second_factor=row.totp_confirmed,
        needs_second_factor=row.needs_second_factor,
        sign_ins=sign_ins,
        recovery_codes=recovery_codes,
    )


def clock_of(minutes: int | None) -> time | None:
    """From minutes of the day."""
    return None if minutes is None else time(*divmod(minutes, 60))


def minutes_of(clock: time | None) -> int | None:
    """Minutes of the day."""
    return None if clock is None else clock.hour * 60 + clock.minute


def token_view(row: ApiToken) -> TokenView:
    return TokenView(
        id=row.id,
        name=row.name,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        opens_vault=row.vault_wrapped is not None,
    )
