"""Signing the log: a checkpoint is made only of a log that holds together.

A log must never sign two checkpoints of which one is no continuation of the other (c2sp.org/tlog-checkpoint).
So before a note is signed, the frontier in the head is computed anew from the stored nodes, the newest entry must
be the one that the size says, and the tree must still have the root that the last note gave it at its size.
"""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from holdord.errors import VerificationError
from holdord.ledger import log, merkle, nodes, note
from holdord.ledger.tables import CHECKPOINT, ENTRY

_NEWEST = select(func.max(ENTRY.c.index))
_SIGNED = insert(CHECKPOINT)
_LAST = select(CHECKPOINT.c.id, CHECKPOINT.c.note).order_by(CHECKPOINT.c.id.desc()).limit(1)


def checkpoint(connection: Connection, key: note.Key, now: datetime) -> str:
    """Sign the log as it is, store the note and return it.

    Appenders wait while the transaction is open; commit soon.

    Args:
        connection: Its transaction is the caller's.
        key: The log's own key; its name is the origin.
        now: When it is signed, aware.

    Raises:
        VerificationError: The log does not hold together, or is no continuation of what was signed last.
    """
    head = log.lock(connection)
    newest = connection.execute(_NEWEST).scalar()
    if head.size != (0 if newest is None else newest + 1):
        raise VerificationError(f"The head counts {head.size} entries, but the newest entry is {newest}.")
    before = connection.execute(_LAST).one_or_none()
    last = None if before is None else note.read_checkpoint(before.note)
    if last is not None:
        _check_growth(last, key.name, head)
    parts = _parts(head.size)
    found = nodes.roots(connection, parts if last is None else [*parts, (0, last.size)])
    if tuple(found[: len(parts)]) != head.hashes:
        raise VerificationError("The head of the log does not fit its nodes; nothing was signed.")
    if last is not None and found[-1] != last.root:
        raise VerificationError("The log is no continuation of the one that was last signed; nothing was signed.")
    text = note.sign_checkpoint(key.name, head.size, head.root, key, now)
    number = 0 if before is None else before.id + 1
    connection.execute(_SIGNED, {"id": number, "size": head.size, "note": text})
    return text


def last_checkpoint(connection: Connection) -> str | None:
    """Return the note that was signed last, or None."""
    found = connection.execute(_LAST).one_or_none()
    return None if found is None else str(found.note)


def _parts(size: int) -> list[merkle.Range]:
    """Return the leaves under each node of a frontier."""
    return [(index << height, (index + 1) << height) for height, index in merkle.complete_nodes((0, size))]


def _check_growth(last: note.Checkpoint, origin: str, head: merkle.Frontier) -> None:
    if last.origin != origin:
        raise VerificationError(f"The log was signed as {last.origin} before; it cannot become {origin}.")
    if last.size > head.size:
        raise VerificationError(f"The log had {last.size} entries when it was last signed, now {head.size}.")
