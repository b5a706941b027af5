"""A checkpoint: how long a log is and which root it has, as a signed note that anybody can keep, print and compare.

The form is C2SP's (c2sp.org/tlog-checkpoint, c2sp.org/signed-note): origin, size in decimal, root in base64; an empty line; a line
that begins with a dash for each signature: name, base64 of the key's number (4 bytes) and an Ed25519 signature (RFC 8032, 64 bytes)
over the text above the empty line, its last line end included.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.core.i18n import N_

ED25519 = b"\x01"
LINES, LONGEST = 16, 4096  # more is no checkpoint of ours
SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
ORIGIN = re.compile(r"dipoli/([A-Za-z0-9][A-Za-z0-9.\-]{0,127})/[0-9a-f]{12}")
DASH = "— "


class BadCheckpoint(ValueError):
    """What was given is no checkpoint, or not one of ours. Its words are a sentence to be translated."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`root`: 32 bytes. `signatures`: (name, number of the key and signature)."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[tuple[str, bytes], ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def note(self) -> str:
        """Text and signatures: the file that is kept."""
        lines = [f"{DASH}{name} {base64.b64encode(data).decode()}\n" for name, data in self.signatures]
        return self.text + "\n" + "".join(lines) if lines else self.text

    @property
    def dialogue(self) -> str:
        """The code of the dialogue. Raises BadCheckpoint for the origin of another kind of log."""
        found = ORIGIN.fullmatch(self.origin)
        if found is None:
            raise BadCheckpoint(N_("This is the checkpoint of another kind of log."))
        return found[1]


def origin_of(code: str, dialogue_id: UUID) -> str:
    """One log in the world: two houses may both have a dialogue of this code, and their ids are random."""
    return f"dipoli/{code}/{dialogue_id.hex[:12]}"


def sign(checkpoint: Checkpoint, seed: bytes) -> Checkpoint:
    """The same with our signature. `seed`: 32 bytes, the private key of RFC 8032."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    number = _number(checkpoint.origin, key.public_key())
    signature = number + key.sign(checkpoint.text.encode())
    return Checkpoint(checkpoint.origin, checkpoint.size, checkpoint.root, ((checkpoint.origin, signature),))


def verifier_key(origin: str, seed: bytes) -> str:
    """The public key as the signed-note tools take it: `name+number+base64 of algorithm and key`."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return f"{origin}+{_number(origin, public).hex()}+{base64.b64encode(ED25519 + public.public_bytes_raw()).decode()}"


def _number(name: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key.public_bytes_raw()).digest()[:4]


def is_signed(checkpoint: Checkpoint, seed: bytes) -> bool:
    """Whether it carries our signature. Raises BadCheckpoint for one in our name that does not fit: somebody changed it."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    ours = [data for name, data in checkpoint.signatures if name == checkpoint.origin]
    if all(_fits(checkpoint, key, data) for data in ours):
        return bool(ours)
    raise BadCheckpoint(N_("The signature does not fit: this checkpoint was changed, or never issued here."))


def _fits(checkpoint: Checkpoint, key: Ed25519PublicKey, data: bytes) -> bool:
    try:
        key.verify(data[4:], checkpoint.text.encode())
    except InvalidSignature:
        return False
    return data[:4] == _number(checkpoint.origin, key)


def refuse_foreign(checkpoint: Checkpoint, origin: str, size: int) -> None:
    """Raises BadCheckpoint for the checkpoint of another log than `origin`, and for one of more entries than `size`."""
    if checkpoint.origin != origin:
        known = ORIGIN.fullmatch(checkpoint.origin) and ORIGIN.fullmatch(origin)
        same_code = known and checkpoint.dialogue == origin.split("/")[1]
        raise BadCheckpoint(
            N_("This is the checkpoint of a dialogue of this code on another platform.")
            if same_code
            else N_("This is the checkpoint of another dialogue.")
        )
    if checkpoint.size > size:
        raise BadCheckpoint(
            N_(
                "This checkpoint counts more entries than the log has: entries were taken out of the log, or it was never issued here."
            )
        )


def parse(note: str) -> Checkpoint:
    """A checkpoint from its file, or from its three lines alone. Raises BadCheckpoint for anything else."""
    lines = [line.strip() for line in note.strip().splitlines()]
    if len(note) > LONGEST or not 3 <= len(lines) <= LINES:
        raise BadCheckpoint(
            N_("A checkpoint has three lines (origin, size, root), then an empty line and its signature.")
        )
    origin, size, root, *rest = lines
    if not origin or not SIZE.fullmatch(size):
        raise BadCheckpoint(N_("The second line of a checkpoint is the size of the log, a number."))
    if rest and rest[0]:
        raise BadCheckpoint(N_("After the root comes an empty line."))
    signatures = tuple(_signature(line) for line in rest if line)
    return Checkpoint(origin, int(size), _decoded(root, 32), signatures)


def _signature(line: str) -> tuple[str, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != DASH.strip():
        raise BadCheckpoint(N_("A line of a signature is: a dash, a name, the signature."))
    return parts[1], _decoded(parts[2])  # a witness's may be longer than ours


def _decoded(words: str, size: int | None = None) -> bytes:
    """Strictly base64 (RFC 4648, section 4), and the only spelling of these bytes."""
    try:
        found = base64.b64decode(words, validate=True)
    except ValueError as fault:
        raise BadCheckpoint(N_("Root and signature are written in base64; one of them is not.")) from fault
    if (size is not None and len(found) != size) or base64.b64encode(found).decode() != words:
        raise BadCheckpoint(N_("Root or signature has the wrong length."))
    return found
