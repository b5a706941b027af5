"""A backup tells nobody's authorship: not before the seal, not after it, not with every passphrase and the master key."""

import hashlib
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text

from app.access.bypass import unguarded
from app.access.work import identify, working
from app.accounts.models import Account
from app.backup import service
from app.core import entropy
from app.meetings.models import AgendaItem
from app.notes import service as notes
from app.notes.commands import PostNote
from app.notes.models import Note
from app.notes.queries import context_of, note_context
from app.notes.sealing import begin_seal
from app.vault import envelope, tags
from app.vault.passphrase import open_vault
from tests.backup.house import KEYS, US, WHY, back_up, dump_of, parts, restored, workshop
from tests.cast import PASSPHRASE
from tests.figures import figure
from tests.ground import dump

AUTHORS = ("liang", "tachibana", "namgung", "whitcombe")
ROUNDS = 120
DIALOGUE = "six-party-talks"


def _seeded(seed):
    state = {"count": 0}

    def draw(size):
        state["count"] += 1
        return hashlib.shake_256(f"{seed}:{state['count']}".encode()).digest(size)

    return draw


@contextmanager
def _a_day_of_notes(ground):
    """Each note says its number in the order of writing; yields the list of their authors."""
    with entropy.replaced(_seeded(11)):
        vaults, accounts = _vaults(ground)
        viewers = {name: identify(ground, accounts[name], DIALOGUE) for name in AUTHORS}
        meeting = workshop(ground)
        with unguarded(ground, WHY) as work:
            work.db.execute(text("DELETE FROM note"))
            chatham = AgendaItem.rule.is_distinct_from("off-record")
            item = work.db.scalars(select(AgendaItem.id).where(AgendaItem.meeting_id == meeting.id, chatham)).first()
        written = [AUTHORS[entropy.below(len(AUTHORS))] for _number in range(ROUNDS)]
        for number, name in enumerate(written):
            with working(ground, viewers[name]) as work:
                command = PostNote(body=f"{number}")
                notes.post_note(work, meeting.id, item, command, vault_key=vaults[name], once=None)
        yield written


def _vaults(ground):
    """What somebody with all passphrases gets out of a database: every vault key."""
    with unguarded(ground, WHY) as work:
        rows = {account.login: account for account in work.db.scalars(select(Account)) if account.login in AUTHORS}
        found = {name: open_vault(PASSPHRASE, row.credential) for name, row in rows.items()}
        assert all(found.values())
        return found, {name: row.id for name, row in rows.items()}


def _guesses(house, written, salts):
    """The attacker's guess for each note: by its tag under every vault key and salt he has, else by the order in which it lies.

    He has the master key, so he reads the texts, and here they even say in which order they were written.
    """
    vaults, _accounts = _vaults(house)
    with unguarded(house, WHY) as work:
        meeting = workshop(house)
        key = work.room_key(meeting.floor_id)
        right = 0
        rows = work.db.execute(select(Note.id, Note.body, Note.tag, Note.version, Note.rule)).all()
        for place, (note_id, body, tag, version, rule) in enumerate(rows):
            number = int(envelope.unseal(key, body, context_of(meeting, note_id, version, rule=rule)))
            mine = [
                name
                for name, vault in vaults.items()
                for salt in salts
                if tags.is_mine(tags.author_key(vault, salt), note_id, tag)
            ]
            guess = mine[0] if mine else written[place]  # the order, if the rows lie in it
            right += guess == written[number]
        assert len(rows) == ROUNDS
        return right / len(rows)


def _is_chance(rate):
    """Within the 95 % interval of guessing among the authors (normal approximation of the binomial)."""
    chance = 1 / len(AUTHORS)
    spread = 1.96 * (chance * (1 - chance) / ROUNDS) ** 0.5
    return chance - spread <= rate <= chance + spread


