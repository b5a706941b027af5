"""All that may leave the accounts' domain, to the account's own holder only."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccountView:
    """`works_from`, `works_to`: hours and minutes of the own day, none where the holder has not said. `sign_ins` are handles of the sign-ins that are open, without times; `recovery_codes` counts those not used yet."""

    login: str
    language: str | None
    time_zone: str | None
    works_from: time | None
    works_to: time | None
    has_second_factor: bool
    needs_second_factor: bool
    sign_ins: tuple[str, ...]
    recovery_codes: int


@dataclass(frozen=True, slots=True)
class TokenView:
    """`opens_vault`: whether notes can be edited with it, not only posted."""

    id: UUID
    name: str
    issued_on: date
    expires_on: date
    opens_vault: bool


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token's value: shown this once."""

    value: str
    token: TokenView


@dataclass(frozen=True, slots=True)
class SecondFactorSetup:
    """A secret to put into an authenticator: as text, and as the QR code's PNG in base64."""

    secret: str
    picture: str


@dataclass(frozen=True, slots=True)
class SeatView:
    dialogue: str
    title: str
    held_roles: tuple[str, ...]
