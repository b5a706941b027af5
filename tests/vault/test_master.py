"""The master key's sources: what is taken, and that everything else is refused with its reason."""

import os
import unicodedata

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.vault.keys import KeyFailure, check_value, id_of_master
from app.vault.master import SOMEBODY_ELSE, Stretch, create_key, new_stretch, read_key, shred, stretched
from app.vault.passphrase import Cost

KEY = bytes.fromhex("9f1c63a7d20b48e5116fd03a5c7788ee42b19d07f3206ac48b5e0791d4ac3f28")
CHEAP = Cost(memory_kib=8, passes=1)
WORDS = "seven quiet ferries cross the gulf"


def _file(folder, content, mode=0o400):
    file = folder / "master.key"
    file.write_bytes(content)
    file.chmod(mode)
    return file


@pytest.mark.parametrize(
    "content", [KEY, KEY.hex().encode(), KEY.hex().upper().encode() + b"\n", KEY.hex().encode() + b"\r\n"]
)
def test_bytes_and_their_text_form_are_the_same_key(tmp_path, content):
    assert read_key(_file(tmp_path, content)) == KEY


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (KEY[:31], "too short"),
        (KEY[:1], "too short"),
        (KEY + b"\n", "too long"),
        (KEY + KEY, "too long"),
        (KEY.hex().encode() + b"00", "too long"),
        (KEY.hex().encode()[:-1] + b"g", "too long"),
        (b" " + KEY.hex().encode(), "too long"),
        (KEY * 100_000, "too long"),
        (bytes(32), "default"),
        (b"\xff" * 32, "default"),
        (bytes(range(32)), "default"),
        (b"0" * 64, "default"),
        (b"this-is-my-very-secret-password!", "default"),
    ],
)
def test_any_other_file_is_refused_with_its_reason(tmp_path, content, says):
    with pytest.raises(KeyFailure, match=says) as refused:
        read_key(_file(tmp_path, content))
    assert "master.key" in str(refused.value)
    assert KEY.hex() not in str(refused.value)


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o444, 0o420, 0o402, 0o644])
def test_file_that_others_can_read_or_change_is_refused(tmp_path, mode):
    with pytest.raises(KeyFailure, match="its mode must be 0400"):
        read_key(_file(tmp_path, KEY, mode))


def test_credential_may_show_the_mask_of_its_access_list_but_nobody_else(tmp_path):
    assert read_key(_file(tmp_path, KEY, 0o440), closed_to=SOMEBODY_ELSE) == KEY
    with pytest.raises(KeyFailure, match="can be read"):
        read_key(_file(tmp_path, KEY, 0o444), closed_to=SOMEBODY_ELSE)


def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o400)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, says in (("pipe", "no file"), (".", "no file"), ("nowhere", "missing"), ("loop", "cannot be read")):
        with pytest.raises(KeyFailure, match=says):
            read_key(tmp_path / name)


def test_key_is_written_once_for_its_owner_alone(tmp_path):
    file = tmp_path / "keys" / "master.key"
    made = create_key(file)
    assert read_key(file) == made
    assert file.stat().st_mode & 0o777 == 0o400
    assert file.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(FileExistsError):
        create_key(file)
    assert read_key(file) == made


def test_shredded_file_is_gone_and_was_overwritten(tmp_path):
    file = _file(tmp_path, KEY.hex().encode())
    second_name = tmp_path / "second"
    second_name.hardlink_to(file)
    shred(file)
    assert not file.exists()
    assert second_name.stat().st_size == 64
    assert KEY.hex().encode()[:8] not in second_name.read_bytes()


def test_passphrase_key_is_argon2id_then_hkdf():
    """Against the library's own HKDF: key, id and check value all follow from one Argon2id run and from nothing cheaper."""
    stretch = Stretch(b"0123456789abcdef", CHEAP)
    root = hash_secret_raw(WORDS.encode(), stretch.salt, 1, 8, 1, 32, Type.ID)
    expected = HKDF(SHA256(), 32, None, b"master key").derive(root)
    assert stretched(WORDS, stretch) == expected
    assert check_value(expected) == HKDF(SHA256(), 32, None, b"key check").derive(expected)
    assert id_of_master(expected) == HKDF(SHA256(), 32, None, b"key id").derive(expected)[:8]
    assert (
        len(
            {
                expected,
                root,
                check_value(expected),
                stretched(WORDS, new_stretch(CHEAP)),
                stretched(WORDS + "s", stretch),
            }
        )
        == 5
    )


def test_passphrase_is_the_same_from_every_keyboard():
    words = "네 척의 조용한 배가 만을 건넌다"
    stretch = new_stretch(CHEAP)
    assert stretched(words, stretch) == stretched(unicodedata.normalize("NFD", words), stretch)


def test_cost_that_cannot_be_paid_is_a_sentence():
    with pytest.raises(KeyFailure, match="free memory"):
        stretched(WORDS, Stretch(b"0123456789abcdef", Cost(memory_kib=2**32 - 1, passes=1)))
