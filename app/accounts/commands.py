"""What may be asked of accounts; shared by form and JSON."""

from datetime import time
from typing import Annotated

from pydantic import Field, model_validator

from app.core.command import Command, Zone
from app.core.i18n import N_
from app.core.text import Line


class SignIn(Command):
    login: Annotated[Line, Field(min_length=1, max_length=64)]
    passphrase: Annotated[str, Field(min_length=1, max_length=256)]
    code: Annotated[str, Field(max_length=40)] = ""


class ConfirmSecondFactor(Command):
    code: Annotated[str, Field(min_length=6, max_length=10)]


class ChangePassphrase(Command):
    passphrase: Annotated[str, Field(min_length=1, max_length=256)]
    new_passphrase: Annotated[str, Field(min_length=1, max_length=256)]


class SetPreferences(Command):
    """The own zone, and the hours of the own day within which one works; without them, nine to six."""

    time_zone: Zone
    works_from: time | None = None
    works_to: time | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "SetPreferences":
        if (self.works_from is None) != (self.works_to is None):
            raise ValueError(N_("Please give both ends of the working day, or neither."))
        if self.works_from is not None and self.works_to is not None and self.works_from >= self.works_to:
            raise ValueError(N_("The working day ends before it begins."))
        return self


class IssueToken(Command):
    name: Annotated[Line, Field(min_length=1, max_length=60)]
    days: Annotated[int, Field(ge=1, le=365)] = 90
