"""Whatever is done to the file, it is found; what nothing was done to is good."""

import random
from collections import Counter

import pytest
from sqlalchemy import select

from app.access.bypass import unguarded
from app.backup import container, service
from app.backup.container import CHUNK, MAC, MAGIC, TAG, padded
from app.backup.faults import BackupFault, BadBackup, Refused
from app.backup.recipients import STANZA, Identity, read_identity, read_recipients, write_identity
from app.ledger.kinds import Kind
from app.ledger.models import Leaf
from app.ledger.service import record
from app.vault.keys import KeyRing
from tests.backup.house import KEYS, OTHERS, US, back_up
from tests.figures import figure

pytestmark = pytest.mark.sqlite_only("the file is the same whichever engine it comes from: test_round_trip")
BODY = len(MAGIC) + 1 + 2 * STANZA + MAC
STEP = CHUNK + TAG


def _flip(data, other, draw):
    at = draw.randrange(len(data))
    data[at] ^= 1 << draw.randrange(8)


def _flip_many(data, other, draw):
    for _time in range(draw.randrange(2, 40)):
        _flip(data, other, draw)


def _cut(data, other, draw):
    del data[draw.randrange(len(data)) :]


def _cut_after_a_part(data, other, draw):
    del data[BODY + STEP * draw.randrange(0, -(-(len(data) - BODY) // STEP)) :]


def _swap_parts(data, other, draw):
    one, two = BODY, BODY + STEP
    data[one : one + STEP], data[two : two + STEP] = data[two : two + STEP], data[one : one + STEP]


def _double_a_part(data, other, draw):
    at = BODY + STEP * draw.randrange(2)
    data[at:at] = data[at : at + STEP]


def _drop_a_part(data, other, draw):
    at = BODY + STEP * draw.randrange(2)
    del data[at : at + STEP]


def _edit_head(data, other, draw):
    at = draw.choice([draw.randrange(len(MAGIC) + 1), draw.randrange(BODY - MAC, BODY), draw.randrange(BODY)])
    data[at] = (data[at] + draw.randrange(1, 256)) % 256


def _append(data, other, draw):
    data += draw.choice([b"\0", bytes(draw.randrange(1, 99)), draw.randbytes(draw.randrange(1, 9999)), data[-STEP:]])


def _swap_stanzas(data, other, draw):
    one, two = len(MAGIC) + 1, len(MAGIC) + 1 + STANZA
    data[one:two], data[two : two + STANZA] = data[two : two + STANZA], data[one:two]


def _stanza_of_another_backup(data, other, draw):
    at = len(MAGIC) + 1 + STANZA * draw.randrange(2)
    data[at : at + STANZA] = other[at : at + STANZA]


def _drop_a_stanza(data, other, draw):
    at = len(MAGIC) + 1 + STANZA * draw.randrange(2)
    del data[at : at + STANZA]
    data[len(MAGIC)] -= 1


def _part_of_another_backup(data, other, draw):
    at = BODY + STEP * draw.randrange(2)
    data[at : at + STEP] = other[at : at + STEP]


def _head_of_another_backup(data, other, draw):
    data[:BODY] = other[:BODY]


HARM = (
    _flip,
    _flip_many,
    _cut,
    _cut_after_a_part,
    _swap_parts,
    _double_a_part,
    _drop_a_part,
    _edit_head,
    _append,
    _swap_stanzas,
    _stanza_of_another_backup,
    _drop_a_stanza,
    _part_of_another_backup,
    _head_of_another_backup,
)


@pytest.fixture
def two(ground, tmp_path):
    """Two backups of one house, of one moment, for the same two recipients; in three parts each."""
    with unguarded(ground, "a test makes a house of some size") as work:
        dialogue = work.db.scalars(select(Leaf.dialogue_id)).first()
        record(work, Kind.PARTY_ADDED, room=dialogue, dialogue_id=dialogue, length="x" * 70_000)
    return [back_up(ground, tmp_path / name, US, OTHERS) for name in ("one", "other")]


def _check(file, *identities):
    return service._read_through(file, list(identities or [US]), KEYS)


def test_five_hundred_corruptions_are_five_hundred_found(two, tmp_path):
    good, other = (file.read_bytes() for file in two)
    draw, file, found = random.Random(1582), tmp_path / "harmed", Counter()
    assert (len(good) - BODY) // STEP >= 2, "too small to swap parts"
    for number in range(500):
        harm = HARM[number % len(HARM)]
        data = bytearray(good)
        harm(data, other, draw)
        assert data != good, harm
        file.write_bytes(data)
        with pytest.raises(BadBackup):
            _check(file)
        found[harm.__name__] += 1
    figure("P16", corruptions=number + 1, found=found.total())
    assert found.total() == 500
    assert len(found) == len(HARM)
    file.write_bytes(good)
    assert _check(file) == _check(two[0])  # the check can also say yes


def test_the_whole_check_says_no_as_well(two, tmp_path):
    """The same by the verb that operators use, and by a restore: nothing comes into being."""
    good, other = (file.read_bytes() for file in two)
    draw, file = random.Random(7), tmp_path / "harmed"
    for harm in HARM:
        data = bytearray(good)
        harm(data, other, draw)
        file.write_bytes(data)
        with pytest.raises(BadBackup):
            list(service.verify(KEYS, file, [US]))


def test_each_recipient_opens_and_nobody_else(two):
    assert _check(two[0], US) == _check(two[0], OTHERS)
    with pytest.raises(BadBackup, match="the backup is for others"):
        _check(two[0], Identity(bytes(32)))
    with pytest.raises(BadBackup, match="the backup is for others"):
        _check(two[0], *[Identity(bytes([n]) * 32) for n in range(3)])


def test_head_names_no_recipient_and_two_backups_share_no_byte_string(two):
    one, other = (file.read_bytes() for file in two)
    for identity in (US, OTHERS):
        public = identity.recipient().public
        assert not any(public[at : at + 16] in one for at in range(0, len(public), 16))
    assert not any(one[at : at + 16] in other for at in range(len(MAGIC) + 1, len(one) - 16, 997))


def test_stranger_who_knows_the_recipient_cannot_make_a_backup_of_this_house(ground, tmp_path):
    object.__setattr__(ground, "keys", KeyRing(bytes(32)))
    forged = back_up(ground, tmp_path / "forged")
    with pytest.raises(BadBackup, match="another master key"):
        _check(forged)


def test_sizes_tell_steps_only():
    assert padded(0) == padded(1) == padded(CHUNK) == CHUNK
    for length in (65537, 100_000, 10**6, 10**9):
        assert length <= padded(length) <= length * 1.12
    assert len({padded(10**6 + n) for n in range(0, 4096, 7)}) <= 2


def test_stream_of_every_length_around_a_part_comes_back(tmp_path):
    file = tmp_path / "stream"
    for length in (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5):
        data = random.Random(length).randbytes(length)
        with file.open("wb") as opened:
            writer = container.Writer(opened, [US.recipient()])
            for at in range(0, length, 1000):
                writer.write(data[at : at + 1000])
            writer.finish()
        with file.open("rb") as opened:
            found = b"".join(container.read(opened, [US]))
        assert found[:length] == data
        assert found[length:].strip(b"\0") == b""
        assert len(found) == padded(length)


def test_identity_and_recipient_survive_their_files_and_not_a_slip(tmp_path):
    file = tmp_path / "identity"
    public = write_identity(file, US)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_identity(file) == US
    assert read_recipients(str(public)) == [US.recipient()] == read_recipients(US.recipient().words())
    with pytest.raises(Refused, match="File exists"):
        write_identity(file, OTHERS)
    assert read_identity(file) == US
    assert "identity" not in repr(US.seed)
    assert US.seed.hex() not in repr(US)
    for spoiled in (public.read_text()[:-9], public.read_text().replace("A", "B", 1), "age1qqq", ""):
        (tmp_path / "spoiled").write_text(spoiled)
        with pytest.raises(Refused, match=r"is not a recipient|names no recipient"):
            read_recipients(str(tmp_path / "spoiled"))
    with pytest.raises(Refused, match="must stay secret"):
        read_recipients(str(file))
    file.chmod(0o644)
    with pytest.raises(Refused, match="can be read by others"):
        read_identity(file)
    file.chmod(0o600)
    file.write_text(file.read_text()[:-5])
    with pytest.raises(Refused, match="not all of it"):
        read_identity(file)
    with pytest.raises(Refused, match="No such file"):
        read_identity(tmp_path / "missing")


def test_faults_are_sentences(two, tmp_path):
    for content in (b"", b"{}", MAGIC, MAGIC + b"\0", MAGIC + b"\xff" + bytes(99), b"SQLite format 3\0"):
        (tmp_path / "no-backup").write_bytes(content)
        with pytest.raises(BackupFault) as fault:
            _check(tmp_path / "no-backup")
        assert str(fault.value).endswith(".")
