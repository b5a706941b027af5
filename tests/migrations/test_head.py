"""The migrated schema is the models' schema, and every revision goes down again; on both engines."""

import json
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import MetaData, create_engine, inspect, text

from app.db.revisions import downgrade, upgrade
from app.keys.records import prove_fits
from app.keys.sources import Opened, acknowledge
from app.ledger.service import canonical, leaf_hash
from app.mapping import Base
from app.registers import document
from app.vault.envelope import Context, seal, unseal
from app.vault.keys import KeyFailure, KeyRing, derive
from app.vault.master import new_stretch
from app.vault.passphrase import Cost


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


def _at_the_second_revision(url):
    """One dialogue with a basket that agreed on silence, and a step with a quantity as the first revision kept it."""
    upgrade(url, "0001")
    engine = create_engine(url)
    ids = {name: uuid4() for name in ("dialogue", "room", "basket", "step")}
    now = datetime(2026, 11, 20, tzinfo=UTC)
    quantity = {
        "total": 1000,
        "unit": "t",
        "delivered": [{"party": "A", "quantity": 50, "on": "2020-05-01", "remark": "by ship"}],
    }
    with engine.begin() as connection:
        for table, given in (
            ("dialogue_head", {"id": ids["dialogue"], "code": "accord"}),
            ("compartment", {"id": ids["room"], "dialogue_id": ids["dialogue"], "kind": "board"}),
            ("dialogue", {"id": ids["dialogue"], "compartment_id": ids["room"]}),
            (
                "basket",
                {"id": ids["basket"], "compartment_id": ids["room"], "dialogue_id": ids["dialogue"], "code": "B"},
            ),
            (
                "step",
                {
                    "id": ids["step"],
                    "compartment_id": ids["room"],
                    "dialogue_id": ids["dialogue"],
                    "basket_id": ids["basket"],
                    "code": "S1",
                    "extra": {"quantity": quantity},
                },
            ),
        ):
            _insert(connection, table, given, now)
    upgrade(url, "0002")
    return engine, quantity


def _insert(connection, table, given, now):
    """One row with what is given; everything else that must be there is filled by its type."""
    made = MetaData()
    made.reflect(connection, only=[table])
    row = made.tables[table]
    plain = {
        sa.Date: now.date(),
        sa.DateTime: now,
        sa.Integer: 1,
        sa.Boolean: False,
        sa.JSON: {},
        sa.String: "x",
        sa.Uuid: uuid4(),
    }
    filled = {
        c.name: next((value for kind, value in plain.items() if isinstance(c.type, kind)), b"x")
        for c in row.columns
        if not c.nullable
    }
    values = {
        name: value.hex if isinstance(value, UUID) and connection.dialect.name == "sqlite" else value
        for name, value in (filled | given).items()
    }
    connection.execute(row.insert().values(**values))


