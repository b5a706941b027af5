"""What the database remembers of its master keys, and everything in it that is wrapped under one."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, insert, inspect, select, update

from app.db.base import UnderMasterKey
from app.keys.models import MasterKey
from app.mapping import Base
from app.vault.keys import KeyFailure, KeyRing, check_value, id_of_master
from app.vault.master import Stretch
from app.vault.passphrase import Cost

NOT_OURS = "The master key is not the one that this database was made with"
KEYS = cast("Table", MasterKey.__table__)


@dataclass(frozen=True, slots=True)
class Record:
    """How one master key is recognised. `stretch` is there for a passphrase only."""

    key_id: bytes
    kind: str
    check_value: bytes
    stretch: Stretch | None = None
    retired_on: date | None = None

    def fits(self, master: bytes) -> bool:
        return hmac.compare_digest(self.check_value, check_value(master))


@dataclass(frozen=True, slots=True)
class Records:
    """The present master key's, none in a database that has not seen one, and those of the keys before it."""

    present: Record | None = None
    retired: tuple[Record, ...] = ()

    def retired_by_id(self, key_id: bytes) -> Record | None:
        return next((record for record in self.retired if record.key_id == key_id), None)


def record_of(master: bytes, stretch: Stretch | None) -> Record:
    kind = "passphrase" if stretch else "key"
    return Record(id_of_master(master), kind, check_value(master), stretch)


def read_records(engine: Engine) -> Records:
    """What is remembered; nothing where there is no database yet, and none is made by asking."""
    if is_new(engine):
        return Records()
    with engine.execution_options(writes=False).connect() as connection:
        return records_in(connection)


def is_new(engine: Engine) -> bool:
    """Whether there is no database file yet (SQLite)."""
    file = Path(engine.url.database or "")
    return engine.dialect.name == "sqlite" and not (file.exists() and file.stat().st_size)


def records_in(connection: Connection) -> Records:
    if not inspect(connection).has_table(KEYS.name):
        return Records()
    rows = connection.execute(select(KEYS).order_by(KEYS.c.retired_on)).mappings()
    return records_of(dict(row) for row in rows)


def records_of(rows: Iterable[Mapping[str, object]]) -> Records:
    """From rows of `master_key`, column to value, wherever they were read."""
    found = [_record(row) for row in rows]
    present = [record for record in found if record.retired_on is None]
    return Records(present[0] if present else None, tuple(record for record in found if record.retired_on))


def _record(row: Mapping[str, object]) -> Record:
    stretch = None
    if row["kind"] == "passphrase":
        stretch = Stretch(
            bytes(cast("bytes", row["salt"])), Cost(cast("int", row["memory_kib"]), cast("int", row["passes"]))
        )
    key_id, check = bytes(cast("bytes", row["key_id"])), bytes(cast("bytes", row["check_value"]))
    return Record(key_id, cast("str", row["kind"]), check, stretch, cast("date | None", row["retired_on"]))


def write_record(connection: Connection, record: Record) -> None:
    """From here on this is the present key."""
    stretch = record.stretch
    values = {
        "key_id": record.key_id,
        "kind": record.kind,
        "check_value": record.check_value,
        "salt": stretch.salt if stretch else None,
        "memory_kib": stretch.cost.memory_kib if stretch else None,
        "passes": stretch.cost.passes if stretch else None,
    }
    connection.execute(insert(KEYS).values(**values))


def retire(connection: Connection, record: Record, on: date) -> None:
    connection.execute(update(KEYS).where(KEYS.c.key_id == record.key_id).values(retired_on=on))


def forget(connection: Connection, record: Record) -> None:
    connection.execute(delete(KEYS).where(KEYS.c.key_id == record.key_id, KEYS.c.retired_on.is_not(None)))


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One thing under the master key: where it stands, whose it is (what it is bound to), and its bytes."""

    table: Table
    column: str
    owner: bytes
    where: ColumnElement[bool]
    value: bytes

    @property
    def place(self) -> str:
        return f"{self.table.name}.{self.column}"


def columns_under_master_key() -> list[tuple[Table, str]]:
    """Every column whose type says that it is wrapped under the master key, in whichever domain."""
    tables = Base.metadata.sorted_tables
    return [(table, c.name) for table in tables for c in table.columns if isinstance(c.type, UnderMasterKey)]


def everything_wrapped(connection: Connection) -> list[Wrapped]:
    return [each for table, name in columns_under_master_key() for each in _wrapped_in(connection, table, name)]


def _wrapped_in(connection: Connection, table: Table, name: str) -> list[Wrapped]:
    """A wrapped key is bound to its row's key, which is one UUID."""
    (key,) = table.primary_key.columns
    rows = connection.execute(select(key, table.c[name]).where(table.c[name].is_not(None)).order_by(key))
    return [Wrapped(table, name, row[0].bytes, key == row[0], bytes(row[1])) for row in rows]


def prove_fits(connection: Connection, ring: KeyRing) -> int:
    """How many things this ring opens, every one of them tried. Raises KeyFailure at the first that does not open."""
    found = everything_wrapped(connection)
    for each in found:
        try:
            ring.unwrap(each.value, owner=each.owner)
        except KeyFailure as fault:
            raise KeyFailure(
                f"{NOT_OURS}: it does not open what lies in {each.place}; start with the right one."
            ) from fault
    return len(found)
