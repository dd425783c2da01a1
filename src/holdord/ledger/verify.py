"""Verify an export or a receipt: offline, with no database, trusting nothing in the file.

What is trusted is the public key that the reader brings, and a checkpoint that the reader noted earlier. Every
byte must be what the key's owner signed:

1. the checkpoint at the top is signed by that key and is of the key's own log;
2. the entries, all of them in their order, have the root that it signs (RFC 9162, section 2.1), are as many as
   it says, and are written the canonical way (RFC 8785), so that they mean one thing;
3. the first entries, as many as the noted checkpoint counts, have the root that *it* signs: the log only grew.

Where the first entries were pruned (``past``), hashes stand for them in 2 and 3, and

4. an entry of the log says up to where they were pruned, with the very root and hashes that the file has.

A log that its operator cuts and signs anew passes 1 and 2; only 3 finds it. An empty log passes when its
checkpoint says that it is empty, and ``Verified`` says so too.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hmac import compare_digest
from pathlib import Path
from typing import Any, BinaryIO

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import lines, merkle, past
from holdord.ledger import processes as others
from holdord.ledger import receipt as receipts
from holdord.ledger.note import LONGEST_NOTE, Checkpoint, open_checkpoint
from holdord.ledger.shapes import Shapes

_WORTH_HELP = 16 << 20
_MOST_HELPERS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What a file was found to show.

    Attributes:
        origin: Which log it is.
        size: How many entries the log has.
        root: The root over all of them.
        signed_at: When the checkpoint was signed, by the signer's clock.
        kinds: How many entries of each kind the file holds.
        pruned: What was pruned; None where the file holds all entries from the first, or is a receipt.
        grown_from: The size of the noted checkpoint that the log continues; None where none was given.
        index: The number of a receipt's entry; None where the file is a whole export.
        entry: A receipt's entry.
        opened: What a receipt's entry says in a sealed way, by name; may be personal data.
    """

    origin: str
    size: int
    root: bytes
    signed_at: datetime
    kinds: Mapping[str, int]
    pruned: past.Pruned | None = None
    grown_from: int | None = None
    index: int | None = None
    entry: Mapping[str, Any] | None = None
    opened: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        log = f"the log {self.origin} of {self.size} entries, signed {self.signed_at:%Y-%m-%d %H:%M:%S} UTC"
        if self.index is not None:
            return f"Entry {self.index} is in {log}."
        said = f"This is {log}." if self.size else f"This is {log}: it is empty, nothing has been recorded."
        said = f"{said} {self.pruned}" if self.pruned else said
        return said if self.grown_from is None else f"{said} It continues the {self.grown_from} noted earlier."


def verify(
    source: str | os.PathLike[str] | BinaryIO,
    vkey: str,
    checkpoint: str | None = None,
    *,
    processes: int | None = None,
) -> Verified:
    """Check an export or a receipt.

    Args:
        source: A path, or a file that was opened for bytes.
        vkey: The public key of the log, from a source that is not the file.
        checkpoint: A signed checkpoint of the same log that was noted earlier.
        processes: How many processes may hash a large file; as many as there are processors where it is None,
            none where it is 0. Only for paths.

    Raises:
        VerificationError: The evidence does not hold.
        LedgerError: It cannot be told: the file cannot be read, the key is no key, or a receipt was to show that
            the log grew.
    """
    if not isinstance(source, str | os.PathLike):
        return _verify(source, None, vkey, checkpoint, 0)
    path = Path(source)
    try:
        with path.open("rb") as file:
            large = os.fstat(file.fileno()).st_size >= _WORTH_HELP
            wanted = min(os.cpu_count() or 1, _MOST_HELPERS) if processes is None else processes
            return _verify(file, path, vkey, checkpoint, wanted if large or processes else 0)
    except OSError as error:
        raise LedgerError(f"{path} cannot be read: {error.strerror}.") from error


