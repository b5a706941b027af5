"""Keys, envelopes and tags: what opens, and that nothing else does."""

from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from app.core.ids import derived_id, new_id
from app.vault import envelope, tags
from app.vault.keys import HEAD, Derivation, KeyFailure, KeyRing, derive, named_by

KEY = bytes(range(32))
BEFORE_TERMS = (
    "01017d8a485a3734a480b6495a6a11460165f84488d1cee915e216cf7f955c4fcf140191e5f73193e66a9e3bb88a8a1044b5f9ac84af3b22"
    "9ebc567805bcd54edcad4d551dd9189764be01e62d8fd698ab7dfc085d7abe1f2569052642938c86dec2c95a4c8547b5525675201cd2c119"
    "b7e602b54ca5e5838d3ace1f5a25955afd2831f7810617209fe0fd50ae58d1a62aff348d7acdd02e40619ef28c8bd5d4966ff6402e49c493"
    "b2c1dd49173e38187ee6892903bd44a0cf9d05b668dac8b6eacab881d501408ebc6ade34f6ad1631506eb3990d11558a05a6047edd47945b"
    "f6d55a6ebc41063ee7dd6d10710b3fd21e57e2c823ec4b13de0850503022859d3043b5e47d2b27d792a1b5e4c364fe85908cc0916c27d68c"
    "ec3d0f5fd017e3c6161523c9aa92"
)
HERE = envelope.Context("note", UUID(int=1), UUID(int=2), UUID(int=3), 1, "open")


def test_derivation_is_hkdf():
    """RFC 5869, against the library's own implementation."""
    reference = HKDF(SHA256(), 32, b"salt", b"info").derive(KEY)
    assert derive(KEY, b"info", salt=b"salt") == reference
    assert derive(KEY, b"info") == HKDF(SHA256(), 32, None, b"info").derive(KEY)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=9))
def test_many_keys_of_one_are_those_that_are_derived_one_by_one(key, begins, middle, ends):
    found = Derivation(key, begins=begins, ends=ends).one(middle)
    assert found == derive(key, begins + middle + ends) == HKDF(SHA256(), 32, None, begins + middle + ends).derive(key)


def test_a_record_from_before_terms_opens_on_any():
    """As version 1 of the envelope wrote it, byte for byte."""
    stored = bytes.fromhex(BEFORE_TERMS)
    assert stored[:2] == b"\x01\x01"
    assert envelope.unseal(KEY, stored, HERE) == envelope.unseal(KEY, stored, replace(HERE, terms="x")) == "말 words"


def test_a_record_opens_on_its_own_terms_alone():
    bound = replace(HERE, terms="chatham-house")
    stored = envelope.seal(KEY, "words", bound)
    assert envelope.unseal(KEY, stored, bound) == "words"
    for terms in (None, "", "on-record"):
        with pytest.raises(envelope.Tampered):
            envelope.unseal(KEY, stored, replace(HERE, terms=terms))
    with pytest.raises(envelope.Tampered):  # nor as one from before
        envelope.unseal(KEY, b"\x01" + stored[1:], bound)


def test_one_opener_opens_every_record_of_its_place_and_no_other():
    bound = replace(HERE, terms="chatham-house")
    opens = envelope.opener(KEY, bound)
    for number in (3, 4, 2**127):
        there = replace(bound, record=UUID(int=number))
        assert opens(envelope.seal(KEY, f"words {number}", there), there.record) == f"words {number}"
        with pytest.raises(envelope.Tampered):
            opens(envelope.seal(KEY, "words", there), UUID(int=5))
        for elsewhere in (replace(there, version=2), replace(there, room=UUID(int=9)), replace(there, terms="x")):
            with pytest.raises(envelope.Tampered):
                opens(envelope.seal(KEY, "words", elsewhere), there.record)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=600))
