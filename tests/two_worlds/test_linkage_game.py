"""The linkage game of CONFIDENTIALITY, section 7, on real files: 24 participants, 240 notes, and an attacker who has everything but luck.

Before the seal he has the full dump, the master key and even the salt, but no passphrase; after it all passphrases, the master key and
the backup from before, but no salt. Either way his best strategy must lie within the interval of chance. The controls must win.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from app.access.work import Work
from app.backup.dumping import Row
from app.backup.shapes import Shape
from app.core import clock, entropy
from app.notes import service as notes
from app.notes.sealing import begin_seal
from app.start import issue_token
from tests.backup.house import US, back_up, parts
from tests.figures import figure
from tests.two_worlds.chance import is_chance
from tests.two_worlds.house import CODE, MOMENT, Plan, house, seeded
from tests.two_worlds.linkage_game import Loot, rates, take
from tests.two_worlds.scenario import Act
from tests.two_worlds.world import World, telling

PLAN = Plan(4, 6)
EACH = 10
PEOPLE = PLAN.delegates_
NOTES = EACH * len(PEOPLE)
ONE = PEOPLE[7]


@dataclass
class Game:
    world: World
    written: list[str]
    here: str
    item: str
    habits: dict[str, int]

    @property
    def truth(self) -> dict[int, str]:
        return dict(enumerate(self.written))

    def write(self, numbers: range) -> None:
        """Each one's token is renewed just before he writes, as a sign-in elsewhere might leave a row: PostgreSQL's transactions lie
        side by side. Each has a habit of length."""
        for number in numbers:
            who = self.written[number]
            issue_token(self.world.ground, who, name=f"n{number}", days=1, passphrase=None)
            body = f"{number:03} ".ljust(self.habits[who], ".")
            assert (
                self.world.program(who, "POST", f"{self.here}/agenda/{self.item}/notes", {"body": body}).status == 204
            )

    def edit(self, number: int) -> None:
        who = self.written[number]
        mine = self.world.program(who, "GET", f"{self.here}/notes/mine").json()["notes"]
        note = next(each for each in mine if each["body"].startswith(f"{number:03}"))
        body = {"body": note["body"] + "!", "version": note["version"]}
        assert self.world.program(who, "PUT", f"{self.here}/notes/mine/{note['id']}", body).status == 204

    def batch(self) -> None:
        assert self.world.batch(Act("facilitator", "batch")).status == 200

    def close(self) -> None:
        assert self.world.close(Act("facilitator", "close")).status == 200

    def loot(self, passphrases: tuple[str, ...] = (), salts: tuple[bytes, ...] = ()) -> Loot:
        found = take(self.world.ground, self.written, self.habits, passphrases=passphrases)
        found.salts += salts
        return found

    @property
    def meeting_id(self) -> UUID:
        return UUID(self.world.meetings[0])


@contextmanager
def a_game(databases, folder, loop, each: int) -> Iterator[Game]:
    with (
        telling(house(databases, PLAN), folder, "", loop) as world,
        clock.frozen(MOMENT),
        entropy.replaced(seeded("the game")),
    ):
        world.meet(Act("facilitator", "meet", item=1, words="chatham-house", more=PEOPLE))
        written = entropy.shuffled(PEOPLE * each)
        habits = {who: 20 + 8 * place for place, who in enumerate(PEOPLE)}
        here = f"/dialogues/{CODE}/meetings/{world.meetings[0]}"
        yield Game(world, written, here, world.items[0][0], habits)


def _better_than_chance(found: dict[str, int], notes: int = NOTES) -> dict[str, int]:
    return {name: hits for name, hits in found.items() if not is_chance(hits, notes, 1 / len(PEOPLE), tries=len(found))}


def test_linkage_game(databases, tmp_path, loop, record_property):
    with a_game(databases, tmp_path / "house", loop, EACH) as game:
        for start in range(0, NOTES, NOTES // 4):
            game.write(range(start, start + NOTES // 4))
            game.edit(start)
            game.batch()
        salt = game.world.ground.linkage.salt_of(game.meeting_id)

        before = rates(game.loot(salts=(salt,)), game.truth)
        record_property("before the seal", before)
        assert _better_than_chance(before) == {}
        figure("P2", ways=len(before), ways_beyond=len(_better_than_chance(before)))
        # The controls: one coerced passphrase with the salt gives that person's notes and no others'; all of them give all.
        one = rates(game.loot((ONE,), (salt,)), game.truth)["tags under every key"]
        others = sum(who == game.written[0] for who in game.written) if game.written[0] != ONE else 0
        assert one == EACH + others
        assert rates(game.loot(PEOPLE, (salt,)), game.truth)["tags under every key"] == NOTES

        backup = back_up(game.world.ground, tmp_path / "backup")
        old_ids = {row.number: row.id for row in game.loot().rows}
        assert {UUID(row) for row in _ids_in(backup)} == set(old_ids.values())
        game.close()
        begin_seal(game.world.ground, game.meeting_id)
        loot = game.loot(PEOPLE, tuple(p.read_bytes() for p in game.world.ground.linkage.folder.rglob("salts/*")))
        loot.older = old_ids
        after = rates(loot, game.truth)
        record_property("after the seal", after)
        assert _better_than_chance(after) == {}
        figure("P3", ways=len(after), ways_beyond=len(_better_than_chance(after)))
        assert len(after) > 18


def _ids_in(backup) -> set[str]:
    """Of all notes, as the recipient of the backup reads them."""
    found, inside = set(), False
    for part in parts(backup, US):
        if isinstance(part, Shape):
            inside = part.name == "note"
        elif isinstance(part, Row) and inside:
            found.add(json.loads(part.line)[0])
    return found


def test_game_is_lost_where_a_person_stands_beside_the_note(databases, tmp_path, loop, monkeypatch):
    """A variant that plants the author's id in the place of the tag: the attacker who looks for ids names everybody."""
    post = notes.post_note

    def planted(work: Work, *given, **more):
        post(work, *given, **more)
        for note in [row for row in work.db.identity_map.values() if isinstance(row, notes.Note)]:
            note.tag = work.viewer.member_id.bytes

    monkeypatch.setattr(notes, "post_note", planted)
    with a_game(databases, tmp_path, loop, 2) as game:
        game.write(range(2 * len(PEOPLE)))
        found = rates(game.loot(), game.truth)
        assert found["an id beside the note"] == 2 * len(PEOPLE)
        assert "an id beside the note" in _better_than_chance(found, 2 * len(PEOPLE))


def test_raw_image_tells_within_an_open_batch_only(databases, tmp_path, loop):
    """The limit that promise P2 names. Until its batch is released a note lies beside the rows of whoever was active just then:
    PostgreSQL keeps the transaction on each, SQLite's write-ahead log the order."""
    with a_game(databases, tmp_path, loop, 2) as game:
        game.write(range(2 * len(PEOPLE)))
        found = rates(game.loot(), game.truth)
        telling_ = "a person's row 1 transactions before" if databases.name == "postgresql" else "first byte in file 2"
        assert telling_ in _better_than_chance(found, 2 * len(PEOPLE))
        game.batch()
        found = rates(game.loot(), game.truth)
        assert _better_than_chance(found, 2 * len(PEOPLE)) == {}
