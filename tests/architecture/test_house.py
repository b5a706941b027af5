"""Rules that live in tests, not in memory."""

import re
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import DateTime

from app.access.gate import guarded_tables
from app.access.rules import OUTSIDE_ROOMS, RULES, Action
from app.db.base import Base, UtcDateTime
from app.main import create_app
from app.settings import Settings
from app.web.deps import declared_action
from app.web.templating import env

UNGUARDED = {
    "dialogue_head",
    "compartment",
    "room_key",
    "member",
    "grant",
    "account",
    "recovery_code",
    "api_token",
    "ledger_leaf",
    "master_key",
}


def test_every_table_without_a_room_is_named_here():
    assert {t.name for t in Base.metadata.tables.values()} - {t.name for t in guarded_tables()} == UNGUARDED


def test_every_action_has_a_rule():
    assert set(RULES) | OUTSIDE_ROOMS == set(Action)


@pytest.mark.sqlite_only("routes do not depend on the database")
def test_every_route_declares_its_action(ground):
    undeclared = []
    for context in iter_route_contexts(create_app(ground).routes):
        route = getattr(context, "original_route", None) or context.route
        dependant = getattr(route, "dependant", None)
        if dependant is None:
            assert context.path == "/api/openapi.json"
            continue
        if not any(declared_action(d.call) for d in dependant.dependencies):
            undeclared.append(context.path)
    assert undeclared == []


def test_a_note_holds_no_time_no_serial_no_person():
    columns = {column.name: column for column in Base.metadata.tables["note"].columns}
    assert set(columns) == {
        "id",
        "compartment_id",
        "agenda_item_id",
        "body",
        "pending",
        "tag",
        "version",
        "is_released",
        "rule",  # under which it was written; after a batch the same on all of an item, unless a rule was loosened
    }
    assert not any(isinstance(column.type, DateTime | UtcDateTime) for column in columns.values())


@pytest.mark.parametrize("name", [n for n in env.list_templates() if n.endswith(".html")])
def test_templates_compile_and_know_no_roles(name):
    source = env.loader.get_source(env, name)[0]
    env.get_template(name)
    assert not re.search(r"\|\s*safe\b|\sstyle=|\son\w+=|viewer\.|\.roles|<script(?! src=)|hx-on|js:", source)


def test_relationships_never_load_by_themselves():
    assert all(rel.lazy == "raise" for mapper in Base.registry.mappers for rel in mapper.relationships)


def test_locks_carry_hashes_and_no_address():
    for lock in Path().glob("requirements*.lock"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|file://|index-url|find-links", text)


def test_every_setting_is_documented():
    text = Path("docs/settings.md").read_text()
    assert [n for n in Settings.model_fields if f"DIPOLI_{n.upper()}" not in text] == []
