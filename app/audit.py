"""Does the database still hold what the transparency log says was done? For the operator, who sees every room.

The log is replayed into the state that it describes; the rows are read into the same shape; what differs is a finding. Rows are read
by column, never through rows kept in memory, and a value that can no longer be read is a finding like any other.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, cast, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from app.access.bypass import unguarded
from app.access.models import Compartment, DialogueHead, Grant, Member
from app.access.work import Ground, Work
from app.core.errors import NotFound
from app.dialogues.joining import seat_facts
from app.dialogues.models import Party
from app.ledger import queries, service
from app.ledger.checkpoint import BadCheckpoint, Checkpoint
from app.ledger.kinds import Kind
from app.ledger.views import ContinuationView
from app.meetings.commands import LABELS, LATE, strictest
from app.meetings.models import FloorPart, Meeting
from app.meetings.queries import part_name, rules_of
from app.notes.sealing import sealed_notes
from app.releases.models import Acknowledgement, Release
from app.releases.queries import plain_document, receipt_facts, release_facts
from app.scheduling.models import Poll
from app.vault.envelope import Tampered
from app.vault.keys import KeyFailure

WHY = "the log is held against every row that it speaks of"
Facts = dict[str, Any]
State = dict[Any, Any]
UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    LookupError,
    Tampered,
    KeyFailure,
    NotFound,
    SQLAlchemyError,
)


@dataclass(slots=True)
class Audit:
    """What came of it. `findings`: one sentence each, none where everything agrees. `compared`: how many things of each sort."""

    dialogue: str
    size: int = 0
    continuation: ContinuationView | None = None
    findings: list[str] = field(default_factory=list)
    compared: dict[str, int] = field(default_factory=dict)


def verify(ground: Ground, checkpoint: Checkpoint, dialogue: str | None = None) -> Audit:
    """The whole log against a checkpoint and against the rows. Raises BadCheckpoint for what is no checkpoint of this log."""
    code = checkpoint.dialogue
    if dialogue is not None and dialogue != code:
        raise BadCheckpoint(f"This is a checkpoint of the dialogue {code}, not of {dialogue}.")
    with unguarded(ground, WHY) as work:
        dialogue_id = _dialogue(work, code)
        if dialogue_id is None:
            raise BadCheckpoint(f"This is a checkpoint of the dialogue {code}, which is not here.")
        return audit(work, dialogue_id, checkpoint)


def as_text(found: Audit) -> str:
    """What was looked at, for a terminal."""
    old = found.continuation
    begin = f"The log of {found.dialogue} has {found.size} entries"
    if old is None:
        return f"{begin}."
    honest = "and begins with the" if old.is_honest else "and does NOT begin with the"
    signed = "signed here" if old.is_signed else "without a signature of this log"
    compared = ", ".join(f"{count} × {name}" for name, count in found.compared.items())
    return f"{begin} {honest} {old.old_size} of the checkpoint ({signed}).\nHeld against the rows: {compared}."


def issue(ground: Ground, dialogue: str) -> Checkpoint:
    """Today's checkpoint. Raises NotFound for a dialogue that is not here."""
    with unguarded(ground, WHY) as work:
        dialogue_id = _dialogue(work, dialogue)
        if dialogue_id is None:
            raise NotFound
        return service.checkpoint(work, dialogue_id)


def _dialogue(work: Work, code: str) -> UUID | None:
    return work.db.scalar(select(DialogueHead.id).where(DialogueHead.code == code))


def audit(work: Work, dialogue_id: UUID, checkpoint: Checkpoint | None = None) -> Audit:
    """As `verify`, in a unit of work that sees everything. Without a checkpoint a log rewritten as a whole goes unnoticed."""
    found = Audit(queries.code_of(work, dialogue_id))
    found.findings = list(findings(work, dialogue_id, checkpoint, found))
    return found


def findings(work: Work, dialogue_id: UUID, checkpoint: Checkpoint | None, found: Audit) -> Iterator[str]:
    """One sentence for each thing that does not agree, as it is come upon: the log itself first. What was seen goes into `found`."""
    rows = queries.rows(work, dialogue_id)
    found.size = len(rows)
    if checkpoint is not None:
        leaves = [service.leaf_hash(row.entry) for row in rows]
        found.continuation = service.continuation(work, dialogue_id, checkpoint, leaves)
        if not found.continuation.is_honest:
            yield f"The log is not a continuation of the checkpoint: its first {checkpoint.size} entries have another root."
    entries: list[Facts] = []
    yield from _entries(work, dialogue_id, rows, entries)
    yield from _compared(work, dialogue_id, entries, found)


