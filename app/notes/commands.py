"""What may be asked of notes; shared by form and JSON."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.command import Code, Command
from app.core.text import CleanText, Line

Body = Annotated[CleanText, Field(min_length=1, max_length=10_000)]
Acknowledgement = Annotated[str, Field(max_length=64)]
"""Of the identity check's warning about this very text; see app.identity."""


class PostNote(Command):
    body: Body
    acknowledge: Acknowledgement = ""


class EditNote(Command):
    """`version` is the one the author saw; another one in between is a conflict."""

    body: Body
    acknowledge: Acknowledgement = ""
    version: Annotated[int, Field(ge=1)]


class SearchNotes(Command):
    """`words`: a note must hold all of them. `meeting` and `basket`, of those that hold notes which one may read."""

    words: Annotated[Line, Field(min_length=1, max_length=200)]
    meeting: UUID | None = None
    basket: Code | None = None


class AdmitGuest(Command):
    """Somebody of the dialogue who joins a meeting that has begun."""

    person: UUID
