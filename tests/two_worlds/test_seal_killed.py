"""The seal's process killed at each of its steps, twenty times each: it always arrives, loses no note, and leaves nothing to guess by."""

import base64
import os
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from app.access.bypass import unguarded
from app.access.models import RoomKey
from app.access.work import Ground
from app.core import entropy
from app.interchange.dumping import dump as document_of
from app.interchange.reading import write_yaml
from app.ledger.models import Leaf
from app.meetings.models import Meeting
from app.notes.models import Note
from app.notes.queries import note_context
from app.notes.sealing import begin_seal, take_care
from app.start import set_up_logs
from app.vault import envelope
from tests.backup.house import back_up, dump_of
from tests.conftest import Databases, settle
from tests.figures import figure
from tests.two_worlds.chance import is_chance
from tests.two_worlds.house import CODE, WHY, Plan, house, seeded
from tests.two_worlds.killing import STEPS, Places, seal_and_die
from tests.two_worlds.scenario import Act
from tests.two_worlds.world import World, telling

TIMES = 20
PLAN = Plan(2, 2)
NOTES = 8  # of a meeting: two of each delegate; and one more under an item off the record
CANARY = "Kanariev"
Word = tuple[str, str]


@dataclass
class Prepared:
    """A house with a closed meeting for each kill, and one for counting the places. `written`: meeting to (text, author)."""

    url: str
    folder: Path
    meetings: list[UUID] = field(default_factory=list)
    written: dict[UUID, list[Word]] = field(default_factory=dict)
    secrets: dict[UUID, dict[str, bytes]] = field(default_factory=dict)


_prepared: dict[str, Prepared] = {}


@pytest.fixture
def prepared(databases: Databases, tmp_path_factory: Any, loop: Any) -> Prepared:
    if databases.name not in _prepared:
        _prepared[databases.name] = _prepare(databases, tmp_path_factory.mktemp("closed"), loop)
    return _prepared[databases.name]


def _prepare(databases: Databases, folder: Path, loop: Any) -> Prepared:
    with telling(house(databases, PLAN), folder, "", loop) as world, entropy.replaced(seeded("to be sealed")):
        found = Prepared("", folder)
        for number in range(TIMES + 1):
            meeting_id, words = _hold(world, number)
            found.meetings.append(meeting_id)
            found.written[meeting_id] = words
        found.secrets = {meeting_id: _secrets(world.ground, meeting_id) for meeting_id in found.meetings}
        world.ground.engine.dispose()
        settle(world.ground.settings.database_url)
        found.url = databases.copy(world.ground.settings.database_url)
    return found


