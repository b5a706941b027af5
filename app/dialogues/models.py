"""A dialogue and who takes part in it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.models import Guarded
from app.core.ids import new_id
from app.db.base import Base


class Dialogue(Guarded, Base):
    """Lives in its lobby. Code and titles are on its head (`app.access.models.DialogueHead`), which has the same id."""

    __tablename__ = "dialogue"
    id: Mapped[UUID] = mapped_column(ForeignKey("dialogue_head.id"), primary_key=True)
    descriptions: Mapped[dict[str, str]]
    languages: Mapped[list[Any]]
    working_language: Mapped[str]
    time_zone: Mapped[str]
    linkage_policy: Mapped[str]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[dict[str, Any]]  # what the interchange document says beyond these columns


class Party(Guarded, Base):
    """A state or institution; every name is the organiser's, in the dialogue's languages. Lives in the lobby."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    code: Mapped[str]
    neutral: Mapped[str]
    names: Mapped[dict[str, Any]]  # language -> {short, long, demonym}
    kind: Mapped[str]
    time_zone: Mapped[str]
    position: Mapped[int]
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    extra: Mapped[dict[str, Any]]


class Person(Guarded, Base):
    """A name as fields, never split by guessing. Lives in the registry."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("dialogue_id", "ref"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    ref: Mapped[str]
    family: Mapped[str]
    given: Mapped[str]
    patronymic: Mapped[str | None]
    name_order: Mapped[str]  # family-first | given-first
    natives: Mapped[dict[str, str]]
    honorific: Mapped[str | None]
    function: Mapped[str | None]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"))
    member_id: Mapped[UUID | None]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[dict[str, Any]]  # spellings, readings, institutions, source


class Mandate(Guarded, Base):
    """A seat held for a time. Lives in the registry."""

    __tablename__ = "mandate"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    position: Mapped[str]
    begins_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    extra: Mapped[dict[str, Any]]


class Invitation(Guarded, Base):
    """A link and a code, each kept only as a hash; redeemed once, by POST. Lives in the registry."""

    __tablename__ = "invitation"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    roles: Mapped[str]
    link_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")  # open, redeemed, revoked
    failures: Mapped[int] = mapped_column(default=0)
