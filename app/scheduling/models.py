"""Polls about a meeting's date, their slots, who is asked, and what they answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.models import Guarded
from app.core.ids import new_id
from app.db.base import Base


class Poll(Guarded, Base):
    """When could the meeting be? In the meeting's room. `state`: open, closed, settled (a slot was taken).

    `answers`: named (those who run it read them), totals (nobody reads them). `shown`: at-once, deadline, five.
    """

    __tablename__ = "poll"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    code: Mapped[str]
    time_zone: Mapped[str]
    minutes: Mapped[int]
    deadline: Mapped[datetime]
    answers: Mapped[str]
    shown: Mapped[str]
    state: Mapped[str]
    taken: Mapped[UUID | None]
    """The slot that the meeting got."""
    burdens: Mapped[dict[str, Any]]
    """Party code to the minutes it bears in the slot taken: the series' balance is their sum, whatever zones become later."""


class PollSlot(Guarded, Base):
    """A moment at which the meeting could begin. In the meeting's room."""

    __tablename__ = "poll_slot"
    __table_args__ = (UniqueConstraint("poll_id", "starts_at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), index=True)
    starts_at: Mapped[datetime]


class Respondent(Guarded, Base):
    """Somebody who is asked. In the poll's own room. The link is kept as a hash only; none where it was revoked."""

    __tablename__ = "poll_respondent"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)


class PollAnswer(Guarded, Base):
    """The answer of one respondent, or for one delegation (app.scheduling.queries.Sheet). In the room of the poll's answers.

    There is a row for each from the beginning, all of one length: stored, they do not tell who has answered.
    """

    __tablename__ = "poll_answer"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"))
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"), index=True)
    respondent_id: Mapped[UUID | None] = mapped_column(ForeignKey("poll_respondent.id"))
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    body: Mapped[bytes] = mapped_column(LargeBinary)