def _hold(world: World, number: int) -> tuple[UUID, list[Word]]:
    """A meeting with notes, closed. One item is off the record; its note is to be destroyed."""
    world.meet(Act("facilitator", "meet", number, item=1, words="chatham-house", more=PLAN.delegates_))
    world.add_item(Act("facilitator", "add_item", number, words="off-record"))
    here = f"/dialogues/{CODE}/meetings/{world.meetings[number]}"
    kept, dropped = (item["id"] for item in world.program("facilitator", "GET", f"{here}/notes").json()["items"])
    words = [(f"{CANARY} {number} {n}", who) for n, who in enumerate(PLAN.delegates_ * (NOTES // 4))]
    for body, who in entropy.shuffled(words):
        assert world.program(who, "POST", f"{here}/agenda/{kept}/notes", {"body": body}).status == 204
    world.program("a1", "POST", f"{here}/agenda/{dropped}/notes", {"body": f"{CANARY} off the record"})
    assert world.program("facilitator", "POST", f"{here}/close").status == 200
    return UUID(world.meetings[number]), words


def _secrets(ground: Ground, meeting_id: UUID) -> dict[str, bytes]:
    """What must be in no file afterwards."""
    with unguarded(ground, WHY) as work:
        floor = work.db.get_one(Meeting, meeting_id).floor_id
        notes = list(work.db.scalars(select(Note).where(Note.compartment_id == floor)))
        return {
            "salt": ground.linkage.salt_of(meeting_id),
            "tag": bytes(notes[0].tag or b""),
            "another tag": bytes(notes[-1].tag or b""),
            "old key, wrapped": bytes(work.db.get_one(RoomKey, floor).wrapped),
            "old words": notes[0].body[22:54],
        }


def _texts(ground: Ground, meeting_id: UUID) -> list[tuple[UUID, str]]:
    """(id, text) of every note, as it lies in the database."""
    with unguarded(ground, WHY) as work:
        meeting = work.db.get_one(Meeting, meeting_id)
        key = work.room_key(meeting.floor_id)
        rows = list(work.db.scalars(select(Note).where(Note.compartment_id == meeting.floor_id)))
        assert all(row.tag is None and row.version == 0 and row.pending is None for row in rows)
        return [(row.id, envelope.unseal(key, row.body, note_context(meeting, row, 0))) for row in rows]


def _state(ground: Ground, meeting_id: UUID) -> str:
    with unguarded(ground, WHY) as work:
        return work.db.get_one(Meeting, meeting_id).state


@pytest.mark.parametrize("step", STEPS)
def test_seal_killed_at_a_step_arrives(databases, tmp_path, prepared, step, monkeypatch, record_property):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    here = _House(databases, prepared, tmp_path, step)
    places = here.count_places()
    assert places >= 8
    for number in range(TIMES):
        here.kill_and_go_on(prepared.meetings[number], int((number + 0.5) * places / TIMES))
    assert is_chance(here.hits, TIMES * NOTES, 1 / 4, tries=2 * len(STEPS))  # each step, both engines
    assert here.left_behind() == {}
    figure("P4", kills=TIMES, completed=TIMES)
    figure("P3", guesses=TIMES * NOTES, right_guesses=here.hits, by_chance=TIMES * NOTES // 4)
    record_property("kills", TIMES)
    record_property("places", places)
    here.end()


class _House:
    """A copy of the prepared house, opened anew by whoever works in it: each time another process."""

    def __init__(self, databases: Databases, prepared: Prepared, folder: Path, step: str) -> None:
        self.databases, self.prepared, self.folder, self.step = databases, prepared, folder, step
        self.url = databases.copy(prepared.url)
        shutil.copytree(prepared.folder / "linkage", folder / "linkage")
        self.hits = 0

    def open(self) -> Ground:
        set_up_logs("info")
        structlog.configure(logger_factory=structlog.WriteLoggerFactory((self.folder / "log").open("a")))
        return self.databases.ground(self.url, self.folder)

    def close(self, ground: Ground) -> None:
        ground.engine.dispose()
        ground.linkage.close()
        set_up_logs("error")

    def count_places(self) -> int:
        ground, places = self.open(), Places()
        places.run(ground, self.prepared.meetings[TIMES])
        self.close(ground)
        return places.count[self.step]

    def kill_and_go_on(self, meeting_id: UUID, number: int) -> None:
        with entropy.replaced(seeded((self.step, meeting_id, "killed"))):
            seal_and_die(self.open, meeting_id, self.step, number)
        ground = self.open()
        with entropy.replaced(seeded((self.step, meeting_id))):
            take_care(ground)
            if _state(ground, meeting_id) == "closed":  # killed before anything was written down
                assert ground.linkage.has_salt(meeting_id)
                begin_seal(ground, meeting_id)
        assert _state(ground, meeting_id) == "sealed"
        self._look(ground, meeting_id)
        self.close(ground)

    def _look(self, ground: Ground, meeting_id: UUID) -> None:
        """No note lost, one certificate; and who guesses by the order in which notes were written or lie guesses."""
        found, written = _texts(ground, meeting_id), self.prepared.written[meeting_id]
        assert sorted(words for _id, words in found) == sorted(words for words, _who in written)
        author = dict(written)
        self.hits += sum(author[words] == who for (_id, words), (_words, who) in zip(found, written, strict=True))
        with unguarded(ground, WHY) as work:
            code = work.db.get_one(Meeting, meeting_id).code
            entries = [leaf.entry for leaf in work.db.scalars(select(Leaf))]
        sealed = [entry for entry in entries if b'"kind":"meeting sealed"' in entry and code.encode() in entry]
        assert len(sealed) == 1

    def left_behind(self) -> dict[str, list[str]]:
        """Where a secret still lies: file to what of which meeting. The other meetings' salts are there, as they should be."""
        sealed = self.prepared.meetings[:TIMES]
        secrets = {f"{name} of {m}": value for m in sealed for name, value in self.prepared.secrets[m].items()}
        secrets["words of a note"] = CANARY.encode()
        return _swept(self._all_files(), secrets)

    def _all_files(self) -> dict[str, bytes]:
        """Database, log, disposable store, logs, temporary files; a backup and an export made now."""
        ground = self.open()
        backup = dump_of(back_up(ground, self.folder / "backup"))
        export = write_yaml(document_of(ground, CODE)).encode()
        heap = _heap(ground)
        self.close(ground)
        found = {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        if self.databases.name == "sqlite":
            main = Path(make_url(self.url).database or "")
            found |= {str(path): path.read_bytes() for path in main.parent.glob(f"{main.name}*")}
        return found | heap | {"what a backup holds": backup, "an export": export}

    def end(self) -> None:
        self.databases.drop(self.url)


def _heap(ground: Ground) -> dict[str, bytes]:
    """PostgreSQL's files of this database, where we can read them; not its write-ahead log: see the test below."""
    if ground.engine.dialect.name == "sqlite":
        return {}
    data, oid = _data_directory(ground)
    folder = data / "base" / oid
    files = folder.iterdir() if folder.is_dir() else ()
    return {str(path): path.read_bytes() for path in files}


def _data_directory(ground: Ground) -> tuple[Path, str]:
    """Where PostgreSQL keeps its files, and the folder of this database in it."""
    ask = "SELECT current_setting('data_directory'), (SELECT oid FROM pg_database WHERE datname = current_database())"
    with ground.engine.connect() as connection:
        data, oid = connection.execute(text(ask)).one()
    return Path(data), str(oid)


def _swept(files: dict[str, bytes], secrets: dict[str, bytes]) -> dict[str, list[str]]:
    """As they are, and in the two ways in which a dump or a page would write them."""
    found = Counter[tuple[str, str]]()
    for where, content in files.items():
        for what, secret in secrets.items():
            forms = (secret,) if len(content) > 200_000 else (secret, secret.hex().encode(), base64.b64encode(secret))
            found[where, what] += any(form in content for form in forms)
    return {
        where: [w for (f, w), hit in found.items() if f == where and hit]
        for (where, _what), hit in found.items()
        if hit
    }


@pytest.mark.sqlite_only("about SQLite's own files")
def test_sweep_finds_what_is_there_before_the_seal(databases, prepared):
    """Each secret but the salt, which never is in the database; the words are there under their key only."""
    file = {"main": Path(make_url(prepared.url).database or "").read_bytes()}
    for of_meeting in prepared.secrets.values():
        assert set(_swept(file, of_meeting)["main"]) == of_meeting.keys() - {"salt"}
    assert _swept(file, {"words": CANARY.encode()}) == {}
    salts = {p.name: p.read_bytes() for p in (prepared.folder / "linkage" / "salts").iterdir()}
    assert len(_swept(salts, {str(m): each["salt"] for m, each in prepared.secrets.items()})) == len(prepared.meetings)


@pytest.mark.sqlite_only("about the disposable store")
def test_seal_takes_the_used_form_keys_of_its_meeting(databases, tmp_path, prepared):
    """A form key makes the id of the note that came with it."""
    here = _House(databases, prepared, tmp_path, "")
    ground, (sealed, other, *_rest) = here.open(), prepared.meetings
    for meeting_id in (sealed, other):
        key = entropy.token_bytes(32)
        assert ground.linkage.claim_form(key).is_new
        ground.linkage.finish_form(key, f"/dialogues/{CODE}/meetings/{meeting_id}/notes")
    begin_seal(ground, sealed)
    here.close(ground)
    kept = (tmp_path / "linkage" / "linkage.db").read_bytes()
    assert str(sealed).encode() not in kept
    assert str(other).encode() in kept
    here.end()


@pytest.mark.postgresql_only("SQLite keeps nothing: the tests above")
def test_what_postgresql_keeps_after_a_seal(databases, tmp_path, prepared):
    """Salt and words are nowhere in its whole data directory, also where statistics were taken before the seal. Tags and sealed words
    stay in its write-ahead log until that is overwritten: without salt and old key they are random bytes. docs/confidentiality.md says so.
    """
    here = _House(databases, prepared, tmp_path, "")
    ground, meeting_id = here.open(), prepared.meetings[0]
    with ground.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    begin_seal(ground, meeting_id)
    data, oid = _data_directory(ground)
    here.close(ground)
    if not data.is_dir() or not os.access(data, os.R_OK):
        pytest.skip("another machine's PostgreSQL")
    files = {str(p.relative_to(data)): p.read_bytes() for p in data.rglob("*") if p.is_file()}
    of_meeting = prepared.secrets[meeting_id]
    never = {"salt": of_meeting["salt"], "words": CANARY.encode()}
    assert _swept(files, never) == {}  # of the unsealed originals neither
    kept = _swept(files, {name: value for name, value in of_meeting.items() if name != "salt"})
    assert [name for name in kept if name.startswith(f"base/{oid}/")] == []
    here.end()
