"""The migrated schema is the models' schema, and every revision goes down again; on both engines."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from app.db.revisions import downgrade, upgrade
from app.mapping import Base


def test_up_down_up_and_equal_to_the_models(databases):
    url = databases.empty()
    upgrade(url)
    downgrade(url)
    engine = create_engine(url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        if databases.name == "sqlite":
            made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'note'")).scalar_one()
            assert "WITHOUT ROWID" in made
    engine.dispose()
    databases.drop(url)
