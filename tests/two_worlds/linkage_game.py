"""The attacker of the linkage game: what he has got hold of, and every way of guessing we know.

He knows more than anybody should: who wrote in which order (say, from watching the room), how long each one's notes usually are, and
which of the notes is which (they say their number). What he must find out is which row belongs to whom.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from app.access.bypass import unguarded
from app.access.models import Member, RoomKey
from app.access.work import Ground
from app.accounts.models import Account, ApiToken
from app.meetings.models import Meeting
from app.notes.models import Note
from app.notes.queries import note_context
from app.vault import envelope, tags
from app.vault.keys import KeyFailure
from app.vault.passphrase import open_vault
from tests.cast import PASSPHRASE
from tests.two_worlds.house import WHY

Guesses = dict[int, str]
"""A note's number to the login of its supposed author."""
DISTANCES = range(6)


@dataclass(frozen=True)
class Row:
    """A note's row. `place`: where it lies (PostgreSQL's ctid); `wrote`: the transaction that wrote it (xmin)."""

    number: int
    id: UUID
    tag: bytes | None
    size: int
    place: int = 0
    wrote: int = 0


@dataclass
class Loot:
    """What somebody took away. `written`: the authors in the order of writing. `raw`: files as bytes."""

    written: list[str]
    habits: dict[str, int]
    rows: list[Row]
    ids: dict[bytes, str]
    raw: list[bytes] = field(default_factory=list)
    touched: dict[int, str] = field(default_factory=dict)
    """Transaction to the account whose row it wrote."""
    keys: dict[str, bytes] = field(default_factory=dict)
    """Vault keys, for the passphrases he has."""
    other_keys: list[bytes] = field(default_factory=list)
    salts: list[bytes] = field(default_factory=list)
    older: dict[int, UUID] = field(default_factory=dict)
    """A note's number to the id that it has in a backup."""


def take(ground: Ground, written: list[str], habits: dict[str, int], *, passphrases: Iterable[str] = ()) -> Loot:
    """Everything in the running database and, on SQLite, its files; with the master key, so that texts are read."""
    found = Loot(written, habits, rows=_rows(ground), ids={}, raw=_raw(ground))
    with unguarded(ground, WHY) as work:
        accounts = {row.id: row for row in work.db.scalars(select(Account))}
        for account in accounts.values():
            found.ids[account.id.bytes] = account.login
            if account.login in set(passphrases):
                found.keys[account.login] = open_vault(PASSPHRASE, account.credential) or b""
        for member in work.db.scalars(select(Member)):
            found.ids[member.id.bytes] = accounts[member.account_id].login
        found.other_keys = [ground.keys.derive(b"form keys"), bytes(32)]
        for room in work.db.scalars(select(RoomKey)):
            try:
                found.other_keys.append(ground.keys.unwrap(room.wrapped, owner=room.compartment_id.bytes))
            except KeyFailure:
                continue
        found.other_keys += [bytes(token.token_hash) for token in work.db.scalars(select(ApiToken))]
    if ground.engine.dialect.name == "postgresql":
        found.touched = _touched(ground)
    return found


def _rows(ground: Ground) -> list[Row]:
    """As an unordered SELECT gives them."""
    extra = ", xmin::text::bigint, (ctid::text::point)[0]::int * 10000 + (ctid::text::point)[1]::int"
    is_pg = ground.engine.dialect.name == "postgresql"
    with unguarded(ground, WHY) as work:
        meeting = work.db.scalars(select(Meeting)).one()
        key = work.room_key(meeting.floor_id)
        notes = {note.id: note for note in work.db.scalars(select(Note))}
        lying = work.db.connection().execute(text(f"SELECT id{extra if is_pg else ''} FROM note")).all()
        found = []
        for given in lying:
            note = notes[UUID(str(given[0]))]
            body = envelope.unseal(key, note.body, note_context(meeting, note, note.version))
            place, wrote = (int(given[2]), int(given[1])) if is_pg else (0, 0)
            tag = bytes(note.tag) if note.tag else None
            found.append(Row(int(body[:3]), note.id, tag, len(note.body), place, wrote))
        return found


def _raw(ground: Ground) -> list[bytes]:
    if ground.engine.dialect.name == "sqlite":
        main = Path(make_url(ground.settings.database_url).database or "")
        return [path.read_bytes() for path in sorted(main.parent.glob(f"{main.name}*"))]
    with ground.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CHECKPOINT"))
        where = "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('note')"
        heap = Path(connection.execute(text(where)).scalar_one())
    return [heap.read_bytes()] if heap.exists() else []