def test_linkage_game(databases, ground, tmp_path):
    """The live database before the seal loses it, to whoever has every passphrase and the salt; a backup never does."""
    with _a_day_of_notes(ground) as written:
        salt = ground.linkage.salt_of(workshop(ground).id)
        assert _guesses(ground, written, [salt]) == 1.0  # the attack works where there is something to find
        before = back_up(ground, tmp_path / "before the seal")
        with unguarded(ground, WHY) as work:
            work.db.execute(text("UPDATE meeting SET state = 'closed' WHERE code = 'W-2026'"))
        begin_seal(ground, workshop(ground).id)
        assert not ground.linkage.has_salt(workshop(ground).id)
        after = back_up(ground, tmp_path / "after the seal")

        rates = {}
        with restored(databases, before, tmp_path / "house") as house:
            # Even the salt, had somebody kept it, opens nothing: there is no tag to try it on.
            rates["before, with the salt"] = _guesses(house, written, [salt])
            salts = [house.linkage.salt_of(workshop(house).id), bytes(32)]
            rates["before, after the seal"] = _guesses(house, written, salts)
        with restored(databases, after, tmp_path / "other house") as house:
            rates["after"] = _guesses(house, written, [salt])
        rates["live, after the seal"] = _guesses(ground, written, [salt])
    right = sum(round(rate * len(written)) for rate in rates.values())
    guesses = len(rates) * len(written)
    figure("P3", guesses=guesses, right_guesses=right, by_chance=guesses // len(AUTHORS))
    assert {name for name, rate in rates.items() if not _is_chance(rate)} == set(), rates


def test_rows_lie_in_no_order_of_writing(databases, ground, tmp_path):
    """Neither in the dump nor in the database it is restored to; the ids, which order them, are random."""
    with _a_day_of_notes(ground):
        with unguarded(ground, WHY) as work:
            meeting, numbers = workshop(ground), {}
            key = work.room_key(meeting.floor_id)
            for note in work.db.scalars(select(Note)):
                numbers[note.id.hex] = int(envelope.unseal(key, note.body, note_context(meeting, note, note.version)))
        file = back_up(ground, tmp_path / "file")
    content = dump_of(file).decode()
    dumped = sorted(numbers, key=content.index)
    assert abs(_correlation([numbers[note] for note in dumped])) < 0.2
    with restored(databases, file, tmp_path / "house") as house, house.engine.connect() as connection:
        lying = [str(row[0]).replace("-", "") for row in connection.execute(text("SELECT id FROM note"))]
        assert abs(_correlation([numbers[note] for note in lying])) < 0.2
    assert abs(_correlation(list(range(ROUNDS)))) == 1


def _correlation(ranks):
    """Spearman's, between place and number."""
    count = len(ranks)
    return 1 - 6 * sum((place - rank) ** 2 for place, rank in enumerate(ranks)) / (count * (count**2 - 1))


def test_two_authors_make_one_backup(databases, ground, tmp_path):
    """The same rows with tags of other authors: the content of the backups is the same to the byte."""
    one = dump_of(back_up(ground, tmp_path / "one"))
    with ground.engine.begin() as connection:
        statement = text("UPDATE note SET tag = :tag")
        assert connection.execute(statement, {"tag": b"another author 1"}).rowcount > 5
    other = dump_of(back_up(ground, tmp_path / "other"))
    assert one == other
    assert (tmp_path / "one").stat().st_size == (tmp_path / "other").stat().st_size


def test_neither_master_key_nor_salt_nor_tag_is_in_it(ground, tmp_path):
    tag_values = [bytes(row["tag"]) for row in dump.rows(ground)["note"] if row["tag"]]
    salt = ground.linkage.salt_of(workshop(ground).id)
    file = back_up(ground, tmp_path / "file")
    content = dump_of(file)
    import base64  # noqa: PLC0415

    for secret in (bytes(range(32)), salt, KEYS.derive(b"backup"), *tag_values):
        for written in (secret, base64.b64encode(secret), secret.hex().encode()):
            assert written not in content
            assert written not in file.read_bytes()
    wrapped = next(bytes(row["wrapped"]) for row in dump.rows(ground)["room_key"])
    assert base64.b64encode(wrapped) in content  # the search finds what is there


def test_off_the_record_words_stay_in_a_backup_from_before_the_seal(ground, tmp_path):
    """What the seal destroys in the house stays in older backups until they are destroyed: docs/backups.md says so."""
    before = parts(back_up(ground, tmp_path / "before"))[-1].tables["note"][0]
    with unguarded(ground, WHY) as work:
        work.db.execute(text("UPDATE meeting SET state = 'closed' WHERE code = 'W-2026'"))
    begin_seal(ground, workshop(ground).id)
    after = parts(back_up(ground, tmp_path / "after"))[-1].tables["note"][0]
    assert after < before
    assert len(list(service.verify(KEYS, tmp_path / "before", [US]))) > 8


@pytest.mark.sqlite_only("about SQLite's own files")
def test_verify_leaves_no_trace_and_says_nothing_of_the_content(ground, tmp_path, monkeypatch):
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    modes = set()
    said = []
    for line in service.verify(KEYS, back_up(ground, tmp_path / "file"), [US]):
        said.append(line)
        modes |= {path.stat().st_mode & 0o777 for path in room.iterdir()}
    assert modes == {0o700}
    assert list(room.iterdir()) == []
    words = " ".join(said)
    for secret in ("Tachibana", "tachibana", "W-2026", DIALOGUE, "Kyoko"):
        assert secret not in words
