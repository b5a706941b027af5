"""The declarative base, constraint names and the few column types everything shares."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BindParameter, DateTime, Dialect, LargeBinary, MetaData, Uuid, bindparam
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite forgets zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class UnderMasterKey(TypeDecorator[bytes]):
    """Something that `app.vault.keys.KeyRing` wrapped under the master key, bound to the bytes of its row's UUID.

    Saying so by the type is what lets a rotation find it: a wrapped thing in a plain column would be lost with the old key.
    """

    impl = LargeBinary
    cache_ok = True


Words = dict[str, str]
"""One text in several languages: language code to wording."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime, dict[str, str]: JSON, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


def id_of(name: str) -> BindParameter[UUID]:
    """A parameter of a statement that is made once, when modules load.

    It says its type, because a column that is a foreign key learns its own only when the other table is known.
    """
    return bindparam(name, type_=Uuid())
