"""Who asks, in which capacity."""

from dataclasses import dataclass, field
from uuid import UUID

from app.access.levels import Level, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person in one dialogue (or outside any), with the roles and rooms held right now.

    `rooms` is read from the grants at the start of every request, so that a key that was taken
    away opens nothing from the next request on.
    """

    account_id: UUID | None = None
    member_id: UUID | None = None
    dialogue_id: UUID | None = None
    party_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    rooms: dict[UUID, Level] = field(default_factory=dict)
    room_kinds: frozenset[str] = frozenset()
    own_room: dict[str, UUID] = field(default_factory=dict)
    """Kind to room, of those rooms that belong to the dialogue as a whole."""
    vault_key: bytes | None = field(default=None, repr=False)
    """Of the sign-in, where it has one. Without it nothing opens that is sealed to people."""
    dialogue_code: str = ""
    dialogue_titles: dict[str, str] = field(default_factory=dict)

    @property
    def is_member(self) -> bool:
        return self.member_id is not None


NOBODY = Viewer()
