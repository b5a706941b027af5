"""Tables and values as a dump has them, whichever engine they come from."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from app.db.base import UnderMasterKey, UtcDateTime


class Kind(NamedTuple):
    """How values of one kind are kept by SQLAlchemy, and written in JSON."""

    column: Callable[[], Any]
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


KINDS = {
    "id": Kind(sa.Uuid, lambda value: value.hex, UUID),
    "bytes": Kind(sa.LargeBinary, lambda value: base64.b64encode(value).decode(), base64.b64decode),
    "json": Kind(sa.JSON, _same, _same),
    "moment": Kind(UtcDateTime, lambda value: value.astimezone(UTC).isoformat(), datetime.fromisoformat),
    "date": Kind(sa.Date, lambda value: value.isoformat(), date.fromisoformat),
    "truth": Kind(sa.Boolean, _same, _same),
    "whole": Kind(sa.BigInteger, _same, _same),
    "real": Kind(sa.Double, _same, _same),
    "text": Kind(sa.String, _same, _same),
}
_OF_TYPE = (
    (sa.Uuid, "id"),
    (sa.LargeBinary, "bytes"),
    (sa.JSON, "json"),
    (UtcDateTime, "moment"),
    (sa.DateTime, "moment"),
    (sa.Date, "date"),
    (sa.Boolean, "truth"),
    (sa.Integer, "whole"),
    (sa.Float, "real"),
    (sa.String, "text"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as a dump has it. `columns`: name to kind, in order."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]

    def table(self, nullable: frozenset[str] = frozenset()) -> sa.TableClause:
        """For statements. A JSON column that may be NULL keeps None as NULL, not as JSON's null."""
        return sa.table(self.name, *(self._column(name, kind, nullable) for name, kind in self.columns.items()))

    def decode(self, line: bytes) -> dict[str, Any]:
        """Name to value of one row."""
        found = zip(self.columns.items(), json.loads(line), strict=True)
        return {name: None if value is None else KINDS[kind].decode(value) for (name, kind), value in found}

    @staticmethod
    def _column(name: str, kind: str, nullable: frozenset[str]) -> sa.ColumnClause[Any]:
        if kind == "json":
            return sa.column(name, sa.JSON(none_as_null=name in nullable))
        return sa.column(name, KINDS[kind].column())


def shapes_of(metadata: sa.MetaData) -> tuple[Shape, ...]:
    """Every table, each after those it refers to, else by name."""
    return tuple(
        Shape(
            table.name,
            {column.name: _kind(column.type) for column in table.columns},
            tuple(column.name for column in table.primary_key),
        )
        for table in metadata.sorted_tables
    )


def _kind(kept_as: Any) -> str:
    if isinstance(kept_as, UnderMasterKey):
        kept_as = kept_as.impl_instance
    return next(kind for cls, kind in _OF_TYPE if isinstance(kept_as, cls))
