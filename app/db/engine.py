"""One engine per process. Pool and thread limit are one number, so no request waits for a connection while holding one."""

from typing import Any

from sqlalchemy import Engine, create_engine, event

SQLITE_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # an acknowledged word survives a power cut
    "foreign_keys = ON",
    "busy_timeout = 5000",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "temp_store = MEMORY",  # no sorted plaintext in temporary files
)


def make_engine(url: str, *, connections: int = 4) -> Engine:
    """An engine whose transactions begin as SQLite needs them: `BEGIN IMMEDIATE` unless read-only."""
    engine = create_engine(url, pool_size=connections, max_overflow=0, pool_timeout=10, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
        for pragma in SQLITE_PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", True)
        # With plain BEGIN two read-then-write transactions fail instead of queueing: the busy
        # timeout does not apply when a snapshot is upgraded.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
