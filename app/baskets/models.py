"""Baskets, topics and their dated changes of state. All live on the board."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access.models import Guarded
from app.core.ids import new_id
from app.db.base import Base


class Basket(Guarded, Base):
    """`state`: exploratory, active, stalled, suspended, dormant, concluded. It repeats the latest change."""

    __tablename__ = "basket"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    code: Mapped[str]
    titles: Mapped[dict[str, str]]
    descriptions: Mapped[dict[str, str]]
    position: Mapped[int]
    state: Mapped[str]
    party_codes: Mapped[list[Any]]  # the basket's members
    chair: Mapped[str | None]  # party code, or codes joined by a space
    extra: Mapped[dict[str, Any]]


class BasketChange(Guarded, Base):
    """One change, dated twice: when it happened and when it was recorded."""

    __tablename__ = "basket_change"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basket_id: Mapped[UUID] = mapped_column(ForeignKey("basket.id"), index=True)
    state: Mapped[str]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    position: Mapped[int]  # among the changes of one basket
    reason: Mapped[str | None]
    extra: Mapped[dict[str, Any]]


class SilenceAgreed(Guarded, Base):
    """How long a basket may fall silent, as agreed on a day and until the next agreement; no `days`: nothing agreed any more."""

    __tablename__ = "silence_agreed"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basket_id: Mapped[UUID] = mapped_column(ForeignKey("basket.id"), index=True)
    days: Mapped[int | None]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    position: Mapped[int]  # among the agreements of one basket


class Topic(Guarded, Base):
    """`grade` runs from 1 (soft) to 5 (hard); `state` is open or closed."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("dialogue_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    basket_id: Mapped[UUID] = mapped_column(ForeignKey("basket.id"), index=True)
    code: Mapped[str]
    titles: Mapped[dict[str, str]]
    grade: Mapped[int]
    position: Mapped[int]
    state: Mapped[str]
    extra: Mapped[dict[str, Any]]


class TopicChange(Guarded, Base):
    __tablename__ = "topic_change"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("topic.id"), index=True)
    state: Mapped[str]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    position: Mapped[int]
    reason: Mapped[str | None]
    extra: Mapped[dict[str, Any]]
