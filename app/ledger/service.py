"""The verbs of the transparency log: append, show, hand out checkpoints, compare with an old one.

Whoever may enter a room reads the entries about it; of the others they learn the place and the leaf hash, which is all that a proof
needs. See docs/transparency-log.md.
"""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from app.access.levels import Level, Room
from app.access.work import GuardedSession, Reading, Work
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.ledger import checkpoint as notes
from app.ledger import queries, tree
from app.ledger.checkpoint import BadCheckpoint, Checkpoint
from app.ledger.kinds import Kind, details_of, words_of
from app.ledger.models import Leaf
from app.ledger.views import CheckpointFile, ContinuationView, EntryView, InclusionView, LogView
from app.vault.keys import derive

PAGE = 25  # entries
MARK_SIZE = 16  # bytes
PLACES = "places in the log"

# --- writing ----------------------------------------------------------------------------------------------------------


def record(work: Work, kind: Kind, *, room: UUID, dialogue_id: UUID | None = None, **facts: Any) -> None:
    """Append one entry to the dialogue's log. Facts are codes and numbers: never content, never a name, never a note's author.

    `room`: whoever holds a key to it may read the entry. Two writers at once: the second waits for the first one's commit.
    """
    dialogue = _dialogue(work, dialogue_id)
    position = _take_place(work, dialogue)
    entry = {"kind": kind.value, "on": work.today.isoformat(), "room": room.hex, **facts}
    data = marked(log_key(work, dialogue), dialogue, position, entry)
    work.db.add(Leaf(dialogue_id=dialogue, position=position, entry=data, hash=leaf_hash(data)))
    work.db.flush()  # a second entry in the same work must count this one


def _take_place(work: Work, dialogue_id: UUID) -> int:
    """The place of the next entry. Asked for once in a transaction: until its end nobody else adds one."""
    places: dict[UUID, int] = work.db.info.setdefault(PLACES, {})
    if dialogue_id not in places:
        queries.wait_for_turn(work, dialogue_id)
        places[dialogue_id] = queries.next_position(work, dialogue_id)
    places[dialogue_id] += 1
    return places[dialogue_id] - 1


@event.listens_for(GuardedSession, "after_soft_rollback")
def _forget_places(session: Session, _transaction: SessionTransaction) -> None:
    """To a savepoint too: with it go the entries since, and on PostgreSQL the turn."""
    session.info.pop(PLACES, None)


