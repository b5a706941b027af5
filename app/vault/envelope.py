"""Encrypted records: AES-256-GCM (NIST SP 800-38D) under a key per record, bound to where the record stands.

`version byte · algorithm byte · key id (8) · nonce (12) · ciphertext`. The record key is derived from the content key,
the record's id and version, so a nonce cannot repeat under a key. The plaintext is padded to steps of 256 bytes: a length
tells only a step.
"""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core import entropy
from app.vault.keys import derive, fingerprint

FORMAT, AES_256_GCM = 1, 1
STEP = 256  # bytes
HEAD, NONCE, TAG = 10, 12, 16  # bytes


class Tampered(RuntimeError):
    """What is stored is not what was written here, or not with this key."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where a record stands. Moved elsewhere, or taken for another version, it does not open."""

    purpose: str
    dialogue: UUID
    room: UUID
    record: UUID
    version: int
    state: str = ""

    def bound(self) -> bytes:
        parts = (self.purpose, self.dialogue.hex, self.room.hex, self.record.hex, str(self.version), self.state)
        return "\x1f".join(parts).encode()


class Stored(NamedTuple):
    """A record as it is kept, and where it stands: for whoever checks that every one opens."""

    stored: bytes
    context: Context


def seal(content_key: bytes, plaintext: str, context: Context) -> bytes:
    """Encrypt a text for its place."""
    head = bytes((FORMAT, AES_256_GCM)) + fingerprint(content_key)
    nonce = entropy.token_bytes(NONCE)
    body = AESGCM(_record_key(content_key, context)).encrypt(nonce, _pad(plaintext.encode()), head + context.bound())
    return head + nonce + body


def unseal(content_key: bytes, stored: bytes, context: Context) -> str:
    """Decrypt. Raises Tampered for any other key, place, version or a changed bit."""
    head, nonce, body = stored[:HEAD], stored[HEAD : HEAD + NONCE], stored[HEAD + NONCE :]
    if head[:2] != bytes((FORMAT, AES_256_GCM)):
        raise Tampered("unknown format")
    try:
        padded = AESGCM(_record_key(content_key, context)).decrypt(nonce, body, head + context.bound())
    except (InvalidTag, ValueError) as fault:
        raise Tampered("a record does not open") from fault
    return _unpad(padded).decode()


def key_of(stored: bytes) -> bytes:
    """The id of the key that a record was sealed with, for whoever cannot open it. Raises Tampered for what has not a record's form."""
    padded = len(stored) - HEAD - NONCE - TAG
    if stored[:2] != bytes((FORMAT, AES_256_GCM)) or padded < STEP or padded % STEP:
        raise Tampered("no record")
    return stored[2:HEAD]


def _record_key(content_key: bytes, context: Context) -> bytes:
    return derive(content_key, b"record" + context.record.bytes + context.version.to_bytes(8, "big"))


def _pad(plain: bytes) -> bytes:
    framed = len(plain).to_bytes(4, "big") + plain
    return framed + bytes(-len(framed) % STEP)


def _unpad(padded: bytes) -> bytes:
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]
