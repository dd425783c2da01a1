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


def batches_since_sweep(connection: Connection) -> dict[str, tuple[int, int]]:
    """Return promise → (rows, last entry) of the batches since the last sweep: what a killed run did counts, too."""
    swept = last_sweep(connection)
    found: dict[str, tuple[int, int]] = {}
    for entry in log.read(connection, swept.index + 1 if swept else 0, log.size(connection)):
        value = entry.value
        if value["kind"] == "batch":
            rows, _ = found.get(value["promise"], (0, 0))
            found[value["promise"]] = (rows + value["rows"], entry.index)
    return found