@event.listens_for(GuardedSession, "after_transaction_end")
def _give_up_turn(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(PLACES, None)


def record_keys(
    work: Work, *, room: UUID, names: Mapping[UUID, str], dialogue_id: UUID | None = None, by: int | None = None
) -> None:
    """One entry for all keys handed in this work since the last such entry, and one for those taken back.

    `names`: parties and meetings to their codes. `by`: the number of the member who let another in.
    """
    whose = {} if by is None else {"by": by}
    handed, work.handed = work.handed, {}
    taken, work.taken = work.taken, {}
    for kind, keys in ((Kind.KEYS_TAKEN, taken), (Kind.KEYS_HANDED, handed)):
        if keys:
            record(work, kind, room=room, dialogue_id=dialogue_id, keys=_keys(work, keys, names), **whose)


def _keys(work: Work, handed: Mapping[tuple[UUID, UUID], Level], names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    rooms = queries.rooms(work, {key for key, _member in handed})
    numbers = queries.member_numbers(work, {member for _key, member in handed})
    keys = [
        {"room": kind, "of": names.get(subject) if subject else None, "member": numbers[member], "level": int(level)}
        for (key, member), level in handed.items()
        for kind, subject in (rooms[key],)
    ]
    return sorted(keys, key=lambda key: (str(key["room"]), str(key["of"]), key["member"]))


def canonical(facts: Mapping[str, Any]) -> bytes:
    """The one form in which facts are hashed: JSON, sorted keys, no spaces, UTF-8."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def marked(key: bytes, dialogue_id: UUID, position: int, facts: Mapping[str, Any]) -> bytes:
    """The entry's bytes: its facts with a mark, the first 16 bytes of HMAC-SHA256 over log, place and facts.

    Without the key nobody adds an entry or moves one, even where no checkpoint was kept; and nobody guesses from a leaf hash
    what an entry says that he may not read, few as the possibilities may be.
    """
    bound = dialogue_id.bytes + position.to_bytes(8, "big") + canonical(facts)
    return canonical({**facts, "mark": hmac.digest(key, bound, "sha256")[:MARK_SIZE].hex()})


def facts_of(key: bytes, dialogue_id: UUID, row: queries.Row) -> dict[str, Any] | None:
    """What an entry says; none where these are not the bytes that were written here at this place."""
    try:
        facts = json.loads(row.entry)
        facts.pop("mark")
        mine = hmac.compare_digest(marked(key, dialogue_id, row.position, facts), row.entry)
    except (ValueError, AttributeError, KeyError, TypeError, OverflowError):
        return None
    return facts if mine and row.hash == leaf_hash(row.entry) else None


leaf_hash = tree.leaf_hash
tree_hash = tree.tree_hash


def log_key(reading: Reading, dialogue_id: UUID) -> bytes:
    """The key of the marks. Like the key of the signature it hangs on the lobby's key, which is wrapped under the master key."""
    return _derived(reading, dialogue_id, b"transparency log: marks")


def signing_seed(reading: Reading, dialogue_id: UUID) -> bytes:
    return _derived(reading, dialogue_id, b"transparency log: checkpoints")


def _derived(reading: Reading, dialogue_id: UUID, purpose: bytes) -> bytes:
    return derive(reading.room_key(queries.room_of(reading, dialogue_id, Room.LOBBY)), purpose)


def _dialogue(reading: Reading, dialogue_id: UUID | None = None) -> UUID:
    found = dialogue_id or reading.viewer.dialogue_id
    if found is None:
        raise NotFound
    return found


# --- reading ----------------------------------------------------------------------------------------------------------


def checkpoint(reading: Reading, dialogue_id: UUID | None = None) -> Checkpoint:
    """The log as it stands, signed."""
    dialogue = _dialogue(reading, dialogue_id)
    return _signed(reading, dialogue, queries.hashes(reading, dialogue))


def _signed(reading: Reading, dialogue_id: UUID, leaves: Sequence[bytes]) -> Checkpoint:
    unsigned = Checkpoint(_origin(reading, dialogue_id), len(leaves), tree_hash(leaves))
    return notes.sign(unsigned, signing_seed(reading, dialogue_id))


def _origin(reading: Reading, dialogue_id: UUID) -> str:
    return notes.origin_of(queries.code_of(reading, dialogue_id), dialogue_id)


def checkpoint_file(reading: Reading) -> CheckpointFile:
    reading.enter(Room.LOBBY)
    now = checkpoint(reading)
    return CheckpointFile(f"{now.dialogue}-checkpoint-{now.size}.txt", now.note)


def show_log(reading: Reading, *, before: int | None = None) -> LogView:
    """A page of entries, newest first: those below `before`, or the last ones."""
    reading.enter(Room.LOBBY)
    dialogue = _dialogue(reading)
    now = checkpoint(reading)
    start = now.size if before is None else max(0, min(before, now.size))
    leaves = queries.page(reading, dialogue, before=start, most=PAGE)
    return LogView(
        size=now.size,
        root=_base64(now.root),
        checkpoint=now.note,
        key=notes.verifier_key(now.origin, signing_seed(reading, dialogue)),
        entries=tuple(_entry_view(reading, leaf) for leaf in leaves),
        older=start - PAGE if start > PAGE else None,
        newer=min(start + PAGE, now.size) if start < now.size else None,
    )


def show_entry(reading: Reading, position: int) -> InclusionView:
    """An entry with its inclusion proof in today's log. Raises NotFound beyond its end."""
    reading.enter(Room.LOBBY)
    dialogue = _dialogue(reading)
    leaves = queries.hashes(reading, dialogue)
    if not 0 <= position < len(leaves):
        raise NotFound
    leaf = queries.leaf(reading, dialogue, position)
    entry = _entry_view(reading, leaf)
    return InclusionView(
        entry=entry,
        text="" if entry.is_hidden else leaf.entry.decode(errors="replace"),
        size=len(leaves),
        root=_base64(tree_hash(leaves)),
        proof=tuple(map(_base64, tree.inclusion_proof(leaves, position))),
    )


def _entry_view(reading: Reading, leaf: Leaf) -> EntryView:
    facts = _readable(leaf)
    if facts is None:
        words = _("This entry was changed: it can no longer be read.")
        return EntryView(leaf.position, None, words, (), is_hidden=False, hash=leaf.hash.hex())
    hidden = facts["room"] not in {room.hex for room in reading.viewer.rooms}
    return EntryView(
        position=leaf.position,
        day=None if hidden else facts["on"],
        words="" if hidden else words_of(facts),
        details=() if hidden else details_of(facts),
        is_hidden=hidden,
        hash=leaf.hash.hex(),
    )


def _readable(leaf: Leaf) -> dict[str, Any] | None:
    try:
        return {"room": None, "on": None, **leaf.facts}
    except (ValueError, TypeError):
        return None


def compare(reading: Reading, note: str) -> ContinuationView:
    """Whether today's log is an honest continuation of an old checkpoint. Raises Invalid for what is none of this log's."""
    reading.enter(Room.LOBBY)
    dialogue = _dialogue(reading)
    try:
        old = notes.parse(note)
        leaves = [leaf_hash(row.entry) for row in queries.rows(reading, dialogue)]
        return continuation(reading, dialogue, old, leaves)
    except BadCheckpoint as fault:
        raise Invalid({"checkpoint": _(str(fault))}) from fault


def continuation(reading: Reading, dialogue_id: UUID, old: Checkpoint, leaves: Sequence[bytes]) -> ContinuationView:
    """An old checkpoint held against the log's leaf hashes. Raises BadCheckpoint for another log's, a changed or a larger one."""
    notes.refuse_foreign(old, _origin(reading, dialogue_id), len(leaves))
    signed = notes.is_signed(old, signing_seed(reading, dialogue_id))
    root = tree_hash(leaves)
    proof = tree.consistency_proof(leaves, old.size)
    return ContinuationView(
        is_honest=tree.verify_consistency(old.size, len(leaves), proof, old.root, root),
        is_signed=signed,
        old_size=old.size,
        old_root=_base64(old.root),
        size=len(leaves),
        root=_base64(root),
        proof=tuple(map(_base64, proof)),
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
