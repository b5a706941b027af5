"""Rooms, keys to rooms, members. Membership of a room is a row; nothing else opens it."""

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id
from app.db.base import Base, UnderMasterKey


class Compartment(Base):
    """A room. `subject_id` is the party or meeting it belongs to, where it belongs to one."""

    __tablename__ = "compartment"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_head.id"), index=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID | None]


class RoomKey(Base):
    """The room's content key, wrapped under the master key; in a room sealed to people, only the house's half of it.

    The seal replaces a floor's key.
    """

    __tablename__ = "room_key"
    compartment_id: Mapped[UUID] = mapped_column(ForeignKey("compartment.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(UnderMasterKey)


class DialogueHead(Base):
    """A dialogue's name on the door: all that finding out who asks needs to know of it."""

    __tablename__ = "dialogue_head"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    titles: Mapped[dict[str, str]]


class Member(Base):
    """One account's seat in one dialogue. `number` stands for it in the transparency log, where no name stands."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("account_id", "dialogue_id"), UniqueConstraint("dialogue_id", "number"))
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(index=True)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_head.id"))
    number: Mapped[int]
    party_id: Mapped[UUID | None]
    roles: Mapped[str]  # space-separated, alphabetical
    is_active: Mapped[bool] = mapped_column(default=True)


class Grant(Base):
    """One member's key to one room. `sealed_key`, in rooms sealed to people only: the members' half, for this member alone
    (app.vault.personal).
    """

    __tablename__ = "grant"
    compartment_id: Mapped[UUID] = mapped_column(ForeignKey("compartment.id"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"), primary_key=True, index=True)
    level: Mapped[int]
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)


class Guarded:
    """Mixin for every row that lives in a room. A test names the tables that do not."""

    compartment_id: Mapped[UUID] = mapped_column(ForeignKey("compartment.id"), index=True)
