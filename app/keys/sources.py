"""The master key at start: from where the settings say, and only if it is this database's."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, inspect, text

from app.db.inuse import InUse
from app.keys.records import NOT_OURS, Records, is_new, prove_fits, read_records, record_of, records_in, write_record
from app.settings import Settings
from app.vault.keys import KeyFailure, KeyRing, id_of_master
from app.vault.master import SOMEBODY_ELSE, Stretch, create_key, new_stretch, read_key, stretched
from app.vault.passphrase import Cost

CREDENTIAL = "dipoli-master-key"
CHANGED = "The master key was changed while this process ran; start it again."


@dataclass(frozen=True, slots=True)
class Asking:
    """How a passphrase is asked for: the present one, and a new one (which is asked for twice on a terminal)."""

    present: Callable[[], str]
    new: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Opened:
    """The master key of this process, and how it came from a passphrase where it did."""

    master: bytes
    stretch: Stretch | None = None


def next_file(settings: Settings) -> Path:
    """Where a new key waits until everything is wrapped under it."""
    return settings.master_key_file.with_name(settings.master_key_file.name + ".next")


def open_master(settings: Settings, engine: Engine, asking: Asking, *, makes: bool = False) -> Opened:
    """The key of this database; with `makes` a new one for a database that holds nothing yet. Nothing else is written.

    Raises KeyFailure with one sentence: missing, damaged, open to others, another database's, a wrong passphrase, another source.
    """
    records = read_records(engine)
    if records.present is None and makes and not _holds_anything(engine):
        return _first_key(settings, asking)
    return Opened(present_key(settings, records, asking), records.present.stretch if records.present else None)


def _holds_anything(engine: Engine) -> bool:
    if is_new(engine):
        return False
    with engine.execution_options(writes=False).connect() as connection:
        known = inspect(connection).has_table("room_key")
        return known and connection.execute(text("SELECT count(*) FROM room_key")).scalar_one() > 0


def _first_key(settings: Settings, asking: Asking) -> Opened:
    if settings.master_key_from == "passphrase":
        stretch = stretch_of(settings)
        return Opened(stretched(asking.new(), stretch), stretch)
    if settings.master_key_from == "file" and not settings.master_key_file.exists():
        return Opened(create_key(settings.master_key_file))
    return Opened(_candidates(settings)[0])


def stretch_of(settings: Settings) -> Stretch:
    """A new salt, and the cost that the settings ask of a master passphrase."""
    return new_stretch(Cost(settings.master_key_memory_kib, settings.master_key_passes))


def present_key(settings: Settings, records: Records, asking: Asking) -> bytes:
    """The key that fits the database's record. While a rotation is unfinished that may be the one that waits beside the file."""
    wanted = records.present
    if settings.master_key_from == "passphrase":
        return _from_passphrase(records, asking)
    if wanted and wanted.kind == "passphrase":
        raise KeyFailure("The master key of this database is a passphrase; set DIPOLI_MASTER_KEY_FROM=passphrase.")
    found = _candidates(settings)
    if wanted is None:
        return found[0]
    for master in found:
        if wanted.fits(master):
            return master
    raise KeyFailure(_why_not(records, found[0]))


def _from_passphrase(records: Records, asking: Asking) -> bytes:
    wanted = records.present
    if wanted is None or wanted.stretch is None:
        raise KeyFailure(
            "The master key of this database is no passphrase; set DIPOLI_MASTER_KEY_FROM to file or credential, "
            "and to change that run `dipoli keys rotate --to passphrase`."
        )
    master = stretched(asking.present(), wanted.stretch)
    if not wanted.fits(master):
        raise KeyFailure(
            "This is not the passphrase of this database's master key; nothing was started and nothing written."
        )
    return master


def _candidates(settings: Settings) -> list[bytes]:
    if settings.master_key_from == "credential":
        return [_credential()]
    waiting = next_file(settings)
    try:
        found = [read_key(settings.master_key_file)]
    except KeyFailure:
        if not waiting.exists():
            raise
        return [read_key(waiting)]
    if waiting.exists():
        found += _readable(waiting)
    return found


def _readable(file: Path) -> list[bytes]:
    """The file's key, if it is whole; one that was being written when the power went is nobody's key yet."""
    try:
        return [read_key(file)]
    except KeyFailure:
        return []


def _credential() -> bytes:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise KeyFailure(
            "There is no CREDENTIALS_DIRECTORY, so systemd handed over no master key; "
            f"set LoadCredential={CREDENTIAL}:FILE in the unit, or DIPOLI_MASTER_KEY_FROM=file."
        )
    return read_key(Path(folder) / CREDENTIAL, closed_to=SOMEBODY_ELSE)


def _why_not(records: Records, master: bytes) -> str:
    if older := records.retired_by_id(id_of_master(master)):
        return f"{NOT_OURS} last: it was retired on {older.retired_on}; give Dipoli the key that came after it (docs/keys.md)."
    return f"{NOT_OURS}; put the right key back (docs/keys.md), nothing was started and nothing written."


def acknowledge(engine: Engine, opened: Opened) -> None:
    """Remember how to recognise the key, in a migrated database that does not yet. Raises KeyFailure if it does not open what is there."""
    with engine.begin() as connection:
        if records_in(connection).present is None:
            prove_fits(connection, KeyRing(opened.master))
            write_record(connection, record_of(opened.master, opened.stretch))


def watch(engine: Engine, ring: KeyRing) -> None:
    """A connection that is made after somebody changed the key is refused: this process would wrap under the old one."""

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:
        row = raw.execute("SELECT key_id FROM master_key WHERE retired_on IS NULL").fetchone()
        raw.rollback()
        if row is None or bytes(row[0]) != ring.key_id:
            raw.close()
            raise InUse(CHANGED)
