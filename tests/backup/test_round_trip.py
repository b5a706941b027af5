"""One moment goes out whole and comes back whole, on either engine; or nothing does."""

import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Engine

from app.access.bypass import unguarded
from app.backup import container, service
from app.backup.dumping import Head, Manifest, write
from app.backup.faults import BadBackup, Refused
from app.backup.shapes import Shape, shapes_of
from app.db.engine import make_engine
from app.db.revisions import head, upgrade
from app.ledger.kinds import Kind
from app.ledger.models import Leaf
from app.ledger.service import record
from app.main import create_app
from app.mapping import Base
from app.meetings.models import Meeting
from app.notes.models import Note, Seal
from app.notes.sealing import STEPS, advance, begin_seal, resume_seals
from app.soundness import refuse_unsound_database
from app.start import issue_token
from tests.backup.house import KEYS, US, WHY, back_up, dump_of, furnish, parts, restored, workshop
from tests.cast import PASSPHRASE
from tests.conftest import ENGINES, Databases, loaded
from tests.ground import dump
from tests.ground.program import Program
from tests.migrations.test_head import _at_the_second_revision


def _without_tags(rows):
    return rows | {"note": sorted(({**row, "tag": None} for row in rows["note"]), key=repr)}


def _manifest(file):
    return parts(file)[-1]


@pytest.fixture
def both(databases, tmp_path_factory, request):
    """This engine and the other one, where there is another."""
    from tests.conftest import _made  # noqa: PLC0415

    other = next((name for name in ENGINES if name != databases.name), databases.name)
    if other not in _made:
        base = request.getfixturevalue("postgres_url") if other == "postgresql" else None
        _made[other] = Databases(other, tmp_path_factory.mktemp(other), base)
    return databases, _made[other]


def test_there_and_back_between_the_engines_nothing_is_lost_but_the_tags(both, ground, program, tmp_path):
    here, there = both
    furnish(ground, program)
    first = back_up(ground, tmp_path / "first")
    with restored(there, first, tmp_path / "there") as away:
        second = back_up(away, tmp_path / "second")
        with restored(here, second, tmp_path / "back") as home:
            third = back_up(home, tmp_path / "third")
            assert dump.rows(home) == _without_tags(dump.rows(ground))
            assert any(row["tag"] for row in dump.rows(ground)["note"])
    assert _manifest(first) == _manifest(second) == _manifest(third)
    assert dump_of(first) == dump_of(second) == dump_of(third)
    assert _manifest(first).tables["release"][0] == 1


def test_restored_house_is_sound_reads_the_same_and_lets_nobody_edit_what_was_there(
    databases, ground, program, loop, tmp_path
):
    meeting = furnish(ground, program)
    before = program("tachibana").get(f"{meeting}/notes")
    file = back_up(ground, tmp_path / "file")
    with restored(databases, file, tmp_path / "house") as house:
        refuse_unsound_database(house)
        token = issue_token(house, "tachibana", name="t", days=1, passphrase=PASSPHRASE)
        author = Program(create_app(house), loop, token)
        assert _bodies(author.get(f"{meeting}/notes")) == _bodies(before)
        mine = author.get(f"{meeting}/notes/mine")
        assert mine["notes"] == []
        assert mine["can_unlock"]
        with unguarded(house, WHY) as work:
            old = list(work.db.scalars(select(Note.id)))
        for note in old:
            edit = {"body": "Mine again?", "version": 1}
            assert author.call("PUT", f"{meeting}/notes/mine/{note}", edit).status_code == 404
        item = before["items"][0]["id"]
        assert author.call("POST", f"{meeting}/agenda/{item}/notes", {"body": "After the restore"}).status_code == 204
        assert [note["body"] for note in author.get(f"{meeting}/notes/mine")["notes"]] == ["After the restore"]
        facilitator = Program(
            create_app(house), loop, issue_token(house, "facilitator", name="t", days=1, passphrase=None)
        )
        assert facilitator.call("POST", f"{meeting}/close").status_code == 200
        begin_seal(house, workshop(house).id)
        assert workshop(house).state == "sealed"
        author.close(), facilitator.close()


def _bodies(notes):
    return sorted(note["body"] for item in notes["items"] for note in item["notes"])


