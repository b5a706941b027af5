"""The file: a head that says nothing, and a stream that cannot be cut, reordered, extended or spliced unnoticed.

    magic (16) · number of recipients (1) · one stanza of 1,168 bytes for each · HMAC-SHA256 of all before (32) · chunks

A random file key is wrapped to every recipient (`recipients.py`). HKDF makes two keys from it: one for the head's HMAC, which also
commits to the file key; one for the chunks, salted with the whole head, so that no chunk fits under another head. Chunks are the
STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015):
64 KiB each under AES-256-GCM, the nonce an 11-byte counter and one byte that is 1 for the last chunk only. Zeros fill the content up to
a Padmé length (Nikitin et al.: Reducing Metadata Leakage from Encrypted Files, 2019), so that the size of a file tells little.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.backup.faults import BadBackup, Refused
from app.backup.recipients import FILE_KEY, STANZA, Identity, Recipient, open_stanza
from app.core import entropy
from app.vault.keys import derive

MAGIC = b"dipoli backup 1\n"
CHUNK, TAG, MAC = 65536, 16, 32  # bytes
MOST_RECIPIENTS = 255
CUT = "The file ends before its head does."


class Writer:
    """Encrypts a stream into `file`. What was written is a backup only after `finish`."""

    def __init__(self, file: BinaryIO, recipients: list[Recipient]) -> None:
        if not 0 < len(recipients) <= MOST_RECIPIENTS:
            raise Refused("A backup needs at least one recipient, and takes at most 255.")
        self._file, self._waiting, self._length, self._count = file, bytearray(), 0, 0
        file_key = entropy.token_bytes(FILE_KEY)
        head = MAGIC + bytes([len(recipients)]) + b"".join(each.wrap(file_key) for each in recipients)
        head += _mac(file_key, head)
        self._cipher = _cipher(file_key, head)
        file.write(head)

    def write(self, data: bytes) -> None:
        self._waiting += data
        self._length += len(data)
        while len(self._waiting) > CHUNK:  # the last chunk is kept back, because it is marked as the last
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        missing = padded(self._length) - self._length
        while missing:
            part = min(missing, CHUNK)
            self.write(bytes(part))
            missing -= part
        self._put(bytes(self._waiting), last=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._count, last=last), plain, None))
        self._count += 1


def recipients_of(file: BinaryIO) -> int:
    """How many can open the file, as its head says. Leaves the file at its beginning. Raises BadBackup."""
    count = len(_stanzas(file)[1])
    file.seek(0)
    return count


def read(file: BinaryIO, identities: list[Identity]) -> Iterator[bytes]:
    """The content in pieces, each authenticated; zeros follow it. Raises BadBackup at the first thing that is not as written.

    Only when the iterator has ended is it known that nothing is missing.
    """
    head, stanzas = _stanzas(file)
    file_key = open_stanza(stanzas, identities)
    found = file.read(MAC)
    if not hmac.compare_digest(found, _mac(file_key, head)):
        raise BadBackup("The head of the file was changed.")
    cipher = _cipher(file_key, head + found)
    count, block = 0, file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            plain = cipher.decrypt(_nonce(count, last=not following), block, None)
        except (InvalidTag, ValueError):
            raise BadBackup(
                f"The file was changed, cut or extended: part {count + 1} of its content does not open."
            ) from None
        yield plain
        if not following:
            return
        count, block = count + 1, following


def padded(length: int) -> int:
    """The Padmé length: at most about 12 % more, and all lengths near each other become one. At least one chunk."""
    if length <= CHUNK:
        return CHUNK
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask


def _stanzas(file: BinaryIO) -> tuple[bytes, list[bytes]]:
    """The head without its HMAC, and its stanzas."""
    start = file.read(len(MAGIC) + 1)
    if start[: len(MAGIC)] != MAGIC:
        raise BadBackup("This is not a backup of Dipoli, or of a version that is not known here.")
    if len(start) == len(MAGIC) or not start[-1]:
        raise BadBackup(CUT)
    body = file.read(start[-1] * STANZA)
    if len(body) != start[-1] * STANZA:
        raise BadBackup(CUT)
    return start + body, [body[at : at + STANZA] for at in range(0, len(body), STANZA)]


def _mac(file_key: bytes, head: bytes) -> bytes:
    return hmac.digest(derive(file_key, b"backup head"), head, "sha256")


def _cipher(file_key: bytes, head: bytes) -> AESGCM:
    return AESGCM(derive(file_key, b"backup content", salt=hashlib.sha256(head).digest()))


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])
