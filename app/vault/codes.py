"""Codes of 120 bits that people hand over or keep on paper: for invitations and for a lost second factor."""

import hashlib

from app.core import entropy

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 signs, none that is taken for another
SIGNS, GROUP = 24, 4


def new_code() -> str:
    """24 signs of 5 bits in groups of four."""
    signs = "".join(ALPHABET[byte % len(ALPHABET)] for byte in entropy.token_bytes(SIGNS))
    return "-".join(signs[place : place + GROUP] for place in range(0, SIGNS, GROUP))


def code_hash(code: str) -> bytes:
    """SHA-256 of the signs, however they were typed. A plain hash is enough from 112 bits on (ASVS 5.0, 6.5.2)."""
    return hashed("".join(sign for sign in code.upper() if sign.isalnum()))


def hashed(value: str) -> bytes:
    return hashlib.sha256(value.encode()).digest()
