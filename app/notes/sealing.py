"""The seal: OPEN → CLOSED → SEALING → SEALED, as a machine that can be killed anywhere and goes on where it was.

approved   nothing destroyed yet; posts are refused from here
unlinked   the salt is gone: nobody can tell any more whose a note is, with any passphrase
rewritten  every note written anew in one shuffled transaction: new ids, a fresh key, no tag, no version; the old key replaced
compacted  the pages of the old rows are gone from the database's files
certified  the certificate is in the transparency log, the meeting is sealed

Each step may be done twice. See docs/confidentiality.md for what this does and does not promise.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.access.bypass import unguarded
from app.access.models import RoomKey
from app.access.work import Ground, Work
from app.core import clock, entropy
from app.core.ids import new_id
from app.db.compacting import ReaderInTheWay, compact, cut_log
from app.ledger.kinds import Kind
from app.ledger.service import record
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import floors
from app.notes.batches import show_what_waits
from app.notes.models import Note, Seal, SealApproval
from app.notes.queries import note_context, rule_of
from app.vault import envelope
from app.vault.keys import new_content_key

log = structlog.get_logger()
WHY = "the seal rewrites what nobody may read alone"


class SealUnfinished(RuntimeError):
    """A step could not be completed; the seal goes on with the next try."""


def begin_seal(ground: Ground, meeting_id: UUID) -> None:
    """Start the machine for a closed meeting, and run it to its end."""
    show_what_waits(ground, meeting_id)
    with unguarded(ground, WHY) as work:
        meeting = work.db.get_one(Meeting, meeting_id)
        if meeting.state == "closed":
            meeting.state = "sealing"
            work.db.add(Seal(meeting_id=meeting.id, compartment_id=meeting.floor_id, step="approved"))
    try:
        run_seal(ground, meeting_id)
    except (SealUnfinished, DBAPIError):
        # Somebody was just reading. Nothing is lost: the step is written down, and the caretaker goes on with it.
        log.warning("seal goes on later")


def run_seal(ground: Ground, meeting_id: UUID) -> None:
    while advance(ground, meeting_id) != "certified":
        pass


def advance(ground: Ground, meeting_id: UUID) -> str:
    """Do the next step and write down that it is done; returns the step reached."""
    with unguarded(ground, WHY) as work:
        done = work.db.get_one(Seal, meeting_id).step
    if done != "certified":
        following, act = STEPS[done]
        act(ground, meeting_id)
        done = following
    return done


def resume_seals(ground: Ground) -> int:
    """Finish what was interrupted. Returns how many were found unfinished."""
    with unguarded(ground, WHY) as work:
        unfinished = list(work.db.scalars(select(Seal.meeting_id).where(Seal.step != "certified")))
    for meeting_id in unfinished:
        begin_seal(ground, meeting_id)
    return len(unfinished)


def seal_overdue(ground: Ground, now: datetime) -> int:
    """The organiser's timer: seal every closed meeting whose days are over, approved or not. Returns how many."""
    limit = (now - timedelta(days=ground.settings.seal_after_days)).date()
    with unguarded(ground, WHY) as work:
        due = list(work.db.scalars(select(Meeting.id).where(Meeting.state == "closed", Meeting.ends_on <= limit)))
    for meeting_id in due:
        begin_seal(ground, meeting_id)
    return len(due)


def take_care(ground: Ground) -> None:
    """What the caretaker does every few minutes: finish interrupted seals, seal what is overdue, and let no log grow old."""
    cut_log(ground.engine)
    resume_seals(ground)
    seal_overdue(ground, clock.now())


def _unlink(ground: Ground, meeting_id: UUID) -> None:
    ground.linkage.windows.destroy(meeting_id)
    ground.linkage.destroy_salt(meeting_id)
    _mark(ground, meeting_id, "unlinked")


def _rewrite(ground: Ground, meeting_id: UUID) -> None:
    with unguarded(ground, WHY) as work:
        seal = work.db.get_one(Seal, meeting_id)
        if seal.step != "unlinked":
            return
        meeting = work.db.get_one(Meeting, meeting_id)
        _write_anew(work, meeting)
        seal.step = "rewritten"


