"""Passphrases: Argon2id (RFC 9106) once, then HKDF parts the root into what is compared and what unlocks.

The stored credential holds a hash of the verifier and the vault key wrapped under the other half: neither the database nor its
copies open a vault.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core import entropy
from app.core.i18n import N_
from app.vault.keys import derive

SHORTEST, LONGEST = 15, 256  # characters (NIST SP 800-63B-4)
WORDS = 6
VAULT_KEY = 32  # bytes
COMMON = frozenset(
    {
        "passwordpassword",
        "123456789012345",
        "qwertyuiopasdfgh",
        "correcthorsebatterystaple",
        "correct horse battery staple",
        "letmeinletmeinletmein",
    }
)
CONTEXT = ("dipoli", "chatham house", "sixparty", "six-party")


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id's memory (KiB) and passes."""

    memory_kib: int = 65536
    passes: int = 3


def weakness(passphrase: str, *, login: str = "") -> str | None:
    """What is wrong with a passphrase somebody chose, as a sentence, or None."""
    folded = passphrase.casefold()
    if len(passphrase) < SHORTEST:
        return N_("A passphrase needs at least 15 characters.")
    if len(passphrase) > LONGEST:
        return N_("A passphrase has at most 256 characters.")
    if folded.replace(" ", "") in {c.replace(" ", "") for c in COMMON} or len(set(folded)) < 5:
        return N_("This passphrase is too easy to guess.")
    if any(folded.replace(word, "").strip() == "" for word in (*CONTEXT, login.casefold()) if word):
        return N_("This passphrase is too easy to guess.")
    return None


def propose(*, count: int = WORDS) -> str:
    """Six words or more, drawn at random from a list of 2,048 or more: 11 bits each."""
    listed = words()
    return " ".join(listed[entropy.below(len(listed))] for _turn in range(count))


@cache
def words() -> tuple[str, ...]:
    return tuple((Path(__file__).parent / "words.txt").read_text().split())


def enrol(passphrase: str, cost: Cost, *, vault_key: bytes | None = None) -> dict[str, Any]:
    """A credential for a new passphrase, over a new vault key or (when the passphrase changes) the old one."""
    salt = entropy.token_bytes(16)
    root = _root(passphrase, salt, cost)
    nonce = entropy.token_bytes(12)
    wrapped = nonce + AESGCM(derive(root, b"vault")).encrypt(
        nonce, vault_key or entropy.token_bytes(VAULT_KEY), b"vault key"
    )
    return {
        "salt": _text(salt),
        "memory_kib": cost.memory_kib,
        "passes": cost.passes,
        "verifier": hashlib.sha256(derive(root, b"verifier")).hexdigest(),
        "vault": _text(wrapped),
    }


def open_vault(passphrase: str, credential: dict[str, Any]) -> bytes | None:
    """The vault key, or None for a wrong passphrase. One Argon2id run either way."""
    cost = Cost(credential["memory_kib"], credential["passes"])
    root = _root(passphrase, base64.b64decode(credential["salt"]), cost)
    verifier = hashlib.sha256(derive(root, b"verifier")).hexdigest()
    if not hmac.compare_digest(verifier, credential["verifier"]):
        return None
    wrapped = base64.b64decode(credential["vault"])
    try:
        return AESGCM(derive(root, b"vault")).decrypt(wrapped[:12], wrapped[12:], b"vault key")
    except InvalidTag:
        return None


def burn(passphrase: str, cost: Cost) -> None:
    """The same work for a login that does not exist, so that the time tells nothing."""
    _root(passphrase, bytes(16), cost)


def _root(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(
        passphrase.encode("utf-8", "surrogatepass"),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