def _entries(work: Work, dialogue_id: UUID, rows: list[queries.Row], entries: list[Facts]) -> Iterator[str]:
    """Every entry that is as it was written, in its place, goes into `entries`."""
    key = service.log_key(work, dialogue_id)
    for place, row in enumerate(rows):
        facts = service.facts_of(key, dialogue_id, row)
        if row.position != place:
            yield f"Before entry {row.position} of the log there are {place} entries."
        elif facts is None:
            yield f"Entry {row.position} of the log was not written here as it stands."
        else:
            entries.append(facts)


# --- what the log says ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Replayed:
    """The state that the entries describe, each thing under its code or number."""

    seats: State = field(default_factory=dict)
    keys: State = field(default_factory=dict)
    meetings: State = field(default_factory=dict)
    releases: State = field(default_factory=dict)
    receipts: State = field(default_factory=dict)


def replayed(entries: Iterable[Facts]) -> Replayed:
    """Pure."""
    state = Replayed()
    for entry in entries:
        act = ACTS.get(entry["kind"])
        if act is not None:
            act(state, {name: value for name, value in entry.items() if name not in ("kind", "on", "room")})
    return state


def _joined(state: Replayed, facts: Facts) -> None:
    state.seats[facts["member"]] = facts


def _handed(state: Replayed, facts: Facts) -> None:
    for key in facts["keys"]:
        place = key["room"], key["of"], key["member"]
        state.keys[place] = max(key["level"], state.keys.get(place, 0))


def _taken(state: Replayed, facts: Facts) -> None:
    for key in facts["keys"]:
        state.keys.pop((key["room"], key["of"], key["member"]), None)


def _met(state: Replayed, facts: Facts) -> None:
    state.meetings[facts["meeting"]] = {"late": False, **facts, "state": "open", "notes": None}


def _item_added(state: Replayed, facts: Facts) -> None:
    if facts["rule"] is not None:
        state.meetings[facts["meeting"]]["items"][facts["item"]] = facts["rule"]


def _tightened(state: Replayed, facts: Facts) -> None:
    meeting = state.meetings[facts["meeting"]]
    meeting["rule"] = facts["rule"]
    kept = {ref: rule for ref, rule in meeting["items"].items() if strictest(rule, facts["rule"]) == rule}
    meeting["items"] = kept


def _item_tightened(state: Replayed, facts: Facts) -> None:
    state.meetings[facts["meeting"]]["items"][facts["item"]] = facts["rule"]


def _label_tightened(state: Replayed, facts: Facts) -> None:
    state.meetings[facts["meeting"]]["tlp"] = facts["tlp"]


def _earlier_hidden(state: Replayed, facts: Facts) -> None:
    state.meetings[facts["meeting"]]["late"] = False


def _loosened(state: Replayed, facts: Facts) -> None:
    meeting, to = state.meetings[facts["meeting"]], facts["to"]
    if facts["item"] is not None:
        meeting["items"][facts["item"]] = to
    elif to == LATE:
        meeting["late"] = True
    else:
        meeting["tlp" if to in LABELS else "rule"] = to


def _closed(state: Replayed, facts: Facts) -> None:
    state.meetings[facts["meeting"]]["state"] = "closed"


def _sealed(state: Replayed, facts: Facts) -> None:
    state.meetings[facts["meeting"]] |= {"state": "sealed", "notes": facts["notes"]}


def _cut(state: Replayed, facts: Facts) -> None:
    state.releases[facts["number"]] = facts


def _acknowledged(state: Replayed, facts: Facts) -> None:
    state.receipts[facts["row"]] = facts


ACTS: dict[str, Callable[[Replayed, Facts], None]] = {
    Kind.MEMBER_JOINED: _joined,
    Kind.KEYS_HANDED: _handed,
    Kind.KEYS_TAKEN: _taken,
    Kind.MEETING_ADDED: _met,
    Kind.ITEM_ADDED: _item_added,
    Kind.RULE_TIGHTENED: _tightened,
    Kind.ITEM_TIGHTENED: _item_tightened,
    Kind.LABEL_TIGHTENED: _label_tightened,
    Kind.EARLIER_HIDDEN: _earlier_hidden,
    Kind.LOOSENED: _loosened,
    Kind.MEETING_CLOSED: _closed,
    Kind.MEETING_SEALED: _sealed,
    Kind.RELEASE_CUT: _cut,
    Kind.RELEASE_ACKNOWLEDGED: _acknowledged,
}


# --- what the rows say ------------------------------------------------------------------------------------------------


