"""The schema and the statements around notes: no time, no serial, no person; and the recorder that watches the whole suite can fail."""

import re

import pytest
from sqlalchemy import BigInteger, Date, DateTime, Integer, SmallInteger, Time, text

from app.access.work import Work
from app.core.ids import new_id
from app.db.base import Base, UtcDateTime
from app.notes import service as notes
from tests.conftest import RECORDER
from tests.ground.recorder import MAY_BE_WRITTEN_WITH_A_NOTE

D = "/dialogues/six-party-talks"
PERSONS = {"account", "member", "person"}
OF_A_PERSON = re.compile(r"account|member|person|author|login|user|created|updated|posted|seen", re.IGNORECASE)
NOTE_TABLES = ("note", "seal_approval", "seal")
COUNTED = {("note", "version")}  # of one note; gone at the seal


@pytest.mark.parametrize("name", NOTE_TABLES)
def test_table_beside_notes_holds_no_time_no_serial_no_person(name):
    table = Base.metadata.tables[name]
    for column in table.columns:
        assert not isinstance(column.type, DateTime | Date | Time | UtcDateTime), column
        assert not OF_A_PERSON.search(column.name), column
        assert column.server_default is None, column
        assert column.autoincrement is not True, column
        assert (name, column.name) in COUNTED or not isinstance(column.type, Integer | BigInteger | SmallInteger), (
            column
        )
        assert not {key.column.table.name for key in column.foreign_keys} & PERSONS, column
    assert not table.indexes or {c.name for index in table.indexes for c in index.columns} <= {"compartment_id"}


@pytest.mark.parametrize("name", sorted(MAY_BE_WRITTEN_WITH_A_NOTE))
def test_what_may_be_written_with_a_note_has_no_person_in_its_columns(name):
    for column in Base.metadata.tables[name].columns:
        assert not re.search(r"account|member|person|login|user", column.name), column
        assert not {key.column.table.name for key in column.foreign_keys} & PERSONS, column


def test_ids_are_random_and_carry_no_time():
    """RFC 9562: version 4, and no order between one id and the next."""
    made = [new_id() for _number in range(1000)]
    assert {each.version for each in made} == {4}
    ranks = sorted(range(1000), key=lambda number: made[number].bytes)
    spread = 1 - 6 * sum((place - rank) ** 2 for place, rank in enumerate(ranks)) / (1000 * (1000**2 - 1))
    assert abs(spread) < 0.13  # Spearman's; four standard deviations of what chance gives


def test_recorder_notices_a_person_written_beside_a_note(ground, program, monkeypatch):
    author = program("tachibana")
    meetings = author.get(f"{D}/meetings")["upcoming"]
    here = f"{D}/meetings/{next(m['id'] for m in meetings if m['code'] == 'W-2026')}"
    item = author.get(f"{here}/notes")["items"][0]["id"]
    path, seen = f"{here}/agenda/{item}/notes", RECORDER.notes
    assert author.call("POST", path, {"body": "As it should be."}).status_code == 204
    assert RECORDER.notes == seen + 1
    assert RECORDER.broken == []
    post = notes.post_note

    def told(work: Work, *given, **more):
        post(work, *given, **more)
        work.db.connection().execute(text("UPDATE account SET time_zone = 'Asia/Tokyo' WHERE login = 'tachibana'"))

    monkeypatch.setattr(notes, "post_note", told)
    assert author.call("POST", path, {"body": "And with her account."}).status_code == 204
    broken, RECORDER.broken[:] = list(RECORDER.broken), []
    assert broken == [(f"POST /api/v1{path}", ["account"])]
