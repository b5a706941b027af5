"""How many people a batch of notes would come from, without knowing who they are. Part of the disposable store.

A window is the time between one batch of a meeting and the next. For the present window only, the store keeps a random id and the set
of its posters' marks, HMAC(author key, "poster" || window id): whose a mark is, is not to be found without that person's vault key and
the meeting's salt; it stands beside no note; two notes of one person leave one mark; and the set is sorted, so it has no order of
writing. Every batch, the closing and the seal overwrite it. Where the store was lost, the count starts at nothing: a batch comes later,
never sooner.
"""

import sqlite3
from threading import Lock
from uuid import UUID

from app.core import entropy
from app.vault.tags import TAG_SIZE

WINDOW_SIZE = 16  # bytes
TABLE = """
CREATE TABLE IF NOT EXISTS batch_window (
  meeting BLOB PRIMARY KEY, id BLOB NOT NULL, marks BLOB NOT NULL, asked INTEGER
) WITHOUT ROWID
"""


class Windows:
    """Of one store; safe to use from several threads and processes. `asked` is the last slot in which a batch was thought of."""

    def __init__(self, db: sqlite3.Connection, lock: Lock) -> None:
        self._db, self._lock = db, lock
        db.execute(TABLE)

    def current(self, meeting_id: UUID) -> bytes:
        """The id of the meeting's present window, which is opened when first asked for."""
        with self._lock:
            return self._current(meeting_id)

    def _current(self, meeting_id: UUID) -> bytes:
        fresh = (meeting_id.bytes, entropy.token_bytes(WINDOW_SIZE), b"")
        self._db.execute("INSERT OR IGNORE INTO batch_window VALUES (?, ?, ?, NULL)", fresh)
        found = self._db.execute("SELECT id FROM batch_window WHERE meeting = ?", (meeting_id.bytes,)).fetchone()
        return bytes(found[0])

    def add(self, meeting_id: UUID, window: bytes, mark: bytes) -> None:
        """Count one more person, while it is still this window: whoever comes too late for it is counted in none."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            here = (meeting_id.bytes, window)
            row = self._db.execute("SELECT marks FROM batch_window WHERE meeting = ? AND id = ?", here).fetchone()
            if row is not None:
                marks = b"".join(sorted({*_split(row[0]), mark}))
                self._db.execute("UPDATE batch_window SET marks = ? WHERE meeting = ? AND id = ?", (marks, *here))

    def authors(self, meeting_id: UUID) -> int:
        """How many people, at least, wrote what waits. For the rule of batches alone; nobody is ever told."""
        with self._lock:
            row = self._db.execute("SELECT marks FROM batch_window WHERE meeting = ?", (meeting_id.bytes,)).fetchone()
        return len(_split(row[0])) if row else 0

    def ask(self, meeting_id: UUID, slot: int) -> None:
        """A batch is wanted, in a slot after this one. Asking again changes nothing."""
        with self._lock:
            self._current(meeting_id)
            self._db.execute(
                "UPDATE batch_window SET asked = ? WHERE meeting = ? AND asked IS NULL", (slot, meeting_id.bytes)
            )

    def is_asked(self, meeting_id: UUID) -> bool:
        with self._lock:
            row = self._db.execute("SELECT asked FROM batch_window WHERE meeting = ?", (meeting_id.bytes,)).fetchone()
        return row is not None and row[0] is not None

    def claim(self, meeting_id: UUID, slot: int) -> bool:
        """Whether a batch was asked for and this slot is the caller's to decide on: true once for each slot."""
        with self._lock:
            taken = self._db.execute(
                "UPDATE batch_window SET asked = ? WHERE meeting = ? AND asked < ?", (slot, meeting_id.bytes, slot)
            )
            return taken.rowcount == 1

    def destroy(self, meeting_id: UUID) -> None:
        """End the window. The connection's secure_delete writes zeros over the row. Doing it again does nothing."""
        with self._lock:
            self._db.execute("DELETE FROM batch_window WHERE meeting = ?", (meeting_id.bytes,))


def _split(marks: bytes) -> list[bytes]:
    return [bytes(marks[at : at + TAG_SIZE]) for at in range(0, len(marks), TAG_SIZE)]
