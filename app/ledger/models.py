"""Leaves of the transparency log."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Leaf(Base):
    """One entry: its place in the dialogue's tree, what happened (the very bytes that are hashed), and their RFC 6962 leaf hash.

    The hash follows from the entry; it is kept so that proofs of a long log need not read it all, and so that a changed entry
    shows without a checkpoint.
    """

    __tablename__ = "ledger_leaf"
    dialogue_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[bytes] = mapped_column(LargeBinary)  # canonical JSON, see app.ledger.service.canonical
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def facts(self) -> dict[str, Any]:
        """What the entry says. Raises ValueError where it is no JSON object any more."""
        found: dict[str, Any] = json.loads(self.entry)
        return found
