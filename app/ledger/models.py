"""Leaves of the transparency log."""

from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Leaf(Base):
    """One entry: its place in the dialogue's tree, what happened, and the RFC 6962 leaf hash of exactly these words."""

    __tablename__ = "ledger_leaf"
    dialogue_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[dict[str, Any]]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
