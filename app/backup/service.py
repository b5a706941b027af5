"""The operator's three verbs: make a backup, restore one, check one."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.access.bypass import unguarded
from app.access.work import Ground, Work
from app.backup import container
from app.backup.dumping import Head, Manifest, Part, parts_of, rows_of, write
from app.backup.faults import BadBackup, Refused
from app.backup.recipients import Identity, Recipient
from app.backup.restoring import restore, temporary_house
from app.backup.shapes import shapes_of
from app.backup.verifying import check_database, logs_of
from app.core import clock
from app.db.revisions import head
from app.keys.records import KEYS, Records, records_of
from app.mapping import Base
from app.settings import Settings
from app.vault.keys import KeyRing

WHY = "a backup holds every room, sealed to its recipients"


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup: bytes of the file, rows and tables in it."""

    size: int
    rows: int
    tables: int


def create(ground: Ground, file: Path, recipients: list[Recipient]) -> Made:
    """Write one consistent moment of the running database to a new file. Raises Refused; then no file is left behind.

    Reads only, and holds up nobody: SQLite's log and PostgreSQL's versions let the server go on writing meanwhile.
    """
    with unguarded(ground, WHY) as work:
        _revision_of(_reading(work))
    with _new_file(file) as opened, unguarded(ground, WHY) as work:
        writer = container.Writer(opened, recipients)
        try:
            manifest = _dump(work, snapshot(work), writer)
        except SQLAlchemyError as fault:
            raise Refused(f"The database cannot be read ({type(fault).__name__}).") from None
        writer.finish()
        return Made(opened.tell(), manifest.rows, len(manifest.tables))


def snapshot(work: Work) -> Connection:
    """The connection of one moment: every table is read as of its first statement.

    PostgreSQL: the tables are held, for reading, before the moment is fixed. A seal's VACUUM FULL then waits; otherwise it would keep
    the old rows, because somebody might still read them, and call itself done. SQLite's checkpoint waits by itself.
    """
    connection = _reading(work)
    if connection.dialect.name == "postgresql":
        quote = connection.dialect.identifier_preparer.quote
        names = ", ".join(quote(name) for name in sorted(Base.metadata.tables))
        connection.execute(text(f"LOCK TABLE {names} IN ACCESS SHARE MODE"))
    return connection


def _reading(work: Work) -> Connection:
    if work.ground.engine.dialect.name == "sqlite":
        return work.db.connection(execution_options={"writes": False})
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return work.db.connection(execution_options=options)


def _revision_of(connection: Connection) -> str:
    """Raises Refused unless the schema is the one that this Dipoli knows."""
    try:
        revision = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as fault:
        raise Refused(f"The database cannot be read ({type(fault).__name__}).") from None
    if revision is None or revision != head():
        raise Refused(
            f"The database is at revision {revision}, this Dipoli at {head()}; bring it up to date with `dipoli init` first."
        )
    return revision


def _dump(work: Work, connection: Connection, writer: container.Writer) -> Manifest:
    shapes, moment = shapes_of(Base.metadata), Head(_revision_of(connection), clock.today().isoformat())
    return write(connection, shapes, moment, logs=logs_of(work), keys=work.ground.keys, put=writer.write)


@contextmanager
def _new_file(file: Path) -> Iterator[BinaryIO]:
    """`FILE.part` until it is whole and on the disk, then FILE. Mode 0600. Raises Refused; then neither is left behind."""
    if file.exists():
        raise Refused(f"{file} exists already; a backup overwrites nothing.")
    part = file.with_name(f"{file.name}.part")
    try:
        with _locked(part) as opened:
            try:
                yield opened
                opened.flush()
                os.fsync(opened.fileno())
                part.rename(file)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
    except OSError as fault:
        raise Refused(f"{file} cannot be written: {fault.strerror}. Nothing was left behind.") from None
    _flush_folder(file.parent)


@contextmanager
def _locked(part: Path) -> Iterator[BinaryIO]:
    """The unfinished file, ours alone; what a killed backup left in it is cut off."""
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "r+b") as opened:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Another backup is being written to {part}.") from None
        os.fchmod(handle, 0o600)
        opened.truncate()
        yield opened


def _flush_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as fault:
        raise Refused(f"The backup is written, but {folder} may forget it at a power cut: {fault.strerror}.") from None


def records_in(file: Path, identities: list[Identity]) -> Records:
    """How the house in the backup recognises its master key, and how a passphrase makes it. Raises BadBackup, Refused."""
    with _opened(file) as opened:
        return records_of(rows_of(container.read(opened, identities), KEYS.name))


def restore_into(settings: Settings, keys: KeyRing, file: Path, identities: list[Identity]) -> Manifest:
    """Bring back the backup into the empty database of these settings, all of it or nothing. Raises BadBackup, Refused."""
    _read_through(file, identities, keys)  # before anything is touched
    if settings.database_url.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return _restore(settings.database_url, keys, file, identities)


def _restore(url: str, keys: KeyRing, file: Path, identities: list[Identity]) -> Manifest:
    with _opened(file) as opened:
        return restore(url, parts_of(container.read(opened, identities), keys), keys)


def verify(keys: KeyRing, file: Path, identities: list[Identity]) -> Iterator[str]:
    """One sentence for each check that holds; raises BadBackup at the first that does not. Leaves nothing behind, whatever happens."""
    with _opened(file) as opened:
        count = container.recipients_of(opened)
    manifest, moment = _read_through(file, identities, keys)
    yield f"The head opens with this identity and is whole; recipients: {count}."
    yield f"The content is whole, up to its last byte ({file.stat().st_size:,} bytes in all)."
    yield f"Made by the house that holds this master key, on {moment.day}, at revision {moment.revision}."
    yield f"Counts and SHA-256 of all {len(manifest.tables)} tables agree ({manifest.rows:,} rows)."
    with temporary_house(keys) as ground:
        restored = _restore(ground.settings.database_url, keys, file, identities)
        yield f"Restored to a temporary place, read back, every table equal; schema brought to {head()}."
        yield from check_database(ground, restored)


def _read_through(file: Path, identities: list[Identity], keys: KeyRing) -> tuple[Manifest, Head]:
    """The whole file once, nothing kept: what is authenticated is authentic, and from this house. Raises BadBackup."""
    moment: Part | None = None
    with _opened(file) as opened:
        for part in parts_of(container.read(opened, identities), keys):
            if isinstance(part, Head):
                moment = part
            if isinstance(part, Manifest) and isinstance(moment, Head):
                return part, moment
    raise BadBackup("The dump has no head.")


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as fault:
        raise Refused(f"{file} cannot be read: {fault.strerror}.") from None
