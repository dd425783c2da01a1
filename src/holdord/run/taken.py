"""Figures that were taken: their groups in a table beside the evidence, and one entry of the log for what came at once.

The tables have what anybody may see; the log has how much it was and a digest of it, so that a figure that was changed
afterwards is found, or one that is gone. Groups, the mark of each period, the rows that were missed and the entry are
one transaction: after a kill all are there or none. A day that a mark covers is never taken again of the same table,
whatever became of the data, or of the figure's definition and name.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from holdord.errors import VerificationError
from holdord.ledger import log
from holdord.ledger.entry import Value, canonical
from holdord.plan.figures import BoundFigure, Cell
from holdord.policy.figure import Period
from holdord.run.company import Company
from holdord.run.evidence import last_sweep, of_kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What is to be taken of one figure.

    Attributes:
        cells: The groups of these periods that have enough people.
        going: Rows of its table that go, or lose a column that the figure reads, in whatever period.
        missed: Period → how many of these go in it, for periods that are not over: the figure never has them.
    """

    bound: BoundFigure
    at: date
    periods: tuple[Period, ...]
    cells: tuple[Cell, ...]
    going: int
    missed: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A period of a figure that was taken.

    Attributes:
        by, sums: What its groups are told by and what is summed, as the policy named it then.
        entry: The number of the log's entry.
        pruned: Whether that entry was pruned, so that nothing can be held against it any more.
        at: The controller's date of the sweep.
        cells: As ``Cell.document`` says them.
        missed: How many rows of it went, or lost a column, before it was over.
    """

    figure: str
    period: str
    by: tuple[str, ...]
    sums: tuple[str, ...]
    entry: int
    pruned: bool
    at: date
    cells: tuple[dict[str, Any], ...]
    missed: int


def marks(state: Connection, bound: BoundFigure) -> tuple[tuple[date, date], ...]:
    """Return the first and last days of all periods that were taken of what a figure counts, whatever its name then.

    Of the same rows told twice in other periods or groups, the difference can be a single person's.
    """
    query = text("SELECT first_day, last_day FROM holdord_figure_taken WHERE source = :source")
    rows = state.execute(query, {"source": bound.source})
    return tuple((date.fromisoformat(row.first_day), date.fromisoformat(row.last_day)) for row in rows)


def is_free(period: Period, known: Iterable[tuple[date, date]]) -> bool:
    """Tell whether no day of a period was taken yet."""
    return all(last < period.first or period.last < first for first, last in known)


def last_entry_of(state: Connection, figure: str) -> int | None:
    """Return the newest entry of the log that says periods of a figure were taken, or None."""
    query = text("SELECT max(entry) FROM holdord_figure_taken WHERE figure = :figure")
    return state.execute(query, {"figure": figure}).scalar()


def missed(state: Connection) -> dict[tuple[str, str], int]:
    """Return (figure, period) → rows that went, or lost a column, before the period was over; taken since or not."""
    query = text("SELECT figure, period, sum(rows_missed) AS n FROM holdord_figure_missed GROUP BY figure, period")
    return {(row.figure, row.period): int(row.n) for row in sorted(state.execute(query))}


def write(state: Connection, company: Company, found: Found, now: datetime) -> tuple[str, ...]:
    """Write what was found, in the caller's transaction; return the periods that are new.

    What another sweep took meanwhile is left as it is. Where nothing is new, nothing is written.
    """
    log.lock(state)
    figure, bound = found.bound.figure, found.bound
    known = marks(state, bound)
    free = [period for period in found.periods if is_free(period, known)]
    labels = [period.label for period in free]
    cells = [cell.document() for cell in found.cells if cell.period in labels]
    lost = _not_said(state, found) if found.missed else {}
    if not free and not lost:
        return ()
    names = json.dumps({"by": figure.by, "sums": figure.sums})
    days = [(one.label, one.first.isoformat(), one.last.isoformat(), names) for one in free]
    said = {"figure": figure.id, "source": bound.source, "definition": bound.digest, "at": found.at.isoformat()}
    entry: dict[str, Any] = said | {
        "kind": "figures",
        "policy": company.policy.digest,
        "store": company.store.name,
        "periods": _span(labels),
        "cells": len(cells),
        "digest": _digest(days, cells),
        "going": found.going,
        "missed": lost,
    }
    (index,) = log.append(state, [entry], now=now)
    stamped = said | {"names": names, "entry": index}
    _put(state, _MARK, [stamped | {"period": label, "first": first, "last": last} for label, first, last, _ in days])
    _put(state, _GROUP, [_row(figure.id, number, cell) for number, cell in enumerate(cells)])
    gone = {"figure": figure.id, "entry": index}
    _put(state, _MISSED, [gone | {"period": label, "rows": rows} for label, rows in lost.items()])
    return tuple(labels)


_MARK = text(
    "INSERT INTO holdord_figure_taken (figure, period, source, first_day, last_day, definition, names, entry, at) "
    "VALUES (:figure, :period, :source, :first, :last, :definition, :names, :entry, :at)"
)
_GROUP = text(
    "INSERT INTO holdord_figure (figure, period, number, cell, rows_counted, sums) "
    "VALUES (:figure, :period, :number, :cell, :rows, :sums)"
)
_MISSED = text(
    "INSERT INTO holdord_figure_missed (figure, period, entry, rows_missed) VALUES (:figure, :period, :entry, :rows)"
)


def _put(state: Connection, statement: TextClause, rows: list[dict[str, Any]]) -> None:
    if rows:
        state.execute(statement, rows)


def _span(labels: Sequence[str]) -> dict[str, Any]:
    return {"first": labels[0] if labels else None, "last": labels[-1] if labels else None, "count": len(labels)}


def _row(figure: str, number: int, cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "figure": figure,
        "period": cell["period"],
        "number": number,
        "cell": canonical(cell["group"]).decode(),
        "rows": cell["rows"],
        "sums": canonical(cell["sums"]).decode(),
    }


def _not_said(state: Connection, found: Found) -> dict[str, int]:
    """Return of the rows that are missed those that no sweep has said that was killed since the last one that ended.

    What was said and is still there goes now, and is not said again. How much of it went already, batches do not tell
    by period: rows of any period may be those. So where rows came in between, it is at most so many, never fewer.
    """
    swept, bound = last_sweep(state), found.bound
    said: Counter[str] = Counter()
    gone, left = 0, None
    for entry in log.read(state, swept.index + 1 if swept else None):
        value = entry.value
        if value["kind"] == "figures" and value["figure"] == bound.figure.id:
            said.update(value["missed"])
            left = value["going"]
        elif left is not None and _is_of(value, bound):
            gone, left = gone + value["rows"], left - value["rows"]
    new = found.going - (left or 0)
    lost = {label: min(rows, new, rows - max(said[label] - gone, 0)) for label, rows in found.missed.items()}
    return {label: rows for label, rows in lost.items() if rows > 0}


def _is_of(value: Mapping[str, Any], bound: BoundFigure) -> bool:
    """Tell whether an entry is of a batch of what a figure counts, or of a column that it reads."""
    if value["kind"] != "batch" or value["table"] != bound.table:
        return False
    return not value["columns"] or not bound.reads.isdisjoint(value["columns"])


def _digest(days: Iterable[Sequence[str]], cells: Iterable[Mapping[str, Any]]) -> str:
    """Return SHA-256 over the canonical JSON of groups, and of periods with their days and names, in whatever order."""
    whole: list[Value] = [sorted(map(list, days)), sorted(canonical(cell).decode() for cell in cells)]
    return sha256(canonical(whole)).hexdigest()


def taken(state: Connection) -> tuple[Taken, ...]:
    """Return all that was taken, by figure and period, held against the log.

    Raises:
        VerificationError: What stands in the tables is not what was taken.
    """
    cells: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in state.execute(text("SELECT * FROM holdord_figure ORDER BY figure, period, number")):
        group, sums = json.loads(row.cell), json.loads(row.sums)
        cell = {"period": row.period, "group": group, "rows": int(row.rows_counted), "sums": sums}
        cells.setdefault((row.figure, row.period), []).append(cell)
    first, lost, found = log.first(state), missed(state), []
    stand = state.execute(text("SELECT * FROM holdord_figure_taken ORDER BY figure, period")).all()
    _check(state, stand, cells)
    for row in stand:
        names = json.loads(row.names)
        one = Taken(
            figure=row.figure,
            period=row.period,
            by=tuple(names["by"]),
            sums=tuple(names["sums"]),
            entry=int(row.entry),
            pruned=int(row.entry) < first,
            at=date.fromisoformat(row.at),
            cells=tuple(cells.pop((row.figure, row.period), ())),
            missed=lost.get((row.figure, row.period), 0),
        )
        found.append(one)
    if cells:
        figure, period = next(iter(cells))
        raise VerificationError(f"The figure {figure} has groups of {period}, which was never taken.")
    return tuple(found)


def _check(state: Connection, stand: Sequence[Row[Any]], cells: Mapping[tuple[str, str], list[dict[str, Any]]]) -> None:
    """Hold marks, groups and missed rows against the entries that say so, and the entries against these.

    Raises:
        VerificationError: The two differ, or a day of a table is told twice.
    """
    taken: dict[int, list[Row[Any]]] = {}
    for row in stand:
        taken.setdefault(int(row.entry), []).append(row)
    lost: dict[int, dict[tuple[str, str], int]] = {}
    for row in state.execute(text("SELECT * FROM holdord_figure_missed")):
        lost.setdefault(int(row.entry), {})[row.figure, row.period] = int(row.rows_missed)
    entries, first = {entry.index: entry.value for entry in of_kind(state, "figures")}, log.first(state)
    for index in sorted(entries.keys() | {one for one in (*taken, *lost) if one >= first}):
        said, rows, gone = entries.get(index), taken.get(index, []), lost.get(index, {})
        if said is None or not _is_said(said, rows, gone, cells):
            names = {
                *(row.figure for row in rows),
                *(figure for figure, _ in gone),
                *([said["figure"]] if said else []),
            }
            what = f"The figures {', '.join(sorted(names))} are not those that entry {index} of the ledger says."
            raise VerificationError(what if rows or gone else f"{what} Nothing of them stands there any more.")
    for one, other in pairwise(sorted(stand, key=lambda row: (row.source, row.first_day))):
        if one.source == other.source and other.first_day <= one.last_day:
            both = f"{one.figure} of {one.period} (entry {one.entry}) and {other.figure} of {other.period}"
            raise VerificationError(f"{both} (entry {other.entry}) tell the same days of {one.source}.")


def _is_said(
    said: Mapping[str, Any],
    rows: Sequence[Row[Any]],
    gone: Mapping[tuple[str, str], int],
    cells: Mapping[tuple[str, str], list[dict[str, Any]]],
) -> bool:
    """Tell whether an entry says these marks, their groups and these missed rows, and nothing else."""
    days = [(row.period, row.first_day, row.last_day, row.names) for row in rows]
    groups = [cell for row in rows for cell in cells.get((row.figure, row.period), [])]
    return (
        {(row.figure, row.source, row.definition, row.at) for row in rows}
        <= {(said["figure"], said["source"], said["definition"], said["at"])}
        and said["periods"] == _span([row.period for row in rows])
        and said["digest"] == _digest(days, groups)
        and gone == {(said["figure"], period): rows for period, rows in said["missed"].items()}
    )
