"""What is sealed to people: a room whose key needs a member's own secret beside the house's.

vault key (which only the passphrase opens) → seed → key pair, the same for as long as the vault is the same
room's secret, 32 bytes, in the memory of nobody; stored once for each member, under that member's public key (app.vault.hybrid)
content key = HKDF(room's secret, salt: the room's key under the master key): neither half opens a word without the other
"""

import hashlib
from uuid import UUID

from app.vault import hybrid
from app.vault.keys import KeyFailure, derive
from app.vault.passphrase import words

SECRET = 32  # bytes
TO_COMPARE = 6  # words of 11 bits: too many key pairs to try for one that reads alike


def public_key(vault_key: bytes) -> bytes:
    """The public half of the key pair that follows from a vault key; 1,216 bytes."""
    return hybrid.public_of(_seed(vault_key))


def wrap(secret: bytes, public: bytes, *, room: UUID, member: UUID) -> bytes:
    """A room's secret for one member: it opens in no other room and for no other member."""
    return hybrid.seal_to(public, secret, info=_purpose(room, member))


def unwrap(wrapped: bytes, vault_key: bytes, *, room: UUID, member: UUID) -> bytes:
    """Raises KeyFailure for another's secret, a changed one or another vault."""
    secret = hybrid.open_with(_seed(vault_key), wrapped, info=_purpose(room, member))
    if secret is None or len(secret) != SECRET:
        raise KeyFailure("a room's secret does not open with this vault")
    return secret


def content_key(secret: bytes, house: bytes) -> bytes:
    """The key of what lies in the room, from the members' half and the house's."""
    return derive(secret, b"sealed to people", salt=house)


def words_to_compare(public: bytes, *, room: UUID, member: UUID) -> str:
    """Six words that name a public key in one member's place, for two people to compare by another channel."""
    listed = words()
    digest = hashlib.sha256(b"whose key" + room.bytes + member.bytes + public).digest()
    return " ".join(listed[int.from_bytes(digest[i : i + 4], "big") % len(listed)] for i in range(0, 4 * TO_COMPARE, 4))


def _seed(vault_key: bytes) -> bytes:
    return derive(vault_key, b"personal key pair 1")


def _purpose(room: UUID, member: UUID) -> bytes:
    return b"dipoli sealed room 1" + room.bytes + member.bytes
