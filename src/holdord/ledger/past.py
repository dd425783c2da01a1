"""What stays of pruned entries: hashes, enough that everything ever signed can still be checked.

The entries before a cut are gone. Their leaves are covered by complete nodes of RFC 9162, section 2.1, from each size
that was signed to the next and on to the cut. Since two such nodes either lie apart or within one another, the root at
every one of those sizes can be folded from them, and no other: an old checkpoint can be compared, and a tree that goes
on from the cut has the same root as if nothing had been pruned. Between two sizes there are at most twice as many
nodes as the distance has binary digits.

In an export they stand after the checkpoint, before the first entry that is left::

    pruned 1                                          the word, and the version of this form
    1200 CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2…      a size that was signed, and in base64, one after the other, the
    2410 gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMk…        nodes that cover the leaves from the size before it, from left
                                                      to right; the last size is the cut; an empty line

A log that was cut without evidence must not pass for one that was pruned. So pruning appends an entry of the kind
``prune`` to the log, which stays, and the export must hold it: ``from`` and ``to``, the cut before and this one;
their ``number``; ``root`` and ``signed``, what the checkpoint at the cut says; and ``kept``, SHA-256 over the lines
above without the empty one. ``to`` is signed by every later checkpoint, so no one can move a cut or leave a size out.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

from holdord.errors import VerificationError
from holdord.ledger import entry, merkle
from holdord.ledger.merkle import Frontier
from holdord.ledger.note import NUMBER, Checkpoint, decode

FIRST = b"pruned"
HEADER = b"pruned 1\n"

_LONGEST_LINE = 6_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What an export says of the entries that are gone; to be believed only with the entry that says so too.

    Attributes:
        frontier: The tree at the cut.
        kept: SHA-256 over the lines.
        seam_root: The root at the size that was asked for; None where the cut lies before it.
    """

    frontier: Frontier
    kept: str
    seam_root: bytes | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pruned:
    """What was pruned.

    Attributes:
        number: How many entries; those before the index of this number.
        signed_at: When the checkpoint was signed that they were pruned up to.
        at: When that was done.
    """

    number: int
    signed_at: datetime
    at: datetime

    def __str__(self) -> str:
        return (
            f"Of its entries the first {self.number} were pruned on {self.at:%Y-%m-%d}, up to the checkpoint of "
            f"{self.signed_at:%Y-%m-%d %H:%M:%S} UTC; the others are all here."
        )


def line(size: int, hashes: bytes) -> bytes:
    """Return the line of one size."""
    return b"%d %b\n" % (size, base64.b64encode(hashes))


def extend(tree: Frontier, size: int, hashes: Sequence[bytes]) -> Frontier:
    """Return the tree at a size, from the complete nodes between.

    Raises:
        VerificationError: There are more nodes or fewer, or the tree is as large already.
    """
    nodes = merkle.complete_nodes((tree.size, size))
    if not nodes or len(nodes) != len(hashes):
        raise VerificationError(f"What is said of the pruned entries up to {size} is ill-formed.")
    for (height, _), one in zip(nodes, hashes, strict=True):
        tree, _ = tree.extend([one], height)
    return tree


def read(file: BinaryIO, seam: int) -> Past:
    """Read what an export says of pruned entries, up to the empty line.

    Args:
        file: Stands after ``FIRST``.
        seam: A size at which the root is asked for; 0 for none.

    Raises:
        VerificationError: It is not written the one way that it is written.
    """
    text = FIRST + file.readline(_LONGEST_LINE)
    if text != HEADER:
        raise VerificationError("What is said of pruned entries is not of version 1; a newer holdord may have said it.")
    digest, tree, seam_root = sha256(text), Frontier(), None
    while (text := file.readline(_LONGEST_LINE)) != b"\n":
        number, blank, encoded = text.decode("ascii", "replace").partition(" ")
        raw = decode(encoded.removesuffix("\n"))
        if not blank or not NUMBER.fullmatch(number) or raw is None or text != line(int(number), raw):
            raise VerificationError("A line of what is said of the pruned entries is ill-formed, or was cut off.")
        if len(raw) % merkle.HASH_BYTES:
            raise VerificationError("What is said of the pruned entries is no row of hashes.")
        tree = extend(tree, int(number), merkle.cut(raw))
        digest.update(text)
        if tree.size == seam:
            seam_root = tree.root
    if not tree.size:
        raise VerificationError("The export says that entries were pruned, and does not say which.")
    return Past(frontier=tree, kept=digest.hexdigest(), seam_root=seam_root)


def facts(first: int, signed: Checkpoint, kept: str) -> dict[str, entry.Value]:
    """Return the entry that says what is pruned: from the cut before up to a checkpoint."""
    return {
        "kind": entry.PRUNE,
        "from": first,
        "to": signed.size,
        "number": signed.size - first,
        "root": base64.b64encode(signed.root).decode(),
        "signed": entry.stamp(signed.signed_at),
        "kept": kept,
    }


def check(past: Past, said: Mapping[str, Any] | None) -> Pruned:
    """Check that an entry of the log says just what the export says of the pruned entries.

    Args:
        past: What the export says.
        said: The entry of kind ``prune`` that goes up to the same cut; None where there is none.

    Raises:
        VerificationError: The log does not say so: entries were cut off.
    """
    cut = past.frontier.size
    if said is None:
        raise VerificationError(f"The first {cut} entries are missing, and no entry says that they were pruned.")
    start, number, signed = said.get("from"), said.get("number"), said.get("signed")
    root = base64.b64encode(past.frontier.root).decode()
    fits = type(start) is int and 0 <= start < cut and type(number) is int and number == cut - start
    if not fits or not isinstance(signed, str) or (said.get("root"), said.get("kept")) != (root, past.kept):
        raise VerificationError("The entry on pruning says something else than the export: what stays was changed.")
    return Pruned(number=cut, signed_at=entry.moment_of(signed), at=entry.moment_of(said["time"]))
