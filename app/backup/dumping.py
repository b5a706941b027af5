"""The content of a backup: JSON lines that say the same whichever engine they come from.

    {"dipoli-dump": 1, "revision": …, "day": …}
    {"table": …, "columns": [[name, kind], …], "key": [name, …]}      one for each table, in an order fixed by the schema,
    [value, …]                                                        followed by its rows in the order of their keys
    {"manifest": {…}, "key": …, "signature": …}

Rows never come in the order in which a database keeps them: that is the order of writing, and it names authors. Keys of notes are
random, so the order of keys says nothing. Edit tags are not even read. The signature (HMAC under a key derived from the master key)
says that this house made the dump: anybody can encrypt to a public key.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.backup.faults import BadBackup
from app.backup.shapes import KINDS, Shape
from app.vault.keys import KeyRing, fingerprint

FORMAT = 1
LEFT_OUT = frozenset({("note", "tag")})
BATCH = 500  # rows
NOT_A_DUMP = "What the file holds is not a dump that is known here."
SIGNING = b"backup"


@dataclass(frozen=True, slots=True)
class Head:
    revision: str
    day: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row as its line."""

    line: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """`tables`: name to [rows, SHA-256 of their lines]. `logs`: dialogue to [size, Merkle root] of its transparency log."""

    tables: dict[str, list[Any]]
    logs: dict[str, list[Any]]

    @property
    def rows(self) -> int:
        return sum(count for count, _digest in self.tables.values())


Part = Head | Shape | Row | Manifest


def lines_of(connection: sa.Connection, shape: Shape) -> Iterator[bytes]:
    """The table's rows in the order of their keys, each one line of JSON. Columns that are left out are not asked for."""
    table = shape.table()
    columns = [sa.null().label(name) if (shape.name, name) in LEFT_OUT else table.c[name] for name in shape.columns]
    order = [_same_everywhere(connection, table.c[name]) for name in shape.key]
    statement = sa.select(*columns).select_from(table).order_by(*order).execution_options(yield_per=BATCH)
    encoders = [KINDS[kind].encode for kind in shape.columns.values()]
    for row in connection.execute(statement):
        yield _json([None if v is None else encode(v) for v, encode in zip(row, encoders, strict=True)])


def _same_everywhere(connection: sa.Connection, column: Any) -> Any:
    """PostgreSQL sorts text by the language of the database, unless told otherwise; SQLite sorts by bytes."""
    is_words = connection.dialect.name == "postgresql" and isinstance(column.type, sa.String)
    return column.collate("C") if is_words else column


def sum_of(connection: sa.Connection, shape: Shape) -> list[Any]:
    """[rows, SHA-256 of their lines] of a table as it stands."""
    count, digest = 0, hashlib.sha256()
    for line in lines_of(connection, shape):
        count += 1
        digest.update(line)
    return [count, digest.hexdigest()]


def write(
    connection: sa.Connection,
    shapes: Iterable[Shape],
    head: Head,
    *,
    logs: dict[str, list[Any]],
    keys: KeyRing,
    put: Callable[[bytes], None],
) -> Manifest:
    """Hand the dump to `put`, piece by piece; returns what it holds."""
    content, tables = hashlib.sha256(), {}

    def say(line: bytes) -> None:
        content.update(line)
        put(line)

    say(_json({"dipoli-dump": FORMAT, "revision": head.revision, "day": head.day}))
    for shape in shapes:
        say(_json({"table": shape.name, "columns": list(shape.columns.items()), "key": shape.key}))
        count, digest = 0, hashlib.sha256()
        for line in lines_of(connection, shape):
            say(line)
            digest.update(line)
            count += 1
        tables[shape.name] = [count, digest.hexdigest()]
    manifest = {"tables": tables, "logs": logs, "content": content.hexdigest()}
    put(_json({"manifest": manifest, **_signed(manifest, keys)}))
    return Manifest(tables, logs)