def test_backup_of_a_house_where_somebody_goes_on_writing_is_one_moment(ground, tmp_path):
    """A writer adds a note and an entry of the log, always together; every backup holds as many of the one as of the other."""
    with unguarded(ground, WHY) as work:
        pattern = work.db.scalars(select(Note)).first()
        values = {c.name: getattr(pattern, c.name) for c in Note.__table__.columns if c.name not in ("id", "tag")}
        notes, leaves = (work.db.scalar(select(func.count()).select_from(model)) for model in (Note, Leaf))
        dialogue = work.db.scalars(select(Leaf.dialogue_id)).first()
    stop, written = threading.Event(), []

    def go_on_writing():
        while not stop.is_set():
            with unguarded(ground, WHY) as work:
                work.db.add(Note(**values))
                record(work, Kind.PARTY_ADDED, room=dialogue, dialogue_id=dialogue)
            written.append(1)

    writer = threading.Thread(target=go_on_writing)
    writer.start()
    try:
        found = []
        for number in range(8):
            before = len(written)
            manifest = _manifest(back_up(ground, tmp_path / f"{number}"))
            found.append((before, manifest, len(written)))
    finally:
        stop.set()
        writer.join()
    assert any(after > before for before, _manifest, after in found), "the backup held up the writer"
    for before, manifest, after in found:
        added = manifest.tables["note"][0] - notes
        assert added == manifest.tables["ledger_leaf"][0] - leaves
        assert before <= added <= after + 1
    assert found[-1][1].tables["note"][0] > found[0][1].tables["note"][0]


def test_neither_waits_for_the_other(ground, tmp_path):
    """A transaction that has written and is still open does not hold up a backup, and is not in it."""
    with unguarded(ground, WHY) as work:
        before = work.db.scalar(select(func.count()).select_from(Leaf))
        dialogue = work.db.scalars(select(Leaf.dialogue_id)).first()
        record(work, Kind.PARTY_ADDED, room=dialogue, dialogue_id=dialogue)
        file = back_up(ground, tmp_path / "file")
    assert _manifest(file).tables["ledger_leaf"][0] == before


def test_seal_is_not_done_while_a_backup_still_reads_the_old_notes(ground):
    """Compacting in between would keep the old rows, tags and all, because the backup's moment may still see them."""
    _begin_to_seal(ground)
    meeting_id = workshop(ground).id
    with unguarded(ground, WHY) as work:
        connection = service.snapshot(work)
        connection.execute(text("SELECT count(*) FROM meeting")).scalar_one()  # the moment; no note was looked at yet
        sealing = threading.Thread(target=begin_seal, args=(ground, meeting_id))
        sealing.start()
        sealing.join(3)  # SQLite gives up for now, PostgreSQL waits
        assert workshop(ground).state == "sealing"
        assert any(connection.execute(text("SELECT tag FROM note")).scalars())
    sealing.join()
    resume_seals(ground)
    assert workshop(ground).state == "sealed"


def test_seal_goes_on_in_a_restored_house_from_whatever_step_it_had_reached(databases, tmp_path):
    for number, step in enumerate(STEPS):
        with loaded(databases, tmp_path / f"live{number}") as ground:
            _begin_to_seal(ground)
            while _step(ground) != step:
                advance(ground, workshop(ground).id)
            file = back_up(ground, tmp_path / f"file{number}")
            with restored(databases, file, tmp_path / f"house{number}") as house:
                assert _step(house) == step
                resume_seals(house)
                assert workshop(house).state == "sealed"
                assert len(list(service.verify(KEYS, back_up(house, tmp_path / f"again{number}"), [US]))) > 8


def _begin_to_seal(ground):
    meeting = workshop(ground)
    with unguarded(ground, WHY) as work:
        work.db.get_one(Meeting, meeting.id).state = "sealing"
        work.db.add(Seal(meeting_id=meeting.id, compartment_id=meeting.floor_id, step="approved"))


def _step(ground):
    with ground.engine.connect() as connection:
        return connection.execute(text("SELECT step FROM seal")).scalar_one()


# --- only into an empty database, all or nothing -----------------------------------------------------------------


def _state_of(url):
    engine = make_engine(url)
    with engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names())
        rows = {n: connection.execute(text(f'SELECT count(*) FROM "{n}"')).scalar_one() for n in names}
    engine.dispose()
    return rows


def test_only_an_empty_database_takes_a_backup(databases, ground, tmp_path):
    file = back_up(ground, tmp_path / "file")
    before = dump.rows(ground)
    with pytest.raises(Refused, match="not empty"):
        service.restore_into(ground.settings, KEYS, file, [US])
    assert dump.rows(ground) == before

    url = databases.empty()
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoice (number INTEGER)"))
    engine.dispose()
    stranger = databases.ground(url, tmp_path / "stranger").settings
    with pytest.raises(Refused, match="not Dipoli's own: invoice"):
        service.restore_into(stranger, KEYS, file, [US])
    assert _state_of(url) == {"invoice": 0}
    databases.drop(url)