def _verify(file: BinaryIO, path: Path | None, vkey: str, noted: str | None, processes: int) -> Verified:
    text = _read_note(file)
    now = open_checkpoint(text, vkey)
    before = None if noted is None else open_checkpoint(noted, vkey)
    if before is not None and before.size > now.size:
        raise VerificationError(f"The log had {before.size} entries when it was noted, now it has {now.size}.")
    offset = file.tell() if path else 0
    start = file.read(len(receipts.FIRST))
    if start == receipts.FIRST:
        return _verify_receipt(text, start + file.read(receipts.LARGEST_RECEIPT), now, before)
    seam = before.size if before else 0
    gone = past.read(file, seam) if start == past.FIRST else None
    if gone is not None:
        start, offset = b"", file.tell() if path else 0
    tree = _Tree(seam, gone)
    first = tree.frontier.size
    if first > now.size:
        raise VerificationError(f"More entries were pruned than the {now.size} of the checkpoint.")
    shapes = Shapes(cut=first)
    if path and processes:
        file.seek(offset)
        for part in others.run(path, file, seam, first, processes):
            tree.add(part.before)
            tree.add(part.nodes, others.HEIGHT)
            tree.add(part.after)
            shapes.kinds.update(part.kinds)
            shapes.pruned = part.pruned or shapes.pruned
    else:
        for some in lines.leaves(file, shapes, first, begun=start):
            if tree.frontier.size + len(some) > now.size:
                raise VerificationError(f"There are more entries than the {now.size} of the checkpoint.")
            tree.add(some)
    if tree.frontier.size != now.size:
        raise VerificationError(f"The file does not hold the {now.size} entries that its checkpoint counts.")
    if not compare_digest(tree.frontier.root, now.root):
        raise VerificationError("The entries are not those that were signed: some were changed, swapped or replaced.")
    pruned = past.check(gone, shapes.pruned) if gone else None
    if before and tree.seam_root is None:
        raise VerificationError(
            f"The log knows of no checkpoint of {before.size} entries, and those around it were pruned: it is no "
            "continuation of the one that was noted."
        )
    if before and not compare_digest(tree.seam_root or b"", before.root):
        raise VerificationError("The log is no continuation of the one that was noted.")
    return replace(_verified(now, before, dict(sorted(shapes.kinds.items()))), pruned=pruned)


def _verify_receipt(text: str, rest: bytes, now: Checkpoint, before: Checkpoint | None) -> Verified:
    if len(rest) >= receipts.LARGEST_RECEIPT:
        raise VerificationError(f"The receipt is longer than {receipts.LARGEST_RECEIPT} bytes.")
    receipt = receipts.read(text, rest)
    value = receipts.check(receipt, now.size, now.root)
    if before and before.size == now.size and before.root != now.root:
        raise VerificationError("The log is no continuation of the one that was noted.")
    if before and before.size not in (0, now.size):
        raise LedgerError(
            "The receipt holds, but one entry cannot show that the log only grew; ask for an export of the ledger."
        )
    found = _verified(now, before, {value["kind"]: 1})
    opened = {name: secret for name, (_, secret) in receipt.opened.items()}
    return replace(found, index=receipt.index, entry=value, opened=opened)


def _verified(now: Checkpoint, before: Checkpoint | None, kinds: dict[str, int]) -> Verified:
    return Verified(
        origin=now.origin,
        size=now.size,
        root=now.root,
        signed_at=now.signed_at,
        kinds=kinds,
        grown_from=before.size if before else None,
    )


def _read_note(file: BinaryIO) -> str:
    """Read the checkpoint and the empty line after it; nothing of it is believed yet."""
    read: list[bytes] = []
    total = blanks = 0
    while blanks < 2:
        line = file.readline(LONGEST_NOTE)
        total += len(line)
        if not line.endswith(b"\n") or total > LONGEST_NOTE:
            raise VerificationError("The file does not begin with a signed checkpoint.")
        blanks += line == b"\n"
        read.append(line)
    try:
        return b"".join(read[:-1]).decode()
    except UnicodeDecodeError:
        raise VerificationError("The checkpoint is not UTF-8.") from None


class _Tree:
    """A frontier that remembers the root it had at one earlier size, the seam."""

    def __init__(self, seam: int, gone: past.Past | None) -> None:
        self.frontier = gone.frontier if gone else merkle.Frontier()
        self.seam = seam
        self.seam_root = merkle.EMPTY_ROOT if not seam else gone.seam_root if gone else None

    def add(self, nodes: Sequence[bytes], height: int = 0) -> None:
        before = self.seam - self.frontier.size
        if 0 < before <= len(nodes) << height:
            self.frontier, _ = self.frontier.extend(nodes[: before >> height], height)
            self.seam_root = self.frontier.root
            nodes = nodes[before >> height :]
        self.frontier, _ = self.frontier.extend(nodes, height)
