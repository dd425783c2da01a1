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
    newest = connection.execute(select(func.max(ENTRY.c.index))).scalar()
    if head.size != (0 if newest is None else newest + 1):
        raise VerificationError(f"The head counts {head.size} entries, but the newest entry is {newest}.")
    if tuple(nodes.roots(connection, _parts(head.size))) != head.hashes:
        raise VerificationError("The head of the log does not fit its nodes; nothing was signed.")
    last = last_checkpoint(connection)
    if last is not None:
        _check_growth(connection, note.read_checkpoint(last), key.name, head)
    text = note.sign_checkpoint(key.name, head.size, head.root, key, now)
    number = connection.execute(select(func.count()).select_from(CHECKPOINT)).scalar_one()
    connection.execute(insert(CHECKPOINT).values(id=number, size=head.size, note=text))
    return text


def last_checkpoint(connection: Connection) -> str | None:
    """Return the note that was signed last, or None."""
    newest = select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.id.desc()).limit(1)
    return connection.execute(newest).scalar()


def _parts(size: int) -> list[merkle.Range]:
    """Return the leaves under each node of a frontier."""
    return [(index << height, (index + 1) << height) for height, index in merkle.complete_nodes((0, size))]


def _check_growth(connection: Connection, last: note.Checkpoint, origin: str, head: merkle.Frontier) -> None:
    if last.origin != origin:
        raise VerificationError(f"The log was signed as {last.origin} before; it cannot become {origin}.")
    if last.size > head.size:
        raise VerificationError(f"The log had {last.size} entries when it was last signed, now {head.size}.")
    if nodes.roots(connection, [(0, last.size)]) != [last.root]:
        raise VerificationError("The log is no continuation of the one that was last signed; nothing was signed.")
