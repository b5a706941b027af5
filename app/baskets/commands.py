"""What may be asked of baskets and topics; shared by form and JSON."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.core.command import Command
from app.core.text import CleanText, Line

Code = Annotated[Line, Field(min_length=1, max_length=24, pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]*$")]


class StallBasket(Command):
    """Call a stalemate: when it happened and why."""

    happened_on: date
    reason: Annotated[CleanText, Field(min_length=3, max_length=1000)]


class LiftStall(Command):
    happened_on: date
    reason: Annotated[CleanText, Field(min_length=3, max_length=1000)]


class AddTopic(Command):
    code: Code
    title: Annotated[Line, Field(min_length=3, max_length=200)]
    grade: Annotated[int, Field(ge=1, le=5)] = 3
