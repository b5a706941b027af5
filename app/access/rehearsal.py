"""A unit of work that may do everything, keeps nothing, and holds up nobody meanwhile.

It writes into copies of the dialogue's tables that only its own connection sees: a temporary table stands before one of the
same name (SQLite, CREATE TABLE; PostgreSQL, `search_path`: pg_temp comes first). So the verbs run as they are, and the write
lock of SQLite, or a key of the log that somebody else waits for, is never taken. The copies live in memory or in the server's
temporary space, and go with the rollback that ends the work.
"""

from typing import Any

from sqlalchemy import Table, UniqueConstraint, event, select
from sqlalchemy.orm import Session

from app.access.gate import GateError
from app.access.work import GuardedSession, Work
from app.db.base import Base


class Rehearsal(Work):
    """Never commits; what was put off for the commit is forgotten."""

    def __exit__(self, kind: type[BaseException] | None, fault: object, trace: object) -> None:
        self.abandon()
        self.db.close()


def rehearsing(work: Work, *tables: str) -> Rehearsal:
    """The same viewer's work on copies of these tables, for a `with` block. Raises GateError where it would write to another.

    Undoes what `work` has done so far: it might hold the write lock.
    """
    work.abandon()
    engine = work.ground.engine.execution_options(writes=False)
    session = GuardedSession(engine, info={"viewer": work.viewer}, expire_on_commit=False)
    made = Rehearsal(session, work.viewer, work.ground)
    try:
        for name in tables:
            _copy(made, Base.metadata.tables[name])
    except BaseException:
        session.close()
        raise
    event.listen(session, "before_flush", _fence(frozenset(tables)))
    return made


def _copy(work: Work, table: Table) -> None:
    """The dialogue's rows, or all where they do not say of which they are; with every key, so that a lookup stays one."""
    connection = work.db.connection()
    rows = select(table)
    if "dialogue_id" in table.columns:
        rows = rows.where(table.c.dialogue_id == work.viewer.dialogue_id)
    taken = rows.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    connection.exec_driver_sql(f'CREATE TEMPORARY TABLE "{table.name}" AS {taken}')
    for number, (unique, columns) in enumerate(_keys(table)):
        names = ", ".join(columns)
        connection.exec_driver_sql(
            f'CREATE {unique}INDEX "rehearsed_{table.name}_{number}" ON "{table.name}" ({names})'
        )


def _keys(table: Table) -> list[tuple[str, list[str]]]:
    sole = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    found = [("UNIQUE ", [column.name for column in key.columns]) for key in (table.primary_key, *sole)]
    return found + [("", [column.name for column in index.columns]) for index in table.indexes]


def _fence(tables: frozenset[str]) -> Any:
    def refuse(session: Session, _context: Any, _instances: Any) -> None:
        for row in (*session.new, *session.dirty, *session.deleted):
            if row.__tablename__ not in tables:
                raise GateError(f"a rehearsal has no copy of {row.__tablename__}")

    return refuse
