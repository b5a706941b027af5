"""A check that always says yes is worth nothing: each lie in a house is found, and named by its kind."""

import json

import pytest
import sqlalchemy as sa
from sqlalchemy import LargeBinary, text

from app.backup import service
from app.backup.faults import BadBackup, Refused
from app.backup.verifying import SEALED_COLUMNS
from app.mapping import Base
from app.vault.keys import KeyRing
from tests.backup.house import KEYS, OTHERS, US, D, back_up, furnish
from tests.ground import dump

NO_ENVELOPES = {
    "account.public_key",
    "grant.sealed_key",
    "ledger_leaf.entry",
    "master_key.check_value",
    "master_key.key_id",
    "master_key.salt",
    "recovery_code.code_hash",
    "api_token.token_hash",
    "api_token.vault_wrapped",
    "invitation.link_hash",
    "invitation.code_hash",
    "ledger_leaf.hash",
    "note.tag",
    "poll_respondent.link_hash",
}


def test_every_column_of_bytes_is_opened_or_is_no_envelope():
    binary = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert binary == {".".join(where) for where in SEALED_COLUMNS} | NO_ENVELOPES


def test_good_backup_is_checked_to_the_last_record(ground, program, tmp_path):
    furnish(ground, program)
    notes = dump.rows(ground)["note"]
    said = "\n".join(service.verify(KEYS, back_up(ground, tmp_path / "file"), [US]))
    for words in (
        "opens with this identity",
        f"SHA-256 of all {len(Base.metadata.tables)} tables agree",
        "read back, every table equal",
        "every reference leads to a row",
        "No edit tag",
        f"note, all {len(notes) + 1}",  # and the edit that waits
        "entry, all",
        "position, all",
        "summary, all 1",
        "poll answer, all",
        "release, all 1",
        "roots of 1 dialogues made again and equal",
    ):
        assert words in said, words


OF_THE_HOUSE = "WHERE compartment_id IN (SELECT id FROM compartment WHERE kind <> 'delegation')"
SEALED = "WHERE compartment_id IN (SELECT id FROM compartment WHERE kind = 'delegation')"


TWICE = "compartment_id IN (SELECT compartment_id FROM entry GROUP BY compartment_id HAVING count(*) > 1)"


def _one_bit(table, column, key="id", *, where="", byte=-1):
    """Change one bit of one row; gives how to undo it."""

    def change(connection):
        name, value = connection.execute(text(f'SELECT {key}, {column} FROM "{table}" {where} LIMIT 1')).one()
        changed = bytearray(value)
        changed[byte] ^= 1
        put = text(f'UPDATE "{table}" SET {column} = :value WHERE {key} = :name')
        connection.execute(put, {"value": bytes(changed), "name": name})

    return change


def _statement(words):
    return lambda connection: connection.exec_driver_sql(words)


LIES = {
    "a note's text": (_one_bit("note", "body"), "does not open: notes"),
    "an entry's text": (_one_bit("entry", "body", where=OF_THE_HOUSE), "does not open: registers"),
    "a position": (_one_bit("position", "body", where=OF_THE_HOUSE), "does not open: registers"),
    "a summary": (_one_bit("summary", "body"), "does not open: releases"),
    "an answer to a poll": (_one_bit("poll_answer", "body"), "does not open: scheduling"),
    "a release": (_one_bit("release", "document"), "does not open: releases"),
    "a room's key": (_one_bit("room_key", "wrapped", "compartment_id"), "key in the backup does not open"),
    "a hash of the log": (_one_bit("ledger_leaf", "hash", "position"), "transparency log was changed"),
    "a note's version": (_statement("UPDATE note SET version = version + 1"), "does not open: notes"),
    "another entry's body": (
        _statement("UPDATE entry SET body = (SELECT body FROM entry LIMIT 1)"),
        "does not open: registers",
    ),
    "a sealed entry cut short": (
        _statement(f"UPDATE entry SET body = substr(body, 1, 100) {SEALED}"),
        "does not open: registers",
    ),
    "a sealed entry of another key": (
        _one_bit("entry", "body", where=f"{SEALED} AND {TWICE}", byte=2),
        "does not open: registers",
    ),
    "a member's wrapped key cut short": (
        _statement('UPDATE "grant" SET sealed_key = substr(sealed_key, 1, 100) WHERE sealed_key IS NOT NULL'),
        "has not the form of one",
    ),
    "a missing leaf": (_statement("DELETE FROM ledger_leaf WHERE position = 1"), "transparency log was changed"),
    "an entry of the log": (_one_bit("ledger_leaf", "entry", "position"), "transparency log was changed"),
}


def test_each_lie_in_the_house_is_found(ground, program, tmp_path):
    furnish(ground, program)
    line = {"kind": "red-line", "text": "A second line of theirs, sealed."}
    assert program("tachibana").call("POST", f"{D}/registers", line).status_code == 201
    truth = dump.rows(ground)
    for number, (lie, (change, says)) in enumerate(LIES.items()):
        with ground.engine.begin() as connection:
            change(connection)
        assert dump.rows(ground) != truth, lie
        assert says in _fault(back_up(ground, tmp_path / f"{number}")), lie
        _undo(ground, truth)
        assert dump.rows(ground) == truth
    assert _fault(back_up(ground, tmp_path / "truth")) == ""


def _fault(file):
    """What the check says against it, after the file itself was found good."""
    said = []
    try:
        said.extend(service.verify(KEYS, file, [US]))
    except BadBackup as fault:
        return str(fault)
    return ""


def _undo(ground, truth):
    with ground.engine.begin() as connection:
        for name in (
            "note",
            "entry",
            "position",
            "summary",
            "release",
            "poll_answer",
            "room_key",
            "ledger_leaf",
            "grant",
        ):
            table = Base.metadata.tables[name]
            raw = sa.table(name, *(sa.column(column.name) for column in table.columns))
            keys = [column.name for column in table.primary_key]
            for row in truth[name]:
                _put_back(connection, raw, keys, row)


def _put_back(connection, raw, keys, row):
    plain = {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in row.items()}
    here = sa.and_(*(raw.c[key] == plain[key] for key in keys))
    if connection.execute(sa.select(sa.func.count()).select_from(raw).where(here)).scalar_one() == 0:
        connection.execute(raw.insert().values(**plain))
        return
    was = {
        key: value
        for key, value in plain.items()
        if isinstance(value, bytes) or key in ("version", "disclosure", "entry")
    }
    if was:
        connection.execute(raw.update().where(here).values(**was))


def test_other_master_key_and_other_identity_are_told_apart(ground, tmp_path):
    file = back_up(ground, tmp_path / "file")
    with pytest.raises(BadBackup, match="another master key"):
        list(service.verify(KeyRing(bytes(32)), file, [US]))
    with pytest.raises(BadBackup, match="for others, or was changed"):
        list(service.verify(KEYS, file, [OTHERS]))
    with pytest.raises(BadBackup, match="for others, or was changed"):
        list(service.verify(KEYS, file, []))
    with pytest.raises(Refused, match="No such file"):
        list(service.verify(KEYS, tmp_path / "missing", [US]))
