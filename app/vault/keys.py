"""The master key and what hangs on it.

master key (32 bytes, a file of mode 0400, in no database and no backup) → wraps content keys (one per room);
HKDF (RFC 5869) derives every other key, each with a purpose of its own.
"""

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core import entropy

KEY_SIZE = 32  # bytes


class KeyFailure(RuntimeError):
    """The key does not fit what it should open. Says nothing about either."""


def new_content_key() -> bytes:
    return entropy.token_bytes(KEY_SIZE)


def derive(key: bytes, info: bytes, *, salt: bytes = b"") -> bytes:
    """32 bytes by HKDF-SHA256 (RFC 5869), extract and expand; one block, so one HMAC each."""
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


class KeyRing:
    """Wraps and unwraps under the master key."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_SIZE:
            raise KeyFailure("the master key must be 32 bytes")
        self._master = master
        self._wrapping = AESGCM(derive(master, b"wrap"))

    def wrap(self, key: bytes, *, owner: bytes) -> bytes:
        """The key encrypted, and bound to its owner: no wrapped key opens anything in another's place."""
        nonce = entropy.token_bytes(12)
        return nonce + self._wrapping.encrypt(nonce, key, owner)

    def unwrap(self, wrapped: bytes, *, owner: bytes) -> bytes:
        """Raises KeyFailure for another owner's key, a damaged one or another master."""
        try:
            return self._wrapping.decrypt(wrapped[:12], wrapped[12:], owner)
        except (InvalidTag, ValueError) as fault:
            raise KeyFailure("a wrapped key does not open") from fault

    def derive(self, purpose: bytes) -> bytes:
        return derive(self._master, b"purpose:" + purpose)


def fingerprint(key: bytes) -> bytes:
    """8 bytes that name a key without telling it."""
    return hashlib.sha256(b"key id" + key).digest()[:8]


def load_master(file: Path) -> bytes:
    """Raises KeyFailure where the file is missing or of the wrong size."""
    if not file.is_file():
        raise KeyFailure("the master key is missing")
    master = file.read_bytes()
    if len(master) != KEY_SIZE:
        raise KeyFailure("the master key must be 32 bytes")
    return master


def create_master(file: Path) -> bytes:
    """Write a new master key, readable by its owner alone; an existing one is never touched."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    master = entropy.token_bytes(KEY_SIZE)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "wb") as opened:
        opened.write(master)
        opened.flush()
        os.fsync(opened.fileno())
    return master
