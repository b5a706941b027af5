"""Rotation, stopped at every statement and every change of a file: all is readable before, during and after, and the old key opens
nothing in the end."""

import subprocess
import sys
from contextlib import contextmanager, suppress
from datetime import date

import pytest
from sqlalchemy import event, func, insert, select, update

from app.access.bypass import unguarded
from app.access.models import Compartment, Grant, RoomKey
from app.access.work import Ground, reading
from app.accounts.models import Account
from app.accounts.service import totp_secret
from app.db.engine import make_engine
from app.db.inuse import InUse, share
from app.keys.models import MasterKey
from app.keys.records import columns_under_master_key, everything_wrapped, read_records
from app.keys.rotation import forget_old, rotate
from app.keys.sources import Asking, Opened, acknowledge, next_file, open_master, watch
from app.meetings.models import Meeting
from app.notes.models import Note
from app.notes.queries import note_context
from app.registers.models import Entry
from app.registers.queries import entry_context, kept_entries
from app.releases.models import Release
from app.releases.queries import release_context
from app.start import issue_token
from app.vault import envelope
from app.vault.keys import KeyFailure, KeyRing, head_naming, id_of_master
from app.vault.master import create_key, read_key
from tests.cast import PASSPHRASE
from tests.conftest import MASTER, loaded
from tests.ground import dump
from tests.ground.people import viewer

WHY = "a test looks at what is stored"
WORDS, OTHER_WORDS = "seven quiet ferries cross the gulf", "eleven tall cranes stand by the quay"


class Stopped(RuntimeError):
    pass


def _nobody():
    raise AssertionError("nobody was to be asked")


SILENT = Asking(_nobody, _nobody)


def _typing(present=WORDS, new=WORDS):
    return Asking(lambda: present, lambda: new)


def _settle(ground, **changes):
    """The suite's key in its file, the database told of it, and a release beside the notes, entries and second factors of the case."""
    ground.settings.master_key_file.parent.mkdir(parents=True, mode=0o700)
    ground.settings.master_key_file.write_bytes(MASTER)
    ground.settings.master_key_file.chmod(0o400)
    acknowledge(ground.engine, Opened(MASTER))
    with unguarded(ground, WHY) as work:
        meeting = work.db.scalars(select(Meeting).where(Meeting.code == "W-2026")).one()
        room = work.db.scalars(select(Compartment).where(Compartment.kind == "release")).first()
        release = Release(
            id=meeting.id, compartment_id=room.id, dialogue_id=meeting.dialogue_id, summary_id=meeting.id,
            party_id=room.subject_id, number=1, rule="chatham-house", tlp="TLP:AMBER", released_on=date(2026, 11, 20), digests={},
        )  # fmt: skip
        release.document = envelope.seal(work.room_key(room.id), "What was agreed about fuel", release_context(release))
        work.db.add(release)
    return ground.settings.model_copy(update=changes)


def _opened(settings, asking=SILENT):
    """The ground of a new process that starts now."""
    engine = make_engine(settings.database_url)
    share(engine)
    try:
        ring = KeyRing(open_master(settings, engine, asking).master)
    except BaseException:
        engine.dispose()  # as the end of a process does
        raise
    watch(engine, ring)
    return Ground(settings, engine, ring, None)


def _everything(settings, asking=SILENT):
    """Every note, entry, release and second factor, in clear, as a new process reads them."""
    ground = _opened(settings, asking)
    found = {}
    with unguarded(ground, WHY) as work:
        meetings = {m.floor_id: m for m in work.db.scalars(select(Meeting).where(Meeting.floor_id.is_not(None)))}
        for note in work.db.scalars(select(Note)):
            context = note_context(meetings[note.compartment_id], note, note.version)
            found[note.id] = envelope.unseal(work.room_key(note.compartment_id), note.body, context)
        sealed = set(work.db.scalars(select(Grant.compartment_id).where(Grant.sealed_key.is_not(None))))
        for kind, context in ((Entry, entry_context), (Release, release_context)):
            for row in work.db.scalars(select(kind).where(kind.compartment_id.not_in(sealed))):
                body = row.document if kind is Release else row.body
                found[kind, row.id] = envelope.unseal(work.room_key(row.compartment_id), body, context(row))
        for account in work.db.scalars(select(Account).where(Account.totp_wrapped.is_not(None))):
            found[account.login] = totp_secret(ground.keys, account)
        for room in work.db.scalars(select(RoomKey)):
            found["key", room.compartment_id] = work.keys.unwrap(room.wrapped, room.compartment_id)
    with reading(ground, viewer(ground, "tachibana")) as here:
        found["sealed"] = [kept.words for kept in kept_entries(here) if kept.disclosure == "sealed"]
        assert found["sealed"]
    ground.engine.dispose()
    kinds = [sum(isinstance(key, tuple) and key[0] is kind for key in found) for kind in (Entry, Release)]
    assert min(kinds) > 0
    assert "organiser" in found
    return found


