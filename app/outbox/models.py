"""Letters, each in the room of its meeting."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.access.models import Guarded
from app.core.ids import new_id
from app.db.base import Base


class Letter(Guarded, Base):
    """One letter to one person about one meeting. To whom, and what it says, is encrypted (app.outbox.letters.Content).

    It lies in the meeting's room, whose key outlives the seal; who may read it is asked of the meeting's floor, where the attendances lie.

    `kind`: invitation, change, cancellation, reminder. `state`: waiting (for somebody to read it), released (to be sent from `due_at` on),
    sending (since `due_at`), sent, by-hand (handed over by other means), unknown (the server may have it), failed.
    """

    __tablename__ = "letter"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary)
