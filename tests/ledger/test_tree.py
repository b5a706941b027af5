"""The Merkle tree against the figures of RFC 6962's own reference implementation (certificate-transparency, merkletree tests),
and against the RFC's recursive definitions, written down a second time.
"""

import hashlib
import random

import pytest

from app.ledger import tree

INPUTS = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    bytes(range(0x60, 0x70)),
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
PATHS = [  # (index, size, proof)
    (0, 1, []),
    (0, 8, [L1, N23, N47]),
    (5, 8, [L4, N67, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], N23, L4]),
]
PROOFS = [(1, 1, []), (1, 8, [L1, N23, N47]), (6, 8, [N45, N67, ROOTS[3]]), (2, 5, [N23, L4])]  # (old, size, proof)
LEAVES = [tree.leaf_hash(data) for data in INPUTS]


def test_empty_tree():
    assert tree.tree_hash([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size):
    assert tree.tree_hash(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "proof"), PATHS)
def test_inclusion_proofs_are_those_of_the_reference(index, size, proof):
    made = tree.inclusion_proof(LEAVES[:size], index)
    assert [step.hex() for step in made] == proof
    assert tree.verify_inclusion(LEAVES[index], index, size, made, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "size", "proof"), PROOFS)
def test_consistency_proofs_are_those_of_the_reference(old, size, proof):
    made = tree.consistency_proof(LEAVES[:size], old)
    assert [step.hex() for step in made] == proof
    assert tree.verify_consistency(old, size, made, bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[size - 1]))


# --- the definitions of RFC 6962, 2.1 to 2.1.2, over the entries themselves -------------------------------------------


def _mth(entries):
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = max(2**n for n in range(20) if 2**n < len(entries))
    return hashlib.sha256(b"\x01" + _mth(entries[:k]) + _mth(entries[k:])).digest()


def _path(m, entries):
    if len(entries) == 1:
        return []
    k = max(2**n for n in range(20) if 2**n < len(entries))
    return [*_path(m, entries[:k]), _mth(entries[k:])] if m < k else [*_path(m - k, entries[k:]), _mth(entries[:k])]


def _subproof(m, entries, *, known):
    if m == len(entries):
        return [] if known else [_mth(entries)]
    k = max(2**n for n in range(20) if 2**n < len(entries))
    if m <= k:
        return [*_subproof(m, entries[:k], known=known), _mth(entries[k:])]
    return [*_subproof(m - k, entries[k:], known=False), _mth(entries[:k])]


ENTRIES = [f"entry {n}".encode() for n in range(70)]
HASHES = [tree.leaf_hash(entry) for entry in ENTRIES]


def test_roots_and_proofs_of_every_size_are_those_of_the_definitions():
    for size in range(len(ENTRIES) + 1):
        root = tree.tree_hash(HASHES[:size])
        assert root == _mth(ENTRIES[:size])
        for index in range(size):
            proof = tree.inclusion_proof(HASHES[:size], index)
            assert proof == _path(index, ENTRIES[:size])
            assert tree.verify_inclusion(HASHES[index], index, size, proof, root)
        for old in range(1, size + 1):
            proof = tree.consistency_proof(HASHES[:size], old)
            assert proof == _subproof(old, ENTRIES[:size], known=True)
            assert tree.verify_consistency(old, size, proof, _mth(ENTRIES[:old]), root)


def _spoiled(chance, proof):
    """The proof with one hash changed, dropped, doubled, or two exchanged."""
    proof, place = list(proof), chance.randrange(len(proof))
    act = chance.randrange(4)
    if act == 0:
        changed = bytearray(proof[place])
        changed[chance.randrange(32)] ^= 1 << chance.randrange(8)
        proof[place] = bytes(changed)
    elif act == 1:
        del proof[place]
    elif act == 2:
        proof.insert(place, proof[place])
    else:
        other = chance.randrange(len(proof))
        proof[place], proof[other] = proof[other], proof[place]
    return proof


def test_no_spoiled_inclusion_proof_is_believed():
    chance, tried = random.Random(6962), 0
    while tried < 2000:
        size = chance.randrange(2, 70)
        index, root = chance.randrange(size), tree.tree_hash(HASHES[:size])
        proof = tree.inclusion_proof(HASHES[:size], index)
        spoiled = _spoiled(chance, proof)
        if spoiled != proof:
            tried += 1
            assert not tree.verify_inclusion(HASHES[index], index, size, spoiled, root)
        other = chance.randrange(size)
        if other != index:
            assert not tree.verify_inclusion(HASHES[other], index, size, proof, root)
            assert not tree.verify_inclusion(HASHES[index], other, size, proof, root)


def test_no_spoiled_consistency_proof_is_believed_and_no_rewritten_log():
    chance, tried = random.Random(9162), 0
    while tried < 2000:
        size = chance.randrange(2, 70)
        old = chance.randrange(1, size)
        old_root, root = tree.tree_hash(HASHES[:old]), tree.tree_hash(HASHES[:size])
        proof = tree.consistency_proof(HASHES[:size], old)
        spoiled = _spoiled(chance, proof)
        if spoiled != proof:
            tried += 1
            assert not tree.verify_consistency(old, size, spoiled, old_root, root)
        rewritten = [*HASHES[:size]]
        rewritten[chance.randrange(old)] = tree.leaf_hash(b"another past")
        forged = tree.consistency_proof(rewritten, old)
        assert not tree.verify_consistency(old, size, forged, old_root, tree.tree_hash(rewritten))


def test_what_is_outside_the_tree_is_refused():
    for index in (-1, 8, 9):
        with pytest.raises(IndexError):
            tree.inclusion_proof(LEAVES, index)
        assert not tree.verify_inclusion(LEAVES[0], index, 8, [], tree.tree_hash(LEAVES))
    for old in (-1, 9):
        with pytest.raises(IndexError):
            tree.consistency_proof(LEAVES, old)
        assert not tree.verify_consistency(old, 8, [], tree.tree_hash(LEAVES), tree.tree_hash(LEAVES))
    assert tree.verify_consistency(0, 8, tree.consistency_proof(LEAVES, 0), tree.tree_hash([]), tree.tree_hash(LEAVES))
    assert not tree.verify_consistency(0, 8, [], LEAVES[0], tree.tree_hash(LEAVES))
