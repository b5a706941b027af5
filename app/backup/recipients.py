"""Whom a backup is for: an identity (secret, kept away from the server) and its recipient (public, given to the server).

The cryptography is that of app.vault.hybrid. An identity is 32 random bytes.
"""

import base64
import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from app.backup.faults import BadBackup, Refused
from app.core import entropy
from app.vault import hybrid

CHECK = 4  # bytes
FILE_KEY = 32  # bytes
STANZA = hybrid.SEALED_KEY
PURPOSE = b"dipoli backup 1: file key"
RECIPIENT, IDENTITY = "dipoli-recipient-1:", "dipoli-identity-1:"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A public key, 1,216 bytes: ML-KEM-768 and X25519 side by side."""

    public: bytes

    def wrap(self, file_key: bytes) -> bytes:
        """One stanza. It does not say whose it is."""
        return hybrid.seal_to(self.public, file_key, info=PURPOSE)

    def words(self) -> str:
        """One line for a file: prefix, base64url, and a checksum against a cut or mistyped line."""
        return RECIPIENT + _encoded(self.public)

    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits to compare by another channel."""
        return hashlib.sha256(self.public).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Identity:
    seed: bytes = field(repr=False)

    def recipient(self) -> Recipient:
        return Recipient(hybrid.public_of(self.seed))

    def unwrap(self, stanza: bytes) -> bytes | None:
        """The file key, or None for another's stanza or a changed one."""
        return hybrid.open_with(self.seed, stanza, info=PURPOSE)

    def words(self) -> str:
        return IDENTITY + _encoded(self.seed)


def new_identity() -> Identity:
    return Identity(entropy.token_bytes(hybrid.SEED))


def write_identity(file: Path, identity: Identity) -> Path:
    """Keep the identity in a new file of mode 0600, and its recipient beside it as `FILE.pub`. Raises Refused."""
    public = file.with_name(f"{file.name}.pub")
    for path, mode, words in ((file, 0o600, identity.words()), (public, 0o644, identity.recipient().words())):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except OSError as fault:
            raise Refused(f"{path} cannot be made: {fault.strerror}.") from None
        with os.fdopen(handle, "w", encoding="ascii") as opened:
            opened.write(words + "\n")
            opened.flush()
            os.fsync(opened.fileno())
    return public


def read_identity(file: Path) -> Identity:
    """Raises Refused where it is missing, readable by others, or none."""
    text = _text(file, "identity")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise Refused(f"The identity {file} can be read by others; its mode must be 0600.")
    return Identity(_decoded(text, IDENTITY, hybrid.SEED, f"{file} is not an identity, or not all of it."))


def read_recipients(given: str) -> list[Recipient]:
    """A recipient as one line, or a file with one on each line. Raises Refused."""
    lines = [given] if given.startswith(RECIPIENT) else _text(Path(given), "recipient").splitlines()
    found = [_recipient(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise Refused(f"{given} names no recipient.")
    return found


def _recipient(words: str) -> Recipient:
    if words.startswith(IDENTITY):
        raise Refused("This is an identity, which must stay secret; give its recipient, the file ending in .pub.")
    fault = f"“{words[:24]}…” is not a recipient, or not all of it."
    public = _decoded(words, RECIPIENT, hybrid.PUBLIC, fault)
    try:
        hybrid.check_public(public)
    except ValueError:
        raise Refused(fault) from None
    return Recipient(public)


def _text(file: Path, what: str) -> str:
    try:
        return file.read_text(encoding="ascii")
    except OSError as fault:
        raise Refused(f"The {what} {file} cannot be read: {fault.strerror}.") from None
    except UnicodeDecodeError:
        raise Refused(f"{file} is no {what}.") from None


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw + hashlib.sha256(raw).digest()[:CHECK]).rstrip(b"=").decode()


def _decoded(text: str, prefix: str, size: int, fault: str) -> bytes:
    line = next((part.strip() for part in text.splitlines() if part.startswith(prefix)), "")
    body = line.removeprefix(prefix)
    try:
        framed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Refused(fault) from None
    raw = framed[:size]
    if len(framed) != size + CHECK or framed[size:] != hashlib.sha256(raw).digest()[:CHECK]:
        raise Refused(fault)
    return raw


def open_stanza(stanzas: list[bytes], identities: list[Identity]) -> bytes:
    """The file key from the first stanza that one of the identities opens. Raises BadBackup."""
    opened = (identity.unwrap(stanza) for stanza in stanzas for identity in identities)
    file_key = next((key for key in opened if key is not None), None)
    if file_key is None or len(file_key) != FILE_KEY:
        raise BadBackup(
            "No part of the file's head opens with this identity: the backup is for others, or was changed."
        )
    return file_key
