"""What may be asked of summaries and releases; shared by form and JSON."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.core.command import Command
from app.core.text import CleanText, Line

Label = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]


class DraftSummary(Command):
    meeting: UUID


class EditSummary(Command):
    title: Annotated[Line, Field(min_length=3, max_length=200)]
    text: Annotated[CleanText, Field(min_length=1, max_length=100_000)]
    version: Annotated[int, Field(ge=1)]


class CutRelease(Command):
    """One record for the liaisons of one party."""

    party: Annotated[Line, Field(min_length=1, max_length=12)]
    tlp: Label


class ApproveOverride(Command):
    """`version` is the text that was looked at; `reason` stays on the desk."""

    reason: Annotated[CleanText, Field(min_length=3, max_length=2000)]
    version: Annotated[int, Field(ge=1)]


class SetClearance(Command):
    """TLP:RED is nobody's to receive."""

    party: Annotated[Line, Field(min_length=1, max_length=12)]
    tlp: Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT"]


class Acknowledge(Command):
    remark: Annotated[CleanText, Field(max_length=2000)] = ""
