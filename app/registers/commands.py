"""What may be asked of the registers; shared by form and JSON."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.core.command import Command
from app.core.text import CleanText, Line

Disclosure = Literal["sealed", "confided", "shared-without-attribution", "shared"]
DISCLOSURES = ("sealed", "confided", "shared-without-attribution", "shared")
EntryKind = Literal["red-line", "bottom-line", "interest"]


class LodgeEntry(Command):
    """A red line, bottom line or interest of one's own party."""

    kind: EntryKind = "red-line"
    text: Annotated[CleanText, Field(min_length=3, max_length=4000)]
    authority: Annotated[Line, Field(max_length=200)] = ""
    capacity: Literal["official", "personal", "expert"] = "expert"
    conditions: Annotated[CleanText, Field(max_length=2000)] = ""
    reconfirm_by: date | None = None
    disclosure: Disclosure = "sealed"


class DiscloseEntry(Command):
    disclosure: Disclosure
