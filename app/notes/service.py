"""The verbs of notes: posting, editing one's own, batches, closing, approving the seal.

Metadata beats cryptography: posting writes one row, in one transaction, and nothing keyed to a person.
"""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.access.rules import Action
from app.access.work import Reading, Work, enforce
from app.core import entropy
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.core.ids import derived_id, new_id
from app.identity.service import warn
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.meetings import queries as meetings
from app.meetings.models import Meeting
from app.notes import batches, queries
from app.notes.commands import EditNote, PostNote
from app.notes.models import Note, SealApproval
from app.notes.sealing import begin_seal
from app.notes.views import NotesView, OwnNote, OwnNotesView
from app.vault import envelope, tags


def show_notes(reading: Reading, meeting_id: UUID) -> NotesView:
    return queries.view(reading, meetings.meeting(reading, meeting_id))


def rules_reported(reading: Reading, meeting_id: UUID) -> set[str]:
    """The rules of the notes that a summary may draw on: of those shown, none off the record.

    Who holds no key to them is told the Chatham House Rule: nobody may be named who was not.
    """
    meeting = meetings.meeting(reading, meeting_id)
    if reading.level_in(meeting.floor_id) is None:
        return {"chatham-house"}
    items = queries.view(reading, meeting).items
    return {note.rule for item in items for note in item.notes} - {"off-record"}


def post_note(
    work: Work, meeting_id: UUID, item_id: UUID, command: PostNote, *, vault_key: bytes | None, once: bytes | None
) -> None:
    """Keep a note. It appears to others with the next batch. `once` is the form's key: the same key makes the same row.

    Raises Warned, before anything is written, where the text may tell who said something and the author has not said that it is meant.
    """
    place = queries.place(work, meeting_id, item_id)
    floor = _act_on_floor(work, Action.NOTE_POST, place)
    warn(work, command.body, command.acknowledge)
    _count(work, place, vault_key)
    note_id = derived_id(work.ground.keys.derive(b"ids of notes"), f"note {once.hex()}") if once else new_id()
    context = queries.context_of(place, note_id, 1, rule=place.rule)
    note = Note(
        id=note_id,
        compartment_id=floor,
        agenda_item_id=item_id,
        body=envelope.seal(work.unwrap(place.wrapped, floor), command.body, context),
        rule=place.rule,
        tag=tags.edit_tag(_author_key(work, place, vault_key), note_id),
        version=1,
        is_released=False,
    )
    work.permit(note)
    work.db.add(note)
    try:
        work.db.flush()
    except IntegrityError:
        work.abandon()  # the first submission of this very form was kept, though its answer never arrived


def _count(work: Work, meeting: queries.Sitting, vault_key: bytes | None) -> None:
    """Once it is kept, count who wrote into the present window. All who have no vault key count as one person."""
    windows, meeting_id = work.ground.linkage.windows, meeting.id
    window = windows.current(meeting_id)
    mark = tags.poster_mark(_author_key(work, meeting, vault_key) if vault_key else window, window)
    work.later.append(lambda: windows.add(meeting_id, window, mark))


def put_demonstration_note(
    work: Work, meeting: Meeting, item_id: UUID, body: str, *, vault_key: bytes | None, is_released: bool
) -> None:
    """A note of an invented delegate, for the loader of documents."""
    note_id = new_id()
    floor = meeting.floor_id
    if floor is None:
        raise NotFound
    note = Note(
        id=note_id,
        compartment_id=floor,
        agenda_item_id=item_id,
        body=envelope.seal(work.room_key(floor), body, queries.context_of(meeting, note_id, 1, rule=None)),
        tag=tags.edit_tag(_author_key(work, meeting, vault_key), note_id),
        version=1,
        is_released=is_released,
    )
    work.db.add(note)
    if not is_released:
        _count(work, meeting, vault_key)


def _author_key(work: Work, meeting: queries.Sitting, vault_key: bytes | None) -> bytes:
    """Without a vault key (a token made without one) the tag is made with a key that nobody has: the note stays, unedited."""
    salt = work.ground.linkage.salt_of(meeting.id)
    return tags.author_key(vault_key or entropy.token_bytes(32), salt)


def _act_on_floor(work: Work, action: Action, meeting: queries.Sitting) -> UUID:
    floor = queries.floor_of(work, meeting)
    verdict = work.decide(action, meeting, room=floor)
    if verdict.untimely and action in (Action.NOTE_POST, Action.NOTE_EDIT):
        raise Conflict(_("The meeting is closed: no more notes are taken. Your text is below."))
    enforce(verdict)
    return floor


