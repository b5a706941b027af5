"""The product broken on purpose, each time so that it tells who wrote a note by one channel. Patched in for one world at a time.

Whoever adds a channel to the product adds its leak here: the harness is worth what it notices.
"""

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.access.work import Work
from app.backup import dumping
from app.notes import batches, joining, queries, sealing
from app.notes import service as notes
from app.notes.models import Note
from app.vault import envelope
from app.web import headers, journal

Patch = pytest.MonkeyPatch


def _after_posting(patch: Patch, act: Callable[[Work, int], None]) -> None:
    """Do something more with each note that is posted, knowing its author by number."""
    post = notes.post_note

    def told(work: Work, meeting_id: Any, item_id: Any, command: Any, **given: Any) -> None:
        post(work, meeting_id, item_id, command, **given)
        act(work, _number(work))

    patch.setattr(notes, "post_note", told)


def _number(work: Work) -> int:
    assert work.viewer.member_id is not None
    return work.viewer.member_id.int


def last_seen(patch: Patch) -> None:
    """A column that says when, or here that, an account was last active."""
    statement = text("UPDATE account SET language = 'mn' WHERE id IN (SELECT account_id FROM member WHERE id = :id)")
    _after_posting(patch, lambda work, _n: _run(work, statement, id=_key(work)))


def _key(work: Work) -> Any:
    return work.viewer.member_id.hex if work.ground.engine.dialect.name == "sqlite" else work.viewer.member_id  # type: ignore[union-attr]


def _run(work: Work, statement: Any, **given: Any) -> None:
    work.db.flush()
    work.db.connection().execute(statement, given)


def written_and_deleted(patch: Patch) -> None:
    """The author stands in the database for a moment only, as a draft or a receipt would; no row tells it afterwards."""

    def act(work: Work, number: int) -> None:
        work.db.connection().execute(text("PRAGMA secure_delete = OFF"))
        _run(
            work,
            text("INSERT INTO recovery_code SELECT :code, id FROM account LIMIT 1"),
            code=number.to_bytes(16, "big"),
        )
        _run(work, text("DELETE FROM recovery_code WHERE code_hash = :code"), code=number.to_bytes(16, "big"))

    _after_posting(patch, act)


def author_in_the_id(patch: Patch) -> None:
    """Ids that are made of something of the author's."""
    post, real = notes.post_note, (notes.new_id, notes.derived_id)

    def told(work: Work, *given: Any, **more: Any) -> None:
        number = _number(work)
        patch.setattr(notes, "new_id", lambda: UUID(int=real[0]().int ^ number))
        patch.setattr(notes, "derived_id", lambda *of: UUID(int=real[1](*of).int ^ number))
        post(work, *given, **more)

    patch.setattr(notes, "post_note", told)


def longer_for_some(patch: Patch) -> None:
    """The size of what is stored depends on who wrote it: here by a space at the end of every second person's words."""
    post = notes.post_note

    def told(work: Work, meeting_id: Any, item_id: Any, command: Any, **given: Any) -> None:
        body = command.body + " " * (300 * (_number(work) % 7))
        post(work, meeting_id, item_id, command.model_copy(update={"body": body}), **given)

    patch.setattr(notes, "post_note", told)


def _by_tag(reading: Any, meeting: Any, is_wanted: Callable[[str], bool] | None = None) -> Any:
    key = reading.room_key(meeting.floor_id)
    rows = sorted((n for n in queries.rows(reading, meeting) if n.is_released), key=lambda note: note.tag or b"")
    found: dict[Any, list[queries.Shown]] = {}
    for note in rows:
        text = envelope.unseal(key, note.body, queries.note_context(meeting, note, note.version))
        if is_wanted is None or is_wanted(text):
            found.setdefault(note.agenda_item_id, []).append(queries.Shown(text, note.rule, note.compartment_id))
    return found


def order_by_author(patch: Patch) -> None:
    """Notes of one hand stand together: every page that shows them, and the summary drafted from them."""
    patch.setattr(queries, "released", _by_tag)


def search_by_author(patch: Patch) -> None:
    """They do so in what a search finds only."""
    released = queries.released

    def told(reading: Any, meeting: Any, is_wanted: Any = None) -> Any:
        return _by_tag(reading, meeting, is_wanted) if is_wanted else released(reading, meeting)

    patch.setattr(queries, "released", told)


def header(patch: Patch) -> None:
    """Every answer from then on carries something of who wrote last."""

    def act(_work: Work, number: int) -> None:
        patch.setattr(headers, "NO_STORE", (b"cache-control", f"no-store, private={number % 997}".encode()))

    _after_posting(patch, act)


def log_line(patch: Patch) -> None:
    """One line for each note, with a hash of who wrote it."""
    _after_posting(patch, lambda _work, number: journal.log.info("note kept", by=number % 997))


