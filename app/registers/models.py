"""The parties' entries and positions, each in the room its disclosure says; and the terms."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.models import Guarded
from app.core.ids import new_id
from app.db.base import Base


class Entry(Guarded, Base):
    """A red line, bottom line or interest. Its room is its disclosure; all else of it is encrypted under that room's key: whose it is, its
    code, kind, version and dates as well as its words (app.registers.document.Head).

    WITHOUT ROWID: an ordinary SQLite table keeps the order of writing.
    """

    __tablename__ = "entry"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)  # JSON, app.vault.envelope


class EntryVersion(Guarded, Base):
    """An entry as it was, in the room in which it was written: what is disclosed wider is the entry, not its history.

    Of which entry it is a version stands in the body.
    """

    __tablename__ = "entry_version"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Position(Guarded, Base):
    """What a party thinks, or thought, of a step. Whose it is, view, words and days are all in the body or told by the room.

    `party_id`: in rows from before revision 0008 until the next start of the house; none ever since.
    """

    __tablename__ = "position"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class LineOffer(Guarded, Base):
    """What a party lets the facilitator compare on one subject, in a room of the party's own that no page opens.

    The body holds the party, the subject, the claim of each line, and how often it was offered anew.
    """

    __tablename__ = "line_offer"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)


class LineVerdict(Guarded, Base):
    """What came of comparing two offers, once and for all; in the room of the party whose act brought it about."""

    __tablename__ = "line_verdict"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Term(Guarded, Base):
    """A contested expression with each party's reading. On the board. `turns` are its later states: [{state, on}]."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    code: Mapped[str]
    expressions: Mapped[dict[str, str]]
    state: Mapped[str]  # agreed, deliberately-ambiguous, contested: as it was first recorded
    turns: Mapped[list[Any]]
    readings: Mapped[list[Any]]
    position: Mapped[int]
    extra: Mapped[dict[str, Any]]
