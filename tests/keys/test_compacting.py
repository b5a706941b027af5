"""What a seal and the end of an old key ask of the database: tables rewritten, on PostgreSQL by a role that does not own them."""

import os

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.db.compacting import compact
from app.db.engine import make_engine
from tests.conftest import ENGINES

NODE = text("SELECT pg_relation_filenode('note')")


@pytest.mark.skipif("postgresql" not in ENGINES, reason="no PostgreSQL server programs were found")
def test_modest_role_rewrites_a_table_it_does_not_own_and_is_itself_again(ground, engine_name):
    if engine_name == "sqlite":
        compact(ground.engine, "note")
        return
    name = f"modest_{os.getpid()}"
    with ground.engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN NOINHERIT"))
        connection.execute(text(f"GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO {name}"))
        owner, before = (
            connection.execute(text("SELECT current_user")).scalar_one(),
            connection.execute(NODE).scalar_one(),
        )
    url = make_url(ground.settings.database_url).set(username=name).render_as_string(hide_password=False)
    engine = make_engine(url, connections=1)
    with pytest.raises(DBAPIError):  # not silently left undone, as VACUUM alone would
        compact(engine, "note")
    with ground.engine.begin() as connection:
        connection.execute(text(f'GRANT "{owner}" TO {name}'))
    compact(engine, "note", "room_key")
    with engine.connect() as connection:  # the one connection of the pool
        assert connection.execute(text("SELECT current_user")).scalar_one() == name
        assert connection.execute(NODE).scalar_one() != before
    engine.dispose()
    with ground.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))
