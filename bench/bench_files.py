"""A register of 2,000 rows as a file, applied, against the very same rows put into the very same tables by one executemany each.

While a file is applied SQLite's one write lock is held, so this is also how long everybody else waits.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Table, delete, insert, select

from app.access.work import Ground, identify, working
from app.core.tables import MOST_ROWS, Row
from app.db.base import Base
from app.interchange.document import Document
from app.interchange.loading import load
from app.registers import bulk
from bench.ground import PASSPHRASE, fresh_ground

STEPS, LINKS = ("step", "step_change", "ledger_leaf"), ("link", "ledger_leaf")
DOCUMENT = {
    "format": "dipoli/1",
    "dialogue": {"code": "bench", "title": {"en": "Bench"}, "demonstration": True},
    "parties": [{"code": "A", "neutral": "Party A", "names": {"en": {"short": "A"}}}],
    "people": [{"ref": "p", "family": "Bench", "demonstration": True}],
    "memberships": [{"person": "p", "roles": ["organiser"], "login": "bench"}],
    "baskets": [
        {"code": f"B{b}", "title": {"en": f"Basket {b}"}, "changes": [{"state": "active", "on": "2020-01-01"}]}
        for b in range(10)
    ],
    "texts": [{"code": "TX", "kind": "statement", "title": {"en": "A text"}, "adopted": "2020-01-01"}],
}


def _steps(count: int) -> list[Row]:
    due = {"text": "TX", "due_anchor": "TX", "due_days": "60"}
    return [
        {"code": f"S{n}", "basket": f"B{n % 10}", "title": f"Step number {n}", "actors": "A", "since": "2021-01-01"}
        | {"state": "agreed", **due}
        for n in range(count)
    ]


def _links(count: int) -> list[Row]:
    """Chains of ten: each step requires the one before."""
    tie = {"kind": "requires", "since": "2022-01-01", "reason": "In this order."}
    return [{"waits": f"S{n}", "target": f"S{n - 1}", **tie} for n in range(count) if n % 10]


def _turned(rows: list[Row]) -> list[Row]:
    return [row | {"state": "done", "since": "2023-01-01"} for row in rows]


def main() -> None:
    ground = fresh_ground(Path(tempfile.mkdtemp()))
    load(ground, Document.model_validate(DOCUMENT), accounts={"bench": PASSPHRASE})
    steps = _steps(MOST_ROWS)
    _compare(ground, "new steps", "roadmap", steps, STEPS)
    _compare(ground, "new ties", "links", _links(MOST_ROWS), LINKS)
    seconds = _timed(lambda: _apply(ground, "roadmap", _turned(steps)))
    print(f"{len(steps):,} steps done: {seconds:.1f} s")


def _compare(ground: Ground, what: str, name: str, rows: list[Row], tables: tuple[str, ...]) -> None:
    before = _kept(ground, tables)
    seconds = _timed(lambda: _apply(ground, name, rows))
    floor = min(_floor(ground, tables, before) for _round in range(3))
    print(
        f"{len(rows):,} {what}: {seconds:.1f} s, {seconds / floor:.0f} x one executemany for each table ({floor:.2f} s)"
    )


def _apply(ground: Ground, name: str, rows: list[Row]) -> None:
    with ground.engine.connect() as connection:
        account = UUID(connection.exec_driver_sql("SELECT id FROM account").scalar_one())
    with working(ground, identify(ground, account, "bench")) as work:
        found = bulk.apply(work, name, rows)
    if found.new + found.changed != len(rows):
        raise SystemExit(f"{found.rejected} rows were rejected: {next(j for j in found.judged if j.reasons)}")


def _kept(ground: Ground, tables: tuple[str, ...]) -> dict[str, set[object]]:
    with ground.engine.connect() as connection:
        return {name: {_key(row) for row in _rows(connection, name)} for name in tables}


def _floor(ground: Ground, tables: tuple[str, ...], before: dict[str, set[object]]) -> float:
    """Takes the rows out that the file put in, and puts them back."""
    with ground.engine.connect() as connection:
        new = {name: [row for row in _rows(connection, name) if _key(row) not in before[name]] for name in tables}
        for name in reversed(tables):
            for row in new[name]:
                connection.execute(delete(_table(name)).where(*(c == row[c.name] for c in _table(name).primary_key)))
        connection.commit()
    return _timed(lambda: _put_back(ground, new))


def _put_back(ground: Ground, new: dict[str, list[dict[str, object]]]) -> None:
    with ground.engine.connect() as connection:
        for name, rows in new.items():
            connection.execute(insert(_table(name)), rows)
        connection.commit()


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _rows(connection: Connection, name: str) -> list[dict[str, object]]:
    return [dict(row) for row in connection.execute(select(_table(name))).mappings()]


def _key(row: dict[str, object]) -> object:
    return row.get("id") or (row["dialogue_id"], row["position"])


def _timed(act: Callable[[], None]) -> float:
    """Seconds of the processor: with SQLite both the program's and the database's."""
    began = time.process_time()
    act()
    return time.process_time() - began


main()
