"""One unit of work: one viewer, one transaction, one reading of the clock. The only source of sessions."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self, TypeVar
from uuid import UUID

from sqlalchemy import Engine, Select, Text, bindparam, cast, delete, select
from sqlalchemy.orm import Session

from app.access import gate
from app.access.levels import SEALED, Level, Role, Room
from app.access.models import Compartment, DialogueHead, Grant, Guarded, Member, RoomKey
from app.access.roomkeys import RoomKeys
from app.access.rules import RULES, Action, Decision, Thing, decide
from app.access.viewer import NOBODY, Viewer
from app.core import clock
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.i18n import gettext as _
from app.db.base import Base, id_of
from app.settings import Settings
from app.vault.keys import KeyRing, new_content_key
from app.vault.linkage import Linkage
from app.vault.throttle import Throttle

R = TypeVar("R", bound=Guarded)


@dataclass(frozen=True, slots=True)
class Ground:
    """What one process stands on: settings, database, key ring, and the disposable store."""

    settings: Settings
    engine: Engine
    keys: KeyRing
    linkage: Linkage
    throttle: Throttle = field(default_factory=Throttle)


class GuardedSession(Session):
    pass


gate.install(GuardedSession)


class Reading:
    """A read-only unit of work for one viewer; a context manager. Nothing touches the database before the first query."""

    def __init__(self, db: Session, viewer: Viewer, ground: Ground) -> None:
        self.db, self.viewer, self.ground = db, viewer, ground
        self.now = clock.now()
        self.keys = RoomKeys(db, viewer, ground.keys)
        self._rooms: dict[tuple[Room, UUID | None], UUID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: object, trace: object) -> None:
        self.db.close()

    @property
    def today(self) -> date:
        return self.now.date()

    def level_in(self, compartment_id: UUID | None) -> Level | None:
        return None if compartment_id is None else self.viewer.rooms.get(compartment_id)

    def decide(self, action: Action, row: Any, *, room: UUID | None = None) -> Decision:
        """What the policy says of this row; `room` where the action happens in another room than the row's own."""
        level = self.level_in(room or row.compartment_id)
        return decide(self.viewer, action, Thing(level, getattr(row, "state", None)))

    def may(self, action: Action, row: Any, *, room: UUID | None = None) -> bool:
        return self.decide(action, row, room=room).allowed

    def may_in(self, action: Action, kind: Room) -> bool:
        """Whether the viewer may do this to something new in the dialogue's room of that kind."""
        if kind not in self.viewer.room_kinds:
            return False
        return decide(self.viewer, action, Thing(self.level_in(self.room(kind)))).allowed

    def require_in(self, action: Action, kind: Room) -> None:
        """The policy's answer for something new in the dialogue's room of that kind. Raises NotFound, Forbidden."""
        enforce(decide(self.viewer, action, Thing(self.level_in(self.room(kind)))))

    def visible(self, action: Action, model: type[R]) -> Select[R]:
        """Every row on which the viewer may do `action`, as far as room and role go: the list twin of `decide`."""
        rule = RULES[action]
        allowed = (not rule.roles or bool(rule.roles & self.viewer.roles)) and not rule.silences(self.viewer)
        rooms = [room for room, level in self.viewer.rooms.items() if allowed and level >= rule.level]
        return select(model).where(model.compartment_id.in_(rooms))

    def enter(self, kind: Room) -> None:
        """Raises NotFound unless the viewer holds a key to a room of that kind: an empty list would say too much."""
        if kind not in self.viewer.room_kinds:
            raise NotFound

    def room(self, kind: Room, subject_id: UUID | None = None) -> UUID:
        """The id of this dialogue's room of that kind. Raises NotFound where the viewer holds no key to it."""
        if subject_id is None and kind in self.viewer.own_room:
            return self.viewer.own_room[kind]
        found = self._rooms.get((kind, subject_id)) or self.db.scalar(
            select(Compartment.id).where(
                Compartment.dialogue_id == self.viewer.dialogue_id,
                Compartment.kind == kind,
                Compartment.subject_id == subject_id,
            )
        )
        if found is None or (self.viewer.rooms.get(found) is None and not self.db.info.get("bypass")):
            raise NotFound
        self._rooms[kind, subject_id] = found  # never another; a file of two thousand lines asks as often
        return found

    def room_key(self, compartment_id: UUID) -> bytes:
        """The room's content key, for those who hold a key to the room. Raises NotFound for everybody else."""
        return self.keys.content_key(compartment_id)

    def unwrap(self, wrapped: bytes, compartment_id: UUID) -> bytes:
        """A room's content key from its wrapping, for those who hold a key to the room."""
        return self.keys.unwrap(wrapped, compartment_id)