def _rotate(settings, asking=SILENT, to="file"):
    engine = make_engine(settings.database_url, connections=2)
    try:
        return rotate(settings, engine, asking, to=to)
    finally:
        engine.dispose()


def _forget(settings, asking=SILENT):
    engine = make_engine(settings.database_url, connections=2)
    try:
        return forget_old(settings, engine, asking)
    finally:
        engine.dispose()


@contextmanager
def _stopping_at(engine, count):
    """Fail at the n-th statement or commit, once; yields the counter."""
    seen = {"count": 0}

    def fail(*_given):
        seen["count"] += 1
        if seen["count"] == count:
            raise Stopped

    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, fail)
    try:
        yield seen
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(engine, name, fail)


def _stopped_at(settings, count, act):
    """Do it in a process that is stopped; returns how many statements it came to."""
    engine = make_engine(settings.database_url, connections=2)
    with _stopping_at(engine, count) as seen, suppress(Stopped):
        act(engine)
    engine.dispose()
    return seen["count"]


def _names(ground, key_id):
    """How often a key is named anywhere in the database."""
    head = head_naming(key_id)
    return sum(
        isinstance(value, bytes) and value.startswith(head)
        for rows in dump.rows(ground).values()
        for row in rows
        for value in row.values()
    )


def _rotation_stopped_at(databases, folder, count, to):
    with loaded(databases, folder) as ground:
        settings = _settle(ground)
        ground.engine.dispose()
        before = _everything(settings)
        seen = _stopped_at(settings, count, lambda engine: rotate(settings, engine, _typing(), to=to))
        is_over = read_records(ground.engine).present.key_id != id_of_master(MASTER)
        ground.engine.dispose()
        now = (
            settings.model_copy(update={"master_key_from": "passphrase"})
            if is_over and to == "passphrase"
            else settings
        )
        assert _everything(now, _typing()) == before  # as it was left
        _rotate(now, _typing(new=OTHER_WORDS if is_over else WORDS), to=to)
        after = settings.model_copy(update={"master_key_from": to})
        present = OTHER_WORDS if is_over and not _finished_only(ground, to) else WORDS
        assert _everything(after, _typing(present)) == before  # gone on with
        assert _names(ground, id_of_master(MASTER)) == 0
        ground.engine.dispose()
        _forget(after, _typing(present))
        assert _everything(after, _typing(present)) == before
        assert [f for f in settings.master_key_file.parent.iterdir() if read_key(f) == MASTER] == []
        return seen


def _finished_only(ground, to):
    """Whether the second call only ended the first one's work: then there is one retired key and not two."""
    finished = len(read_records(ground.engine).retired) == 1
    ground.engine.dispose()
    return finished


@pytest.mark.parametrize("to", ["file", "passphrase"])
def test_rotation_stopped_at_any_statement(databases, tmp_path, to):
    whole = _rotation_stopped_at(databases, tmp_path / "whole", 0, to)
    assert whole > 30
    stride = 1 if databases.name == "sqlite" else 5  # a PostgreSQL copy takes longer; every kind of statement is met
    for count in range(1, whole + 1, stride):
        _rotation_stopped_at(databases, tmp_path / str(count), count, to)


def test_forgetting_stopped_at_any_statement_never_loses_a_key_that_is_needed(databases, tmp_path):
    def stopped(count):
        with loaded(databases, tmp_path / str(count)) as ground:
            settings = _settle(ground)
            ground.engine.dispose()
            before = _everything(settings)
            _rotate(settings)
            seen = _stopped_at(settings, count, lambda engine: forget_old(settings, engine, SILENT))
            assert _everything(settings) == before
            _forget(settings)
            assert _everything(settings) == before
            assert read_records(ground.engine).retired == ()
            assert [f.name for f in settings.master_key_file.parent.iterdir()] == ["master.key"]
            return seen

    whole = stopped(0)
    assert whole > 20
    for count in range(1, whole + 1, 1 if databases.name == "sqlite" else 5):
        stopped(count)


