"""What PostgreSQL samples for its planner: nothing of a note, and nothing that is sealed, wrapped or hashed."""

import os

import pytest
from sqlalchemy import LargeBinary, create_engine, text

from app.db.revisions import upgrade
from app.mapping import Base

pytestmark = pytest.mark.postgresql_only("SQLite takes no samples unless it is told to")
TARGETS = """SELECT c.relname, a.attname, a.attstattarget, s.starelid IS NOT NULL AS is_sampled
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_statistic s ON s.starelid = c.oid AND s.staattnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped"""


def _is_secret(table, column):
    kind = getattr(column.type, "impl_instance", column.type)
    return table == "note" or isinstance(kind, LargeBinary)


SECRET = {
    (table.name, column.name)
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if _is_secret(table.name, column)
}


def _columns(engine):
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
        rows = connection.execute(text(TARGETS)).all()
    sampled = {(table, column) for table, column, _target, is_sampled in rows if is_sampled}
    return sampled, {(table, column) for table, column, target, _sampled in rows if target == 0}


def test_nothing_secret_is_sampled_in_the_loaded_case(ground):
    """A new table with a sealed column needs it too: SET STATISTICS 0 in its migration."""
    sampled, never = _columns(ground.engine)
    assert never == SECRET
    assert sampled & SECRET == set()
    assert ("party", "code") in sampled  # what is no secret is


def test_what_was_sampled_before_the_revision_goes_and_does_not_come_back(databases):
    url = databases.empty()
    upgrade(url, "0011")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE note DROP CONSTRAINT fk_note_compartment_id_compartment"))
        connection.execute(text("ALTER TABLE note DROP CONSTRAINT fk_note_agenda_item_id_agenda_item"))
        values = "gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), :body, 'x', :body, 1, true"
        row = f"INSERT INTO note (id, compartment_id, agenda_item_id, body, rule, tag, version, is_released) VALUES ({values})"
        for _note in range(30):
            connection.execute(text(row), {"body": os.urandom(16)})
    sampled, never = _columns(engine)
    assert ("note", "tag") in sampled
    assert never == set()
    engine.dispose()
    upgrade(url, "0012")
    sampled, never = _columns(engine)
    assert {column for table, column in sampled if table == "note"} == set()
    assert ("note", "tag") in never
    engine.dispose()
    databases.drop(url)
