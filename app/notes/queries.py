"""Reading notes: decrypt in one pass, order by nothing that means anything."""

import hmac
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import func, select

from app.access import reasons
from app.access.models import RoomKey
from app.access.rules import Action
from app.access.work import Reading
from app.core.errors import NotFound
from app.core.i18n import wording
from app.db.base import id_of
from app.dialogues.queries import party_rows, people, shown_name
from app.meetings.commands import strictest
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import Circle, agenda, circle_of, floor_key, floors, item_view, meetings, present, speakers
from app.notes.models import Note, SealApproval
from app.notes.views import Anonymity, ItemNotes, NotesView, NoteView
from app.vault import envelope

LEAST_PEOPLE, LEAST_DELEGATIONS, APPROVALS = 5, 3, 2


class Sitting(Protocol):
    """A meeting, as far as its notes are concerned."""

    @property
    def id(self) -> UUID: ...
    @property
    def dialogue_id(self) -> UUID: ...
    @property
    def floor_id(self) -> UUID | None: ...
    @property
    def state(self) -> str: ...


def context_of(
    meeting: Sitting, note_id: UUID, version: int, *, rule: str | None, room: UUID | None = None
) -> envelope.Context:
    """Where a note stands, and under which rule: its body opens nowhere else, for no other version and under no other rule.

    `room`: the part of the floor, if not the last.
    """
    room = room or meeting.floor_id
    if room is None:
        raise NotFound
    state = "sealed" if version == 0 else "open"
    return envelope.Context("note", meeting.dialogue_id, room, note_id, version, state, rule or "")


def note_context(meeting: Sitting, note: Note, version: int) -> envelope.Context:
    return context_of(meeting, note.id, version, rule=note.rule, room=note.compartment_id)


def floor_of(reading: Reading, meeting: Sitting) -> UUID:
    """The room of the meeting's notes. Raises NotFound without a key to it."""
    if meeting.floor_id is None or not _holds(reading, meeting.floor_id):
        raise NotFound
    return meeting.floor_id


def _holds(reading: Reading, room: UUID) -> bool:
    """Whether the reader may enter; the seal and the batches enter every floor."""
    return reading.level_in(room) is not None or bool(reading.db.info.get("bypass"))


class Place(NamedTuple):
    """Where a note is posted: what the policy and the envelope need of the meeting, and its floor's content key, wrapped."""

    id: UUID
    compartment_id: UUID
    dialogue_id: UUID
    floor_id: UUID | None
    state: str
    wrapped: bytes
    rule: str


_PLACE = (
    select(
        Meeting.id,
        Meeting.compartment_id,
        Meeting.dialogue_id,
        Meeting.floor_id,
        Meeting.state,
        RoomKey.wrapped,
        func.coalesce(AgendaItem.rule, Meeting.rule),
    )
    .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
    .join(RoomKey, RoomKey.compartment_id == Meeting.floor_id)
    .where(
        Meeting.dialogue_id == id_of("dialogue"),
        Meeting.id == id_of("meeting"),
        AgendaItem.id == id_of("item"),
    )
)


def place(reading: Reading, meeting_id: UUID, item_id: UUID) -> Place:
    """Raises NotFound where the meeting has no such item, or no floor."""
    given = {"dialogue": reading.viewer.dialogue_id, "meeting": meeting_id, "item": item_id}
    found = reading.db.execute(_PLACE, given).one_or_none()
    if found is None:
        raise NotFound
    return Place(*found)


def rows(reading: Reading, meeting: Meeting) -> list[Note]:
    """The notes in every part of the floor that the reader may enter."""
    floor_of(reading, meeting)
    return list(reading.db.scalars(select(Note).where(Note.compartment_id.in_(floors(reading, meeting)))))


def note(reading: Reading, meeting: Meeting, note_id: UUID) -> Note | None:
    """None for one that is not on this meeting's floor as far as it is open to the reader. Raises NotFound where no floor is."""
    floor_of(reading, meeting)
    rooms = floors(reading, meeting)
    found = reading.db.get(Note, note_id)
    return found if found is not None and found.compartment_id in rooms else None


class Shown(NamedTuple):
    """A released note. `rule`: under which it was written, where that is known; `room`: the part of the floor in which it lies."""

    body: str
    rule: str | None
    room: UUID


def released(
    reading: Reading, meeting: Meeting, is_wanted: Callable[[str], bool] | None = None
) -> dict[UUID, list[Shown]]:
    """Agenda item to the notes released under it, each viewer's in an order of his own; of all, or of those whose text is wanted."""
    key, viewer = reading.room_key(floor_of(reading, meeting)), (reading.viewer.member_id or meeting.id).bytes
    wanted = []
    for room in floors(reading, meeting):
        for note_id, item_id, rule, text in _texts(reading, meeting, room):
            if is_wanted is None or is_wanted(text):
                order = hmac.digest(key, viewer + note_id.bytes, "sha256")
                wanted.append((order, item_id, Shown(text, rule, room)))
    shown: dict[UUID, list[Shown]] = {}
    for _order, item_id, one in sorted(wanted):
        shown.setdefault(item_id, []).append(one)
    return shown


def _texts(reading: Reading, meeting: Meeting, room: UUID) -> Iterator[tuple[UUID, UUID, str | None, str]]:
    """(id, agenda item, rule, text) of each note released in one part of the floor; most are of one version, under one rule."""
    columns = (Note.id, Note.agenda_item_id, Note.version, Note.rule, Note.body)
    key, opens = reading.room_key(room), {}
    found = reading.db.execute(select(*columns).where(Note.compartment_id == room, Note.is_released))
    for note_id, item_id, version, rule, body in found:
        if (version, rule) not in opens:
            opens[version, rule] = envelope.opener(key, context_of(meeting, note_id, version, rule=rule, room=room))
        yield note_id, item_id, rule, opens[version, rule](body, note_id)


