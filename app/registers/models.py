"""The roadmap's steps, links, exchanges and obstacles; the parties' entries; terms; anchors."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.models import Guarded
from app.core.ids import new_id
from app.db.base import Base


class Anchor(Guarded, Base):
    """A text or event that due dates count from. On the board."""

    __tablename__ = "anchor"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    code: Mapped[str]
    kind: Mapped[str]
    titles: Mapped[dict[str, str]]
    adopted_on: Mapped[date | None]
    extra: Mapped[dict[str, Any]]


class Step(Guarded, Base):
    """`state`: proposed, provisionally-agreed, agreed, under-way, done, missed, withdrawn. On the board."""

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    basket_id: Mapped[UUID] = mapped_column(ForeignKey("basket.id"), index=True)
    code: Mapped[str]
    titles: Mapped[dict[str, str]]
    actor_codes: Mapped[list[Any]]
    due: Mapped[dict[str, Any]]  # as in the interchange document; {} where none
    due_on: Mapped[date | None]  # what `due` comes to
    state: Mapped[str]
    position: Mapped[int]
    extra: Mapped[dict[str, Any]]  # quantity, verification, outcome, source


class StepChange(Guarded, Base):
    __tablename__ = "step_change"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("step.id"), index=True)
    state: Mapped[str]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    position: Mapped[int]
    reason: Mapped[str | None]
    extra: Mapped[dict[str, Any]]


class Obstacle(Guarded, Base):
    """A dispute outside every basket. Lives on the board."""

    __tablename__ = "obstacle"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    code: Mapped[str]
    titles: Mapped[dict[str, str]]
    basket_codes: Mapped[list[Any]]
    raised_on: Mapped[date]
    lifted_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    reason: Mapped[str | None]
    extra: Mapped[dict[str, Any]]


class Link(Guarded, Base):
    """`kind`: requires (hard) or linked (political), from a step to a step or an obstacle; dated, because ties come and go."""

    __tablename__ = "link"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("step.id"), index=True)
    to_step_id: Mapped[UUID | None] = mapped_column(ForeignKey("step.id"))
    to_obstacle_id: Mapped[UUID | None] = mapped_column(ForeignKey("obstacle.id"))
    kind: Mapped[str]
    party_code: Mapped[str | None]
    since: Mapped[date | None]
    until: Mapped[date | None]
    reason: Mapped[str | None]
    position: Mapped[int]
    extra: Mapped[dict[str, Any]]


class Exchange(Guarded, Base):
    """Reciprocal steps. `order`: simultaneous, a-then-b, b-then-a, disputed (each party's reading beside it)."""

    __tablename__ = "exchange"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    code: Mapped[str]
    a_codes: Mapped[list[Any]]
    b_codes: Mapped[list[Any]]
    order: Mapped[str]
    readings: Mapped[list[Any]]
    position: Mapped[int]
    extra: Mapped[dict[str, Any]]


class Entry(Guarded, Base):
    """A red line, bottom line or interest. Its room is its disclosure; its words are encrypted under that room's key.

    The code is random, not counted: a gap in a count would tell of entries one may not see.
    """

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    code: Mapped[str]
    kind: Mapped[str]  # red-line, bottom-line, interest
    disclosure: Mapped[str]  # sealed, confided, shared-without-attribution, shared
    body: Mapped[bytes] = mapped_column(LargeBinary)  # JSON of every wording, app.vault.envelope
    reconfirm_by: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    is_demonstration: Mapped[bool] = mapped_column(default=False)


class Term(Guarded, Base):
    """A contested expression with each party's reading. On the board."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    code: Mapped[str]
    expressions: Mapped[dict[str, str]]
    state: Mapped[str]  # agreed, deliberately-ambiguous, contested
    readings: Mapped[list[Any]]
    position: Mapped[int]
    extra: Mapped[dict[str, Any]]
