"""Edit tags: how an author proves, for as long as the meeting's salt exists, that a note is his.

The key is in nobody's database: it comes from the participant's vault key (which only the passphrase opens) and the meeting's salt
(which the seal destroys). Without either, a tag is sixteen random bytes.
"""

import hmac
from uuid import UUID

from app.vault.keys import derive

TAG_SIZE = 16  # bytes


def author_key(vault_key: bytes, meeting_salt: bytes) -> bytes:
    return derive(vault_key, b"author", salt=meeting_salt)


def edit_tag(key: bytes, note_id: UUID) -> bytes:
    """The first 16 bytes of HMAC-SHA256(author key, note id)."""
    return hmac.digest(key, note_id.bytes, "sha256")[:TAG_SIZE]


def is_mine(key: bytes, note_id: UUID, tag: bytes | None) -> bool:
    return tag is not None and hmac.compare_digest(edit_tag(key, note_id), tag)


def poster_mark(key: bytes, window: bytes) -> bytes:
    """One person's mark in one batch window: the first 16 bytes of HMAC-SHA256(author key, "poster" || window id)."""
    return hmac.digest(key, b"poster" + window, "sha256")[:TAG_SIZE]