KILLED = """
import os, sys
from pathlib import Path
count, url, folder = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
from app.db.engine import make_engine
from app.keys.rotation import forget_old, rotate
from app.keys.sources import Asking
from app.settings import Settings
settings = Settings(data_dir=folder, database_url=url, master_key_memory_kib=8, master_key_passes=1)
engine = make_engine(url, connections=2)
seen = 0
def die(name, given):
    global seen
    touched = name in ("os.rename", "os.remove", "os.chmod") or (name == "open" and "keys" in str(given[0]) and given[2] & os.O_WRONLY)
    if touched and str(folder) in str(given[0]):
        seen += 1
        if seen == count:
            os._exit(9)
sys.addaudithook(die)
act = {"rotate": lambda: rotate(settings, engine, Asking(None, None), to="file"), "forget": lambda: forget_old(settings, engine, Asking(None, None))}
act[sys.argv[4]]()
"""


def _killed(settings, count, act):
    """Kill a process at its n-th change of a key file; returns its exit code."""
    arguments = [str(count), settings.database_url, str(settings.data_dir), act]
    return subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False).returncode


@pytest.mark.sqlite_only("about files")
def test_process_killed_at_any_change_of_a_file(databases, tmp_path):
    for act, least in (("rotate", 3), ("forget", 2)):
        count, was_killed = 0, True
        while was_killed:
            count += 1
            with loaded(databases, tmp_path / act / str(count)) as ground:
                settings = _settle(ground)
                ground.engine.dispose()
                before = _everything(settings)
                if act == "forget":
                    _rotate(settings)
                was_killed = _killed(settings, count, act) == 9
                assert _everything(settings) == before
                _rotate(settings)
                _forget(settings)
                assert _everything(settings) == before
                assert [f.name for f in settings.master_key_file.parent.iterdir()] == ["master.key"]
        assert count > least


def test_old_key_is_kept_aside_under_a_dated_name_until_nothing_needs_it(ground):
    settings = _settle(ground)
    before = _everything(settings)
    ground.engine.dispose()
    done = _rotate(settings)
    assert done.kept.name == f"master.key.2026-11-24.{id_of_master(MASTER).hex()}"
    assert read_key(done.kept) == MASTER
    assert done.kept.stat().st_mode & 0o777 == 0o400
    with ground.engine.connect() as connection:
        assert {each.value[2:10] for each in everything_wrapped(connection)} == {done.key_id}
        assert len(everything_wrapped(connection)) == done.count
    ground.engine.dispose()
    gone = _forget(settings)
    assert gone.key_ids == (id_of_master(MASTER),)
    assert gone.proved == done.count
    assert not done.kept.exists()
    assert _everything(settings) == before
    assert _forget(settings).key_ids == ()  # again: nothing to do


def test_old_key_is_not_forgotten_while_a_row_of_an_old_copy_needs_it(ground):
    """Somebody put back one row; the next rotation takes it along, because the old file is still there."""
    settings = _settle(ground)
    before = _everything(settings)
    with ground.engine.connect() as connection:
        old = connection.execute(select(RoomKey.compartment_id, RoomKey.wrapped)).first()
    ground.engine.dispose()
    kept = _rotate(settings).kept
    with ground.engine.begin() as connection:
        connection.execute(update(RoomKey).where(RoomKey.compartment_id == old[0]).values(wrapped=old[1]))
    ground.engine.dispose()
    with pytest.raises(KeyFailure, match=r"room_key\.wrapped"):
        _forget(settings)
    assert kept.exists()
    _rotate(settings)
    _forget(settings)
    assert _everything(settings) == before


def test_old_key_is_not_forgotten_while_any_column_at_all_names_it(ground):
    """Even in a column that nobody declared as wrapped."""
    settings = _settle(ground)
    ground.engine.dispose()
    kept = _rotate(settings).kept
    with ground.engine.begin() as connection:
        note = connection.execute(select(Note.id)).scalar()
        connection.execute(
            update(Note).where(Note.id == note).values(pending=head_naming(id_of_master(MASTER)) + b"rest")
        )
    ground.engine.dispose()
    with pytest.raises(KeyFailure, match=r"note\.pending"):
        _forget(settings)
    assert kept.exists()