def file_time(patch: Patch) -> None:
    """An empty file, whose time tells."""

    def act(work: Work, number: int) -> None:
        file = work.ground.settings.data_dir / "last-note"
        file.touch()
        os.utime(file, (datetime(2026, 1, 1, tzinfo=UTC).timestamp() + number % 10_000,) * 2)

    _after_posting(patch, act)


def tag_in_the_backup(patch: Patch) -> None:
    """The backup holds the column that a backup must not hold: the tag, and so the means to try keys on it for ever."""
    patch.setattr(dumping, "LEFT_OUT", frozenset())


def seal_in_order(patch: Patch) -> None:
    """The seal draws the new ids from the old tags, as if it were enough to hash them."""
    anew = sealing._write_anew

    def told(work: Work, meeting: Any) -> None:
        floor = sealing.Note.compartment_id == meeting.floor_id
        tags = sorted(bytes(note.tag) for note in work.db.scalars(sealing.select(sealing.Note).where(floor)))
        ids = (UUID(bytes=hashlib.sha256(tag).digest()[:16], version=4) for tag in tags)
        patch.setattr(sealing, "new_id", lambda: next(ids))
        anew(work, meeting)

    patch.setattr(sealing, "_write_anew", told)


def seal_without_compaction(patch: Patch) -> None:
    """The seal leaves the old pages in the database's files."""
    patch.setattr(sealing, "compact", lambda *_given: None)


def refusal_that_tells(patch: Patch) -> None:
    """A wrong try at somebody else's note is answered with a word more where the note is a certain person's."""
    edit = notes.edit_note

    def told(work: Work, meeting_id: Any, note_id: Any, command: Any, *, vault_key: Any) -> None:
        try:
            edit(work, meeting_id, note_id, command, vault_key=vault_key)
        except notes.NotFound:
            tag = work.db.connection().execute(text("SELECT tag FROM note ORDER BY tag DESC")).scalar()
            if tag and tag[0] & 1:
                raise notes.Forbidden("You are not the author.") from None
            raise

    patch.setattr(notes, "edit_note", told)


def batch_by_author(patch: Patch) -> None:
    """Whether the notes that wait are enough hangs on whose they are, as it would if people were told apart by anything but their number."""

    def told(work: Work, meeting: Any) -> bool:
        return sum(note.tag[0] for note in queries.rows(work, meeting) if note.tag and not note.is_released) & 1 == 1

    patch.setattr(batches, "_is_enough", told)


def part_by_author(patch: Patch) -> None:
    """Whether a new part of the floor begins for a late joiner hangs on whose notes are there: it shows in every id that follows."""
    has_shown = joining._has_shown

    def told(work: Work, floor: Any) -> bool:
        tags = work.db.scalars(select(Note.tag).where(Note.compartment_id == floor))
        return has_shown(work, floor) or any(tag and tag[0] & 1 for tag in tags)

    patch.setattr(joining, "_has_shown", told)


def stricter_for_some(patch: Patch) -> None:
    """Under which rule a note is shown hangs on its tag."""
    shown = batches._shown

    def told(work: Work, meeting: Any, note: Any, item_rule: str) -> Any:
        return shown(work, meeting, note, "off-record" if note.tag and note.tag[0] & 1 else item_rule)

    patch.setattr(batches, "_shown", told)


def edits_counted(patch: Patch) -> None:
    """A note that was edited twice is longer on the disk, where it is a certain person's."""
    edit = notes.edit_note

    def told(work: Work, meeting_id: Any, note_id: Any, command: Any, *, vault_key: Any) -> None:
        longer = " " * 300 if command.version > 1 and _number(work) & 1 else ""
        command = command.model_copy(update={"body": command.body + longer})
        edit(work, meeting_id, note_id, command, vault_key=vault_key)

    patch.setattr(notes, "edit_note", told)


# name → (the mutant, under which name it shows, what must happen in a story for it to show)
MUTANTS: dict[str, tuple[Callable[[Patch], None], str, str]] = {
    "last seen": (last_seen, "database: account", "post"),
    "written and deleted": (written_and_deleted, "files: ", "post"),
    "author in the id": (author_in_the_id, "database: note", "post"),
    "longer for some": (longer_for_some, "database: note", "post"),
    "order by author": (order_by_author, "/notes", "batch"),
    "search by author": (search_by_author, ": search", "search after a batch"),
    "header": (header, "/notes", "post"),
    "log line": (log_line, "logs: log", "post"),
    "file time": (file_time, "files: last-note", "post"),
    "tag in the backup": (tag_in_the_backup, "backup: content", "post"),
    "seal in order": (seal_in_order, "database: note", "approve"),
    "seal without compaction": (seal_without_compaction, "files: ", "approve"),
    "refusal that tells": (refusal_that_tells, ": steal", "steal"),
    "batch by author": (batch_by_author, "database: note", "tick"),
    "part by author": (part_by_author, "database: floor_part", "admit before a batch"),
    "stricter for some": (stricter_for_some, "database: note", "tick"),
    "edits counted": (edits_counted, "database: note", "edit twice"),
}
