"""Reading the log, and who is who in it."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from app.access.levels import Room
from app.access.models import Compartment, DialogueHead, Member
from app.access.work import Reading
from app.core.errors import NotFound
from app.ledger.models import Leaf


class Row(NamedTuple):
    """One leaf as it is stored."""

    position: int
    entry: bytes
    hash: bytes


def rows(reading: Reading, dialogue_id: UUID) -> list[Row]:
    """The whole log, oldest first."""
    mine = Leaf.dialogue_id == dialogue_id
    found = reading.db.execute(select(Leaf.position, Leaf.entry, Leaf.hash).where(mine).order_by(Leaf.position))
    return [Row(position, bytes(entry), bytes(hashed)) for position, entry, hashed in found]


def hashes(reading: Reading, dialogue_id: UUID) -> list[bytes]:
    """Every leaf hash, oldest first."""
    return list(reading.db.scalars(select(Leaf.hash).where(Leaf.dialogue_id == dialogue_id).order_by(Leaf.position)))


def page(reading: Reading, dialogue_id: UUID, *, before: int, most: int) -> list[Leaf]:
    """The `most` entries below position `before`, newest first."""
    mine = (Leaf.dialogue_id == dialogue_id) & (Leaf.position < before)
    return list(reading.db.scalars(select(Leaf).where(mine).order_by(Leaf.position.desc()).limit(most)))


def leaf(reading: Reading, dialogue_id: UUID, position: int) -> Leaf:
    found = reading.db.get(Leaf, (dialogue_id, position))
    if found is None:
        raise NotFound
    return found


def next_position(reading: Reading, dialogue_id: UUID) -> int:
    last = reading.db.scalar(select(func.max(Leaf.position)).where(Leaf.dialogue_id == dialogue_id))
    return 0 if last is None else last + 1


def wait_for_turn(reading: Reading, dialogue_id: UUID) -> None:
    """Hold the dialogue's log until the end of the transaction: a second writer waits here, and then counts the first one's entries.

    A row lock, which PostgreSQL has and SQLite need not have (its writers take turns from BEGIN IMMEDIATE on). Not the strongest one:
    rows that only point at the dialogue are written meanwhile.
    """
    reading.db.execute(select(DialogueHead.id).where(DialogueHead.id == dialogue_id).with_for_update(key_share=True))


def room_of(reading: Reading, dialogue_id: UUID, kind: Room) -> UUID:
    """The dialogue's one room of that kind. Raises NotFound where there is none."""
    if dialogue_id == reading.viewer.dialogue_id and kind in reading.viewer.own_room:
        return reading.viewer.own_room[kind]
    found = reading.db.scalar(
        select(Compartment.id).where(
            Compartment.dialogue_id == dialogue_id, Compartment.kind == kind, Compartment.subject_id.is_(None)
        )
    )
    if found is None:
        raise NotFound
    return found


def code_of(reading: Reading, dialogue_id: UUID) -> str:
    found = reading.db.scalar(select(DialogueHead.code).where(DialogueHead.id == dialogue_id))
    if found is None:
        raise NotFound
    return found


def rooms(reading: Reading, ids: Collection[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
    """Room to its kind and whose it is."""
    found = reading.db.execute(
        select(Compartment.id, Compartment.kind, Compartment.subject_id).where(Compartment.id.in_(ids))
    )
    return {room: (kind, subject) for room, kind, subject in found}


def member_numbers(reading: Reading, ids: Collection[UUID]) -> dict[UUID, int]:
    found = reading.db.execute(select(Member.id, Member.number).where(Member.id.in_(ids)))
    return {member: number for member, number in found}  # noqa: C416  # rows, not pairs
