"""The log in a database: append entries, read them, prove them.

Every function works on a connection whose transaction the caller owns, so that a batch of erasures and its
evidence are one transaction: both are there after a kill, or neither. Appenders queue: on PostgreSQL for the row
lock on the head, on SQLite for the write lock, which the caller takes with ``BEGIN IMMEDIATE``. Whoever comes
second sees the first one's entries, and the head moves only from the size that was read, so no index is lost,
skipped or given twice.

Everything about an entry that does not depend on its place, its canonical text and its hash, is computed before
the lock is taken.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from holdord.errors import LedgerError, VerificationError
from holdord.ledger import entry, merkle, nodes
from holdord.ledger.merkle import Frontier
from holdord.ledger.tables import ENTRY, HEAD, SALT, insert_columns

_PAGE = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry as it was read: its index and its canonical body."""

    index: int
    body: bytes

    @property
    def value(self) -> dict[str, Any]:
        """The object that the body stands for."""
        return entry.parse(self.body)


def append(
    connection: Connection,
    entries: Sequence[Mapping[str, entry.Value]],
    *,
    now: datetime,
    secrets: Sequence[Mapping[str, entry.Value]] = (),
) -> range:
    """Append entries and return the indexes that they got.

    Args:
        connection: Its transaction is the caller's; nothing is committed here.
        entries: What was done; each with a ``kind``, none with personal data.
        now: When it was written down, aware.
        secrets: For each entry, values by name that must not be readable in it: key ranges, case numbers,
            approvers. The entry gets a salted commitment to each, the salts go into a table of their own, and
            the values go nowhere. Empty, or as long as ``entries``.

    Raises:
        LedgerError: An entry is ill-formed, the ledger is not installed, or someone moved the head meanwhile.
    """
    if secrets and len(secrets) != len(entries):
        raise LedgerError("There must be secrets for every entry, or for none.")
    if not entries:
        return range(0)
    time = entry.stamp(now)
    sealed, salts = _seal(secrets)
    bodies = [
        entry.body_of(facts, time=time, sealed=commitments)
        for facts, commitments in zip(entries, sealed or repeat(None), strict=False)
    ]
    leaves = merkle.leaf_hashes(bodies)
    before = lock(connection)
    after, complete = before.extend(leaves)
    insert_columns(connection, ENTRY, [range(before.size, after.size), [body.decode() for body in bodies]])
    nodes.store(connection, before.size, complete)
    if salts:
        offsets, names, random = zip(*salts, strict=True)
        insert_columns(connection, SALT, [[before.size + offset for offset in offsets], names, random])
    moved = connection.execute(_MOVE, {"was": before.size, "now": after.size, "tree": after.to_bytes()})
    if moved.rowcount != 1:
        raise LedgerError("The log grew while entries were appended; roll back and try again.")
    return range(before.size, after.size)


def size(connection: Connection) -> int:
    """Return how many entries the log has."""
    return head(connection).size


def first(connection: Connection) -> int:
    """Return the index of the first entry that is there: how many were pruned."""
    found: int | None = connection.execute(select(HEAD.c.first).where(HEAD.c.id == 1)).scalar()
    return found or 0


def begun(connection: Connection) -> datetime | None:
    """Return when the first entry was made; None where there is none any more, or none yet."""
    if first(connection) or not size(connection):
        return None
    (one,) = read(connection, 0, 1)
    return entry.moment_of(one.value["time"])


def root(connection: Connection) -> bytes:
    """Return the root over all entries."""
    return head(connection).root


def head(connection: Connection) -> Frontier:
    """Return the frontier of the log: its size and what its root is made of.

    Raises:
        LedgerError: The ledger is not installed, or its head is damaged.
    """
    row = connection.execute(_HEAD).one_or_none()
    if row is None:
        raise LedgerError("The ledger has no head; install it first.")
    return Frontier.from_bytes(row.size, bytes(row.frontier))


def lock(connection: Connection) -> Frontier:
    """Return the frontier, having queued for the right to change it until the transaction ends."""
    if connection.dialect.name == "sqlite":
        # SQLite has one writer: a write that changes nothing takes the lock before anything is read.
        connection.execute(_TOUCH)
        return head(connection)
    row = connection.execute(_LOCKED).one_or_none()
    if row is None:
        raise LedgerError("The ledger has no head; install it first.")
    return Frontier.from_bytes(row.size, bytes(row.frontier))


