"""What the loaders share: the codes of a document as ids of rows, and how a row is put in."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.access.levels import Room
from app.access.models import Compartment
from app.access.work import Work
from app.interchange.document_words import ChangeDoc, Part


@dataclass(slots=True)
class Names:
    """Codes of the document to ids of the rows."""

    dialogue: UUID
    rooms: dict[Room, UUID]
    parties: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    baskets: dict[str, UUID] = field(default_factory=dict)
    nodes: dict[str, UUID] = field(default_factory=dict)
    vaults: dict[str, bytes] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    """Party to the mandate of its head that has not ended."""
    left_out: int = 0

    @property
    def on_board(self) -> dict[str, UUID]:
        """What every row of the board has in common."""
        return {"compartment_id": self.rooms[Room.BOARD], "dialogue_id": self.dialogue}


def rest(part: Part, *fields: str) -> dict[str, Any]:
    """What the row has no column for: kept as it stood, and written out again."""
    return part.model_dump(mode="json", exclude_defaults=True, include={"source", "certainty", "remark", *fields})


def put(work: Work, *rows: Any) -> None:
    work.db.add_all(rows)
    work.db.flush()  # what follows points at them


def room_of(work: Work, dialogue_id: UUID, kind: Room, subject_id: UUID | None = None) -> UUID:
    found = work.db.scalar(
        select(Compartment.id).where(
            Compartment.dialogue_id == dialogue_id, Compartment.kind == kind, Compartment.subject_id == subject_id
        )
    )
    if found is None:
        raise LookupError(kind)
    return found


def put_changes(work: Work, table: Any, owner: str, owner_id: UUID, board: UUID, changes: Any) -> None:
    change: ChangeDoc
    for position, change in enumerate(changes, 1):
        work.db.add(
            table(
                compartment_id=board,
                state=change.state,
                happened_on=change.on,
                recorded_at=moment(change.recorded) or work.now,
                position=position,
                reason=change.reason,
                extra=rest(change, "recorded", "verified_by", "before"),
                **{owner: owner_id},
            )
        )


def moment(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
