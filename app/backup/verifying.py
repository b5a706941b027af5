"""Is a backup what it says it is? Restored to a place of its own, every record opened, every hash made again."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.sql import column, table

from app.access.bypass import unguarded
from app.access.models import Grant, RoomKey
from app.access.work import Ground, Work
from app.accounts.models import Account
from app.backup.dumping import Manifest
from app.backup.faults import BadBackup
from app.ledger.models import Leaf
from app.ledger.service import leaf_hash, tree_hash
from app.notes import queries as notes
from app.outbox import queries as outbox
from app.registers import queries as registers
from app.releases import queries as releases
from app.scheduling import queries as scheduling
from app.vault import envelope, hybrid
from app.vault.keys import KeyFailure

WHY = "a backup's check opens every record once, and keeps none"
SEALED_COLUMNS = (
    ("note", "body"),
    ("note", "pending"),
    ("entry", "body"),
    ("entry_version", "body"),
    ("position", "body"),
    ("line_offer", "body"),
    ("line_verdict", "body"),
    ("letter", "body"),
    ("summary", "body"),
    ("override_approval", "reason"),
    ("release", "document"),
    ("poll_answer", "body"),
)
"""Every column that holds an envelope. A test compares with the tables."""


def logs_of(work: Work) -> dict[str, list[object]]:
    """Dialogue to [size, Merkle root] of its transparency log as it stands."""
    hashes: dict[str, list[bytes]] = {}
    for leaf in work.db.scalars(select(Leaf).order_by(Leaf.dialogue_id, Leaf.position)):
        hashes.setdefault(leaf.dialogue_id.hex, []).append(leaf.hash)
    return {dialogue: [len(found), tree_hash(found).hex()] for dialogue, found in sorted(hashes.items())}


def check_database(ground: Ground, manifest: Manifest) -> Iterator[str]:
    """One sentence for each thing that holds of the restored database. Raises BadBackup at the first that does not."""
    with unguarded(ground, WHY) as work:
        yield _is_whole(work)
        yield _has_no_tags(work)
        yield _keys_open(work)
        yield from _bodies_open(work)
        yield _log_agrees(work, manifest)


def _is_whole(work: Work) -> str:
    if work.db.execute(text("PRAGMA integrity_check")).scalars().all() != ["ok"]:
        raise BadBackup("The restored database is damaged.")
    if work.db.execute(text("PRAGMA foreign_key_check")).first():
        raise BadBackup("A restored row refers to one that is not there.")
    return "The restored database is whole; every reference leads to a row."


def _has_no_tags(work: Work) -> str:
    if _filled(work, "note", "tag"):
        raise BadBackup("The backup holds edit tags of notes.")
    return "No edit tag is in it: it tells nobody's authorship."


def _keys_open(work: Work) -> str:
    rooms = work.db.execute(select(RoomKey.compartment_id, RoomKey.wrapped)).all()
    factors = work.db.execute(select(Account.id, Account.totp_wrapped).where(Account.totp_wrapped.is_not(None))).all()
    try:
        for owner, wrapped in (*rooms, *factors):
            work.ground.keys.unwrap(wrapped or b"", owner=owner.bytes)
    except KeyFailure:
        raise BadBackup("A key in the backup does not open with the master key.") from None
    return f"The keys of all {len(rooms)} rooms and {len(factors)} second factors open with the master key."


def _bodies_open(work: Work) -> Iterator[str]:
    """Every envelope, by kind. As many must open as the tables hold, or one was passed over.

    What is sealed to people opens only at a member's sign-in: of that the form is checked, and that each room's has one key and a holder.
    """
    opened: Counter[str] = Counter()
    people = _SealedRooms(work)
    for each in (notes.every_body, registers.every_body, releases.every_body, outbox.every_body, scheduling.every_body):
        try:
            for stored, context in each(work):
                if context.room in people.keys:
                    people.look_at(stored, context.room)
                else:
                    envelope.unseal(people.house_key(context.room), stored, context)
                    opened[context.purpose] += 1
        except (envelope.Tampered, UnicodeDecodeError):
            raise BadBackup(f"A record does not open: {each.__module__.split('.')[1]}.") from None
    held = sum(_filled(work, *where) for where in SEALED_COLUMNS)
    if held != opened.total() + people.count:
        raise BadBackup(f"{held} records are sealed, {opened.total() + people.count} were found to open.")
    for purpose, count in sorted(opened.items()):
        yield f"Opened with the master key: {purpose}, all {count}."
    yield f"Sealed to people, and whole in form: {people.count} records in {len(people.keys)} rooms. They open at a member's sign-in only."


class _SealedRooms:
    """Rooms whose keys the house does not have whole. `keys`: room to the id of the one key its records were found sealed with."""

    def __init__(self, work: Work) -> None:
        self._work, self.count = work, 0
        self._house: dict[UUID, bytes] = {}
        held = work.db.execute(
            select(Grant.compartment_id, Grant.sealed_key).where(Grant.sealed_key.is_not(None))
        ).all()
        if any(len(key or b"") != hybrid.SEALED_KEY for _room, key in held):
            raise BadBackup("A key that is sealed to a member has not the form of one.")
        self.keys: dict[UUID, bytes | None] = dict.fromkeys(room for room, _key in held)

    def look_at(self, stored: bytes, room: UUID) -> None:
        key = envelope.key_of(stored)
        if self.keys[room] not in (None, key):
            raise envelope.Tampered("two keys in one room")
        self.keys[room] = key
        self.count += 1

    def house_key(self, room: UUID) -> bytes:
        """Of every other room; of a delegation's too, as long as none of its members has signed in since there are such rooms."""
        if room not in self._house:
            wrapped = self._work.db.scalar(select(RoomKey.wrapped).where(RoomKey.compartment_id == room))
            self._house[room] = self._work.keys.unwrap(wrapped or b"", room)
        return self._house[room]


def _filled(work: Work, name: str, field: str) -> int:
    counted = select(func.count(column(field))).select_from(table(name))
    return work.db.connection().execute(counted).scalar_one()


def _log_agrees(work: Work, manifest: Manifest) -> str:
    places: Counter[str] = Counter()
    for leaf in work.db.scalars(select(Leaf).order_by(Leaf.dialogue_id, Leaf.position)):
        if leaf.position != places[leaf.dialogue_id.hex] or leaf_hash(leaf.entry) != leaf.hash:
            raise BadBackup("The transparency log was changed: an entry does not fit its hash or its place.")
        places[leaf.dialogue_id.hex] += 1
    if logs_of(work) != manifest.logs:
        raise BadBackup("The transparency log has another root than when the backup was made.")
    return f"The transparency log is whole: {places.total()} entries, the roots of {len(places)} dialogues made again and equal."