@pytest.mark.sqlite_only("about SQLite's own files")
def test_after_forgetting_the_files_hold_nothing_that_the_old_key_opens(ground):
    settings = _settle(ground)
    with ground.engine.connect() as connection:
        old = [each.value for each in everything_wrapped(connection)]
    assert all(value in dump.files(ground) for value in old)
    ground.engine.dispose()
    _rotate(settings)
    _forget(settings)
    assert [value for value in old if value in dump.files(ground)] == []
    assert id_of_master(MASTER) not in dump.files(ground)


def test_everything_that_was_wrapped_is_declared_by_its_type(ground):
    """A wrapped thing in a plain column would be lost with the old key: every value in the database that names the key is found."""
    _settle(ground)
    with ground.engine.connect() as connection:
        found = everything_wrapped(connection)
    assert len(found) == _names(ground, id_of_master(MASTER)) > 20
    assert {f"{table.name}.{column}" for table, column in columns_under_master_key()} == {
        "room_key.wrapped",
        "account.totp_wrapped",
    }


def test_from_file_to_passphrase_and_back(ground):
    settings = _settle(ground)
    before = _everything(settings)
    ground.engine.dispose()
    done = _rotate(settings, _typing(), to="passphrase")
    assert read_key(done.kept) == MASTER
    assert not settings.master_key_file.exists()
    with pytest.raises(KeyFailure, match="set DIPOLI_MASTER_KEY_FROM=passphrase"):
        _everything(settings)
    spoken = settings.model_copy(update={"master_key_from": "passphrase"})
    assert _everything(spoken, _typing()) == before
    with pytest.raises(KeyFailure, match="not the passphrase"):
        _everything(spoken, _typing("seven quiet ferries cross the gulp"))

    _rotate(spoken, _typing(new=OTHER_WORDS), to="passphrase")
    with pytest.raises(KeyFailure, match="not the passphrase"):
        _everything(spoken, _typing())
    assert _everything(spoken, _typing(OTHER_WORDS)) == before

    _rotate(spoken, _typing(OTHER_WORDS), to="file")
    with pytest.raises(KeyFailure, match="is no passphrase"):
        _everything(spoken, _typing(OTHER_WORDS))
    assert _everything(settings) == before
    _forget(settings)
    assert _everything(settings) == before
    assert read_records(ground.engine).retired == ()


def test_wrong_passphrase_changes_nothing(ground):
    settings = _settle(ground)
    ground.engine.dispose()
    _rotate(settings, _typing(), to="passphrase")
    spoken = settings.model_copy(update={"master_key_from": "passphrase"})
    rows = dump.rows(ground)
    ground.engine.dispose()
    for act in (
        lambda: _rotate(spoken, _typing("wrong", OTHER_WORDS), to="passphrase"),
        lambda: _forget(spoken, _typing("wrong")),
    ):
        with pytest.raises(KeyFailure, match="not the passphrase"):
            act()
    assert dump.rows(ground) == rows


def test_strange_file_in_the_new_keys_place_is_not_touched(ground):
    settings = _settle(ground)
    ground.engine.dispose()
    _rotate(settings, _typing(), to="passphrase")
    strange = create_key(settings.master_key_file)
    spoken = settings.model_copy(update={"master_key_from": "passphrase"})
    with pytest.raises(KeyFailure, match="not this database's; move it away"):
        _rotate(spoken, _typing(), to="file")
    assert read_key(settings.master_key_file) == strange
    assert not next_file(settings).exists()


def test_key_that_was_never_whole_is_made_anew(ground):
    """The power went while the next key was being written."""
    settings = _settle(ground)
    before = _everything(settings)
    next_file(settings).write_bytes(b"half")
    assert _everything(settings) == before
    ground.engine.dispose()
    _rotate(settings)
    assert _everything(settings) == before


