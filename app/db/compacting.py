"""Take what was deleted or overwritten out of a database's files, as far as a database can."""

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger()
OWNER = text("SELECT tableowner FROM pg_tables WHERE schemaname = current_schema() AND tablename = :table")


class ReaderInTheWay(RuntimeError):
    """Somebody reads just now, and so keeps the old pages; nothing is lost, try again."""


def compact(engine: Engine, *tables: str) -> None:
    """Rewrite these tables without what is no longer in them. Safe to do again. Raises ReaderInTheWay."""
    if engine.dialect.name == "sqlite":
        _compact_sqlite(engine)
    else:
        _compact_postgresql(engine, tables)


def cut_log(engine: Engine) -> None:
    """Put SQLite's write-ahead log into the database and cut it to nothing; PostgreSQL has no such file of one's own.

    The log keeps every page in the order of writing: a note beside the row of whoever was active just then. Where a reader is in the
    way, the log stays until the next time: nobody waits for it.
    """
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        waits = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 100")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {waits}")
    finally:
        raw.close()


def _compact_sqlite(engine: Engine) -> None:
    """Checkpoint, VACUUM, checkpoint: with `secure_delete` the old bytes are then in neither file (measured)."""
    raw = engine.raw_connection()
    try:
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            answer = raw.cursor().execute(statement).fetchone()
            if answer is not None and answer[0] != 0:
                raise ReaderInTheWay("a reader holds the write-ahead log")
    finally:
        raw.close()


def _compact_postgresql(engine: Engine, tables: tuple[str, ...]) -> None:
    """VACUUM FULL replaces the heap; the CHECKPOINT lets old log segments be recycled. It needs a privilege that may be missing."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        try:
            for table in tables:
                _become_owner(connection, table)
                connection.execute(text(f'VACUUM FULL "{table}"'))
        finally:
            connection.execute(text("RESET ROLE"))
        try:
            connection.execute(text("CHECKPOINT"))
        except DBAPIError:
            log.warning("checkpoint not permitted")


def _become_owner(connection: Connection, table: str) -> None:
    """Only an owner may rewrite a table; for anybody else VACUUM does nothing and calls that a warning."""
    owner = connection.execute(OWNER, {"table": table}).scalar_one()
    connection.execute(text(f'SET ROLE "{owner}"'))
