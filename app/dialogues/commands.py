"""What may be asked of dialogues, parties and people; shared by form and JSON."""

import re
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from app.core.command import Command, Zone
from app.core.i18n import N_
from app.core.text import Line

RoleName = Literal["organiser", "facilitator", "rapporteur", "participant", "liaison", "observer"]


Name = Annotated[Line, Field(min_length=1, max_length=200)]


def _plain_address(said: str) -> str:
    if said and not ADDRESS.fullmatch(said):
        raise ValueError(N_("Please write an e-mail address, for example name@example.org."))
    return said


ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{1,253}$)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
"""As HTML has it for `input type=email`, with a domain of two parts or more."""
MailAddress = Annotated[Line, Field(max_length=254), AfterValidator(_plain_address)]


class SetAddress(Command):
    """Where letters to a person go; empty takes it away."""

    person: UUID
    address: MailAddress = ""


class AddParty(Command):
    code: Annotated[Line, Field(min_length=1, max_length=12, pattern=r"^[A-Za-z0-9][A-Za-z0-9\-]*$")]
    neutral: Name
    short: Name
    long: Annotated[Line, Field(max_length=200)] = ""
    demonym: Annotated[Line, Field(max_length=200)] = ""
    kind: Literal["state", "institution"] = "state"
    time_zone: Zone = "UTC"


class InvitePerson(Command):
    """A person and an invitation for that person, in one act. A participant or a liaison needs a party."""

    family: Name
    given: Annotated[Line, Field(max_length=200)] = ""
    patronymic: Annotated[Line, Field(max_length=200)] = ""
    native: Annotated[Line, Field(max_length=200)] = ""
    name_order: Literal["given-first", "family-first"] = "given-first"
    honorific: Annotated[Line, Field(max_length=60)] = ""
    function: Annotated[Line, Field(max_length=200)] = ""
    institution: Annotated[Line, Field(max_length=200)] = ""
    address: MailAddress = ""
    role: RoleName
    party: Annotated[Line, Field(max_length=12)] = ""


class GiveMandate(Command):
    """Somebody speaks for the own party from a day on."""

    person: UUID
    position: Literal["head", "alternate", "member", "adviser", "focal-point"] = "member"
    begins_on: date


class HandMandate(Command):
    """A mandate ends, and somebody takes over the seat, or nobody yet. The successor takes over no words.

    `accepts_loss`: it is known that with this seat the delegation's sealed entries go for good.
    """

    happened_on: date
    successor: UUID | None = None
    accepts_loss: bool = False


class LetIn(Command):
    """Somebody who waits is let in: `words` are those that both sides have compared."""

    words: Annotated[Line, Field(min_length=1, max_length=200)]


class RedeemInvitation(Command):
    code: Annotated[str, Field(min_length=1, max_length=60)]
    login: Annotated[Line, Field(min_length=2, max_length=48, pattern=r"^[a-z0-9][a-z0-9.\-]*$")]
    passphrase: Annotated[str, Field(min_length=1, max_length=256)]
