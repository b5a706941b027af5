"""What may be asked of polls; shared by form and JSON."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from app.core.command import Command, Zone
from app.core.i18n import N_

MOST_SLOTS = 40
MOST_ASKED = 120
Given = Literal["yes", "if-need-be", "no"]


def _to_the_minute(moment: datetime) -> datetime:
    if moment.second or moment.microsecond:
        raise ValueError(N_("Please write a time to the minute."))
    if not 1990 <= moment.year <= 2200:  # so that it is a moment in every zone
        raise ValueError(N_("Please write a date and a time, for example 2026-11-24T14:30."))
    return moment


Moment = Annotated[datetime, AfterValidator(_to_the_minute)]
"""A time in the poll's own zone, or with a UTC offset."""


class OpenPoll(Command):
    """When could the meeting begin? `slots` and `deadline` are in `time_zone` where they have no UTC offset of their own."""

    meeting: UUID
    time_zone: Zone
    minutes: Annotated[int, Field(ge=15, le=720)] = 120
    slots: Annotated[list[Moment], Field(min_length=1, max_length=MOST_SLOTS)]
    deadline: Moment
    answers: Literal["named", "totals"] = "named"
    shown: Literal["at-once", "deadline", "five"] = "deadline"
    asked: Annotated[list[UUID], Field(min_length=1, max_length=MOST_ASKED)]


class GiveAnswer(Command):
    """Slot to answer, for every slot. A later answer takes the place of an earlier one."""

    answers: Annotated[dict[UUID, Given], Field(max_length=MOST_SLOTS)]


class TakeSlot(Command):
    """The meeting gets this slot."""

    slot: UUID


class ShowIn(Command):
    """The zone in which whoever has a link wants to see the times."""

    zone: Zone | None = None