def test_retired_key_is_told_from_a_strange_one(ground):
    settings = _settle(ground)
    ground.engine.dispose()
    kept = _rotate(settings).kept
    settings.master_key_file.unlink()
    settings.master_key_file.hardlink_to(kept)
    with pytest.raises(KeyFailure, match="retired on 2026-11-24"):
        _everything(settings)
    settings.master_key_file.unlink()
    create_key(settings.master_key_file)
    with pytest.raises(KeyFailure, match="not the one that this database was made with"):
        _everything(settings)


def test_rotation_waits_for_nobody_and_nobody_starts_meanwhile(ground):
    settings = _settle(ground)
    ground.engine.dispose()
    running = _opened(settings)
    for act in (_rotate, _forget):
        with pytest.raises(InUse, match="Dipoli is running"):
            act(settings)
    assert read_records(running.engine).present.key_id == id_of_master(MASTER)
    assert [f.name for f in settings.master_key_file.parent.iterdir()] == ["master.key"]
    running.engine.dispose()

    def start(*_given):
        with pytest.raises(InUse, match="just being changed"):
            _opened(settings)
        return WORDS

    _rotate(settings, Asking(_nobody, start), to="passphrase")


def test_running_process_that_missed_a_change_is_refused_every_new_connection(ground):
    """It lost its connections, and with them its part in the lock; it must not go on to wrap under the old key."""
    settings = _settle(ground)
    ground.engine.dispose()
    running = _opened(settings)
    running.engine.dispose()
    _rotate(settings)
    with pytest.raises(InUse, match="changed while this process ran"), running.engine.connect():
        pass
    running.engine.dispose()


def test_two_records_of_one_key_cannot_be(ground):
    _settle(ground)
    acknowledge(ground.engine, Opened(MASTER))
    with ground.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(MasterKey)).scalar_one() == 1


def test_key_that_does_not_open_what_is_there_is_not_remembered(ground):
    with pytest.raises(KeyFailure, match="not the one that this database was made with"):
        acknowledge(ground.engine, Opened(create_key(ground.settings.master_key_file)))
    assert read_records(ground.engine).present is None


def test_members_tokens_and_second_factors_work_after_a_rotation(ground, visit):
    """A token's vault hangs on the token and not on the master key."""
    settings = _settle(ground)
    token = issue_token(ground, "tachibana", name="before", days=1, passphrase=PASSPHRASE)
    ground.engine.dispose()
    _rotate(settings)
    object.__setattr__(ground, "keys", KeyRing(read_key(settings.master_key_file)))
    assert (
        visit("organiser").get("/dialogues/six-party-talks").status_code == 200
    )  # with a code from the rewrapped secret
    answer = visit().client.build_request(
        "GET", "http://127.0.0.1:8000/api/v1/account", headers={"Authorization": f"Bearer {token}"}
    )
    assert visit().loop.run_until_complete(visit().client.send(answer)).status_code == 200


def test_record_tells_nothing_that_is_cheaper_to_try_than_the_passphrase(ground):
    """What is stored beside the salt: an id and a check value that follow from the key behind Argon2id, each salted anew."""
    settings = _settle(ground)
    ground.engine.dispose()
    _rotate(settings, _typing(), to="passphrase")
    first = read_records(ground.engine).present
    ground.engine.dispose()
    spoken = settings.model_copy(update={"master_key_from": "passphrase"})
    _rotate(spoken, _typing(), to="passphrase")
    second = read_records(ground.engine).present
    assert first.stretch.cost == second.stretch.cost
    assert first.stretch.salt != second.stretch.salt
    assert first.check_value != second.check_value
    assert first.key_id != second.key_id
    with ground.engine.begin() as connection:  # a cheaper cost written in by somebody is another key, and refused
        connection.execute(update(MasterKey).where(MasterKey.key_id == second.key_id).values(memory_kib=16))
    with pytest.raises(KeyFailure, match="not the passphrase"):
        _everything(spoken, _typing())


def test_insert_of_a_strange_present_record_is_noticed(ground):
    """The record is only believed as far as the key fits it and opens what is there."""
    settings = _settle(ground)
    strange = create_key(settings.master_key_file.with_name("strange"))
    with ground.engine.begin() as connection:
        connection.execute(update(MasterKey).values(retired_on=date(2026, 11, 1)))
        connection.execute(insert(MasterKey).values(key_id=id_of_master(strange), kind="key", check_value=bytes(32)))
    with pytest.raises(KeyFailure, match="retired on"):
        _everything(settings)