def parts_of(pieces: Iterable[bytes], keys: KeyRing) -> Iterator[Part]:
    """Head, then each table's shape and rows, at the end the manifest.

    Raises BadBackup as soon as something is not as it was written; only the manifest, when it comes, says that all of it was.
    """
    try:
        yield from _checked(_lines(pieces), keys)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadBackup(NOT_A_DUMP) from None


def rows_of(pieces: Iterable[bytes], name: str) -> list[dict[str, Any]]:
    """The rows of one table, column to value, as they stand: that they are this house's, only `parts_of` can tell. Raises BadBackup."""
    try:
        return list(_rows_of(_lines(pieces), name))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadBackup(NOT_A_DUMP) from None


def _rows_of(lines: Iterator[bytes], name: str) -> Iterator[dict[str, Any]]:
    shape: Shape | None = None
    for line in lines:
        if not line.startswith(b"["):
            said = json.loads(line)
            shape = _shape(said) if said.get("table") == name else None
        elif shape is not None:
            yield shape.decode(line)


def _checked(lines: Iterator[bytes], keys: KeyRing) -> Iterator[Part]:
    tables: dict[str, list[Any]] = {}
    content, count, digest = hashlib.sha256(), 0, hashlib.sha256()
    name = None
    for line in lines:
        if line.startswith(b"["):
            count += 1
            digest.update(line)
            yield Row(line)
            content.update(line)
            continue
        if name is not None:
            tables[name] = [count, digest.hexdigest()]
            count, digest = 0, hashlib.sha256()
        said = json.loads(line)
        if "manifest" in said:
            manifest = _manifest(said, tables, content.hexdigest(), keys)
            if (
                next(lines, None) is not None
            ):  # reads the file to its end, so the manifest also says that nothing is missing
                raise BadBackup(NOT_A_DUMP)
            yield manifest
            return
        content.update(line)
        if "table" in said:
            name = said["table"]
            yield _shape(said)
        elif said["dipoli-dump"] == FORMAT:
            yield Head(said["revision"], said["day"])
        else:
            raise BadBackup(NOT_A_DUMP)
    raise BadBackup("The dump ends before its manifest does.")


def _shape(said: dict[str, Any]) -> Shape:
    columns = dict(said["columns"])
    if not set(columns.values()) <= set(KINDS):
        raise BadBackup(NOT_A_DUMP)
    return Shape(said["table"], columns, tuple(said["key"]))


def _manifest(said: dict[str, Any], tables: dict[str, list[Any]], content: str, keys: KeyRing) -> Manifest:
    manifest = said["manifest"]
    if said["key"] != _signed(manifest, keys)["key"]:
        raise BadBackup("The backup was made under another master key than the one that is set here.")
    if not hmac.compare_digest(said["signature"], _signed(manifest, keys)["signature"]):
        raise BadBackup("The backup was not made by the house whose master key is set here.")
    wrong = sorted(
        name for name in tables.keys() | manifest["tables"] if tables.get(name) != manifest["tables"].get(name)
    )
    if wrong or manifest["content"] != content:
        raise BadBackup(f"Rows are missing or changed in {', '.join(wrong) or 'the dump'}.")
    return Manifest(manifest["tables"], manifest["logs"])


def _signed(manifest: dict[str, Any], keys: KeyRing) -> dict[str, str]:
    key = keys.derive(SIGNING)
    canonical = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    return {"key": fingerprint(key).hex(), "signature": hmac.new(key, canonical, "sha256").hexdigest()}


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Lines with their ends. After the last there may be zeros, which fill the file, and nothing else."""
    rest, is_filling = b"", False
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if is_filling or line.startswith(b"\0"):
                raise BadBackup(NOT_A_DUMP)
            yield line + b"\n"
        if rest.startswith(b"\0"):
            if rest.strip(b"\0"):
                raise BadBackup(NOT_A_DUMP)
            rest, is_filling = b"", True
        elif is_filling and rest:
            raise BadBackup(NOT_A_DUMP)
    if rest:
        raise BadBackup("The dump ends within a line.")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