def read(connection: Connection, start: int | None = None, stop: int | None = None) -> Iterator[Entry]:
    """Yield entries in order, in bounded memory.

    Args:
        connection: Must stay open while the iterator is used.
        start: Index of the first entry; the first that is there where it is None.
        stop: Index after the last one; all that are there where it is None.

    Raises:
        LedgerError: The first entry was pruned.
        VerificationError: An entry between the two is missing.
    """
    end = size(connection) if stop is None else stop
    begin = first(connection) if start is None else start
    for low in range(begin, end, _PAGE):
        high = min(low + _PAGE, end)
        rows = connection.execute(_ENTRIES, {"low": low, "high": high}).all()
        for index, (at, body) in zip(range(low, high), rows, strict=False):
            if at != index:
                raise _missing(connection, index)
            yield Entry(index=index, body=body.encode())
        if len(rows) != high - low:
            raise _missing(connection, low + len(rows))


def inclusion_proof(connection: Connection, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from an entry to the root of the first ``size`` entries.

    Raises:
        LedgerError: There is no such entry among them, it was pruned, or the log is shorter.
        VerificationError: Nodes of the tree are missing.
    """
    return nodes.roots(connection, merkle.inclusion_ranges(index, size))


def consistency_proof(connection: Connection, old: int, new: int) -> list[bytes]:
    """Return the hashes that show that the first ``new`` entries begin with the first ``old``.

    Raises:
        LedgerError: ``old`` is larger than ``new``, or the log is shorter; or one of the two lies before the cut
            and was never signed.
        VerificationError: Nodes of the tree are missing.
    """
    return nodes.roots(connection, merkle.consistency_ranges(old, new))


def salt(connection: Connection, index: int, name: str) -> bytes | None:
    """Return the salt of one commitment, or None where there is none or it was erased."""
    found = connection.execute(select(SALT.c.salt).where(SALT.c.index == index, SALT.c.name == name)).scalar()
    return None if found is None else bytes(found)


def forget(connection: Connection, indexes: Iterable[int], name: str | None = None) -> None:
    """Erase the salts of entries, so that their commitments can never be opened again.

    Args:
        connection: Its transaction is the caller's.
        indexes: The entries; none of them means nothing is erased.
        name: Only the secret of this name; all where it is None.
    """
    gone = delete(SALT).where(SALT.c.index == bindparam("at"))
    if name is not None:
        gone = gone.where(SALT.c.name == name)
    if rows := [{"at": index} for index in indexes]:
        connection.execute(gone, rows)


_HEAD = select(HEAD.c.size, HEAD.c.frontier).where(HEAD.c.id == 1)
_MOVE = (
    update(HEAD)
    .where(HEAD.c.id == 1, HEAD.c.size == bindparam("was"))
    .values(size=bindparam("now"), frontier=bindparam("tree"))
)
_LOCKED = _HEAD.with_for_update()
_TOUCH = update(HEAD).where(HEAD.c.id == 1).values(size=HEAD.c.size)
_ENTRIES = (
    select(ENTRY).where(ENTRY.c.index >= bindparam("low"), ENTRY.c.index < bindparam("high")).order_by(ENTRY.c.index)
)


def _missing(connection: Connection, index: int) -> LedgerError:
    if index < first(connection):
        return LedgerError(f"Entry {index} was pruned; the log begins at entry {first(connection)}.")
    return VerificationError(f"Entry {index} of the log is missing.")


def _seal(
    secrets: Sequence[Mapping[str, entry.Value]],
) -> tuple[list[dict[str, str]], list[tuple[int, str, bytes]]]:
    """Return a commitment to each secret, and the salts with the number of their entry and their name."""
    sealed: list[dict[str, str]] = []
    salts: list[tuple[int, str, bytes]] = []
    fresh = iter(entry.new_salts(sum(map(len, secrets))))
    for offset, values in enumerate(secrets):
        commitments: dict[str, str] = {}
        for name, value in values.items():
            entry.check_name(name, "The name of a secret")
            salt = next(fresh)
            commitments[name] = entry.commitment(salt, value)
            salts.append((offset, name, salt))
        sealed.append(commitments)
    return sealed, salts
