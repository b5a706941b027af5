"""Accounts and their tokens. Sign-ins, throttles and used codes live in the disposable store, not here."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.db.base import Base, UnderMasterKey


class Account(Base):
    __tablename__ = "account"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(unique=True)
    credential: Mapped[dict[str, Any]]  # see app.vault.passphrase
    public_key: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # see app.vault.personal; none before the first sign-in with it
    totp_wrapped: Mapped[bytes | None] = mapped_column(UnderMasterKey)
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
    needs_second_factor: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    works_from: Mapped[int | None]  # minutes of the local day
    works_to: Mapped[int | None]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    is_disabled: Mapped[bool] = mapped_column(default=False)


class RecoveryCode(Base):
    __tablename__ = "recovery_code"
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)


class ApiToken(Base):
    """A bearer token. `vault_wrapped` is the account's vault key under a key derived from the token, if it carries one."""

    __tablename__ = "api_token"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    vault_wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    issued_on: Mapped[date]
    expires_on: Mapped[date]
