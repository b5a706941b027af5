"""What may be asked of accounts; shared by form and JSON."""

from typing import Annotated

from pydantic import Field

from app.core.command import Command, Zone
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
    time_zone: Zone


class IssueToken(Command):
    name: Annotated[Line, Field(min_length=1, max_length=60)]
    days: Annotated[int, Field(ge=1, le=365)] = 90
