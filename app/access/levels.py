"""The words of access: what somebody may be, and how far a key opens a room."""

from enum import IntEnum, StrEnum


class Level(IntEnum):
    READ = 1
    WRITE = 2
    LEAD = 3


class Role(StrEnum):
    ORGANISER = "organiser"
    FACILITATOR = "facilitator"
    RAPPORTEUR = "rapporteur"
    PARTICIPANT = "participant"
    LIAISON = "liaison"
    OBSERVER = "observer"


SECOND_FACTOR_ROLES = frozenset({Role.ORGANISER, Role.FACILITATOR, Role.RAPPORTEUR})


class Room(StrEnum):
    """Kinds of compartment: the smallest sets of people who may know the same thing."""

    LOBBY = "lobby"
    BOARD = "board"
    REGISTRY = "registry"
    DESK = "desk"
    MEETING = "meeting"
    FLOOR = "floor"
    DELEGATION = "delegation"
    CONFIDED = "confided"
    COMPARED = "compared"
    RELEASE = "release"
    POLL = "poll"
    ANSWERS = "answers"


SEALED = frozenset({Room.DELEGATION})
"""Rooms sealed to people: who holds a key there holds a part of it that the house does not have."""