def _write_anew(work: Work, meeting: Meeting) -> None:
    rules = _rules(work, meeting)
    for room in floors(work, meeting):
        _write_part_anew(work, meeting, room, rules)
    for approval in work.db.scalars(select(SealApproval).where(SealApproval.meeting_id == meeting.id)):
        work.db.delete(approval)


def _write_part_anew(work: Work, meeting: Meeting, room: UUID, rules: dict[UUID, str]) -> None:
    """Off-the-record notes are not written again; the certificate does not say how many they were."""
    old, fresh = work.room_key(room), new_content_key()
    notes = list(work.db.scalars(select(Note).where(Note.compartment_id == room)))
    kept = [
        (note.agenda_item_id, rule, envelope.unseal(old, note.body, note_context(meeting, note, note.version)))
        for note in notes
        if (rule := rule_of(note.rule, rules[note.agenda_item_id])) != "off-record"
    ]
    for note in notes:
        work.db.delete(note)
    work.db.flush()  # gone before the new ones come
    for item_id, rule, body in entropy.shuffled(kept):
        note = Note(
            id=new_id(), compartment_id=room, agenda_item_id=item_id, rule=rule, body=b"", version=0, is_released=True
        )
        note.body = envelope.seal(fresh, body, note_context(meeting, note, note.version))
        work.db.add(note)
        work.db.flush()  # in shuffled order, not in the order of ids
    work.db.get_one(RoomKey, room).wrapped = work.ground.keys.wrap(fresh, owner=room.bytes)


def _rules(work: Work, meeting: Meeting) -> dict[UUID, str]:
    """Item to the rule that holds for it now."""
    items = work.db.execute(select(AgendaItem.id, AgendaItem.rule).where(AgendaItem.meeting_id == meeting.id))
    return {item_id: rule or meeting.rule for item_id, rule in items}


def _compact(ground: Ground, meeting_id: UUID) -> None:
    """Take the old rows out of the database's files, as far as a database can."""
    try:
        compact(ground.engine, "note", "room_key")
    except ReaderInTheWay as fault:
        raise SealUnfinished(str(fault)) from fault
    _mark(ground, meeting_id, "compacted")


def _certify(ground: Ground, meeting_id: UUID) -> None:
    with unguarded(ground, WHY) as work:
        seal, meeting = work.db.get_one(Seal, meeting_id), work.db.get_one(Meeting, meeting_id)
        if seal.step == "certified":
            return
        where = "disk" if ground.settings.linkage_is_on_disk else "memory"
        record(
            work,
            Kind.MEETING_SEALED,
            room=meeting.compartment_id,
            dialogue_id=meeting.dialogue_id,
            meeting=meeting.code,
            linkage=where,
            notes=sealed_notes(work, meeting),
        )
        meeting.state, seal.step = "sealed", "certified"


def sealed_notes(work: Work, meeting: Meeting) -> str:
    """SHA-256, hexadecimal, over all notes of a sealed meeting as they are stored: that none is changed, taken out or put in.

    The rule under which a note was written is in it where its body is bound to it: all that were sealed since bodies are.
    """
    stored = work.db.execute(
        select(Note.id, Note.agenda_item_id, Note.rule, Note.body).where(Note.compartment_id.in_(floors(work, meeting)))
    )
    each = sorted(_digest(note, item, rule, body) for note, item, rule, body in stored)
    return hashlib.sha256(b"".join(each)).hexdigest()


def _digest(note: UUID, item: UUID, rule: str | None, body: bytes) -> bytes:
    terms = (rule or "").encode() + b"\x1f" if envelope.is_bound_to_terms(body) else b""
    return hashlib.sha256(note.bytes + item.bytes + terms + body).digest()


def _mark(ground: Ground, meeting_id: UUID, step: str) -> None:
    with unguarded(ground, WHY) as work:
        work.db.get_one(Seal, meeting_id).step = step


STEPS: dict[str, tuple[str, Callable[[Ground, UUID], None]]] = {
    "approved": ("unlinked", _unlink),
    "unlinked": ("rewritten", _rewrite),
    "rewritten": ("compacted", _compact),
    "compacted": ("certified", _certify),
}
