"""The Merkle tree of RFC 9162, section 2.1: one hash stands for all entries, short proofs for one of them.

A leaf is ``SHA-256(0x00 ‖ entry)``, a node ``SHA-256(0x01 ‖ left ‖ right)``, and a tree of *n* leaves splits at
the largest power of two below *n*. Leaf *i* of height 0 and node *i* of height *h* cover the same leaves for ever
once the subtree below them is complete; everything here is built from such complete nodes:

- a *frontier* is the shortest row of complete nodes that covers the tree (*compact range*). It is all that is
  needed to go on appending and to know the root, and its length is the number of ones in the size;
- a *proof* is a list of ranges of leaves, and the root of each range is folded from its complete nodes. The
  functions that name the ranges know nothing of where nodes are kept.

Proofs are checked by small functions that raise; a proof that is too long or too short never passes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from holdord.errors import LedgerError, VerificationError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

Range = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""
Node = tuple[int, int]
"""Height and index of a complete subtree: it covers leaves ``index << height`` to ``(index + 1) << height``."""


def leaf_hash(body: bytes) -> bytes:
    """Return the hash of one entry."""
    return sha256(b"\0" + body).digest()


def leaf_hashes(bodies: Sequence[bytes]) -> list[bytes]:
    """Return the hashes of many entries, as ``leaf_hash`` gives them one by one."""
    return [sha256(b"\0" + body).digest() for body in bodies]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others."""
    return sha256(b"\1" + left + right).digest()


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the nodes above an even number of neighbours."""
    pairs = iter(hashes)
    return [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """Return the node above a power of two of neighbours."""
    while len(hashes) > 1:
        hashes = parents(hashes)
    return hashes[0]


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over complete nodes of falling height, the last ones first; the empty root for none."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


@dataclass(frozen=True, kw_only=True, slots=True)
class Frontier:
    """The shortest row of complete nodes that covers a tree.

    Attributes:
        size: Leaves of the tree.
        hashes: The nodes, highest and leftmost first: one for each binary one of ``size``.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise LedgerError("The frontier of the log does not fit its size.")

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return fold(self.hashes)

    def extend(self, nodes: Sequence[bytes], height: int = 0) -> tuple["Frontier", list[list[bytes]]]:
        """Append complete nodes of one height.

        Args:
            nodes: Leaves, or nodes of ``height``.
            height: Their height; the size must be a multiple of ``1 << height``.

        Returns:
            The frontier afterwards, and the nodes that became complete: item *k* holds those of height
            ``height + k``, of which the first has the index ``size >> (height + k)``.
        """
        if nodes and self.size & ((1 << height) - 1):
            raise LedgerError(f"A tree of {self.size} leaves cannot go on with nodes of height {height}.")
        size = self.size + (len(nodes) << height)
        waiting, kept, complete = list(self.hashes), [], []
        fresh = list(nodes)
        while fresh:
            complete.append(fresh)
            row = [waiting.pop(), *fresh] if (self.size >> height) & 1 else fresh
            if len(row) & 1:
                kept.append(row[-1])
                row = row[:-1]
            fresh = parents(row)
            height += 1
        hashes = (*waiting, *reversed(kept))
        return Frontier(size=size, hashes=hashes), complete

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier with one leaf more."""
        return self.extend([leaf])[0]

    def to_bytes(self) -> bytes:
        """Return the nodes as one row of bytes; the size is kept beside it."""
        return b"".join(self.hashes)

    @staticmethod
    def from_bytes(size: int, row: bytes) -> "Frontier":
        """Return the frontier that ``to_bytes`` wrote.

        Raises:
            LedgerError: The row does not fit the size.
        """
        if len(row) % HASH_BYTES:
            raise LedgerError("The frontier of the log is no row of hashes.")
        return Frontier(size=size, hashes=tuple(cut(row)))


def cut(row: bytes) -> list[bytes]:
    """Return the hashes that stand one after the other in a row of bytes."""
    return [row[at : at + HASH_BYTES] for at in range(0, len(row), HASH_BYTES)]


def complete_nodes(leaves: Range) -> list[Node]:
    """Return the complete nodes that cover a range of a proof, left to right."""
    start, stop = leaves
    nodes = []
    while start < stop:
        height = (stop - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        nodes.append((height, start >> height))
        start += 1 << height
    return nodes


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return what an inclusion proof consists of, from the leaf's neighbour upwards (RFC 9162, 2.1.3.1).

    Raises:
        LedgerError: A tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        raise LedgerError(f"A log of {size} entries has no entry {index}.")
    ranges: list[Range] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return what a consistency proof consists of, deepest first (RFC 9162, 2.1.4.1).

    Raises:
        LedgerError: The older size is not within the newer one.
    """
    if not 0 <= old <= new:
        raise LedgerError(f"A log of {new} entries is no continuation of one of {old}.")
    if old in (0, new):
        return []
    ranges: list[Range] = []
    start, stop = 0, new
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, stop))
    return ranges[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf stands at an index of the tree with this size and root (RFC 9162, 2.1.3.2).

    Raises:
        VerificationError: The proof does not show it.
    """
    if not 0 <= index < size:
        raise VerificationError(f"A log of {size} entries has no entry {index}.")
    at, last = index, size - 1
    for neighbour in proof:
        if last == 0:
            raise VerificationError("The inclusion proof is too long.")
        if at & 1 or at == last:
            leaf = node_hash(neighbour, leaf)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            leaf = node_hash(leaf, neighbour)
        at, last = at >> 1, last >> 1
    if last or not compare_digest(leaf, root):
        raise VerificationError(f"The inclusion proof does not lead from entry {index} to the root.")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the newer tree begins with the older one (RFC 9162, 2.1.4.2).

    Raises:
        VerificationError: The proof does not show it.
    """
    if not 0 <= old <= new:
        raise VerificationError(f"A log of {new} entries is no continuation of one of {old}.")
    if old in (0, new):
        if proof or not compare_digest(old_root, new_root if old else EMPTY_ROOT):
            raise VerificationError("The log is no continuation of the one that was noted.")
        return
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        raise VerificationError("The consistency proof is empty.")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise VerificationError("The consistency proof is too long.")
        if at & 1 or at == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, step)
        at, last = at >> 1, last >> 1
    if last or not compare_digest(first, old_root) or not compare_digest(second, new_root):
        raise VerificationError("The log is no continuation of the one that was noted.")


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)
