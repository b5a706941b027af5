"""Small numbers: nothing that anybody can see changes before enough people have written, whoever is urged, whoever asks, how often."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.bypass import unguarded
from app.core import clock, entropy
from app.main import create_app
from app.meetings.models import Meeting
from app.meetings.queries import Circle
from app.notes.queries import authors_needed
from app.notes.sealing import begin_seal
from app.start import issue_token
from tests.cast import CAST, PASSPHRASE
from tests.conftest import loaded
from tests.ground import dump
from tests.ground.batches import next_slot, through_slots
from tests.ground.program import Program
from tests.two_worlds.house import seeded

D = "/dialogues/six-party-talks"
MOMENT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FIVE = ("tachibana", "liang", "namgung", "whitcombe", "rapporteur")  # of four delegations and none
TARGET = "tachibana"
WATCHERS = tuple(sorted(set(CAST) - {TARGET}))
LEAK = "Only one of us could know this."


class World:
    """The workshop, its people at their programs, and all that each of them is answered."""

    def __init__(self, ground, loop):
        self.ground, self.app = ground, create_app(ground)
        tokens = {name: issue_token(ground, name, name="t", days=9, passphrase=PASSPHRASE) for name in CAST}
        self.people = {name: Program(self.app, loop, token) for name, token in tokens.items()}
        upcoming = self.people["facilitator"].get(f"{D}/meetings")["upcoming"]
        self.meeting = UUID(next(line["id"] for line in upcoming if line["code"] == "W-2026"))
        self.here = f"{D}/meetings/{self.meeting}"
        self.item = self.people["facilitator"].get(f"{self.here}/notes")["items"][0]["id"]

    def post(self, name, body):
        answer = self.people[name].call("POST", f"{self.here}/agenda/{self.item}/notes", {"body": body})
        assert answer.status_code == 204

    def edit(self, name, body):
        """The first of one's own notes."""
        note = self.people[name].get(f"{self.here}/notes/mine")["notes"][0]
        words = {"body": body, "version": note["version"]}
        assert self.people[name].call("PUT", f"{self.here}/notes/mine/{note['id']}", words).status_code == 204

    def ask(self):
        return _all_of(self.people["facilitator"].call("POST", f"{self.here}/release-batch"))

    def seen(self, names=WATCHERS):
        """(who, where) to status, headers and bytes."""
        paths = (D, self.here, f"{self.here}/notes", f"{self.here}/notes/mine", f"{D}/summaries", f"{D}/log")
        return {(n, path): _all_of(self.people[n].call("GET", path)) for n in names for path in paths}

    def shown(self, name="liang"):
        return str(self.people[name].get(f"{self.here}/notes"))

    def close(self):
        for person in self.people.values():
            person.close()


def _all_of(answer):
    return answer.status_code, dict(answer.headers), answer.content


@contextmanager
def a_world(databases, folder, loop):
    with loaded(databases, folder) as ground, clock.frozen(MOMENT):
        with entropy.replaced(seeded(1)):
            world = World(ground, loop)
        yield world
        world.close()


@pytest.fixture
def world(databases, tmp_path, loop):
    with a_world(databases, tmp_path, loop) as made:
        yield made


def _watched(databases, folder, loop, *, writes):
    """One person is urged to write. All that everybody else is answered, before and after, asking again and again."""
    with a_world(databases, folder, loop) as world:
        answers = [world.ask(), world.seen()]
        if writes:
            world.post(TARGET, LEAK)
            world.post(TARGET, f"{LEAK} And this.")
            world.edit(TARGET, f"{LEAK} Better.")
        for _again in range(3):
            answers += [world.ask(), world.seen()]
            assert through_slots(world.ground, 20) == 0
        answers += [world.ask(), world.seen()]
        if writes:
            assert LEAK in str(world.people[TARGET].get(f"{world.here}/notes/mine"))
        return answers


def test_reminding_one_person_and_watching_tells_nothing(databases, tmp_path, loop):
    silent = _watched(databases, tmp_path / "a", loop, writes=False)
    wrote = _watched(databases, tmp_path / "b", loop, writes=True)
    assert wrote == silent
    assert silent[1] == silent[-1]


def test_the_last_poster_is_not_found_by_asking_until_it_works(world):
    """Four have written. The fifth is urged: the answer is the same before and after, and nothing appears before its slot."""
    for name in FIVE[1:]:
        world.post(name, f"From one of us, {len(name)}")
    before = [world.ask(), world.seen()]
    assert through_slots(world.ground, 5) == 0
    assert [world.ask(), world.seen()] == before
    world.post(TARGET, LEAK)
    for _again in range(5):
        assert [world.ask(), world.seen()] == before
    assert next_slot(world.ground, coin=False) == 0  # enough, and yet not shown: the coin
    assert [world.ask(), world.seen()] == before
    assert next_slot(world.ground, coin=True) == 1
    shown = world.shown()
    assert LEAK in shown
    assert all(f"From one of us, {len(name)}" in shown for name in FIVE[1:])  # all that waits, none left behind


def test_a_batch_after_a_silent_slot_happens_too(world):
    """So a batch after somebody was urged proves nothing: it comes as well when nobody wrote since the last slot."""
    for name in FIVE:
        world.post(name, "Early")
    world.ask()
    assert next_slot(world.ground, coin=False) == 0
    assert next_slot(world.ground, coin=True) == 1


