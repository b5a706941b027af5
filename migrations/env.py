"""Migrations run on the connection or the URL they are handed, or on the URL of the settings."""

from alembic import context
from sqlalchemy import Connection, Engine, create_engine, event, text

from app import settings
from app.mapping import Base


def _run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)  # in a transaction that is another's to commit
        return
    url = context.config.attributes.get("url") or settings.load().database_url
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _make_transactional(engine)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # A migration that waits for a lock blocks everybody behind it; rather fail and be run again.
            connection.execute(text("SET lock_timeout = '4s'"))
            connection.commit()
        _migrate(connection)
    engine.dispose()


def _make_transactional(engine: Engine) -> None:
    """The driver begins no transaction before a change of a table: a revision that fails half-way would have been half done."""

    @event.listens_for(engine, "connect")
    def _leave_it_to_us(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
