"""Rotation: another master key, everything wrapped anew under it, the old one kept aside until it is proved to open nothing.

waiting    the new key lies beside the old one as `….next`; nothing depends on it. A passphrase has no such step
rewrapped  one transaction wraps everything anew and changes the database's record of its key: either all of it or nothing
in place   the old file lies aside under a dated name, the new one in its place

Killed anywhere, the record says which key is the present one, and a start finds it in either place; the next call goes on.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, Engine, LargeBinary, Table, false, func, or_, select, update

from app.core import clock
from app.db.base import UnderMasterKey
from app.db.compacting import compact
from app.db.inuse import alone
from app.keys import records as remembered
from app.keys.records import Record, Records, Wrapped, everything_wrapped, read_records, record_of
from app.keys.sources import Asking, Opened, acknowledge, next_file, present_key, stretch_of
from app.mapping import Base
from app.settings import Settings
from app.vault.keys import HEAD, UNNAMED, KeyFailure, KeyRing, head_naming, id_of_master, named_by
from app.vault.master import create_key, flush_folder, read_key, shred, stretched


@dataclass(frozen=True, slots=True)
class Rotated:
    """`count` things wrapped anew; `kept` is where the old key's file lies. `was_finished`: an interrupted rotation was only ended."""

    key_id: bytes
    count: int
    kept: Path | None
    was_finished: bool = False


def rotate(settings: Settings, engine: Engine, asking: Asking, *, to: str) -> Rotated:
    """A new master key in a file or from a passphrase; or the end of a rotation that was interrupted.

    Raises InUse while anything runs on the database, KeyFailure for a wrong present key; then nothing was changed.
    """
    with alone(engine):
        master = _present(settings, engine, asking)
        if kept := _put_in_place(settings, read_records(engine)):
            return Rotated(id_of_master(master), 0, kept.aside, was_finished=True)
        _refuse_strange_file(settings, master, to)
        fresh = _fresh_key(settings, asking, to)
        count = _rewrap(settings, engine, master, fresh)
        moved = _put_in_place(settings, read_records(engine))
        return Rotated(id_of_master(fresh.master), count, moved.aside if moved else None)


def _present(settings: Settings, engine: Engine, asking: Asking) -> bytes:
    master = present_key(settings, read_records(engine), asking)
    acknowledge(engine, Opened(master))
    return master


def _refuse_strange_file(settings: Settings, master: bytes, to: str) -> None:
    """The new key needs its place: what lies there must be the present key, which is then kept aside."""
    file = settings.master_key_file
    if to == "file" and file.exists() and read_key(file) != master:
        raise KeyFailure(f"In {file} lies a key that is not this database's; move it away, then rotate.")


def _fresh_key(settings: Settings, asking: Asking, to: str) -> Opened:
    if to == "passphrase":
        stretch = stretch_of(settings)
        return Opened(stretched(asking.new(), stretch), stretch)
    file = next_file(settings)
    if file.exists():
        try:
            return Opened(read_key(file))  # made by a rotation that ended before anything was wrapped under it
        except KeyFailure:
            file.unlink()  # it ended before even the key was whole
    return Opened(create_key(file))


def _rewrap(settings: Settings, engine: Engine, master: bytes, fresh: Opened) -> int:
    """The one step that counts, in one transaction."""
    rings = _rings(settings, master)
    under = KeyRing(fresh.master)
    with engine.begin() as connection:
        known = remembered.records_in(connection)
        found = everything_wrapped(connection)
        for each in found:
            _wrap_anew(connection, each, rings, under)
        if known.present is not None:
            remembered.retire(connection, known.present, clock.today())
        remembered.write_record(connection, record_of(fresh.master, fresh.stretch))
    return len(found)


def _rings(settings: Settings, master: bytes) -> dict[bytes, KeyRing]:
    """The present key and, for what an old copy of a row may have brought back, those kept aside."""
    keys = [read_key(file) for file in _kept_aside(settings)]
    found = {id_of_master(key): KeyRing(key) for key in (*keys, master)}
    return found | {UNNAMED: KeyRing(master)}


