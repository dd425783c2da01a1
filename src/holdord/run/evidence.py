"""Finding evidence again, read from the log's end: the last entry, the last sweep, what the last ten sweeps did."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from holdord.ledger import log
from holdord.ledger.tables import ENTRY

_PAGE = 200


BY_ITSELF = ("message", "door")
"""What the worker enters without anybody there: it does not show that the machine's clock is right."""


def last_entry(connection: Connection) -> dict[str, Any] | None:
    """Return the newest entry that somebody made, or None where there is none."""
    return next((entry.value for entry in _backwards(connection) if entry.value["kind"] not in BY_ITSELF), None)


def of_kind(connection: Connection, kind: str) -> Iterator[log.Entry]:
    """Yield the entries of one kind that were not pruned, in order; the database passes over the others."""
    query = select(ENTRY).where(ENTRY.c.body.contains(f'"{kind}"')).order_by(ENTRY.c.index)
    for index, body in connection.execute(query):
        found = log.Entry(index=index, body=body.encode())
        if found.value["kind"] == kind:
            yield found


def last_sweep(connection: Connection) -> log.Entry | None:
    """Return the newest entry that says somebody looked, or None."""
    return next((entry for entry in _backwards(connection) if entry.value["kind"] == "sweep"), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """What the end of the log says about how sweeps went lately.

    Attributes:
        entry: The newest entry that somebody made, or None where there is none.
        sweep: The newest entry that says somebody looked, or None.
        begun: The newest plan that was begun since and not ended: the sweep was killed. None where there is none.
        carried: Rows that batches of that plan touched.
        sweeps: For each of the last sweeps, the newest first: table and action → rows.
    """

    entry: dict[str, Any] | None
    sweep: dict[str, Any] | None
    begun: dict[str, Any] | None
    carried: int
    sweeps: tuple[Counter[tuple[str, str]], ...]


def past(connection: Connection, sweeps: int = 10) -> Past:
    """Return what the last sweeps did, read no further back than to the one before them."""
    newest: dict[str, Any] | None = None
    ends: list[dict[str, Any]] = []
    done: list[Counter[tuple[str, str]]] = []
    begun: dict[str, Any] | None = None
    carried: Counter[str] = Counter()
    for entry in _backwards(connection):
        value = entry.value
        newest = newest or (value if value["kind"] not in BY_ITSELF else None)
        if value["kind"] == "sweep":
            if len(ends) == sweeps:
                break
            ends.append(value)
            done.append(Counter())
        elif value["kind"] == "batch" and ends:
            done[-1][value["table"], value["action"]] += value["rows"]
        elif value["kind"] == "batch":
            carried[value["plan"]] += value["rows"]
        elif value["kind"] == "plan" and not ends:
            begun = begun or value
    return Past(
        entry=newest,
        sweep=ends[0] if ends else None,
        begun=begun,
        carried=carried[begun["plan"]] if begun else 0,
        sweeps=tuple(done),
    )


def _backwards(connection: Connection) -> Iterator[log.Entry]:
    """Yield the log's entries, the newest first, back to the first that was not pruned."""
    first, stop = log.first(connection), log.size(connection)
    while stop > first:
        start = max(first, stop - _PAGE)
        yield from reversed(list(log.read(connection, start, stop)))
        stop = start


def batches_since_sweep(connection: Connection) -> dict[str, tuple[int, int]]:
    """Return promise → (rows, last entry) of the batches since the last sweep: what a killed run did counts, too."""
    swept = last_sweep(connection)
    found: dict[str, tuple[int, int]] = {}
    for entry in log.read(connection, swept.index + 1 if swept else None):
        value = entry.value
        if value["kind"] == "batch":
            rows, _ = found.get(value["promise"], (0, 0))
            found[value["promise"]] = (rows + value["rows"], entry.index)
    return found
