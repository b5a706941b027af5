"""Notes. Read CONFIDENTIALITY in docs/ before adding a column: anything that orders or dates a row names its author."""

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.access.models import Guarded
from app.core.ids import new_id
from app.db.base import Base


class Note(Guarded, Base):
    """On a meeting's floor. `tag` and `version` are gone after the seal (NULL and 0).

    WITHOUT ROWID: an ordinary SQLite table keeps the order of writing.
    """

    __tablename__ = "note"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agenda_item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_item.id"))
    body: Mapped[bytes] = mapped_column(LargeBinary)  # app.vault.envelope
    pending: Mapped[bytes | None] = mapped_column(LargeBinary)  # an edit that waits for the next batch
    rule: Mapped[str | None]  # under which it was written; none on notes from before rules moved: as its item's
    tag: Mapped[bytes | None] = mapped_column(LargeBinary)  # app.vault.tags
    version: Mapped[int]
    is_released: Mapped[bool] = mapped_column(default=False)


class SealApproval(Guarded, Base):
    """One delegation's approval of sealing a meeting; by party, never by person."""

    __tablename__ = "seal_approval"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), primary_key=True)


class Seal(Guarded, Base):
    """How far the sealing of a meeting has come: the step that is done, so that a killed process can go on."""

    __tablename__ = "seal"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    step: Mapped[str]
