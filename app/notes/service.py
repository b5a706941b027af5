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
from app.db.compacting import cut_log
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.meetings import queries as meetings
from app.meetings.models import Meeting
from app.notes import queries
from app.notes.commands import EditNote, PostNote
from app.notes.models import Note, SealApproval
from app.notes.sealing import begin_seal
from app.notes.views import NotesView, OwnNote, OwnNotesView
from app.vault import envelope, tags


def show_notes(reading: Reading, meeting_id: UUID) -> NotesView:
    return queries.view(reading, meetings.meeting(reading, meeting_id))


def post_note(
    work: Work, meeting_id: UUID, item_id: UUID, command: PostNote, *, vault_key: bytes | None, once: bytes | None
) -> None:
    """Keep a note. It appears to others with the next batch. `once` is the form's key: the same key makes the same row."""
    place = queries.place(work, meeting_id, item_id)
    floor = _act_on_floor(work, Action.NOTE_POST, place)
    note_id = derived_id(once, "note") if once else new_id()
    note = Note(
        id=note_id,
        compartment_id=floor,
        agenda_item_id=item_id,
        body=envelope.seal(work.unwrap(place.wrapped, floor), command.body, queries.context_of(place, note_id, 1)),
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
        body=envelope.seal(work.room_key(floor), body, queries.context_of(meeting, note_id, 1)),
        tag=tags.edit_tag(_author_key(work, meeting, vault_key), note_id),
        version=1,
        is_released=is_released,
    )
    work.db.add(note)


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
        key = reading.room_key(floor)
        author = tags.author_key(vault_key, reading.ground.linkage.salt_of(meeting.id))
        mine = [
            _own(meeting, note, key, titles[note.agenda_item_id])
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
    body = _latest(meeting, note, key)
    return OwnNote(note.id, item, body, _latest_version(note), note.is_released)


def _latest_version(note: Note) -> int:
    return note.version + 1 if note.pending is not None else note.version


def _latest(meeting: Meeting, note: Note, key: bytes) -> str:
    """The author's last words, which the others may not have seen yet."""
    stored = note.pending if note.pending is not None else note.body
    return envelope.unseal(key, stored, queries.context_of(meeting, note.id, _latest_version(note)))


def edit_note(work: Work, meeting_id: UUID, note_id: UUID, command: EditNote, *, vault_key: bytes | None) -> None:
    """Replace the text of a note of one's own. A released note shows its new text with the next batch.

    Raises NotFound for anybody but the author, so that nobody can try whose a note is.
    """
    meeting = meetings.meeting(work, meeting_id)
    floor = _act_on_floor(work, Action.NOTE_EDIT, meeting)
    note = queries.note(work, meeting, note_id)
    if vault_key is None or not tags.is_mine(_author_key(work, meeting, vault_key), note.id, note.tag):
        raise NotFound
    key = work.room_key(floor)
    version = _latest_version(note)
    if command.version != version:
        raise Conflict(_("This note was changed in the meantime."), theirs=_latest(meeting, note, key))
    work.permit(note)
    if note.is_released:
        _put_pending(meeting, note, key, command.body)
    else:
        note.version = version + 1
        note.body = envelope.seal(key, command.body, queries.context_of(meeting, note.id, note.version))


def _put_pending(meeting: Meeting, note: Note, key: bytes, body: str) -> None:
    """Keep the edit beside the released text. A second edit before the batch replaces the first under the next version."""
    if note.pending is not None:
        text = envelope.unseal(key, note.body, queries.context_of(meeting, note.id, note.version))
        note.version += 1
        note.body = envelope.seal(key, text, queries.context_of(meeting, note.id, note.version))
    note.pending = envelope.seal(key, body, queries.context_of(meeting, note.id, note.version + 1))


def release_batch(work: Work, meeting_id: UUID) -> NotesView:
    """Show the others what waits. A batch holds at least the configured number of notes, unless the meeting closes."""
    meeting = meetings.meeting(work, meeting_id)
    _act_on_floor(work, Action.BATCH_RELEASE, meeting)
    least = work.ground.settings.batch_minimum
    if queries.waiting(work, meeting) < least:
        raise Conflict(_("Fewer than %(least)s notes wait: a smaller batch could name its authors.") % {"least": least})
    _rewrite_in_one(work, meeting)
    return queries.view(work, meeting)


def _rewrite_in_one(work: Work, meeting: Meeting) -> None:
    """Write every note of the meeting anew, shuffled, in one transaction.

    Otherwise the database itself would tell: PostgreSQL keeps on every row the transaction that wrote it, and a heap keeps the
    order of writing. After this all rows share one transaction and no order. Ids stay, because tags are made over them; they
    are random and say nothing. SQLite's log, which keeps the order, goes with the commit.
    """
    engine = work.ground.engine
    work.later.append(lambda: cut_log(engine))
    key = work.room_key(queries.floor_of(work, meeting))
    notes = queries.rows(work, meeting)
    fresh = [_released(meeting, note, key) for note in entropy.shuffled(notes)]
    work.permit(*notes)
    for note in notes:
        work.db.delete(note)
    work.db.flush()  # the ids must be free before they are used again
    work.permit(*fresh)
    for note in fresh:
        work.db.add(note)
        work.db.flush()  # one by one, or the unit of work would sort them by id


def _released(meeting: Meeting, note: Note, key: bytes) -> Note:
    version = _latest_version(note)
    body = envelope.seal(key, _latest(meeting, note, key), queries.context_of(meeting, note.id, version))
    return Note(
        id=note.id,
        compartment_id=note.compartment_id,
        agenda_item_id=note.agenda_item_id,
        body=body,
        tag=note.tag,
        version=version,
        is_released=True,
    )


def close_meeting(work: Work, meeting_id: UUID) -> NotesView:
    """No more notes; what still waits is released, few as it may be."""
    meeting = meetings.meeting(work, meeting_id)
    floor = _act_on_floor(work, Action.MEETING_CLOSE, meeting)
    _rewrite_in_one(work, meeting)
    work.require(Action.MEETING_CLOSE, meeting, room=floor)
    meeting.state = "closed"
    record(work, Kind.MEETING_CLOSED, room=meeting.compartment_id, meeting=meeting.code)
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
