"""The master key and what hangs on it.

master key (32 bytes, in no database and no backup: app.vault.master) → wraps content keys (one per room);
HKDF (RFC 5869) derives every other key, each with a purpose of its own.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core import entropy

KEY_SIZE = 32  # bytes
FORMAT, AES_256_GCM = 1, 1
HEAD = 10  # bytes
UNNAMED = bytes(8)  # what was wrapped before wrapped keys named their master; see migration 0005


class KeyFailure(RuntimeError):
    """The key does not fit what it should open. Says nothing about either."""


def new_content_key() -> bytes:
    return entropy.token_bytes(KEY_SIZE)


def derive(key: bytes, info: bytes, *, salt: bytes = b"") -> bytes:
    """32 bytes by HKDF-SHA256 (RFC 5869), extract and expand; one block, so one HMAC each."""
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


_INNER, _OUTER = (bytes(place ^ pad for place in range(256)) for pad in (0x36, 0x5C))  # FIPS 198-1
_BLOCK = 64  # bytes, of SHA-256


class Derivation:
    """Many keys of one, for purposes that begin and end alike: what they share is worked out once.

    `one(middle)` is `derive(key, begins + middle + ends)`, in a fifth of the time.
    """

    __slots__ = ("_ends", "_inner", "_outer")

    def __init__(self, key: bytes, *, begins: bytes = b"", ends: bytes = b"") -> None:
        extracted = hmac.digest(bytes(32), key, "sha256").ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(extracted.translate(_INNER) + begins)
        self._outer = hashlib.sha256(extracted.translate(_OUTER))
        self._ends = ends + b"\x01"

    def one(self, middle: bytes) -> bytes:
        """32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(middle + self._ends)
        outer.update(inner.digest())
        return outer.digest()


class KeyRing:
    """Wraps and unwraps under one master key.

    A wrapped key is `format byte · algorithm byte · id of the master key (8) · nonce (12) · ciphertext`, so that it says itself
    which master opens it.
    """

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_SIZE:
            raise KeyFailure("the master key must be 32 bytes")
        self.key_id = id_of_master(master)
        self._master = master
        self._wrapping = AESGCM(derive(master, b"wrap"))

    def wrap(self, key: bytes, *, owner: bytes) -> bytes:
        """The key encrypted, and bound to its owner: no wrapped key opens anything in another's place."""
        nonce = entropy.token_bytes(12)
        return head_naming(self.key_id) + nonce + self._wrapping.encrypt(nonce, key, owner)

    def unwrap(self, wrapped: bytes, *, owner: bytes) -> bytes:
        """Raises KeyFailure for another owner's key, a damaged one or another master."""
        if named_by(wrapped) not in (self.key_id, UNNAMED):
            raise KeyFailure("a key is wrapped under another master key")
        nonce, body = wrapped[HEAD : HEAD + 12], wrapped[HEAD + 12 :]
        try:
            return self._wrapping.decrypt(nonce, body, owner)
        except (InvalidTag, ValueError) as fault:
            raise KeyFailure("a wrapped key does not open") from fault

    def derive(self, purpose: bytes) -> bytes:
        return derive(self._master, b"purpose:" + purpose)


def id_of_master(master: bytes) -> bytes:
    """8 bytes that name a master key without telling it."""
    return derive(master, b"key id")[:8]


def check_value(master: bytes) -> bytes:
    """32 bytes that are stored, so that another key is noticed before it is used. For a key made of a passphrase it costs as much to
    try as the passphrase itself: it follows from the key only after Argon2id.
    """
    return derive(master, b"key check")


def head_naming(key_id: bytes) -> bytes:
    """How everything begins that is wrapped under the master key of this id."""
    return bytes((FORMAT, AES_256_GCM)) + key_id


def named_by(wrapped: bytes) -> bytes:
    """The id of the master key that something is wrapped under; UNNAMED from before the ids. Raises KeyFailure for no wrapped key."""
    if wrapped[:2] != bytes((FORMAT, AES_256_GCM)):
        raise KeyFailure("a wrapped key has an unknown format")
    return wrapped[2:HEAD]


def fingerprint(key: bytes) -> bytes:
    """8 bytes that name a key without telling it."""
    return hashlib.sha256(b"key id" + key).digest()[:8]
