"""Meetings, agenda items, attendances."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.models import Guarded
from app.core.ids import new_id
from app.db.base import Base


class Meeting(Guarded, Base):
    """`state`: held (of the record), open (planned or sitting: notes are taken), closed, sealing, sealed.

    `floor_id` is the room of its notes, the latest part of it where there are several; none for a meeting of the record.
    """

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    floor_id: Mapped[UUID | None] = mapped_column(ForeignKey("compartment.id"))
    code: Mapped[str]
    kind: Mapped[str]
    titles: Mapped[dict[str, str]]
    basket_codes: Mapped[list[Any]]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    time_zone: Mapped[str | None]
    venue: Mapped[str | None]
    city: Mapped[str | None]
    rule: Mapped[str]  # on-record, chatham-house, off-record
    tlp: Mapped[str]  # TLP:RED … TLP:CLEAR
    state: Mapped[str]
    called_off_on: Mapped[date | None]
    late_see_earlier: Mapped[bool] = mapped_column(default=False)
    """Whether who joins late is shown the notes from before."""
    version: Mapped[int] = mapped_column(default=1)
    extra: Mapped[dict[str, Any]]


class AgendaItem(Guarded, Base):
    """In the meeting's room. A rule of its own is tighter than the meeting's, or looser by the consent of all who were present."""

    __tablename__ = "agenda_item"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    position: Mapped[int]
    ref: Mapped[str]
    title: Mapped[str]
    rule: Mapped[str | None]
    topic_codes: Mapped[list[Any]]
    extra: Mapped[dict[str, Any]]


class Attendance(Guarded, Base):
    """Who was invited or came, in which capacity. On the floor, or in the registry for a meeting of the record."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    member_id: Mapped[UUID | None]
    """Whose seat it is, so that who may not read the registry finds himself; none at a meeting of the record."""
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    capacity: Mapped[str]
    is_present: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str | None]
    """Whether the person will come, by that person's own word: accepted, tentative, declined."""
    extra: Mapped[dict[str, Any]]


class FloorPart(Guarded, Base):
    """A later part of a meeting's floor, begun when somebody joined who may not see what was shown before. In its own room.

    The room's subject is this row, so that the log tells the parts apart; the subject of the first part is the meeting.
    """

    __tablename__ = "floor_part"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    number: Mapped[int]  # from 2


class RuleProposal(Guarded, Base):
    """A proposal to loosen; in the meeting's room. `state`: open, agreed, declined, withdrawn. Who declined is not kept."""

    __tablename__ = "rule_proposal"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    agenda_item_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_item.id"))
    to: Mapped[str]  # a rule, a label, or late-see-earlier
    state: Mapped[str]
    proposed_on: Mapped[date]
    ended_on: Mapped[date | None]


class RuleConsent(Guarded, Base):
    """One person's consent, given by himself."""

    __tablename__ = "rule_consent"
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("rule_proposal.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"), primary_key=True)
    given_on: Mapped[date]