def enforce(verdict: Decision) -> None:
    """Raises NotFound, Conflict or Forbidden for a refusal."""
    if verdict.hidden:
        raise NotFound
    if verdict.untimely:
        raise Conflict(_(verdict.reason))
    if not verdict.allowed:
        raise Forbidden(_(verdict.reason))


class Work(Reading):
    """A unit of work that may write. What must wait for the commit goes into `later`."""

    def __init__(self, db: Session, viewer: Viewer, ground: Ground) -> None:
        super().__init__(db, viewer, ground)
        self.later: list[Callable[[], None]] = []
        self.handed: dict[tuple[UUID, UUID], Level] = {}
        self.taken: dict[tuple[UUID, UUID], Level] = {}
        """(room, member) to level: keys that are not in the transparency log yet."""

    def __exit__(self, kind: type[BaseException] | None, fault: object, trace: object) -> None:
        """Commit once, or not at all; then, and only then, do what was put off."""
        try:
            if kind is None:
                self._refuse_unrecorded_keys()
                self.db.commit()
        finally:
            self.db.close()
        if kind is None:
            for act in self.later:
                act()

    def _refuse_unrecorded_keys(self) -> None:
        if self.handed or self.taken:
            raise gate.GateError("a key was handed or taken that the transparency log does not know of")

    def require(self, action: Action, row: Any, *, room: UUID | None = None) -> None:
        """Grant a permit to change `row`, or raise. Every verb that changes anything calls this first."""
        enforce(self.decide(action, row, room=room))
        if isinstance(row, Guarded):
            self.permit(row)

    def add(self, action: Action, *rows: Guarded) -> None:
        """Require the action in each new row's room and put the rows into the session."""
        for row in rows:
            self.require(action, row)
            self.db.add(row)

    def permit(self, *rows: Guarded) -> None:
        """Let rows be written that hang on one for which `require` has answered."""
        self.db.info.setdefault("permits", set()).update(rows)

    def move(self, action: Action, row: Guarded, to: UUID) -> None:
        """Carry a row into another room: only by its owner's act, only where the viewer holds a key to both."""
        self.require(action, row)
        if self.level_in(to) is None:
            raise NotFound
        self.db.info.setdefault("moving", set()).add(row)
        row.compartment_id = to

    def abandon(self) -> None:
        """Undo everything so far; the page that answers may still read."""
        self.db.rollback()
        self.later.clear()
        self.handed.clear()
        self.taken.clear()

    def open_room(self, kind: Room, *, dialogue_id: UUID, subject_id: UUID | None = None) -> UUID:
        """A new room with a content key of its own. Nobody holds a key to it yet; this work can write the first rows."""
        room = Compartment(dialogue_id=dialogue_id, kind=kind, subject_id=subject_id)
        self.db.add(room)
        self.db.flush()  # the key and the grants point at it
        key = new_content_key()
        self.db.add(RoomKey(compartment_id=room.id, wrapped=self.ground.keys.wrap(key, owner=room.id.bytes)))
        if kind not in SEALED:
            self.keys.hold(room.id, key)
        return room.id

    def hand_key(self, room: UUID, member_id: UUID, level: Level, *, sealed_key: bytes | None = None) -> None:
        """Give a member a key; a stronger one replaces a weaker. The log must hear of it before the commit."""
        held = self.db.get(Grant, (room, member_id))
        if held is None:
            self.db.add(Grant(compartment_id=room, member_id=member_id, level=level, sealed_key=sealed_key))
            self.db.flush()  # a second call for the same room must find it
        else:
            held.level = max(held.level, level)
        self.handed[room, member_id] = max(level, self.handed.get((room, member_id), level))
        if member_id == self.viewer.member_id:
            self.viewer.rooms[room] = max(level, self.viewer.rooms.get(room, level))

    def take_key(self, room: UUID, member_id: UUID) -> None:
        """Take a key back, where there is one. The log must hear of it before the commit."""
        held = self.db.get(Grant, (room, member_id))
        if held is not None:
            self.taken[room, member_id] = Level(held.level)
            self.db.delete(held)
            self.db.flush()  # the same work may hand it again

    def empty_room(self, room: UUID, *, of: str | None = None) -> None:
        """Everything in a room that nobody can open any more goes, whatever it is; or all `of` one table."""
        connection = self.db.connection()
        for table in reversed(Base.metadata.sorted_tables):
            if table in gate.guarded_tables() and of in (None, table.name):
                here = table.c.compartment_id == room
                if connection.execute(select(here).where(here).limit(1)).first():  # no write where there is nothing
                    connection.execute(delete(table).where(here))


