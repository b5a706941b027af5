"""Where the master key comes from: a file, a credential that systemd hands over, or a passphrase.

A key file holds exactly 32 bytes, or the same as 64 hexadecimal digits with or without a line feed at the end. Everything else is
refused with a sentence that names the file and the mend.
"""

import itertools
import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

from app.core import entropy
from app.vault.keys import KEY_SIZE, KeyFailure, derive
from app.vault.passphrase import Cost

TEXT_FORM = re.compile(rb"[0-9a-fA-F]{64}\r?\n?")
MOST_READ = 128  # bytes; more than any key has, so that a wrong file is not read whole
OTHERS = 0o077
SOMEBODY_ELSE = 0o007  # systemd lets the service's user read a credential by an access list, which shows as 0440
FEWEST_SIGNS = 10  # different bytes; 32 random ones have about 30, and fewer than 10 less than once in 10^25


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a passphrase becomes a key: Argon2id (RFC 9106) over this salt (16 bytes), at this cost. Stored; nothing of it is secret."""

    salt: bytes
    cost: Cost


def new_stretch(cost: Cost) -> Stretch:
    return Stretch(entropy.token_bytes(16), cost)


def stretched(passphrase: str, stretch: Stretch) -> bytes:
    """The master key (32 bytes) of a passphrase, whichever keyboard typed it (NFKC, as NIST SP 800-63B-4 says). Raises KeyFailure
    where there is not enough memory.
    """
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    try:
        root = hash_secret_raw(
            typed,
            stretch.salt,
            time_cost=stretch.cost.passes,
            memory_cost=stretch.cost.memory_kib,
            parallelism=1,
            hash_len=KEY_SIZE,
            type=Type.ID,
        )
    except HashingError as fault:
        need = f"{stretch.cost.memory_kib // 1024} MiB"
        raise KeyFailure(f"The passphrase could not be turned into a key: that needs {need} of free memory.") from fault
    return derive(root, b"master key")


def read_key(file: Path, *, closed_to: int = OTHERS) -> bytes:
    """The key of a file (32 bytes). Raises KeyFailure with one sentence: missing, no file, open to others, empty, short, long, a default."""
    return _key_in(_content(file, closed_to), file)


def _content(file: Path, closed_to: int) -> bytes:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe must not hold up the start
    except FileNotFoundError:
        raise KeyFailure(
            f"The master key is missing: there is no {file}; put it back, or for a new database make one with `dipoli init`."
        ) from None
    except OSError as fault:
        raise KeyFailure(
            f"The master key cannot be read: {file}: {fault.strerror}; let its owner run Dipoli."
        ) from None
    try:
        _refuse_mode(os.fstat(handle).st_mode, file, closed_to)
        return os.read(handle, MOST_READ)
    finally:
        os.close(handle)


def _refuse_mode(mode: int, file: Path, closed_to: int) -> None:
    if not stat.S_ISREG(mode):
        raise KeyFailure(f"The master key is no file: {file}; put the key's own file there.")
    if stat.S_IMODE(mode) & closed_to:
        raise KeyFailure(
            f"The master key can be read or changed by others: {file} has mode {stat.S_IMODE(mode):04o}, its mode must be 0400; "
            "`chmod 0400` it, and rotate it if anybody may have read it."
        )


def _key_in(content: bytes, file: Path) -> bytes:
    if not content:
        raise KeyFailure(f"The master key is empty: {file} holds nothing; put the whole file back.")
    if TEXT_FORM.fullmatch(content):
        content = bytes.fromhex(content.decode().strip())
    if len(content) < KEY_SIZE:
        raise KeyFailure(
            f"The master key is too short: {file} holds {len(content)} bytes of 32; put the whole file back."
        )
    if len(content) > KEY_SIZE:
        raise KeyFailure(
            f"The master key is too long: {file} must hold 32 bytes, or 64 hexadecimal digits and nothing else."
        )
    if is_guessable(content):
        raise KeyFailure(
            f"The master key is a default or a typed one: {file} must hold 32 random bytes; `dipoli init` makes them."
        )
    return content


def is_guessable(key: bytes) -> bool:
    """Whether the 32 bytes are a pattern or typed text rather than drawn at random (which looks so once in 10^13)."""
    steps = {(after - before) % 256 for before, after in itertools.pairwise(key)}
    return len(set(key)) < FEWEST_SIGNS or len(steps) == 1 or all(32 <= byte < 127 for byte in key)


def create_key(file: Path) -> bytes:
    """Write a new key, readable by its owner alone, and see it on the disk; an existing file is never touched (FileExistsError)."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    master = entropy.token_bytes(KEY_SIZE)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "wb") as opened:
        opened.write(master)
        opened.flush()
        os.fsync(opened.fileno())
    flush_folder(file.parent)
    return master


def flush_folder(folder: Path) -> None:
    """What was made, renamed or unlinked in it is so after a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def shred(file: Path) -> None:
    """Overwrite, flush, unlink. A disk that moves its blocks about may keep the old ones; docs/keys.md says so."""
    file.chmod(0o600)
    with file.open("r+b") as opened:
        opened.write(entropy.token_bytes(max(KEY_SIZE, file.stat().st_size)))
        opened.flush()
        os.fsync(opened.fileno())
    file.unlink()
    flush_folder(file.parent)