def test_what_is_sealed_opens_in_its_place(words):
    assert envelope.unseal(KEY, envelope.seal(KEY, words, HERE), HERE) == words


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(HERE, purpose="entry"),
        replace(HERE, dialogue=UUID(int=9)),
        replace(HERE, room=UUID(int=9)),
        replace(HERE, record=UUID(int=9)),
        replace(HERE, version=2),
        replace(HERE, state="sealed"),
    ],
)
def test_what_is_moved_does_not_open(elsewhere):
    with pytest.raises(envelope.Tampered):
        envelope.unseal(KEY, envelope.seal(KEY, "words", HERE), elsewhere)


def test_no_bit_can_be_changed_and_no_other_key_opens():
    stored = envelope.seal(KEY, "words", HERE)
    for place in range(len(stored)):
        broken = bytearray(stored)
        broken[place] ^= 1
        with pytest.raises(envelope.Tampered):
            envelope.unseal(KEY, bytes(broken), HERE)
    with pytest.raises(envelope.Tampered):
        envelope.unseal(bytes(32), stored, HERE)
    with pytest.raises(envelope.Tampered):
        envelope.unseal(KEY, b"", HERE)


def test_length_tells_only_a_step_and_the_same_words_never_look_the_same():
    sizes = {len(envelope.seal(KEY, "x" * size, HERE)) for size in range(253)}
    assert len(sizes) == 1
    assert len(envelope.seal(KEY, "x" * 253, HERE)) == sizes.pop() + 256
    assert envelope.seal(KEY, "x", HERE) != envelope.seal(KEY, "x", HERE)


def test_wrapped_key_opens_for_its_owner_alone():
    ring = KeyRing(KEY)
    wrapped = ring.wrap(b"k" * 32, owner=b"room one")
    assert ring.unwrap(wrapped, owner=b"room one") == b"k" * 32
    for other, owner in ((ring, b"room two"), (KeyRing(bytes(32)), b"room one")):
        with pytest.raises(KeyFailure):
            other.unwrap(wrapped, owner=owner)


def test_wrapped_key_names_its_master_and_a_changed_bit_does_not_open():
    ring, other = KeyRing(KEY), KeyRing(bytes(32))
    wrapped = ring.wrap(b"k" * 32, owner=b"room")
    assert named_by(wrapped) == ring.key_id != other.key_id
    assert KEY not in wrapped
    for place in range(len(wrapped)):
        broken = bytearray(wrapped)
        broken[place] ^= 1
        with pytest.raises(KeyFailure):
            ring.unwrap(bytes(broken), owner=b"room")
    with pytest.raises(KeyFailure):
        ring.unwrap(b"", owner=b"room")


def test_what_was_wrapped_before_keys_were_named_opens():
    """As migration 0005 leaves it: eight zeros where the id belongs."""
    ring = KeyRing(KEY)
    wrapped = ring.wrap(b"k" * 32, owner=b"room")
    unnamed = wrapped[:2] + bytes(8) + wrapped[HEAD:]
    assert ring.unwrap(unnamed, owner=b"room") == b"k" * 32
    with pytest.raises(KeyFailure):
        KeyRing(bytes(32)).unwrap(unnamed, owner=b"room")


def test_tag_is_its_authors_and_needs_the_salt():
    note = new_id()
    mine = tags.author_key(b"v" * 32, b"s" * 32)
    tag = tags.edit_tag(mine, note)
    assert len(tag) == 16
    assert tags.is_mine(mine, note, tag)
    assert not tags.is_mine(tags.author_key(b"w" * 32, b"s" * 32), note, tag)
    assert not tags.is_mine(tags.author_key(b"v" * 32, b"t" * 32), note, tag)
    assert not tags.is_mine(mine, new_id(), tag)
    assert not tags.is_mine(mine, note, None)


def test_ids_are_random_and_a_retry_makes_the_same():
    assert {new_id().version for _id in range(50)} == {4}
    assert derived_id(b"key", "note") == derived_id(b"key", "note") != derived_id(b"key", "entry")
    assert derived_id(b"key", "note").version == 4
