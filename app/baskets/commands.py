"""What may be asked of baskets and topics; shared by form and JSON."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.core.command import Code, Command
from app.core.text import CleanText, Line


class StallBasket(Command):
    """Call a stalemate: when it happened and why."""

    happened_on: date
    reason: Annotated[CleanText, Field(min_length=3, max_length=1000)]


class LiftStall(Command):
    happened_on: date
    reason: Annotated[CleanText, Field(min_length=3, max_length=1000)]


class TurnBasket(Command):
    """Another state than a stalemate: a basket sleeps, is taken up again, comes to its end."""

    state: Literal["exploratory", "active", "suspended", "dormant", "concluded"]
    happened_on: date
    reason: Annotated[CleanText, Field(min_length=3, max_length=1000)]


class KeepLine(Command):
    """The longest silence that the basket's members agree to, from that day on; empty where they agree to none."""

    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    happened_on: date


class AddTopic(Command):
    code: Code
    title: Annotated[Line, Field(min_length=3, max_length=200)]
    grade: Annotated[int, Field(ge=1, le=5)] = 3
