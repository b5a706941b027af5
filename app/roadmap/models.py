"""Steps, links, exchanges, obstacles, anchors; and the dated acts upon them: instalments, hand-overs, waivers. All live on the board."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
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
    total: Mapped[float | None]  # the quantity promised, in `unit`
    unit: Mapped[str | None]
    state: Mapped[str]
    position: Mapped[int]
    earlier: Mapped[list[Any]]  # how it read before: [{until, and what differed}], oldest first
    extra: Mapped[dict[str, Any]]  # verification, outcome, grades, precedents, source


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
    """`kind`: requires (hard) or linked (political); dated, because ties come and go.

    From a step to a step or an obstacle; or from every step of a basket to an obstacle.
    """

    __tablename__ = "link"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    step_id: Mapped[UUID | None] = mapped_column(ForeignKey("step.id"), index=True)
    basket_id: Mapped[UUID | None] = mapped_column(ForeignKey("basket.id"))
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


class Waiver(Guarded, Base):
    """One party's word that a requirement need not be waited for: the link's, or one side's of an exchange. Revocable.

    What somebody else recorded in its name is proposed, and counts from `agreed_on`, the day of the party's own word.
    """

    __tablename__ = "waiver"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("link.id"))
    exchange_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange.id"))
    side: Mapped[str | None]  # a or b: the side of the exchange that need not wait
    party_code: Mapped[str]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    reason: Mapped[str]
    recorded_by: Mapped[str | None]  # organiser or facilitator, where the party did not record it itself
    agreed_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    revoked_reason: Mapped[str | None]
    revoked_by: Mapped[str | None]  # who wrote the revocation down, where the party did not itself


class Instalment(Guarded, Base):
    """A part of a step's quantity that was delivered; by its actor, or by whoever stands in for it. Withdrawn where it was wrong."""

    __tablename__ = "instalment"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("step.id"), index=True)
    party_code: Mapped[str | None]
    quantity: Mapped[float]
    happened_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    position: Mapped[int]
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str | None]
    extra: Mapped[dict[str, Any]]


class Handover(Guarded, Base):
    """A part of a step's quantity handed to a substitute actor, who gives it instead. Revocable.

    Proposed until everybody whom it concerns has agreed: `agreements` are [{party, on, recorded_by}], `on` none while a party has not;
    `agreed_on` the day from which on it counts.
    """

    __tablename__ = "handover"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("step.id"), index=True)
    party_code: Mapped[str]  # the substitute
    quantity: Mapped[float]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    reason: Mapped[str]
    agreements: Mapped[list[Any]]
    agreed_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    revoked_reason: Mapped[str | None]