class Stored:
    """The rows of one dialogue, in the shape of `Replayed`."""

    def __init__(self, work: Work, dialogue_id: UUID) -> None:
        self.work, self.dialogue_id = work, dialogue_id
        self._cut: list[Release] = []
        self.codes: dict[UUID, str] = {}
        """Parties, meetings and parts of their floors to their codes."""

    def seats(self) -> State:
        ours = Party.dialogue_id == self.dialogue_id
        self.codes |= {party: code for party, code in self.work.db.execute(select(Party.id, Party.code).where(ours))}  # noqa: C416  # rows
        members = self._fresh(Member, Member.dialogue_id == self.dialogue_id)
        return {m.number: seat_facts(m, self.codes) | ({} if m.is_active else {"is_active": False}) for m in members}

    def meetings(self) -> State:
        """Those held here; a meeting of the public record came with the document."""
        here = (Meeting.dialogue_id == self.dialogue_id) & Meeting.floor_id.is_not(None)
        rows = self._fresh(Meeting, here)
        self.codes |= {row.id: row.code for row in rows}
        parts = self._fresh(FloorPart, FloorPart.meeting_id.in_(self.codes))
        self.codes |= {part.id: part_name(self.codes[part.meeting_id], part.number) for part in parts}
        return {row.code: self._meeting(row) for row in rows}

    def _meeting(self, row: Meeting) -> Facts:
        state = "closed" if row.state == "sealing" else row.state
        notes = sealed_notes(self.work, row) if state == "sealed" else None
        return {**rules_of(self.work, row), "state": state, "notes": notes}

    def keys(self) -> State:
        found = self.work.db.execute(
            select(Compartment.kind, Compartment.subject_id, Member.number, Grant.level)
            .join(Compartment, Compartment.id == Grant.compartment_id)
            .join(Member, Member.id == Grant.member_id)
            .where(Compartment.dialogue_id == self.dialogue_id)
        )
        polls = self._fresh(Poll, Poll.dialogue_id == self.dialogue_id)
        codes = self.codes | {poll.id: poll.code for poll in polls}
        return {(kind, codes[of] if of else None, number): level for kind, of, number, level in found}

    def releases(self) -> State:
        self._cut = self._fresh(Release, Release.dialogue_id == self.dialogue_id)
        return {
            row.number: release_facts(row, self.codes[row.party_id], plain_document(self.work, row))
            for row in self._cut
        }

    def receipts(self) -> State:
        numbers = {row.id: row.number for row in self._cut}
        receipts = self._fresh(Acknowledgement, Acknowledgement.release_id.in_(numbers))
        facts = [receipt_facts(receipt, numbers[receipt.release_id]) for receipt in receipts]
        return {each["row"]: each for each in facts}

    def _fresh(self, model: Any, where: Any) -> list[Any]:
        """Rows as the database holds them now. Raises ValueError for an id in another spelling: SQLite would not find it."""
        if self.work.ground.engine.dialect.name == "sqlite":
            ids = [cast(column, Text) for column in inspect(model).columns if isinstance(column.type, Uuid)]
            spelled = self.work.db.execute(select(*ids).where(where))
            if any(each is not None and each != each.lower() for row in spelled for each in row):
                raise ValueError(model)
        return list(self.work.db.scalars(select(model).where(where).execution_options(populate_existing=True)))


PARTS = ("seat", "meeting", "key", "release", "acknowledgement")


def _compared(work: Work, dialogue_id: UUID, entries: list[Facts], found: Audit) -> Iterator[str]:
    try:
        said = replayed(entries)
    except UNREADABLE:
        yield "The log's entries do not follow from one another."
        return
    rows = Stored(work, dialogue_id)
    for name in PARTS:
        part = {"acknowledgement": "receipts"}.get(name, f"{name}s")
        expected: State = getattr(said, part)
        found.compared[name] = len(expected)
        try:
            stored = getattr(rows, part)()
        except UNREADABLE:
            yield f"Something that was stored of a {name} can no longer be read."
            return  # the parts after it are told apart by what stands in this one
        yield from _differences(name, expected, stored)


def _differences(name: str, said: State, stored: State) -> Iterator[str]:
    """One sentence for each thing that is in one only, or differs."""
    for place in sorted({*said, *stored}, key=str):
        shown = " ".join(str(part) for part in place if part is not None) if isinstance(place, tuple) else place
        if place not in stored:
            yield f"The log knows of {name} {shown}; the database does not."
        elif place not in said:
            yield f"The database holds {name} {shown}, of which the log knows nothing."
        elif said[place] != stored[place]:
            yield f"The {name} {shown} is not what the log says: {_what(said[place], stored[place])}."


def _what(said: Any, stored: Any) -> str:
    if not isinstance(said, dict):
        return "its level"
    return ", ".join(sorted(name for name in {*said, *stored} if said.get(name) != stored.get(name)))
