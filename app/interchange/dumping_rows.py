"""What the dumpers share: the rows of a dialogue in their order, and what of them stands in a document."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.access.work import Reading

Rows = list[Any]


def rows_of(here: Reading, model: Any, order: Any = None) -> Rows:
    ours = model.dialogue_id == here.viewer.dialogue_id
    by = order if order is not None else getattr(model, "position", None)
    return list(here.db.scalars(select(model).where(ours).order_by(by if by is not None else model.code)))


def clean(data: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in data.items() if value not in (None, [], {}, "")}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def changes_of(here: Reading, table: Any, owner: Any) -> dict[UUID, Rows]:
    found: dict[UUID, Rows] = {}
    for row in here.db.scalars(select(table).order_by(table.happened_on, table.position)):
        change = {"state": row.state, "on": row.happened_on, "reason": row.reason, **row.extra}
        change.setdefault("recorded", row.recorded_at.date())
        found.setdefault(getattr(row, owner), []).append(clean(change))
    return found
