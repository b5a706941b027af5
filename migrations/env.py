"""Migrations run on the connection or the URL they are handed, or on the URL of the settings."""

from alembic import context
from sqlalchemy import Connection, create_engine, text

from app import settings
from app.mapping import Base


def _run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)  # in a transaction that is another's to commit
        return
    url = context.config.attributes.get("url") or settings.load().database_url
    engine = create_engine(url, hide_parameters=True)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # A migration that waits for a lock blocks everybody behind it; rather fail and be run again.
            connection.execute(text("SET lock_timeout = '4s'"))
            connection.commit()
        _migrate(connection)
    engine.dispose()


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
