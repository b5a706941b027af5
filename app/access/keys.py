"""Which role is handed which key to which room of a dialogue; `reasons.py` answers from the same table.

The keys to a meeting are handed by invitation (app/meetings), and what is sealed to people is not handed but let in to
(app/dialogues/admitting.py).
"""

from app.access.levels import Level, Role, Room

# fmt: off
KEYS: dict[Room, dict[Role, Level]] = {
    Room.LOBBY: {
        Role.ORGANISER: Level.LEAD, Role.FACILITATOR: Level.READ, Role.RAPPORTEUR: Level.READ,
        Role.PARTICIPANT: Level.READ, Role.LIAISON: Level.READ, Role.OBSERVER: Level.READ,
    },
    Room.BOARD: {
        Role.ORGANISER: Level.LEAD, Role.FACILITATOR: Level.LEAD, Role.RAPPORTEUR: Level.WRITE,
        Role.PARTICIPANT: Level.WRITE, Role.OBSERVER: Level.READ,
    },
    Room.REGISTRY: {
        Role.ORGANISER: Level.LEAD, Role.FACILITATOR: Level.READ, Role.RAPPORTEUR: Level.READ,
        Role.PARTICIPANT: Level.READ,
    },
    Room.DESK: {Role.FACILITATOR: Level.LEAD, Role.RAPPORTEUR: Level.WRITE},
    Room.DELEGATION: {Role.PARTICIPANT: Level.WRITE},
    Room.CONFIDED: {Role.PARTICIPANT: Level.WRITE, Role.FACILITATOR: Level.READ},
    Room.COMPARED: {Role.PARTICIPANT: Level.WRITE},
    Room.RELEASE: {
        Role.ORGANISER: Level.READ, Role.FACILITATOR: Level.LEAD, Role.RAPPORTEUR: Level.WRITE, Role.LIAISON: Level.READ,
    },
}
# fmt: on
ONE_PARTY = {Room.DELEGATION, Room.CONFIDED, Room.COMPARED, Room.RELEASE}
EVERY_PARTY = {Role.ORGANISER, Role.FACILITATOR, Role.RAPPORTEUR}


def level_for(kind: Room, roles: frozenset[Role], *, is_own_party: bool) -> Level | None:
    """The strongest key that these roles give to a room of this kind."""
    levels = [
        level
        for role, level in KEYS.get(kind, {}).items()
        if role in roles and (kind not in ONE_PARTY or is_own_party or role in EVERY_PARTY)
    ]
    return max(levels, default=None)