def _touched(ground: Ground) -> dict[int, str]:
    """The transactions that wrote rows keyed to an account."""
    statement = "SELECT t.xmin::text::bigint, a.login FROM api_token t JOIN account a ON a.id = t.account_id"
    with ground.engine.connect() as connection:
        return {int(wrote): login for wrote, login in connection.execute(text(statement)).all()}


# --- strategies -------------------------------------------------------------------------------------------------------


def strategies(loot: Loot) -> Iterator[tuple[str, Guesses]]:
    """Each with its guesses for all notes."""
    for name, order in _orders(loot):
        yield name, _by_rank(loot, order)
        yield f"{name}, backwards", _by_rank(loot, order[::-1])
    yield "size, as each one's habit", _by_habit(loot)
    for distance in DISTANCES if loot.touched else ():
        yield f"a person's row {distance} transactions before", _by_transaction(loot, -distance)
        yield f"a person's row {distance} transactions after", _by_transaction(loot, distance)
    yield "an id beside the note", {row.number: loot.ids.get(row.tag or b"", loot.written[0]) for row in loot.rows}
    yield "tags under every key", _by_tag(loot, _tags_of_rows(loot))
    yield "tags in the raw files", _by_tag(loot, _tags_in_files(loot))


def _orders(loot: Loot) -> Iterator[tuple[str, list[Row]]]:
    yield "as they are given", loot.rows
    yield "id", sorted(loot.rows, key=lambda row: row.id.bytes)
    yield "tag", sorted(loot.rows, key=lambda row: row.tag or row.id.bytes)
    yield "size", sorted(loot.rows, key=lambda row: (row.size, row.id.bytes))
    yield "place", sorted(loot.rows, key=lambda row: (row.place, row.id.bytes))
    yield "transaction", sorted(loot.rows, key=lambda row: (row.wrote, row.place, row.id.bytes))
    for number, raw in enumerate(loot.raw):
        yield f"first byte in file {number}", sorted(loot.rows, key=lambda row: _offsets(raw, row)[0])
        yield f"last byte in file {number}", sorted(loot.rows, key=lambda row: _offsets(raw, row)[1])
    if loot.older:
        yield "id in a backup", sorted(loot.rows, key=lambda row: loot.older[row.number].bytes)


def _offsets(raw: bytes, row: Row) -> tuple[int, int]:
    """Of the id as SQLite (hexadecimal) or PostgreSQL (binary) keeps it."""
    forms = (row.id.hex.encode(), row.id.bytes)
    return max(raw.find(form) for form in forms), max(raw.rfind(form) for form in forms)


def _by_rank(loot: Loot, order: list[Row]) -> Guesses:
    return {row.number: who for row, who in zip(order, loot.written, strict=True)}


def _by_habit(loot: Loot) -> Guesses:
    """Whoever usually writes that much; of several, the first."""
    return {row.number: min(loot.habits, key=lambda who: abs(loot.habits[who] - row.size)) for row in loot.rows}


def _by_transaction(loot: Loot, distance: int) -> Guesses:
    return {row.number: loot.touched.get(row.wrote + distance, loot.written[0]) for row in loot.rows}


Owns = Callable[[bytes, Row], bool]


def _by_tag(loot: Loot, owns: Owns) -> Guesses:
    """Try each key with each salt; a note that none of them owns goes to whoever he first thinks of."""
    found = dict.fromkeys((row.number for row in loot.rows), loot.written[0])
    keys = [*loot.keys.items(), *((loot.written[0], key) for key in loot.other_keys)]
    for who, key in keys:
        for salt in (*loot.salts, bytes(32)):
            author = tags.author_key(key, salt)
            found |= {row.number: who for row in loot.rows if owns(author, row)}
    return found


def _tags_of_rows(_loot: Loot) -> Owns:
    return lambda author, row: tags.is_mine(author, row.id, row.tag)


def _tags_in_files(loot: Loot) -> Owns:
    """The tag that a note had under its id in a backup, wherever it may still lie."""
    size = tags.TAG_SIZE
    pieces = {raw[start : start + size] for raw in loot.raw for start in range(len(raw) - size + 1)}
    return lambda author, row: tags.edit_tag(author, loot.older.get(row.number, row.id)) in pieces


def rates(loot: Loot, truth: dict[int, str]) -> dict[str, int]:
    """Strategy to the number of notes it names rightly."""
    found: dict[str, Any] = {}
    for name, guesses in strategies(loot):
        assert guesses.keys() == truth.keys()
        found[name] = sum(guesses[number] == who for number, who in truth.items())
    return found