def test_an_agreed_silence_and_a_quantity_survive_the_revisions_up_and_down(databases):
    url = databases.empty()
    engine, quantity = _at_the_second_revision(url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT total, unit FROM step")).one() == (1000, "t")
        assert connection.execute(text("SELECT party_code, quantity FROM instalment")).one() == ("A", 50)
        connection.execute(text("UPDATE basket SET interval_days = 90"))
    upgrade(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT days FROM silence_agreed")).scalars().all() == [90]
    downgrade(url, "0002")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT interval_days FROM basket")).scalar_one() == 90
    downgrade(url, "0001")
    with engine.connect() as connection:
        step = MetaData()
        step.reflect(connection, only=["step"])
        assert connection.execute(sa.select(step.tables["step"].c.extra)).scalar_one() == {"quantity": quantity}
    engine.dispose()
    databases.drop(url)


def _wrapped_as_before(master, key, owner):
    """As wrapped keys were written before they named their master."""
    return b"n" * 12 + AESGCM(derive(master, b"wrap")).encrypt(b"n" * 12, key, owner)


def test_wrapped_keys_open_after_the_revision_that_names_them_and_are_the_same_after_it_is_undone(databases):
    url, master, key = databases.empty(), bytes(range(32)), b"k" * 32
    upgrade(url, "0004")
    engine = create_engine(url)
    dialogue, room, account, now = uuid4(), uuid4(), uuid4(), datetime(2026, 11, 20, tzinfo=UTC)
    old = {owner: _wrapped_as_before(master, key, owner.bytes) for owner in (room, account)}
    with engine.begin() as connection:
        _insert(connection, "dialogue_head", {"id": dialogue, "code": "accord"}, now)
        _insert(connection, "compartment", {"id": room, "dialogue_id": dialogue, "kind": "board"}, now)
        _insert(connection, "room_key", {"compartment_id": room, "wrapped": old[room]}, now)
        _insert(connection, "account", {"id": account, "login": "one", "totp_wrapped": old[account]}, now)
        _insert(connection, "account", {"id": uuid4(), "login": "without"}, now)
    upgrade(url)
    with engine.connect() as connection:
        assert prove_fits(connection, KeyRing(master)) == 2
        with pytest.raises(KeyFailure):
            prove_fits(connection, KeyRing(bytes(32)))
    acknowledge(engine, Opened(master))
    downgrade(url, "0004")
    with engine.connect() as connection:
        assert bytes(connection.execute(text("SELECT wrapped FROM room_key")).scalar_one()) == old[room]
        stored = connection.execute(
            text("SELECT totp_wrapped FROM account WHERE totp_wrapped IS NOT NULL")
        ).scalar_one()
        assert bytes(stored) == old[account]
    upgrade(url)
    acknowledge(engine, Opened(master, new_stretch(Cost(8, 1))))
    with pytest.raises(RuntimeError, match="rotate it to a file first"):
        downgrade(url, "0004")


def test_log_and_members_survive_the_fourth_revision_up_and_down(databases):
    """The entries' hashes stay what they were; members get numbers, each dialogue its own."""
    url = databases.empty()
    upgrade(url, "0005")
    engine = create_engine(url)
    now, heads = datetime(2026, 11, 25, tzinfo=UTC), [uuid4(), uuid4()]
    entry = {"kind": "party added", "on": "2026-11-24", "party": "ÄÖ"}
    hashed = leaf_hash(canonical(entry))
    with engine.begin() as connection:
        for dialogue, members in zip(heads, (3, 2), strict=True):
            _insert(connection, "dialogue_head", {"id": dialogue, "code": dialogue.hex}, now)
            _insert(
                connection, "ledger_leaf", {"dialogue_id": dialogue, "position": 0, "entry": entry, "hash": hashed}, now
            )
            for _number in range(members):
                _insert(connection, "member", {"id": uuid4(), "dialogue_id": dialogue, "account_id": uuid4()}, now)
    upgrade(url)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT entry, hash FROM ledger_leaf")).all()
        assert [(leaf_hash(bytes(data)), bytes(digest)) for data, digest in kept] == [(hashed, hashed)] * 2
        numbers = connection.execute(text("SELECT number FROM member ORDER BY number")).scalars().all()
        assert numbers == [1, 1, 2, 2, 3]
    downgrade(url, "0005")
    with engine.connect() as connection:
        leaf = MetaData()
        leaf.reflect(connection, only=["ledger_leaf"])
        found = connection.execute(sa.select(leaf.tables["ledger_leaf"].c.entry)).scalars().all()
        assert found == [entry, entry]
    upgrade(url)
    engine.dispose()
    databases.drop(url)


def test_an_item_follows_a_meeting_tightened_past_it_and_notes_survive_the_rules_on_the_move(databases):
    """The row of a note stays as it is, up and down; a meeting that was tightened past its items was shown under them."""
    url = databases.empty()
    upgrade(url, "0008")
    engine = create_engine(url)
    now, head, room, note = datetime(2026, 11, 25, tzinfo=UTC), uuid4(), uuid4(), uuid4()
    items = {rule: uuid4() for rule in ("on-record", "chatham-house", "off-record")}
    with engine.begin() as connection:
        _insert(connection, "dialogue_head", {"id": head, "code": "accord"}, now)
        _insert(connection, "compartment", {"id": room, "dialogue_id": head, "kind": "floor"}, now)
        _insert(connection, "dialogue", {"id": head, "compartment_id": room}, now)
        meeting = {"id": uuid4(), "dialogue_id": head, "compartment_id": room, "rule": "chatham-house"}
        _insert(connection, "meeting", meeting, now)
        for rule, item in items.items():
            given = {"id": item, "compartment_id": room, "meeting_id": meeting["id"], "rule": rule}
            _insert(connection, "agenda_item", given, now)
        given = {"id": note, "compartment_id": room, "agenda_item_id": items["off-record"], "body": b"sealed"}
        _insert(connection, "note", given, now)
        before = connection.execute(text("SELECT * FROM note")).mappings().one()
    upgrade(url)
    with engine.connect() as connection:
        kept = sorted(str(rule) for rule in connection.execute(text("SELECT rule FROM agenda_item")).scalars())
        assert kept == ["None", "chatham-house", "off-record"]
        after = connection.execute(text("SELECT * FROM note")).mappings().one()
        assert {name: after[name] for name in before} == dict(before)
        assert after["rule"] is None
        assert connection.execute(text("SELECT late_see_earlier FROM meeting")).scalar_one() in (False, 0)
    downgrade(url, "0008")
    with engine.connect() as connection:
        assert dict(connection.execute(text("SELECT * FROM note")).mappings().one()) == dict(before)
        if databases.name == "sqlite":
            made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'note'")).scalar_one()
            assert "WITHOUT ROWID" in made
    upgrade(url)
    engine.dispose()
    databases.drop(url)


def _with_an_entry(engine, keys):
    """A dialogue at the sixth revision with one entry, revised once: its words in its room, all else of it in clear."""
    now = datetime(2026, 11, 25, tzinfo=UTC)
    ids = {name: uuid4() for name in ("dialogue", "room", "party", "entry", "version")}
    key = b"k" * 32
    head = {"party_id": ids["party"], "code": "RL-ABC234", "kind": "red-line", "reconfirm_by": date(2027, 1, 31)}

    def body(words, version):
        bound = Context("entry", ids["dialogue"], ids["room"], ids["entry"], version, "sealed")
        return seal(key, json.dumps(words), bound)

    here = {"compartment_id": ids["room"], "dialogue_id": ids["dialogue"], "disclosure": "sealed"}
    with engine.begin() as connection:
        for table, given in (
            ("dialogue_head", {"id": ids["dialogue"], "code": "accord"}),
            ("compartment", {"id": ids["room"], "dialogue_id": ids["dialogue"], "kind": "delegation"}),
            ("room_key", {"compartment_id": ids["room"], "wrapped": keys.wrap(key, owner=ids["room"].bytes)}),
            ("dialogue", {"id": ids["dialogue"], "compartment_id": ids["room"]}),
            ("party", {"id": ids["party"], "compartment_id": ids["room"], "dialogue_id": ids["dialogue"]}),
            ("entry", here | head | {"id": ids["entry"], "version": 2, "body": body({"text": "Sharper."}, 2)}),
            (
                "entry_version",
                here
                | {"id": ids["version"], "entry_id": ids["entry"], "version": 1, "body": body({"text": "First."}, 1)},
            ),
        ):
            _insert(connection, table, given, now)
    return ids, key


def _bodies(engine, name):
    table = MetaData()
    with engine.connect() as connection:
        table.reflect(connection, only=[name])
        return [dict(row) for row in connection.execute(sa.select(table.tables[name])).mappings()]


def test_what_an_entry_is_goes_into_its_body_and_comes_out_again(databases):
    url, keys = databases.empty(), KeyRing(bytes(range(32)))
    upgrade(url, "0006")
    engine = create_engine(url)
    ids, key = _with_an_entry(engine, keys)
    before = _bodies(engine, "entry")
    with pytest.raises(RuntimeError, match="needs the master key"):
        upgrade(url)
    assert _bodies(engine, "entry") == before  # nothing half-done
    upgrade(url, keys=keys)
    found = {}
    for name, purpose in (("entry", "entry"), ("entry_version", "entry version")):
        (row,) = _bodies(engine, name)
        assert set(row) == {"id", "dialogue_id", "compartment_id", "body"}
        record = row["id"] if isinstance(row["id"], UUID) else UUID(row["id"])
        bound = Context(purpose, ids["dialogue"], ids["room"], record, 1)
        found[name] = document.read(unseal(key, bytes(row["body"]), bound))
    head, words = found["entry"]
    assert (head.id, head.party_id, head.code) == (ids["entry"], ids["party"], "RL-ABC234")
    assert (head.kind, head.disclosure, head.version, head.reconfirm_by) == ("red-line", "sealed", 2, date(2027, 1, 31))
    assert words == {"text": "Sharper."}
    earlier, said = found["entry_version"]
    assert (earlier.id, earlier.version, said) == (ids["entry"], 1, {"text": "First."})
    downgrade(url, "0006", keys=keys)
    (row,) = _bodies(engine, "entry")
    assert {name: value for name, value in row.items() if name != "body"} == {
        name: value for name, value in before[0].items() if name != "body"
    }
    bound = Context("entry", ids["dialogue"], ids["room"], ids["entry"], 2, "sealed")
    assert json.loads(unseal(key, bytes(row["body"]), bound)) == {"text": "Sharper."}
    upgrade(url, keys=keys)


def test_what_was_handed_over_before_anybody_was_asked_goes_on_counting(databases):
    url = databases.empty()
    engine, _quantity = _at_the_second_revision(url)
    upgrade(url, "0006")
    made = datetime(2026, 11, 20, tzinfo=UTC)
    with engine.begin() as connection:
        step = connection.execute(text("SELECT id, compartment_id FROM step")).one()
        ends = {"step_id": UUID(str(step.id)), "compartment_id": UUID(str(step.compartment_id))}
        _insert(connection, "handover", ends | {"happened_on": made.date(), "quantity": 5.0}, made)
    upgrade(url)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT happened_on, agreed_on, agreements FROM handover")).one()
    assert str(kept.agreed_on) == str(kept.happened_on) == "2026-11-20"
    assert kept.agreements in ("[]", [])
    engine.dispose()
    databases.drop(url)
