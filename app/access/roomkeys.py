"""The content keys of rooms, opened for whoever holds a key: with the master key, and in rooms sealed to people with a member's own too."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.levels import SEALED
from app.access.models import Compartment, Grant, RoomKey
from app.access.viewer import Viewer
from app.core.errors import NotFound
from app.vault import personal
from app.vault.keys import KeyRing, new_content_key


class RoomKeys:
    """For one viewer in one transaction. What was opened stays in its memory, and is opened once."""

    def __init__(self, db: Session, viewer: Viewer, ring: KeyRing) -> None:
        self._db, self._viewer, self._ring = db, viewer, ring
        self._contents: dict[UUID, bytes] = {}
        self._secrets: dict[UUID, bytes] = {}

    def content_key(self, room: UUID) -> bytes:
        """Raises NotFound where the viewer holds no key, or a sealed room's key does not open without a member's sign-in."""
        if room not in self._contents:
            found = self._db.execute(_KEPT.where(RoomKey.compartment_id == room)).one_or_none()
            if found is None:
                raise NotFound
            house = self.unwrap(found.wrapped, room)
            is_sealed = found.kind in SEALED
            self._contents[room] = personal.content_key(self.secret(room), house) if is_sealed else house
        return self._contents[room]

    def hold(self, room: UUID, key: bytes) -> None:
        """The key of a room that this work has just opened."""
        self._contents[room] = key

    def unwrap(self, wrapped: bytes, room: UUID) -> bytes:
        """The house's key to a room from its wrapping, for those who hold a key to the room."""
        if room not in self._viewer.rooms and not self._db.info.get("bypass"):
            raise NotFound
        return self._ring.unwrap(wrapped, owner=room.bytes)

    def secret(self, room: UUID) -> bytes:
        """The members' half of a sealed room's key. Raises NotFound, and KeyFailure for a wrapping that the vault does not open."""
        if room not in self._secrets:
            self._secrets[room] = self._own_secret(room)
        return self._secrets[room]

    def new_secret(self, room: UUID) -> bytes:
        """A secret that nobody has had before; the key that follows from it opens nothing written so far."""
        self._secrets[room] = new_content_key()
        self._contents.pop(room, None)
        return self._secrets[room]

    def _own_secret(self, room: UUID) -> bytes:
        member, vault_key = self._viewer.member_id, self._viewer.vault_key
        if member is None or vault_key is None:
            raise NotFound
        wrapped = self._db.scalar(
            select(Grant.sealed_key).where(Grant.compartment_id == room, Grant.member_id == member)
        )
        if wrapped is None:
            raise NotFound
        return personal.unwrap(wrapped, vault_key, room=room, member=member)


_KEPT = select(RoomKey.wrapped, Compartment.kind).join(Compartment, Compartment.id == RoomKey.compartment_id)
