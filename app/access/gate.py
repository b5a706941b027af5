"""The gate: guarded rows neither leave nor enter the database unless the policy said so.

Reads   every SELECT gets the viewer's rooms as a WHERE clause; no viewer, no query.
Writes  a guarded row is flushed only if `Work.require` (or `Work.permit`) granted a permit for it.

A fence against forgetting, not against a hostile developer: it does not see another engine.
"""

from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Table, TextClause, Uuid, bindparam, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import visitors

from app.access.models import Guarded
from app.access.viewer import Viewer
from app.db.base import Base

ROOMS = "rooms_of_the_viewer"


class GateError(RuntimeError):
    """A programming mistake, never shown to a user as anything but a 500."""


@cache
def guarded_tables() -> dict[Table, type[Any]]:
    mappers = [m for m in Base.registry.mappers if issubclass(m.class_, Guarded)]
    return {m.local_table: m.class_ for m in mappers}  # type: ignore[misc]


def install(session_class: type[Session]) -> None:
    event.listen(session_class, "do_orm_execute", _narrow_reads)
    event.listen(session_class, "before_flush", _check_writes)


def _narrow_reads(state: ORMExecuteState) -> None:
    if state.session.info.get("bypass"):
        return
    if isinstance(state.statement, TextClause):
        raise GateError("the gate cannot read SQL text")
    touched = _guarded_classes(state.statement)
    if not touched:
        return
    viewer: Viewer | None = state.session.info.get("viewer")
    if viewer is None:
        raise GateError("guarded rows queried without a viewer")
    if not state.is_orm_statement or not state.is_select:
        raise GateError("guarded rows are read and written through the ORM, one by one")
    if state.is_column_load:
        return  # more columns of a row this session was already allowed to load
    state.statement = _narrowed(state.statement, touched)
    state.parameters = {**(state.parameters or {}), ROOMS: list(viewer.rooms)}  # type: ignore[dict-item]


# Statements that a module makes once are looked at once; what is made for one request is forgotten with it.
_seen: WeakKeyDictionary[Any, tuple[type[Any], ...]] = WeakKeyDictionary()
_narrow: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def _guarded_classes(statement: Any) -> tuple[type[Any], ...]:
    if statement not in _seen:
        tables = guarded_tables()
        found = {tables[e]: None for e in visitors.iterate(statement) if isinstance(e, Table) and e in tables}
        _seen[statement] = tuple(found)
    return _seen[statement]


def _narrowed(statement: Any, touched: tuple[Any, ...]) -> Any:
    if statement not in _narrow:
        _narrow[statement] = statement.options(*map(_criterion, touched))
    return _narrow[statement]


@cache
def _criterion(guarded: Any) -> Any:
    """Only rows in the rooms of the parameter, wherever the class stands in a statement. Without the parameter: an error."""
    inside = guarded.compartment_id.in_(bindparam(ROOMS, type_=Uuid(), expanding=True))
    return with_loader_criteria(guarded, inside, include_aliases=True, propagate_to_loaders=False)


def _check_writes(session: Session, _context: Any, _instances: Any) -> None:
    if session.info.get("bypass"):
        return
    permits = session.info.get("permits", set())
    moving = session.info.get("moving", set())
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, Guarded):
            continue
        if row not in permits:
            raise GateError(f"{type(row).__name__} changed without a permit")
        moved = row in session.dirty and inspect(row).attrs.compartment_id.history.has_changes()
        if moved and row not in moving:
            raise GateError("a row moves to another room only by its owner's act")