_SEAT = (
    select(
        Member.id,
        Member.party_id,
        Member.roles,
        DialogueHead.id,
        cast(DialogueHead.titles, Text),  # one dialogue, but a row for every key
        Compartment.id,
        Compartment.kind,
        Compartment.subject_id,
        Grant.level,
        Grant.sealed_key.is_not(None),
    )
    .join(DialogueHead, DialogueHead.id == Member.dialogue_id)
    .outerjoin(Grant, Grant.member_id == Member.id)
    .outerjoin(Compartment, Compartment.id == Grant.compartment_id)
    .where(Member.account_id == id_of("account"), DialogueHead.code == bindparam("dialogue"), Member.is_active)
)


def identify(ground: Ground, account_id: UUID, dialogue_code: str, vault_key: bytes | None = None) -> Viewer:
    """The account's seat in the dialogue, with its keys: one query. Raises NotFound for non-members.

    A room sealed to people is held by whoever can open it: without his own part of its key, or the vault that opens it, it is not there.
    """
    with ground.engine.execution_options(writes=False).connect() as connection:  # no guarded row is asked for
        rows = connection.execute(_SEAT, {"account": account_id, "dialogue": dialogue_code}).all()
    if not rows:
        raise NotFound
    member_id, party_id, roles, dialogue_id, titles = rows[0][:5]
    keys = [
        (room, kind, subject, Level(level))
        for *_seat, room, kind, subject, level, has_part in rows
        if room and (kind not in SEALED or (has_part and vault_key))
    ]
    return Viewer(
        account_id=account_id,
        member_id=member_id,
        dialogue_id=dialogue_id,
        party_id=party_id,
        has_mandate=any(
            kind == Room.CONFIDED and subject == party_id and level >= Level.WRITE
            for _room, kind, subject, level in keys
        ),
        roles=_roles(roles),
        rooms={room: level for room, _kind, _subject, level in keys},
        room_kinds=frozenset(kind for _room, kind, _subject, _level in keys),
        own_room={kind: room for room, kind, subject, _level in keys if subject is None},
        vault_key=vault_key,
        dialogue_code=dialogue_code,
        dialogue_titles=json.loads(titles),
    )


@dataclass(frozen=True, slots=True)
class Seat:
    """One of an account's dialogues, for the list at the front door."""

    dialogue_code: str
    dialogue_titles: dict[str, str]
    roles: frozenset[Role]


def seats_of(reading: "Reading") -> list[Seat]:
    """The dialogues of the account that asks, by code."""
    statement = (
        select(Member, DialogueHead)
        .join(DialogueHead, DialogueHead.id == Member.dialogue_id)
        .where(Member.account_id == reading.viewer.account_id, Member.is_active)
        .order_by(DialogueHead.code)
    )
    return [Seat(head.code, head.titles, _roles(member.roles)) for member, head in reading.db.execute(statement)]


def _roles(names: str) -> frozenset[Role]:
    return frozenset(Role(name) for name in names.split())


def reading(ground: Ground, viewer: Viewer = NOBODY) -> Reading:
    """The viewer's own reading of the database, for a `with` block."""
    engine = ground.engine.execution_options(writes=False)
    return Reading(GuardedSession(engine, info={"viewer": viewer}, autoflush=False), viewer, ground)


def working(ground: Ground, viewer: Viewer = NOBODY) -> Work:
    """One transaction of the viewer's, committed at the end of a `with` block."""
    return Work(GuardedSession(ground.engine, info={"viewer": viewer}, expire_on_commit=False), viewer, ground)
