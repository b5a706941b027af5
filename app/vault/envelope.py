"""Encrypted records: AES-256-GCM (NIST SP 800-38D) under a key per record, bound to where the record stands.

`version byte · algorithm byte · key id (8) · nonce (12) · ciphertext`. The record key is derived from the content key,
the record's id and version, so a nonce cannot repeat under a key. The plaintext is padded to steps of 256 bytes: a length
tells only a step. Version 2 is bound to the terms on which the record stands as well, version 1 to its place alone.
"""

from binascii import hexlify
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core import entropy
from app.vault.keys import Derivation, derive, fingerprint

OF_PLACE, OF_TERMS, AES_256_GCM = 1, 2, 1
STEP = 256  # bytes
HEAD, NONCE, TAG = 10, 12, 16  # bytes
_BODY, _LENGTH = HEAD + NONCE, 4  # where the ciphertext begins; of the length before the words
_length_of = Struct(">I").unpack_from


class Tampered(RuntimeError):
    """What is stored is not what was written here, or not with this key."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where a record stands, and on which terms if it has any. Moved elsewhere, taken for another version or put on other terms,
    it does not open. What was sealed before records knew their terms opens on any.
    """

    purpose: str
    dialogue: UUID
    room: UUID
    record: UUID
    version: int
    state: str = ""
    terms: str | None = None

    def before_record(self) -> bytes:
        """The part that all records of one purpose in one room share."""
        return f"{self.purpose}\x1f{self.dialogue.hex}\x1f{self.room.hex}\x1f".encode()

    def after_record(self, form: int) -> bytes:
        """The part that follows the record's id, in a record of that version."""
        terms = () if form == OF_PLACE else (self.terms or "",)
        return "\x1f".join(("", str(self.version), self.state, *terms)).encode()


class Stored(NamedTuple):
    """A record as it is kept, and where it stands: for whoever checks that every one opens."""

    stored: bytes
    context: Context


def seal(content_key: bytes, plaintext: str, context: Context) -> bytes:
    """Encrypt a text for its place, and its terms if it has any."""
    form = OF_PLACE if context.terms is None else OF_TERMS
    head = bytes((form, AES_256_GCM)) + fingerprint(content_key)
    bound = head + context.before_record() + context.record.hex.encode() + context.after_record(form)
    nonce = entropy.token_bytes(NONCE)
    key = derive(content_key, b"record" + context.record.bytes + _number(context.version))
    return head + nonce + AESGCM(key).encrypt(nonce, _pad(plaintext.encode()), bound)


def unseal(content_key: bytes, stored: bytes, context: Context) -> str:
    """Decrypt. Raises Tampered for any other key, place, version, other terms or a changed bit."""
    return opener(content_key, context)(stored, context.record)


def opener(content_key: bytes, like: Context) -> Callable[[bytes, UUID], str]:
    """Opens records that stand where this one stands, each by its own id: what they share is worked out once.

    What it returns raises Tampered as `unseal` does.
    """
    key_of_record = Derivation(content_key, begins=b"record", ends=_number(like.version)).one
    key_id, before = fingerprint(content_key), like.before_record()
    around = {}
    for form in (OF_PLACE,) if like.terms is None else (OF_PLACE, OF_TERMS):
        head = bytes((form, AES_256_GCM)) + key_id
        around[head] = head + before, like.after_record(form)

    def open_one(stored: bytes, record: UUID) -> str:
        name = record.bytes
        try:
            first, last = around[stored[:HEAD]]
            bound = first + hexlify(name) + last
            padded = AESGCM(key_of_record(name)).decrypt(stored[HEAD:_BODY], stored[_BODY:], bound)
        except KeyError as fault:
            raise Tampered("unknown format or another key") from fault
        except (InvalidTag, ValueError) as fault:
            raise Tampered("a record does not open") from fault
        return padded[_LENGTH : _LENGTH + _length_of(padded)[0]].decode()

    return open_one


def is_bound_to_terms(stored: bytes) -> bool:
    return stored[:1] == bytes((OF_TERMS,))


def key_of(stored: bytes) -> bytes:
    """The id of the key that a record was sealed with, for whoever cannot open it. Raises Tampered for what has not a record's form."""
    padded = len(stored) - HEAD - NONCE - TAG
    if stored[:1] not in (b"\x01", b"\x02") or stored[1:2] != bytes((AES_256_GCM,)) or padded < STEP or padded % STEP:
        raise Tampered("no record")
    return stored[2:HEAD]


def _number(version: int) -> bytes:
    return version.to_bytes(8, "big")


def _pad(plain: bytes) -> bytes:
    framed = len(plain).to_bytes(_LENGTH, "big") + plain
    return framed + bytes(-len(framed) % STEP)
