"""To one holder of a secret, and to nobody else: HPKE (RFC 9180) with the hybrid of ML-KEM-768 (FIPS 203) and X25519, HKDF-SHA256
and AES-256-GCM.

A secret is 32 bytes; both secret keys are expanded from it with SHAKE-256, as X-Wing does. Whoever breaks only one of the two reads
nothing. What is sealed for one purpose (`info`) does not open for another.
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

SEED = 32  # bytes
MLKEM_PUBLIC, X25519_PUBLIC = 1184, 32  # bytes
PUBLIC = MLKEM_PUBLIC + X25519_PUBLIC
SEALED_KEY = 1168  # bytes: encapsulation (1088 + 32), a key of 32 bytes, tag
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def public_of(seed: bytes) -> bytes:
    """The public key, 1,216 bytes: ML-KEM-768 and X25519 side by side."""
    kem, curve = _secret_keys(seed)
    return kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def check_public(public: bytes) -> None:
    """Raises ValueError for what is no public key."""
    _public_key(public)


def seal_to(public: bytes, secret: bytes, *, info: bytes) -> bytes:
    """Encapsulation and ciphertext. It does not say whose it is."""
    return _SUITE.encrypt(secret, _public_key(public), info=info)


def open_with(seed: bytes, sealed: bytes, *, info: bytes) -> bytes | None:
    """The secret, or None for another's, another purpose's or a changed one."""
    try:
        return _SUITE.decrypt(sealed, MLKEM768X25519PrivateKey(*_secret_keys(seed)), info=info)
    except (InvalidTag, ValueError):
        return None


def _secret_keys(seed: bytes) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
    expanded = hashlib.shake_256(seed).digest(96)
    kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    return kem, x25519.X25519PrivateKey.from_private_bytes(expanded[64:])


def _public_key(public: bytes) -> MLKEM768X25519PublicKey:
    kem = mlkem.MLKEM768PublicKey.from_public_bytes(public[:MLKEM_PUBLIC])
    return MLKEM768X25519PublicKey(kem, x25519.X25519PublicKey.from_public_bytes(public[MLKEM_PUBLIC:]))
