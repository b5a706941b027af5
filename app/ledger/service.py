"""Append to the transparency log and hash it as RFC 6962, section 2.1, says. Inclusion proofs come with a later step."""

import hashlib
import json
from typing import Any

from sqlalchemy import func, select

from app.access.work import Reading, Work
from app.ledger.models import Leaf


def record(work: Work, kind: str, **facts: Any) -> None:
    """Append one entry to this dialogue's log. Facts are codes and numbers: never content, never a note's author.

    Two writers at once would claim one position; the primary key then refuses the second, whose whole work is undone.
    """
    dialogue_id = facts.pop("dialogue_id", None) or work.viewer.dialogue_id
    entry = {"kind": kind, "on": work.today.isoformat(), **facts}
    position = work.db.scalar(select(func.count()).select_from(Leaf).where(Leaf.dialogue_id == dialogue_id)) or 0
    work.db.add(Leaf(dialogue_id=dialogue_id, position=position, entry=entry, hash=leaf_hash(entry)))
    work.db.flush()  # a second entry in the same work must count this one


def leaf_hash(entry: dict[str, Any]) -> bytes:
    """SHA-256 over 0x00 and the entry's canonical JSON (sorted keys, no spaces, UTF-8)."""
    words = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"\x00" + words.encode()).digest()


def root(reading: Reading) -> tuple[int, bytes]:
    """(size, Merkle tree hash) of this dialogue's log."""
    rows = reading.db.scalars(
        select(Leaf.hash).where(Leaf.dialogue_id == reading.viewer.dialogue_id).order_by(Leaf.position)
    )
    hashes = list(rows)
    return len(hashes), tree_hash(hashes)


def tree_hash(leaves: list[bytes]) -> bytes:
    """The Merkle tree hash of leaf hashes (RFC 6962, 2.1): split at the largest power of two below the size."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()