def readable(reading: Reading) -> list[Meeting]:
    """The meetings whose notes the reader may read, in the order of their list."""
    return [one for one in meetings(reading) if reading.level_in(one.floor_id) is not None]


def view(reading: Reading, meeting: Meeting) -> NotesView:
    floor = floor_of(reading, meeting)
    shown = released(reading, meeting)
    readers = reasons.of_room(reading, floor)
    approvals = _approvals(reading, meeting)
    items = tuple(
        ItemNotes(
            item.id, item.ref, item.title, item.rule, note_views(meeting, item.rule, shown.get(item.id, ()), readers)
        )
        for item in (item_view(meeting, row) for row in agenda(reading, meeting.id))
    )
    return NotesView(
        meeting_id=meeting.id,
        code=meeting.code,
        title=wording(meeting.titles),
        state=meeting.state,
        rule=meeting.rule,
        tlp=meeting.tlp,
        readers=readers.who,
        why=readers.why,
        items=items,
        anonymity=anonymity(reading, meeting),
        batch_minutes=reading.ground.settings.batch_minutes,
        is_batch_asked=reading.ground.linkage.windows.is_asked(meeting.id),
        may_post=reading.may(Action.NOTE_POST, meeting, room=floor),
        may_release=reading.may(Action.BATCH_RELEASE, meeting, room=floor),
        may_close=reading.may(Action.MEETING_CLOSE, meeting, room=floor),
        late_see_earlier=meeting.late_see_earlier,
        guests=guests(reading, meeting),
        may_approve_seal=_may_approve(reading, meeting, floor, approvals),
        approvals=len(approvals),
        approvals_needed=approvals_needed(reading),
    )


def rule_of(written_under: str | None, item_rule: str) -> str:
    """The rule that holds for a note: its item's, or the stricter one under which it was written."""
    return strictest(written_under or item_rule, item_rule)


def note_views(
    meeting: Meeting, item_rule: str, shown: Sequence[Shown], readers: reasons.Readers
) -> tuple[NoteView, ...]:
    earlier = reasons.of_earlier_part()
    seen = [(one, readers if one.room == meeting.floor_id else earlier) for one in shown]
    return tuple(NoteView(one.body, rule_of(one.rule, item_rule), by.who, by.why) for one, by in seen)


def anonymity(reading: Reading, meeting: Meeting) -> Anonymity:
    """Who could have written a note, and how many must have written before any is shown. Depends on who is invited, on no note."""
    circle = circle_of(reading, floor_of(reading, meeting))
    protects = circle.people >= LEAST_PEOPLE and circle.delegations >= LEAST_DELEGATIONS
    least = authors_needed(circle, reading.ground.settings.batch_minimum)
    return Anonymity(circle.people, circle.delegations, protects, least if least <= circle.people else None)


def authors_needed(circle: Circle, least: int) -> int:
    """How many people make a batch: so many that they cannot be of fewer than three delegations, whoever they are.

    The server does not know of which delegations those are who wrote, and need not. Whoever belongs to none counts as of any other's.
    """
    largest = sorted(circle.sizes, reverse=True)[: LEAST_DELEGATIONS - 1]
    return max(least, sum(largest) + circle.unattached + 1)


def guests(reading: Reading, meeting: Meeting) -> tuple[tuple[str, str], ...]:
    """(person id, name) of those who could still be let in, for who may let them in."""
    if meeting.state != "open" or not reading.may(Action.MEETING_ADMIT, meeting, room=floor_of(reading, meeting)):
        return ()
    inside, names = present(reading, meeting), {person.id: shown_name(person) for person in people(reading)}
    return tuple(
        (str(person), names[person])
        for person, member, roles, _party in speakers(reading, dialogue_id=meeting.dialogue_id)
        if member not in inside and person in names and floor_key(roles) is not None
    )


def _approvals(reading: Reading, meeting: Meeting) -> set[UUID]:
    statement = select(SealApproval.party_id).where(SealApproval.meeting_id == meeting.id)
    return set(reading.db.scalars(statement))


def _may_approve(reading: Reading, meeting: Meeting, floor: UUID, approvals: set[UUID]) -> bool:
    party = reading.viewer.party_id
    allowed = reading.may(Action.SEAL_APPROVE, meeting, room=floor)
    return allowed and party is not None and party not in approvals


def approvals_needed(reading: Reading) -> int:
    """Two delegations; fewer only where the dialogue has fewer."""
    return min(APPROVALS, len(party_rows(reading)))


def latest_version(note: Note) -> int:
    return note.version + 1 if note.pending is not None else note.version


def latest(meeting: Sitting, note: Note, key: bytes) -> str:
    """The author's last words, which the others may not have seen yet."""
    stored = note.pending if note.pending is not None else note.body
    return envelope.unseal(key, stored, note_context(meeting, note, latest_version(note)))


def every_body(reading: Reading) -> Iterator[envelope.Stored]:
    """Every note that the reader sees, and the edits that wait, still sealed. Raises Tampered for a note without its meeting."""
    sittings = {
        room: meeting
        for meeting in reading.db.scalars(select(Meeting).where(Meeting.floor_id.is_not(None)))
        for room in floors(reading, meeting)
    }
    for note in reading.db.scalars(select(Note).execution_options(yield_per=500)):
        if note.compartment_id not in sittings:
            raise envelope.Tampered("a note belongs to no meeting")
        sitting = sittings[note.compartment_id]
        yield envelope.Stored(note.body, note_context(sitting, note, note.version))
        if note.pending is not None:
            yield envelope.Stored(note.pending, note_context(sitting, note, note.version + 1))
