"""The Merkle tree of RFC 6962, section 2.1, with the checks of its proofs from RFC 9162, section 2.1. Pure: bytes in, bytes out.

A tree is given as its leaf hashes (32 bytes each), in order. A proof is a sequence of node hashes, the deepest first.
"""

import hashlib
from collections.abc import Sequence

Hash = bytes
Hashes = Sequence[bytes]


def leaf_hash(entry: bytes) -> Hash:
    """SHA-256 over 0x00 and the entry, so that no leaf can pass for a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_hash(leaves: Hashes) -> Hash:
    """The root: MTH of RFC 6962, 2.1, layer by layer. A node without a sibling goes up as it is; the two ways are the same tree."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    layer = list(leaves)
    while len(layer) > 1:
        pairs = [node_hash(layer[at], layer[at + 1]) for at in range(0, len(layer) - 1, 2)]
        layer = pairs + layer[len(layer) & ~1 :]
    return layer[0]


def inclusion_proof(leaves: Hashes, index: int) -> list[Hash]:
    """PATH(index, leaves) of RFC 6962, 2.1.1: what it takes to get from one leaf to the root. Raises IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), tree_hash(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), tree_hash(leaves[:split])]


def consistency_proof(leaves: Hashes, old_size: int) -> list[Hash]:
    """PROOF(old_size, leaves) of RFC 6962, 2.1.2: that the tree of the first `old_size` leaves is the beginning of this one.

    Empty for an empty old tree and for an equal one. Raises IndexError for an old tree larger than this one.
    """
    if not 0 <= old_size <= len(leaves):
        raise IndexError(old_size)
    return _subproof(leaves, old_size, is_known=True) if old_size else []


def _subproof(leaves: Hashes, old_size: int, *, is_known: bool) -> list[Hash]:
    """SUBPROOF of RFC 6962, 2.1.2. `is_known`: the old root is this subtree's, so whoever checks has it already."""
    if old_size == len(leaves):
        return [] if is_known else [tree_hash(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        return [*_subproof(leaves[:split], old_size, is_known=is_known), tree_hash(leaves[split:])]
    return [*_subproof(leaves[split:], old_size - split, is_known=False), tree_hash(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two below `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def verify_inclusion(leaf: Hash, index: int, size: int, proof: Hashes, root: Hash) -> bool:
    """Whether the leaf stands at `index` in the tree of that size and root: RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            place, last = _up_to_the_left(place, last)
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old_size: int, size: int, proof: Hashes, old_root: Hash, root: Hash) -> bool:
    """Whether the old tree is the beginning of the new one: RFC 9162, 2.1.4.2. The empty tree begins every tree."""
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == tree_hash(())
    if not 0 < old_size < size:
        return False
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            place, last = _up_to_the_left(place, last)
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == root


def _up_to_the_left(place: int, last: int) -> tuple[int, int]:
    """Past the layers in which the node has no sibling: up to where it is a right child."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
