"""What may be asked of meetings; shared by form and JSON."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.core.command import Command, Zone
from app.core.i18n import N_
from app.core.text import CleanText, Line

RULES = ("on-record", "chatham-house", "off-record")
LABELS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
KINDS = ("plenary", "working-group", "heads-of-delegation", "bilateral", "caucus", "workshop")
RuleName = Literal["on-record", "chatham-house", "off-record"]
Label = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
Looser = Literal[
    "on-record", "chatham-house", "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "late-see-earlier"
]
LATE = "late-see-earlier"
Kind = Literal["plenary", "working-group", "heads-of-delegation", "bilateral", "caucus", "workshop"]


class AddMeeting(Command):
    """A meeting with its agenda (one item a line), rule and label, and those invited."""

    title: Annotated[Line, Field(min_length=3, max_length=200)]
    kind: Kind = "workshop"
    baskets: Annotated[list[str], Field(max_length=50, default_factory=list)]
    starts_on: date
    ends_on: date
    starts_at: datetime | None = None
    time_zone: Zone = "UTC"
    city: Annotated[Line, Field(max_length=120)] = ""
    venue: Annotated[Line, Field(max_length=200)] = ""
    rule: RuleName = "chatham-house"
    tlp: Label = "TLP:AMBER"
    late_see_earlier: bool = False
    agenda: Annotated[CleanText, Field(min_length=1, max_length=10_000)]
    invited: Annotated[list[UUID], Field(max_length=300, default_factory=list)]

    @model_validator(mode="after")
    def _in_order(self) -> "AddMeeting":
        if self.ends_on < self.starts_on:
            raise ValueError(N_("The meeting ends before it starts."))
        return self


class AnswerCall(Command):
    """Whether one will come."""

    answer: Literal["accepted", "tentative", "declined"]


class AddAgendaItem(Command):
    title: Annotated[Line, Field(min_length=1, max_length=400)]
    rule: RuleName | None = None


class TightenRule(Command):
    """Of the meeting, or of one item."""

    rule: RuleName
    item: UUID | None = None


class TightenLabel(Command):
    tlp: Label


class ProposeLoosening(Command):
    """A looser rule (of the meeting or of one item), a wider label, or that who joins late is shown the earlier notes."""

    to: Looser
    item: UUID | None = None


def strictest(*rules: str) -> str:
    return max(rules, key=RULES.index)
