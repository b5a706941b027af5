"""Alembic from inside: the head revision and bringing a database up to it."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

ROOT = Path(__file__).parents[2]


def config(url: str) -> Config:
    made = Config(ROOT / "alembic.ini")
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.attributes["url"] = url
    return made


@cache
def head() -> str | None:
    return ScriptDirectory.from_config(config("")).get_current_head()


@cache
def known() -> frozenset[str]:
    """Every revision that this version of the program has."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(config("")).walk_revisions())


def present(engine: Engine) -> str | None:
    """The revision of this database, none where nothing was ever migrated."""
    with engine.execution_options(writes=False).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str, revision: str = "head", keys: object = None) -> None:
    """With the ring of the master key (app.vault.keys), for a revision that writes encrypted rows anew. Raises RuntimeError where one needs it and it is not given."""
    command.upgrade(_with_keys(config(url), keys), revision)


def downgrade(url: str, revision: str = "base", keys: object = None) -> None:
    command.downgrade(_with_keys(config(url), keys), revision)


def _with_keys(made: Config, keys: object) -> Config:
    made.attributes["keys"] = keys
    return made


def carry(connection: Connection, revision: str, keys: object = None) -> None:
    """Up to a revision or `head`, or down to `base`, inside the transaction that the connection is in."""
    made = _with_keys(config(""), keys)
    made.attributes["connection"] = connection
    (command.downgrade if revision == "base" else command.upgrade)(made, revision)
