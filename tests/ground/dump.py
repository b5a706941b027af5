"""What somebody with the database sees: every row of every table, and every byte of every file."""

from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from app.access.work import Ground


def rows(ground: Ground) -> dict[str, list[dict[str, Any]]]:
    """Table to rows, each table in an order of its values."""
    with ground.engine.connect() as connection:
        found = {}
        for name in inspect(connection).get_table_names():
            taken = connection.execute(text(f'SELECT * FROM "{name}"')).mappings().all()
            found[name] = sorted((_plain(row) for row in taken), key=repr)
        return found


def _plain(row: Any) -> dict[str, Any]:
    return {key: bytes(value) if isinstance(value, memoryview) else value for key, value in row.items()}


def files(ground: Ground) -> bytes:
    """SQLite's own files, log included."""
    main = Path(make_url(ground.settings.database_url).database or "")
    return b"".join(path.read_bytes() for path in sorted(main.parent.glob(f"{main.name}*")))
