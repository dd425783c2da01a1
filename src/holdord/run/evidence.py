"""Finding evidence again: the last entry, and the last sweep, read from the log's end."""

from typing import Any

from sqlalchemy import Connection

from holdord.ledger import log

_PAGE = 200


def last_entry(connection: Connection) -> dict[str, Any] | None:
    """Return the newest entry, or None where the log is empty."""
    size = log.size(connection)
    return next((entry.value for entry in log.read(connection, size - 1, size)), None) if size else None


def last_sweep(connection: Connection) -> log.Entry | None:
    """Return the newest entry that says somebody looked, or None."""
    stop = log.size(connection)
    while stop > 0:
        start = max(0, stop - _PAGE)
        for entry in reversed(list(log.read(connection, start, stop))):
            if entry.value["kind"] == "sweep":
                return entry
        stop = start
    return None
