"""From a dump into an empty database: one transaction, schema and rows together, or nothing at all.

It opens an engine of its own: it makes the database, before there is anything in it that a viewer could be kept from.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from app.access.work import Ground
from app.backup.dumping import BATCH, Head, Manifest, Part, Row, sum_of
from app.backup.faults import BadBackup, Refused
from app.backup.shapes import Shape
from app.db.engine import make_engine
from app.db.revisions import carry
from app.settings import Settings
from app.vault.keys import KeyRing
from app.vault.linkage import Linkage

VERSIONS = "alembic_version"


def refuse_unless_empty(connection: sa.Connection) -> None:
    """Raises Refused where a single row lies in any table: a restore never mixes with what is there."""
    for name in _tables(connection):
        if connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first():
            raise Refused(
                "The database is not empty. A backup is restored into an empty database only; "
                "set DIPOLI_DATABASE_URL (or DIPOLI_DATA_DIR) to a new one."
            )


@contextmanager
def temporary_house(keys: KeyRing) -> Iterator[Ground]:
    """An empty house in a folder of mode 0700 that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dipoli-verify-") as name:
        here = Path(name)
        settings = Settings(data_dir=here, linkage_dir=here / "linkage", database_url=f"sqlite:///{here / 'dipoli.db'}")
        linkage = Linkage(settings.linkage_dir, idle=timedelta(0), absolute=timedelta(0))
        engine = make_engine(settings.database_url)
        try:
            yield Ground(settings, engine, keys, linkage)
        finally:
            engine.dispose()
            linkage.close()


def restore(url: str, parts: Iterator[Part], keys: KeyRing) -> Manifest:
    """Make the schema of the dump's revision, load, compare with the manifest, bring the schema to head. Raises Refused, BadBackup.

    What fails leaves the database as it was. The fault says nothing of the rows it happened at.
    """
    engine = make_engine(url)
    try:
        return _in_one_transaction(engine, parts, keys)
    except SQLAlchemyError as fault:
        raise Refused(f"The database did not take the backup ({type(fault).__name__}); nothing was changed.") from None
    except CommandError:
        raise Refused("The backup comes from a newer Dipoli than this one; nothing was changed.") from None
    finally:
        engine.dispose()


def _in_one_transaction(engine: sa.Engine, parts: Iterator[Part], keys: KeyRing) -> Manifest:
    with engine.connect() as connection:
        _let_order_be(connection)
        with connection.begin():
            refuse_unless_empty(connection)
            return _fill(connection, parts, keys)


def _fill(connection: sa.Connection, parts: Iterator[Part], keys: KeyRing) -> Manifest:
    head = next(parts)
    if not isinstance(head, Head):
        raise BadBackup("The dump does not say which schema it has.")
    _make_schema(connection, head.revision)
    strict = _put_off_references(connection)
    shapes, manifest = _load(connection, parts)
    _compare(connection, shapes, manifest)
    _check_references(connection, strict)
    carry(connection, "head", keys)
    _let_no_letter_leave_twice(connection)
    return manifest


def _let_no_letter_leave_twice(connection: sa.Connection) -> None:
    """What was about to be sent when the backup was made has been sent since, or not: nobody knows, so somebody looks."""
    letter = sa.table("letter", sa.column("state"))
    connection.execute(sa.update(letter).where(letter.c.state.in_(("released", "sending"))).values(state="unknown"))


def _make_schema(connection: sa.Connection, revision: str) -> None:
    if MigrationContext.configure(connection).get_current_revision() is not None:
        carry(connection, "base")
    if left := _tables(connection):
        raise Refused(f"The database has tables that are not Dipoli's own: {', '.join(left)}.")
    carry(connection, revision)


def _load(connection: sa.Connection, parts: Iterator[Part]) -> tuple[list[Shape], Manifest]:
    shapes: list[Shape] = []
    waiting: list[Row] = []
    for part in parts:
        if isinstance(part, Row):
            waiting.append(part)
        if len(waiting) == BATCH or not isinstance(part, Row):
            _insert(connection, shapes, waiting)
            waiting = []
        if isinstance(part, Shape):
            shapes.append(part)
        if isinstance(part, Manifest):
            return shapes, part
    raise BadBackup("The dump has no manifest.")


def _insert(connection: sa.Connection, shapes: list[Shape], rows: list[Row]) -> None:
    if rows:
        shape = shapes[-1]
        found = {column["name"]: column["nullable"] for column in sa.inspect(connection).get_columns(shape.name)}
        if found.keys() != shape.columns.keys():
            raise BadBackup(f"The table {shape.name} of the dump is not that of its revision.")
        table = shape.table(frozenset(name for name, nullable in found.items() if nullable))
        connection.execute(table.insert(), [shape.decode(row.line) for row in rows])


def _compare(connection: sa.Connection, shapes: list[Shape], manifest: Manifest) -> None:
    """Read back what was loaded: it must be what was dumped, whichever engine either was."""
    if {shape.name for shape in shapes} != set(_tables(connection)):
        raise BadBackup("The dump does not hold every table of its revision.")
    for shape in shapes:
        if sum_of(connection, shape) != manifest.tables[shape.name]:
            raise BadBackup(f"The table {shape.name} reads otherwise than it was dumped.")


def _tables(connection: sa.Connection) -> list[str]:
    return sorted(set(sa.inspect(connection).get_table_names()) - {VERSIONS})


def _let_order_be(connection: sa.Connection) -> None:
    """SQLite: references are checked once, at the end; migrations rebuild tables. Only possible before the transaction begins."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.dbapi_connection
        assert raw is not None  # noqa: S101  # for the type checker
        raw.cursor().execute("PRAGMA foreign_keys = OFF")


def _put_off_references(connection: sa.Connection) -> list[tuple[str, str]]:
    """PostgreSQL: rows may refer to rows that come later, of another table or of their own. Returns the constraints that were changed."""
    if connection.dialect.name != "postgresql":
        return []
    inspector = sa.inspect(connection)
    found = [(table, each) for table in _tables(connection) for each in inspector.get_foreign_keys(table)]
    strict = [(table, each["name"] or "") for table, each in found if not each["options"].get("deferrable")]
    _set_references(connection, strict, "DEFERRABLE INITIALLY DEFERRED")
    return strict


def _check_references(connection: sa.Connection, strict: list[tuple[str, str]]) -> None:
    """Raises where a row refers to nothing (PostgreSQL: IntegrityError). Rows of a real database never do."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
        _set_references(connection, strict, "NOT DEFERRABLE")
    elif connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise BadBackup("A row of the dump refers to one that is not there.")


def _set_references(connection: sa.Connection, constraints: list[tuple[str, str]], how: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    for table, name in constraints:
        connection.execute(sa.text(f"ALTER TABLE {quote(table)} ALTER CONSTRAINT {quote(name)} {how}"))
