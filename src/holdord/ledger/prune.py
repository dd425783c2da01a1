"""Pruning: old entries are thrown away, and what remains still verifies.

A log grows for ever; a controller may keep evidence no longer than it needs it (GDPR art. 5(1)(e), 5(2)). A cut lies
where a checkpoint was signed and nowhere else, so that what is thrown away is exactly what somebody may have noted.
All in the caller's one transaction:

1. every entry that is to go is hashed once more, and must give the root of every checkpoint on the way: evidence
   that was tampered with is never thrown away;
2. the entry ``prune`` is appended, which says from where to where, the root at the cut and what stays (``past``);
3. what stays is stored, the head's ``first`` moves to the cut, and entries, salts and nodes before it are deleted.

The guards of the tables refuse 3 without 2. Pruning up to a cut that is there already changes nothing. Sign the log
afterwards: an export needs a checkpoint that covers the entry.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from itertools import islice

from sqlalchemy import Connection, delete, insert, select, update

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import log, merkle, nodes, past
from holdord.ledger.merkle import Frontier
from holdord.ledger.note import Checkpoint, open_checkpoint, read_checkpoint
from holdord.ledger.tables import CHECKPOINT, ENTRY, HEAD, PRUNED, SALT

_PAGE = 2_000

_Row = tuple[int, bytes]
"""A size, and the nodes that cover the leaves from the size before it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """What is or was pruned at one time.

    Attributes:
        first: The first entry that goes.
        note: The checkpoint up to which they go.
        signed: What it says; its size is the first entry that stays.
    """

    first: int
    note: str
    signed: Checkpoint

    @property
    def number(self) -> int:
        """How many entries go."""
        return self.signed.size - self.first


def find(connection: Connection, before: int | datetime, *, stay: int | None = None) -> Cut | None:
    """Return where the log would be cut, or None where nothing would go. Changes nothing.

    Args:
        connection: Only read from.
        before: Only entries before this index go; or those under checkpoints that were signed before this moment,
            aware, which are older than it. A checkpoint after one that is too young is not looked at: a clock may
            have been set back.
        stay: An entry that must stay, with all after it.

    Raises:
        LedgerError: The moment has no time zone.
    """
    if isinstance(before, datetime) and before.utcoffset() is None:
        raise LedgerError("A moment without a time zone cannot be a cut; give an aware datetime.")
    first = log.first(connection)
    found: Cut | None = None
    for text in connection.execute(select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.id)).scalars():
        signed = read_checkpoint(text)
        young = signed.signed_at >= before if isinstance(before, datetime) else signed.size > before
        if young or (stay is not None and signed.size > stay):
            break
        if signed.size > (found.signed.size if found else first):
            found = Cut(first=first, note=text, signed=signed)
    return found


def prune(
    connection: Connection, before: int | datetime, now: datetime, *, vkey: str, stay: int | None = None
) -> Cut | None:
    """Throw away what ``find`` finds, and return it; None where that is nothing.

    Appenders wait while the transaction is open.

    Args:
        connection: Its transaction is the caller's.
        before: As for ``find``.
        now: When it is written down, aware.
        vkey: The public key of the log: every checkpoint on the way must be signed by it.
        stay: As for ``find``.

    Raises:
        VerificationError: The entries that would go are not those that were signed; nothing went.
        LedgerError: The ledger is not installed, or the key is no key.
    """
    log.lock(connection)
    cut = find(connection, before, stay=stay)
    if cut is None:
        return None
    size = cut.signed.size
    rows, tree = _what_stays(connection, cut, vkey)
    digest = sha256(past.HEADER)
    for line in (*lines(connection), *(past.line(*row) for row in rows)):
        digest.update(line)
    (said,) = log.append(connection, [past.facts(cut.first, cut.signed, digest.hexdigest())], now=now)
    *between, last = [{"size": size, "hashes": hashes} for size, hashes in rows]
    if between:
        connection.execute(insert(PRUNED), between)
    connection.execute(insert(PRUNED).values(**last, frontier=tree.to_bytes(), entry=said))
    connection.execute(update(HEAD).where(HEAD.c.id == 1).values(first=size))
    connection.execute(delete(ENTRY).where(ENTRY.c.index < size))
    connection.execute(delete(SALT).where(SALT.c.index < size))
    nodes.forget(connection, size)
    return cut


def lines(connection: Connection) -> Iterator[bytes]:
    """Yield what stays of all entries that were pruned so far, a line for each size, without the header."""
    for size, hashes in connection.execute(nodes.STAYED):
        yield past.line(size, bytes(hashes))


def said_by(connection: Connection) -> int | None:
    """Return the entry that says what was pruned last, or None where nothing was."""
    return connection.execute(select(PRUNED.c.entry).join(HEAD, HEAD.c.first == PRUNED.c.size)).scalar()


def _what_stays(connection: Connection, cut: Cut, vkey: str) -> tuple[list[_Row], Frontier]:
    """Return the rows for each size that was signed from the cut before to this one, and the tree there."""
    tree = nodes.cut(connection)
    signed = _signed(connection, cut, vkey)
    entries = log.read(connection, cut.first, cut.signed.size)
    rows: list[_Row] = []
    for size in sorted(signed):
        tiles = [_above(entries, 1 << height) for height, _ in merkle.complete_nodes((tree.size, size))]
        tree = past.extend(tree, size, tiles)
        if not all(compare_digest(tree.root, root) for root in signed[size]):
            raise VerificationError("The entries are not those that were signed; none was thrown away.")
        rows.append((size, b"".join(tiles)))
    return rows, tree


def _signed(connection: Connection, cut: Cut, vkey: str) -> dict[int, set[bytes]]:
    """Return the sizes that were signed from the cut before to this one, and the root that each was given."""
    found: dict[int, set[bytes]] = {}
    span = CHECKPOINT.c.size.between(cut.first + 1, cut.signed.size)
    fits = True
    for size, text in connection.execute(select(CHECKPOINT.c.size, CHECKPOINT.c.note).where(span)):
        signed = open_checkpoint(text, vkey)
        found.setdefault(signed.size, set()).add(signed.root)
        fits = fits and signed.size == size
    if not fits or cut.signed.size not in found:
        raise VerificationError("The checkpoints of the log are not stored as they were signed; nothing was pruned.")
    return found


def _above(entries: Iterator[log.Entry], number: int) -> bytes:
    """Return the node above the next entries, a power of two."""
    tree = Frontier()
    while tree.size < number:
        some = [one.body for one in islice(entries, min(_PAGE, number - tree.size))]
        tree, _ = tree.extend(merkle.leaf_hashes(some))
    return tree.root