def test_without_being_asked_for_no_batch_appears(world):
    for name in FIVE:
        world.post(name, LEAK)
    assert through_slots(world.ground) == 0
    world.ask()
    assert through_slots(world.ground) == 1
    assert through_slots(world.ground) == 0  # and it takes another request for the next


def test_many_notes_of_few_people_are_no_batch(world):
    world.ask()
    for name in FIVE[:4]:
        for number in range(4):
            world.post(name, f"{LEAK} {number}")
    assert through_slots(world.ground) == 0
    assert LEAK not in world.shown()


def test_an_edit_that_waits_counts_its_author(world):
    for name in FIVE:
        world.post(name, "First words")
    world.ask()
    assert through_slots(world.ground) == 1
    for name in FIVE[:4]:
        world.post(name, "More words")
    world.ask()
    assert through_slots(world.ground) == 0
    world.edit(FIVE[4], "Other words")
    assert through_slots(world.ground) == 1
    assert "Other words" in world.shown()


def test_tokens_without_a_key_count_as_one_person_together(world, loop):
    for name in FIVE:
        keyless = Program(world.app, loop, issue_token(world.ground, name, name="bare", days=9, passphrase=None))
        body = {"body": LEAK}
        assert keyless.call("POST", f"{world.here}/agenda/{world.item}/notes", body).status_code == 204
        keyless.close()
    world.ask()
    assert world.ground.linkage.windows.authors(world.meeting) == 1
    assert through_slots(world.ground) == 0


def test_when_the_store_is_lost_the_count_starts_anew(world):
    for name in FIVE[:4]:
        world.post(name, "Before the power went")
    world.ground.linkage.windows.destroy(world.meeting)
    world.ask()
    world.post(FIVE[4], "After it")
    assert through_slots(world.ground) == 0


def test_whoever_is_late_for_a_window_is_counted_in_none(world):
    windows = world.ground.linkage.windows
    old = windows.current(world.meeting)
    windows.destroy(world.meeting)
    windows.add(world.meeting, old, b"m" * 16)
    assert windows.authors(world.meeting) == 0
    windows.add(world.meeting, windows.current(world.meeting), b"m" * 16)
    assert windows.authors(world.meeting) == 1


def test_closing_shows_what_waits(world):
    world.post(TARGET, LEAK)
    assert world.people["facilitator"].call("POST", f"{world.here}/close").status_code == 200
    assert LEAK in world.shown()


@pytest.mark.parametrize("end", ["batch", "close", "seal"])
def test_marks_are_gone_from_the_store_after_a_batch_the_closing_and_the_seal(world, end):
    for name in FIVE:
        world.post(name, LEAK)
    marks = _marks(world)
    assert len(marks) == 5
    assert marks == sorted(marks)  # no order of writing
    assert all(mark in _store(world) for mark in marks)
    world.ask()
    if end == "batch":
        assert through_slots(world.ground) == 1
    elif end == "close":
        world.people["facilitator"].call("POST", f"{world.here}/close")
    else:
        with unguarded(world.ground, "a test closes without a batch") as work:
            work.db.get_one(Meeting, world.meeting).state = "closed"
        begin_seal(world.ground, world.meeting)
    assert [mark for mark in marks if mark in _store(world)] == []


def test_marks_stand_beside_no_note_and_in_no_database(world):
    for name in FIVE:
        world.post(name, LEAK)
    rows = dump.rows(world.ground)
    assert [mark for mark in _marks(world) if repr(mark) in repr(rows)] == []
    assert not set(_marks(world)) & {row["tag"] for row in rows["note"]}


def _marks(world):
    windows = world.ground.linkage.windows
    (whole,) = windows._db.execute("SELECT marks FROM batch_window").fetchone()
    return [whole[at : at + 16] for at in range(0, len(whole), 16)]


def _store(world):
    return b"".join(path.read_bytes() for path in world.ground.linkage.folder.rglob("*") if path.is_file())


@given(st.lists(st.integers(1, 12), max_size=8), st.integers(0, 6), st.integers(1, 20), st.data())
def test_a_batch_cannot_be_of_fewer_than_three_delegations(sizes, unattached, least, data):
    """Whoever of the circle writes, so many of them are of three delegations at least; and there are always the least many."""
    circle = Circle(tuple(sizes), unattached)
    needed = authors_needed(circle, least)
    assert needed >= least
    everybody = [n for n, size in enumerate(sizes) for _one in range(size)] + [None] * unattached
    if needed > len(everybody):
        return  # shown at the closing only
    writers = data.draw(st.permutations(everybody))[:needed]
    assert len({party for party in writers if party is not None}) >= 3


def test_the_form_says_who_could_have_written_and_what_a_batch_needs(visit):
    page = visit("tachibana")
    meeting = re.search(rf'href="({D}/meetings/[0-9a-f-]+)">Workshop', page.get(f"{D}/meetings").text).group(1)
    said = " ".join(page.get(f"{meeting}/notes").text.split())
    assert "any of 6 people of 4 delegations" in said
    assert "together with notes of at least 5 people" in said
    assert "even if few people wrote it" in said
