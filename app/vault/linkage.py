"""The disposable store: who may still edit which note, sign-ins, used form keys. Never backed up; losing it costs no content.

A SQLite file for what expires, and one small file a meeting for its salt, because the seal must be able to destroy exactly that.
By default the directory lies in memory (tmpfs).
"""

import hashlib
import hmac
import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core import clock, entropy
from app.vault.keys import derive
from app.vault.windows import Windows

ROUNDING = 600  # seconds: an expiry must not be a diary
FORM_KEY_LIFE = timedelta(hours=24)
DAY = 86_400  # seconds: a used form key tells no hour, because beside a sign-in that was active in that hour it would name who posted
TABLES = """
CREATE TABLE IF NOT EXISTS login (
  hash BLOB PRIMARY KEY, account BLOB NOT NULL, sealed BLOB NOT NULL, idle INTEGER NOT NULL, absolute INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS form (hash BLOB PRIMARY KEY, location TEXT, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS totp (account BLOB NOT NULL, step INTEGER NOT NULL, PRIMARY KEY (account, step)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Login:
    """A sign-in: whose, under which name, with the vault key if the proof opened it, and a handle to end it by.

    `is_partial`: a second factor is still to be set up; until then it opens nothing but one's own account.
    """

    account_id: UUID
    label: str
    vault_key: bytes | None
    handle: str
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """Of a form key: new (go ahead), or used; `location` is where the first result is found, once there is one."""

    is_new: bool
    location: str | None = None


class Linkage:
    """One per process and directory; safe to use from several threads."""

    def __init__(self, folder: Path, *, idle: timedelta, absolute: timedelta) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "salts").mkdir(exist_ok=True, mode=0o700)
        self.folder, self.idle, self.absolute = folder, idle, absolute
        self._lock = Lock()
        self._swept = 0
        self._db = sqlite3.connect(folder / "linkage.db", isolation_level=None, check_same_thread=False, timeout=5)
        for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "secure_delete = ON", "temp_store = MEMORY"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(TABLES)
        self.windows = Windows(self._db, self._lock)

    # --- sign-ins -----------------------------------------------------------------------------------------------

    def open_login(self, account_id: UUID, vault_key: bytes | None, *, label: str, is_partial: bool = False) -> str:
        """A new sign-in; returns the cookie's value. What it holds can be read only with that value."""
        cookie = entropy.token_urlsafe(32)
        now = clock.now()
        nonce = entropy.token_bytes(12)
        secret = bytes([vault_key is not None, is_partial]) + (vault_key or b"") + label.encode()
        sealed = nonce + AESGCM(derive(cookie.encode(), b"login")).encrypt(nonce, secret, account_id.bytes)
        row = (_hash(cookie), account_id.bytes, sealed, _rounded(now + self.idle), _rounded(now + self.absolute))
        with self._lock:
            self._sweep(now)
            self._db.execute("INSERT INTO login VALUES (?, ?, ?, ?, ?)", row)
        return cookie

    def login(self, cookie: str) -> Login | None:
        """The sign-in of this cookie, or None. Moves the idle expiry on, in steps of ten minutes."""
        now, key = clock.now(), _hash(cookie)
        with self._lock:
            row = self._db.execute(
                "SELECT account, sealed, idle, absolute FROM login WHERE hash = ?", (key,)
            ).fetchone()
            if row is None:
                return None
            account, sealed, idle, absolute = row
            if min(idle, absolute) <= now.timestamp():
                self._db.execute("DELETE FROM login WHERE hash = ?", (key,))
                return None
            moved = _rounded(now + self.idle)
            if moved > idle:
                self._db.execute("UPDATE login SET idle = ? WHERE hash = ?", (moved, key))
        return _opened(cookie, UUID(bytes=account), sealed, key)

    def close_login(self, cookie: str) -> None:
        with self._lock:
            self._db.execute("DELETE FROM login WHERE hash = ?", (_hash(cookie),))

    def close_all(self, account_id: UUID, *, except_cookie: str | None = None) -> None:
        kept = _hash(except_cookie) if except_cookie else b""
        with self._lock:
            self._db.execute("DELETE FROM login WHERE account = ? AND hash <> ?", (account_id.bytes, kept))

    def list_logins(self, account_id: UUID) -> list[str]:
        """Handles of the account's sign-ins, in no order and with no times."""
        with self._lock:
            rows = self._db.execute("SELECT hash FROM login WHERE account = ? ORDER BY hash", (account_id.bytes,))
            return [bytes(row[0]).hex()[:8] for row in rows]

    # --- one-time form keys -------------------------------------------------------------------------------------

    def claim_form(self, key_hash: bytes) -> Claim:
        """Exactly one caller gets a new claim; everybody else learns whether there is a result yet."""
        now = clock.now()
        expires = _rounded(now + FORM_KEY_LIFE, DAY)
        with self._lock:
            self._sweep(now)
            taken = self._db.execute("INSERT OR IGNORE INTO form VALUES (?, NULL, ?)", (key_hash, expires)).rowcount
            if taken:
                return Claim(is_new=True)
            row = self._db.execute("SELECT location FROM form WHERE hash = ?", (key_hash,)).fetchone()
        return Claim(is_new=False, location=row[0] if row else None)

    def _sweep(self, now: datetime) -> None:
        """What has expired goes, whoever comes back for it or not. Once in ten minutes is soon enough."""
        if (slot := _rounded(now)) != self._swept:
            second = int(now.timestamp())
            self._db.execute("DELETE FROM form WHERE expires <= ?", (second,))
            self._db.execute("DELETE FROM login WHERE min(idle, absolute) <= ?", (second,))
            self._swept = slot

    def finish_form(self, key_hash: bytes, location: str) -> None:
        with self._lock:
            self._db.execute("UPDATE form SET location = ? WHERE hash = ?", (location, key_hash))

    def release_form(self, key_hash: bytes) -> None:
        """The submission changed nothing: the same form may be sent again."""
        with self._lock:
            self._db.execute("DELETE FROM form WHERE hash = ? AND location IS NULL", (key_hash,))

    # --- second factor ------------------------------------------------------------------------------------------

    def totp_fresh(self, account_id: UUID, step: int) -> bool:
        """True once per account and time step (RFC 6238, 5.2): a code is used one time only."""
        with self._lock:
            self._db.execute("DELETE FROM totp WHERE step < ?", (step - 10,))
            found = self._db.execute("INSERT OR IGNORE INTO totp VALUES (?, ?)", (account_id.bytes, step))
            return found.rowcount == 1

    # --- meeting salts ------------------------------------------------------------------------------------------

    def salt_of(self, meeting_id: UUID) -> bytes:
        """The meeting's salt, made when first asked for."""
        file = self._salt_file(meeting_id)
        with self._lock:
            try:
                return file.read_bytes()
            except FileNotFoundError:
                handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as opened:
                    opened.write(entropy.token_bytes(32))
            return file.read_bytes()

    def has_salt(self, meeting_id: UUID) -> bool:
        return self._salt_file(meeting_id).exists()

    def destroy_salt(self, meeting_id: UUID) -> None:
        """Overwrite, flush, unlink, flush the directory. Doing it again does nothing.

        The used form keys of the meeting's pages go first: a note's id was made of one.
        """
        file = self._salt_file(meeting_id)
        with self._lock:
            self._db.execute("DELETE FROM form WHERE instr(location, ?) > 0", (str(meeting_id),))
            if not file.exists():
                return
            with file.open("r+b") as opened:
                opened.write(entropy.token_bytes(32))
                opened.flush()
                os.fsync(opened.fileno())
            file.unlink()
            folder = os.open(file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _salt_file(self, meeting_id: UUID) -> Path:
        return self.folder / "salts" / hashlib.sha256(b"salt" + meeting_id.bytes).hexdigest()

    def close(self) -> None:
        self._db.close()


def _opened(cookie: str, account_id: UUID, sealed: bytes, key: bytes) -> Login | None:
    try:
        secret = AESGCM(derive(cookie.encode(), b"login")).decrypt(sealed[:12], sealed[12:], account_id.bytes)
    except InvalidTag:
        return None
    has_vault, is_partial, rest = secret[0], bool(secret[1]), secret[2:]
    vault_key, label = (rest[:32], rest[32:]) if has_vault else (None, rest)
    return Login(account_id, label.decode(), vault_key, key.hex()[:8], is_partial)


def _hash(cookie: str) -> bytes:
    return hmac.digest(b"cookie", cookie.encode(), "sha256")


def _rounded(moment: datetime, step: int = ROUNDING) -> int:
    """Up to the next ten minutes, or to the next of other steps (seconds)."""
    return -(-int(moment.timestamp()) // step) * step
