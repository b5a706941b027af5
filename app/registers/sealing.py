"""After a sign-in with a passphrase: what waited for it. Nothing is written where nothing waited.

* A delegation's entries from before rooms were sealed to people: the first of its members to sign in seals them. They are written anew under
  a key that needs a member's own; the old key, which the house had whole, opens nothing of them any more. The others wait to be let in.
* A delegation without any holder: the one who signs in makes the key.
* A key that no longer opens, because the vault is another one since a passphrase was lost: it goes, and its owner waits to be let in.
* A key that does not open though the vault is the same one: it was damaged. Nothing is changed, because what it opened may be the last of it.

It sees every room (`access.bypass`): who signs in is in no dialogue yet.
"""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import select

from app.access.bypass import unguarded, unguarded_reading
from app.access.levels import Level, Room
from app.access.models import Compartment, Grant, Member, RoomKey
from app.access.work import Ground, Reading, Work
from app.db.compacting import ReaderInTheWay, compact
from app.dialogues import admitting
from app.ledger.queries import wait_for_turn
from app.registers import queries
from app.registers.models import Entry, EntryVersion, Position
from app.vault import envelope, personal
from app.vault.keys import KeyFailure, new_content_key

WHY = "what waits for a member's sign-in lies in rooms that nobody has opened yet"
log = structlog.get_logger()


class Place(NamedTuple):
    """One seat of the account in a delegation, and that delegation's room."""

    member: UUID
    dialogue: UUID
    party: UUID
    room: UUID


def settle(ground: Ground, account_id: UUID, vault_key: bytes, *, is_other_vault: bool = False) -> None:
    """Do what waited for this sign-in, in every dialogue of the account. `is_other_vault`: than at the sign-in before."""
    with unguarded_reading(ground, WHY) as here:
        waiting = [
            place
            for place in _places(here, account_id)
            if _waits(here, place, vault_key) and (is_other_vault or not _is_damaged(here, place, vault_key))
        ]
    for place in waiting:
        try:
            was_sealed = _settled(ground, place, vault_key)
        except (
            envelope.Tampered
        ):  # it opens with no key that is here; that must not shut its owner out of everything else
            log.error("what a delegation kept before does not open, and was left as it is")  # noqa: TRY400  # no words of it
            continue
        if was_sealed:
            _forget_old_bytes(ground)


def _settled(ground: Ground, place: Place, vault_key: bytes) -> bool:
    with unguarded(ground, WHY) as work:
        wait_for_turn(work, place.dialogue)
        was_sealed = _settle(work, place, vault_key)
        admitting.log_keys(work, place.dialogue)
    return was_sealed


def _places(here: Reading, account_id: UUID) -> list[Place]:
    found = here.db.execute(
        select(Member.id, Member.dialogue_id, Compartment.subject_id)
        .join(Grant, Grant.member_id == Member.id)
        .join(Compartment, Compartment.id == Grant.compartment_id)
        .where(Member.account_id == account_id, Member.is_active)
        .where(Compartment.kind == Room.CONFIDED, Grant.level >= Level.WRITE)
    ).all()
    return [
        Place(member, dialogue, party, admitting.sealed_room(here, party)) for member, dialogue, party in found if party
    ]


def _waits(here: Reading, place: Place, vault_key: bytes) -> bool:
    own = here.db.get(Grant, (place.room, place.member))
    return not admitting.holders(here, place.room) if own is None else not _opens(own, vault_key)


def _is_damaged(here: Reading, place: Place, vault_key: bytes) -> bool:
    """Whether a key is there that the vault it was made for does not open."""
    own = here.db.get(Grant, (place.room, place.member))
    is_damaged = own is not None and own.sealed_key is not None and not _opens(own, vault_key)
    if is_damaged:
        log.error(
            "a member's key to what the delegation keeps does not open; it was left as it is: restore it from a backup"
        )
    return is_damaged


def _opens(own: Grant, vault_key: bytes) -> bool:
    try:
        personal.unwrap(own.sealed_key or b"", vault_key, room=own.compartment_id, member=own.member_id)
    except KeyFailure:
        return False
    return True


def _settle(work: Work, place: Place, vault_key: bytes) -> bool:
    """Whether a room was sealed that the house could open until now."""
    own = work.db.get(Grant, (place.room, place.member))
    if own is not None and not _opens(own, vault_key):
        if own.sealed_key is None:  # from before there were members' keys
            _seal(work, place)
            return True
        work.take_key(place.room, place.member)
        admitting.forget_if_abandoned(work, place.room)
    _begin(work, place)
    return False


def _begin(work: Work, place: Place) -> None:
    me = next((m for m in admitting.seated(work, place.party) if m.id == place.member), None)
    if me is not None:
        admitting.begin_or_wait(work, place.room, me)


def _seal(work: Work, place: Place) -> None:
    """From the house's key to one that needs the member's own; both halves are new."""
    kept = work.db.get_one(RoomKey, place.room)
    old = work.keys.unwrap(kept.wrapped, place.room)
    bodies = [(row, context, envelope.unseal(old, row.body, context)) for row, context in _bodies(work, place.room)]
    kept.wrapped = work.ground.keys.wrap(new_content_key(), owner=place.room.bytes)
    for member in admitting.holders(work, place.room):
        work.take_key(place.room, member)
    work.db.flush()  # the new key is made of what is stored
    _begin(work, place)
    fresh = work.room_key(place.room)
    for row, context, text in bodies:
        row.body = envelope.seal(fresh, text, context)


def _bodies(work: Work, room: UUID) -> Iterator[tuple[Entry | EntryVersion | Position, envelope.Context]]:
    for entry in work.db.scalars(select(Entry).where(Entry.compartment_id == room)):
        yield entry, queries.entry_context(entry)
    for version in work.db.scalars(select(EntryVersion).where(EntryVersion.compartment_id == room)):
        yield version, queries.version_context(version)
    for position in work.db.scalars(select(Position).where(Position.compartment_id == room)):
        yield position, queries.position_context(position, Room.DELEGATION)


def _forget_old_bytes(ground: Ground) -> None:
    """Out of the database's files, as far as a database can; a reader in the way leaves it to the next rewriting."""
    try:
        compact(ground.engine, "entry", "entry_version", "position", "room_key")
    except ReaderInTheWay:
        log.warning("sealed entries were written anew; old pages stay until the next compacting")
