"""Checkpoints are signed notes as other tools read them (vectors of golang.org/x/mod/sumdb/note and of c2sp.org)."""

import base64
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.ledger import checkpoint as notes
from app.ledger.checkpoint import BadCheckpoint, Checkpoint

GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
C2SP = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""
SEED = bytes(range(32))
ORIGIN = notes.origin_of("six-party-talks", UUID(int=0xABC << 96))
HERE = notes.sign(Checkpoint(ORIGIN, 43, bytes(32)), SEED)


class _GoNote(Checkpoint):
    text = GO_TEXT


def test_signature_and_key_are_those_of_the_reference():
    signed = notes.sign(_GoNote("PeterNeumann", 0, bytes(32)), GO_SEED)
    assert base64.b64encode(signed.signatures[0][1]).decode() == GO_SIGNATURE
    assert notes.verifier_key("PeterNeumann", GO_SEED) == GO_KEY


def test_published_example_is_read_and_written_back():
    read = notes.parse(C2SP)
    assert (read.origin, read.size, read.root[:2].hex()) == ("example.com/behind-the-sofa", 20852163, "0ac5")
    assert read.note == C2SP
    with pytest.raises(BadCheckpoint, match="another kind of log"):
        _ = read.dialogue


def test_anybody_with_the_public_key_can_check_the_signature():
    name, number, key = notes.verifier_key(ORIGIN, SEED).split("+", 2)
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
    text, signature = HERE.note.split("\n\n")
    mark, signer, data = signature.strip().split(" ")
    assert (mark, signer, base64.b64decode(data)[:4].hex()) == ("—", name, number)
    public.verify(base64.b64decode(data)[4:], f"{text}\n".encode())


def test_what_is_written_is_read_again_as_it_was():
    assert notes.parse(HERE.note) == HERE
    assert notes.parse(HERE.note.replace("\n", "\r\n")) == HERE  # as a browser sends it
    assert notes.parse(HERE.text) == Checkpoint(ORIGIN, 43, bytes(32))  # typed from paper
    assert notes.is_signed(HERE, SEED)
    assert not notes.is_signed(notes.parse(HERE.text), SEED)
    assert HERE.dialogue == "six-party-talks"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.replace("\n43\n", "\n44\n"),
        lambda note: note.replace("AAAA", "AAAB", 1),
        lambda note: note[:-8] + ("A" if note[-8] != "A" else "B") + note[-7:],
    ],
)
def test_changed_checkpoint_in_our_name_is_refused(spoil):
    with pytest.raises(BadCheckpoint):
        notes.is_signed(notes.parse(spoil(HERE.note)), SEED)
    with pytest.raises(BadCheckpoint):
        notes.is_signed(HERE, bytes(32))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n\n",
        "one line",
        f"{ORIGIN}\n43\n",
        f"{ORIGIN}\n043\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\nmany\n{'A' * 43}=\n",
        f"{ORIGIN}\n{'9' * 30}\n{'A' * 43}=\n",
        f"{ORIGIN}\n43\n{'A' * 42}==\n",
        f"{ORIGIN}\n43\nnot base64!\n",
        f"{ORIGIN}\n43\n{'A' * 42}B=\n",  # another spelling of the same bytes
        f"{ORIGIN}\n43\n{'A' * 43}=\nmore\n",
        HERE.note + "no signature\n",
        HERE.note + "— a b c\n",
        HERE.note * 20,
        "x" * 100_000,
        HERE.note.replace("—", "-"),
    ],
)
def test_malformed_checkpoint_is_refused_with_a_sentence(note):
    with pytest.raises(BadCheckpoint, match=r"\.$"):
        notes.parse(note)


def test_checkpoint_of_another_log_or_of_more_entries_is_refused():
    other = notes.origin_of("elsewhere", UUID(int=1))
    twin = notes.origin_of("six-party-talks", UUID(int=2 << 96))
    notes.refuse_foreign(HERE, ORIGIN, 43)
    for origin, size, says in (
        (other, 43, "another dialogue"),
        (twin, 43, "another platform"),
        (ORIGIN, 42, "more entries"),
    ):
        with pytest.raises(BadCheckpoint, match=says):
            notes.refuse_foreign(HERE, origin, size)