def test_database_that_was_only_prepared_counts_as_empty(databases, ground, tmp_path):
    file, url = back_up(ground, tmp_path / "file"), databases.empty()
    upgrade(url)
    prepared = databases.ground(url, tmp_path / "prepared")
    service.restore_into(prepared.settings, KEYS, file, [US])
    assert dump.rows(prepared) == _without_tags(dump.rows(ground))
    prepared.engine.dispose()
    databases.drop(url)


class Stopped(RuntimeError):
    pass


def test_restore_that_is_stopped_anywhere_leaves_nothing(databases, ground, tmp_path):
    file, url = back_up(ground, tmp_path / "file"), databases.empty()
    settings = databases.ground(url, tmp_path / "house").settings
    seen = {"count": 0, "stop": 0}

    def fail(*_given):
        seen["count"] += 1
        if seen["count"] == seen["stop"]:
            raise Stopped

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        stops = [3, 40, 90, 150, 200, 260, 300, 350]
        for stop in stops:
            seen.update(count=0, stop=stop)
            with suppress(Stopped):
                service.restore_into(settings, KEYS, file, [US])
                raise AssertionError(f"only {seen['count']} statements, none was {stop}")
            seen["stop"] = 0
            assert _state_of(url) == {}, stop
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    service.restore_into(settings, KEYS, file, [US])
    assert _state_of(url)["note"] > 0
    databases.drop(url)


@pytest.mark.sqlite_only("only SQLite lets a test tear a reference")
def test_true_backup_of_a_torn_house_is_refused_and_nothing_kept(databases, ground, tmp_path):
    raw = ground.engine.raw_connection()
    raw.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
    raw.dbapi_connection.execute("DELETE FROM party WHERE code = 'JP'")
    raw.dbapi_connection.execute("PRAGMA foreign_keys = ON")
    raw.close()
    file, url = back_up(ground, tmp_path / "file"), databases.empty()
    with pytest.raises(BadBackup, match="refers to one that is not there"):
        service.restore_into(databases.ground(url, tmp_path / "house").settings, KEYS, file, [US])
    assert _state_of(url) == {}


def test_backup_of_an_older_schema_is_brought_to_head(databases, tmp_path):
    url = databases.empty()
    engine, _quantity = _at_the_second_revision(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE basket SET interval_days = 90"))
    old = sa.MetaData()
    old.reflect(engine)
    old.remove(old.tables["alembic_version"])
    file = _written(engine, shapes_of(old), "0002", tmp_path / "old")
    engine.dispose()
    databases.drop(url)
    with restored(databases, file, tmp_path / "house") as house, house.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == head()
        assert connection.execute(text("SELECT days FROM silence_agreed")).scalars().all() == [90]
        assert connection.execute(text("SELECT quantity FROM instalment")).scalars().all() == [50]


def _written(engine, shapes, revision, file):
    with engine.connect() as connection, file.open("wb") as opened:
        writer = container.Writer(opened, [US.recipient()])
        write(connection, shapes, Head(revision, "2026-11-24"), logs={}, keys=KEYS, put=writer.write)
        writer.finish()
    return file


def test_backup_of_a_newer_dipoli_and_of_another_shape_are_refused(databases, ground, tmp_path):
    url = databases.empty()
    settings = databases.ground(url, tmp_path / "house").settings
    shapes = shapes_of(Base.metadata)
    note = next(shape for shape in shapes if shape.name == "note")
    fewer = Shape("note", {n: k for n, k in note.columns.items() if n != "pending"}, note.key)
    for file, fault, says in (
        (_written(ground.engine, shapes, "9999", tmp_path / "newer"), Refused, "newer Dipoli"),
        (_written(ground.engine, shapes[:-3], head(), tmp_path / "fewer"), BadBackup, "every table"),
        (
            _written(ground.engine, [fewer if s is note else s for s in shapes], head(), tmp_path / "other"),
            BadBackup,
            "note of the dump is not that of its revision",
        ),
    ):
        with pytest.raises(fault, match=says):
            service.restore_into(settings, KEYS, file, [US])
        assert _state_of(url) == {}
    databases.drop(url)


def test_database_that_is_not_up_to_date_is_not_backed_up(databases, ground, tmp_path):
    with ground.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    with pytest.raises(Refused, match="dipoli init"):
        back_up(ground, tmp_path / "file")
    assert list(tmp_path.glob("file*")) == []


def test_every_column_has_a_kind_and_every_value_comes_back():
    shapes = shapes_of(Base.metadata)
    assert {shape.name for shape in shapes} == set(Base.metadata.tables)
    assert all(shape.key for shape in shapes)
    assert isinstance(Manifest({}, {}).rows, int)