def _wrap_anew(connection: Connection, each: Wrapped, rings: dict[bytes, KeyRing], under: KeyRing) -> None:
    ring = rings.get(named_by(each.value))
    if ring is None:
        raise KeyFailure(
            f"Something in {each.place} is wrapped under a key that is not here; put its file back beside the present one."
        )
    key = ring.unwrap(each.value, owner=each.owner)
    anew = {each.column: under.wrap(key, owner=each.owner)}
    connection.execute(update(each.table).where(each.where).values(anew))


# --- files ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """What was put in place; `aside` is the old key's file, if it was one."""

    aside: Path | None


def _put_in_place(settings: Settings, records: Records) -> Moved | None:
    """Bring the files to where the record says they belong; None where they are there already."""
    file, waiting = settings.master_key_file, next_file(settings)
    aside = None
    if file.exists() and (old := records.retired_by_id(id_of_master(read_key(file)))):
        aside = _aside_name(file, old)
        file.rename(aside)
        flush_folder(file.parent)
    if not _waits(waiting, records.present):
        return Moved(aside) if aside else None
    waiting.rename(file)
    flush_folder(file.parent)
    return Moved(aside)


def _waits(file: Path, present: Record | None) -> bool:
    try:
        return present is not None and file.exists() and present.fits(read_key(file))
    except KeyFailure:
        return False


def _aside_name(file: Path, old: Record) -> Path:
    return file.with_name(f"{file.name}.{old.retired_on or date.min}.{old.key_id.hex()}")


def _kept_aside(settings: Settings) -> list[Path]:
    file = settings.master_key_file
    return sorted(file.parent.glob(f"{file.name}.????-??-??.{'[0-9a-f]' * 16}"))


# --- forgetting -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Ids of the keys that are gone, and how many things were opened with the present one to prove that nothing needs them."""

    key_ids: tuple[bytes, ...]
    proved: int


def forget_old(settings: Settings, engine: Engine, asking: Asking) -> Forgotten:
    """Destroy the retired keys. Raises KeyFailure while anything needs one, ReaderInTheWay; then nothing was destroyed.

    Proved by opening every wrapped thing with the present key, and by looking through every binary column for a retired key's id.
    """
    with alone(engine):
        master = _present(settings, engine, asking)
        records = read_records(engine)
        _put_in_place(settings, records)
        with engine.begin() as connection:
            proved = remembered.prove_fits(connection, KeyRing(master))
            _refuse_what_names(connection, records.retired)
        if records.retired:
            compact(engine, *{table.name for table, _column in remembered.columns_under_master_key()})
            _destroy(settings, engine, records.retired)
        return Forgotten(tuple(record.key_id for record in records.retired), proved)


def _refuse_what_names(connection: Connection, retired: tuple[Record, ...]) -> None:
    heads = [head_naming(record.key_id) for record in retired]
    for table in Base.metadata.sorted_tables:
        for column in _binary_columns(table):
            begins = or_(false(), *(func.substr(table.c[column], 1, HEAD) == head for head in heads))
            if connection.execute(select(func.count()).select_from(table).where(begins)).scalar_one():
                raise KeyFailure(
                    f"Something in {table.name}.{column} is still wrapped under an old key; run `dipoli keys rotate` first."
                )


def _binary_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, LargeBinary | UnderMasterKey)]


def _destroy(settings: Settings, engine: Engine, retired: tuple[Record, ...]) -> None:
    """The files first: what is remembered of a key goes when nothing is left of it."""
    ids = {record.key_id for record in retired}
    for file in _kept_aside(settings):
        if bytes.fromhex(file.suffix[1:]) in ids:
            shred(file)
    with engine.begin() as connection:
        for record in retired:
            remembered.forget(connection, record)
