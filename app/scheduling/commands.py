"""What may be asked of polls; shared by form and JSON."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from app.core.command import Command, Zone
from app.core.i18n import N_
from app.core.text import CleanText

MOST_SLOTS = 40
MOST_ASKED = 120
LONGEST_SEARCH = timedelta(days=62)
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


class FindSlots(Command):
    """The best slots between two days, both included, in the meeting's zone; `notice`: at least so many hours from now.

    `holidays`: a party's code and a day on each line. They are hints: they change by decree, and whoever looks for a date edits them.
    """

    meeting: UUID
    first: date
    last: date
    minutes: Annotated[int, Field(ge=15, le=720)] = 120
    step: Literal["15", "30", "60"] = "30"
    notice: Annotated[int, Field(ge=0, le=4320)] = 72
    holidays: Annotated[CleanText, Field(max_length=4000)] = ""
    asked: Annotated[list[UUID], Field(min_length=1, max_length=MOST_ASKED)]

    @model_validator(mode="after")
    def _in_order(self) -> "FindSlots":
        if self.last < self.first:
            raise ValueError(N_("The last day is before the first."))
        if self.last - self.first > LONGEST_SEARCH:
            raise ValueError(N_("Please look at two months at most."))
        return self


class ChooseZone(Command):
    """The zone in which whoever has a link wants to see the times."""

    zone: Zone | None = None
