"""Positions of before revision 0008: they open as they are, and lose the party that stood beside them at the next start."""

import json
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import create_engine, text

from app.access.bypass import unguarded
from app.access.levels import Room
from app.access.models import Compartment
from app.db.revisions import downgrade, upgrade
from app.dialogues.models import Party
from app.registers.models import Position
from app.registers.positions import hide_parties
from app.vault import envelope

HERE = "/dialogues/six-party-talks/roadmap/NE1/position"
KINDS = {"confided": Room.CONFIDED, "shared-without-attribution": Room.BOARD}
SEALED = {"view": "crosses-a-line", "text": "JP objects.", "disclosure": "sealed"}
OLD = sa.table(
    "position",
    *(sa.column(name, sa.Uuid()) for name in ("id", "compartment_id", "dialogue_id", "party_id")),
    sa.column("disclosure", sa.String()),
    sa.column("version", sa.Integer()),
    sa.column("body", sa.LargeBinary()),
)


def _as_before(work, code, disclosure):
    """A row as it was written before: party, disclosure and version beside the body, and bound to it."""
    party = work.db.query(Party).filter_by(code=code).one()
    kind = KINDS[disclosure]
    rooms = work.db.query(Compartment).filter_by(dialogue_id=party.dialogue_id, kind=kind)
    room = rooms.filter_by(subject_id=None if kind is Room.BOARD else party.id).one().id
    row = {"id": uuid4(), "compartment_id": room, "dialogue_id": party.dialogue_id, "party_id": party.id}
    words = json.dumps({"step": "NE1", "view": "crosses-a-line", "text": f"{code} objects.", "on": "2026-11-20"})
    context = envelope.Context("position", party.dialogue_id, room, row["id"], 1, disclosure)
    body = envelope.seal(work.room_key(room), words, context)
    return row | {"disclosure": disclosure, "version": 1, "body": body}


def _sealed_as_before(work):
    """What she has sealed only she can open; its body was bound to the same place then."""
    party, row = work.db.query(Party).filter_by(code="JP").one(), work.db.query(Position).one()
    place = {name: getattr(row, name) for name in ("id", "compartment_id", "dialogue_id", "body")}
    return place | {"party_id": party.id, "disclosure": "sealed", "version": 1}


@pytest.fixture
def rows(ground, program):
    url = ground.engine.url.render_as_string(hide_password=False)
    with unguarded(ground, "a test writes what an earlier revision wrote") as work:
        work.db.execute(text("DELETE FROM position"))
    assert program("tachibana").call("POST", HERE, SEALED).is_success
    with unguarded(ground, "a test writes what an earlier revision wrote") as work:
        made = [_sealed_as_before(work), *(_as_before(work, *one) for one in zip(("KR", "CN"), KINDS, strict=True))]
        work.db.execute(text("DELETE FROM position"))
    ground.engine.dispose()
    downgrade(url, "0007")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.insert(OLD), made)
    engine.dispose()
    return url, made


def _told(program):
    def words(name):
        return [p["text"] for p in program(name).get(HERE)["positions"]]

    others = [program(name).get(HERE)["others"] for name in ("liang", "facilitator", "tachibana")]
    return [words(name) for name in ("tachibana", "namgung", "liang", "facilitator")], others


EXPECTED = (
    [["JP objects."], ["KR objects."], ["CN objects."], ["KR objects."]],
    ["no objection known", "not yet acceptable to all", "not yet acceptable to all"],
)


def test_positions_of_before_are_read_at_once_and_name_no_party_after_the_next_start(rows, ground, program):
    url, _made = rows
    upgrade(url)
    assert _told(program) == EXPECTED
    with unguarded(ground, "the start of the house") as work:
        hide_parties(work)
    with ground.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*), count(party_id) FROM position")).one() == (3, 0)
    assert _told(program) == EXPECTED


def test_they_go_back_as_they_were_until_then_and_not_after(rows, ground):
    url, made = rows
    upgrade(url)
    ground.engine.dispose()
    downgrade(url, "0007")
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {row.id: row for row in connection.execute(sa.select(OLD))}
    engine.dispose()
    for row in made:
        kept = found[UUID(str(row["id"]))]
        assert (kept.party_id, kept.disclosure, kept.version, bytes(kept.body)) == (
            row["party_id"],
            row["disclosure"],
            1,
            row["body"],
        )
    upgrade(url)
    with unguarded(ground, "the start of the house") as work:
        hide_parties(work)
    ground.engine.dispose()
    with pytest.raises(RuntimeError, match="restore a backup"):
        downgrade(url, "0007")