def own_notes(reading: Reading, meeting_id: UUID, *, vault_key: bytes | None) -> OwnNotesView:
    """One's own notes, found by their tags. After the seal there is nothing to find, for anybody."""
    meeting = meetings.meeting(reading, meeting_id)
    floor = queries.floor_of(reading, meeting)
    mine: list[OwnNote] = []
    if vault_key is not None and reading.ground.linkage.has_salt(meeting.id):
        titles = {item.id: f"{item.ref} {item.title}" for item in meetings.agenda(reading, meeting.id)}
        author = tags.author_key(vault_key, reading.ground.linkage.salt_of(meeting.id))
        mine = [
            _own(meeting, note, reading.room_key(note.compartment_id), titles[note.agenda_item_id])
            for note in sorted(queries.rows(reading, meeting), key=lambda note: note.id)
            if tags.is_mine(author, note.id, note.tag)
        ]
    return OwnNotesView(
        meeting_id=meeting.id,
        title=wording(meeting.titles),
        rule=meeting.rule,
        tlp=meeting.tlp,
        notes=tuple(mine),
        can_unlock=vault_key is not None,
        may_edit=reading.may(Action.NOTE_EDIT, meeting, room=floor),
    )


def _own(meeting: Meeting, note: Note, key: bytes, item: str) -> OwnNote:
    body = queries.latest(meeting, note, key)
    return OwnNote(note.id, item, body, queries.latest_version(note), note.is_released)


def edit_note(work: Work, meeting_id: UUID, note_id: UUID, command: EditNote, *, vault_key: bytes | None) -> None:
    """Replace the text of a note of one's own. A released note shows its new text with the next batch.

    Raises NotFound for anybody but the author, so that nobody can try whose a note is.
    """
    meeting = meetings.meeting(work, meeting_id)
    _act_on_floor(work, Action.NOTE_EDIT, meeting)
    note = _authored(work, meeting, note_id, vault_key)
    key = work.room_key(note.compartment_id)
    version = queries.latest_version(note)
    if command.version != version:
        raise Conflict(_("This note was changed in the meantime."), theirs=queries.latest(meeting, note, key))
    warn(work, command.body, command.acknowledge)
    _count(work, meeting, vault_key)
    work.permit(note)
    if note.is_released:
        _put_pending(meeting, note, key, command.body)
    else:
        note.version = version + 1
        note.body = envelope.seal(key, command.body, queries.note_context(meeting, note, note.version))


def _authored(work: Work, meeting: Meeting, note_id: UUID, vault_key: bytes | None) -> Note:
    """One's own note. For an id of nothing the same is worked out as for somebody else's: the time of the answer tells neither."""
    own_key = _author_key(work, meeting, vault_key) if vault_key is not None else None
    note = queries.note(work, meeting, note_id)
    tag = note.tag if note is not None else bytes(tags.TAG_SIZE)
    if own_key is None or not tags.is_mine(own_key, note_id, tag) or note is None:
        raise NotFound
    return note


def _put_pending(meeting: Meeting, note: Note, key: bytes, body: str) -> None:
    """Keep the edit beside the released text. A second edit before the batch replaces the first under the next version."""
    if note.pending is not None:
        text = envelope.unseal(key, note.body, queries.note_context(meeting, note, note.version))
        note.version += 1
        note.body = envelope.seal(key, text, queries.note_context(meeting, note, note.version))
    note.pending = envelope.seal(key, body, queries.note_context(meeting, note, note.version + 1))


def ask_for_batch(work: Work, meeting_id: UUID) -> NotesView:
    """A batch appears in one of the next slots, once enough people have written: `app.notes.batches` decides.

    The answer is the same whatever waits, and asking again changes nothing: otherwise asking would tell who has just written.
    """
    meeting = meetings.meeting(work, meeting_id)
    _act_on_floor(work, Action.BATCH_RELEASE, meeting)
    work.ground.linkage.windows.ask(meeting.id, batches.slot_at(work.ground, work.now))
    return queries.view(work, meeting)


def close_meeting(work: Work, meeting_id: UUID) -> NotesView:
    """No more notes; what still waits is shown at once after it, few as it may be."""
    meeting = meetings.meeting(work, meeting_id)
    floor = _act_on_floor(work, Action.MEETING_CLOSE, meeting)
    work.require(Action.MEETING_CLOSE, meeting, room=floor)
    meeting.state = "closed"
    record(work, Kind.MEETING_CLOSED, room=meeting.compartment_id, meeting=meeting.code)
    ground, closed_id = work.ground, meeting.id
    work.later.append(lambda: batches.show_what_waits(ground, closed_id))
    return queries.view(work, meeting)


def approve_seal(work: Work, meeting_id: UUID) -> NotesView:
    """One delegation's approval; with the second, from another delegation, the sealing begins."""
    meeting = meetings.meeting(work, meeting_id)
    floor = _act_on_floor(work, Action.SEAL_APPROVE, meeting)
    party_id = work.viewer.party_id
    if party_id is None:
        raise Forbidden(_("A delegation approves the seal; you belong to none."))
    if work.db.get(SealApproval, (meeting.id, party_id)) is None:
        approval = SealApproval(compartment_id=floor, meeting_id=meeting.id, party_id=party_id)
        work.permit(approval)
        work.db.add(approval)
        work.db.flush()  # the count below must see it
    view = queries.view(work, meeting)
    if view.approvals >= view.approvals_needed:
        ground, sealed_id = work.ground, meeting.id
        work.later.append(lambda: begin_seal(ground, sealed_id))
    return view
