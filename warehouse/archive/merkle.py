"""Trees of hashes as in RFC 9162, section 2.1: one root stands for many records, and a short path ties each to it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

Hash = bytes  # SHA-256


def leaf_hash(record: bytes) -> Hash:
    """Begins otherwise than a node's, so that no record can pass for two others."""
    return sha256(b"\x00" + record).digest()


def root_hash(leaves: Sequence[Hash]) -> Hash:
    if len(leaves) == 1:
        return leaves[0]
    if not leaves:
        return sha256().digest()
    left = _split(len(leaves))
    return _node(root_hash(leaves[:left]), root_hash(leaves[left:]))


def inclusion_paths(leaves: Sequence[Hash]) -> list[list[Hash]]:
    """For each leaf what its verifier needs besides it, from the bottom up."""
    return _root_and_paths(leaves)[1]


def _root_and_paths(leaves: Sequence[Hash]) -> tuple[Hash, list[list[Hash]]]:
    """In one pass: each path by itself would hash the whole tree again."""
    if len(leaves) < 2:
        return root_hash(leaves), [[] for _ in leaves]
    left, paths_left = _root_and_paths(leaves[: _split(len(leaves))])
    right, paths_right = _root_and_paths(leaves[_split(len(leaves)) :])
    for path in paths_left:
        path.append(right)
    for path in paths_right:
        path.append(left)
    return _node(left, right), paths_left + paths_right


def _node(left: Hash, right: Hash) -> Hash:
    return sha256(b"\x01" + left + right).digest()


def _split(n: int) -> int:
    """The largest power of two below n."""
    return 1 << (n - 1).bit_length() - 1
