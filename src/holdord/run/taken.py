"""Figures that were taken: their groups in a table beside the evidence, and one entry of the log for what came at once.

The table has what anybody may see; the log has how much it was and a digest of it, so that a figure that was changed
afterwards is found. Groups, the mark of each period and the entry are one transaction: after a kill all are there or
none. A day that a mark covers is never taken again of the same table, whatever became of the data, or of the
figure's definition and name.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, text

from holdord.errors import VerificationError
from holdord.ledger import log
from holdord.ledger.entry import canonical
from holdord.plan.figures import BoundFigure, Cell
from holdord.policy.figure import Period
from holdord.run.company import Company
from holdord.run.evidence import last_sweep


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What is to be taken of one figure.

    Attributes:
        cells: The groups of these periods that have enough people.
        missed: Rows that go in a period that is not over, or lose a column that the figure reads: it never has them.
    """

    bound: BoundFigure
    at: date
    periods: tuple[Period, ...]
    cells: tuple[Cell, ...]
    missed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A period of a figure that was taken.

    Attributes:
        by, sums: What its groups are told by and what is summed, as the policy named it then.
        entry: The number of the log's entry.
        pruned: Whether that entry was pruned, so that nothing can be held against it any more.
        at: The controller's date of the sweep.
        cells: As ``Cell.document`` says them.
    """

    figure: str
    period: str
    by: tuple[str, ...]
    sums: tuple[str, ...]
    entry: int
    pruned: bool
    at: date
    cells: tuple[dict[str, Any], ...]


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


def write(state: Connection, company: Company, found: Found, now: datetime) -> tuple[str, ...]:
    """Write what was found, in the caller's transaction; return the periods that are new.

    What another sweep took meanwhile is left as it is. Where nothing is new, nothing is written.
    """
    log.lock(state)
    figure = found.bound.figure
    known = marks(state, found.bound)
    free = {period.label: period for period in found.periods if is_free(period, known)}
    periods = list(free)
    cells = [cell for cell in found.cells if cell.period in periods]
    missed = 0 if found.missed and _noted(state, found) else found.missed
    if not periods and not missed:
        return ()
    entry: dict[str, Any] = {
        "kind": "figures",
        "at": found.at.isoformat(),
        "policy": company.policy.digest,
        "store": company.store.name,
        "figure": figure.id,
        "definition": found.bound.digest,
        "periods": {
            "first": periods[0] if periods else None,
            "last": periods[-1] if periods else None,
            "count": len(periods),
        },
        "cells": len(cells),
        "digest": _digest(cell.document() for cell in cells),
        "missed": missed,
    }
    (index,) = log.append(state, [entry], now=now)
    names = json.dumps({"by": figure.by, "sums": figure.sums})
    said = {"figure": figure.id, "source": found.bound.source, "definition": found.bound.digest, "names": names}
    mark = text(
        "INSERT INTO holdord_figure_taken (figure, period, source, first_day, last_day, definition, names, entry, at) "
        "VALUES (:figure, :period, :source, :first, :last, :definition, :names, :entry, :at)"
    )
    if periods:
        stamped = said | {"entry": index, "at": found.at.isoformat()}
        days = [(label, one.first.isoformat(), one.last.isoformat()) for label, one in free.items()]
        state.execute(mark, [stamped | {"period": label, "first": a, "last": b} for label, a, b in days])
    put = text(
        "INSERT INTO holdord_figure (figure, period, number, cell, rows_counted, sums) "
        "VALUES (:figure, :period, :number, :cell, :rows, :sums)"
    )
    if cells:
        state.execute(put, [_row(figure.id, number, cell.document()) for number, cell in enumerate(cells)])
    return tuple(periods)


def _row(figure: str, number: int, cell: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "figure": figure,
        "period": cell["period"],
        "number": number,
        "cell": canonical(cell["group"]).decode(),
        "rows": cell["rows"],
        "sums": canonical(cell["sums"]).decode(),
    }


def _noted(state: Connection, found: Found) -> bool:
    """Tell whether a sweep of the same day that was killed has said already what is missed."""
    swept = last_sweep(state)
    return any(
        entry.value["kind"] == "figures"
        and (entry.value["figure"], entry.value["at"]) == (found.bound.figure.id, found.at.isoformat())
        and entry.value["missed"]
        for entry in log.read(state, swept.index + 1 if swept else None)
    )


def _digest(cells: Iterable[Mapping[str, Any]]) -> str:
    """Return SHA-256 over the canonical JSON of groups, whatever their order."""
    return sha256(b"[" + b",".join(sorted(map(canonical, cells))) + b"]").hexdigest()


def taken(state: Connection) -> tuple[Taken, ...]:
    """Return all that was taken, by figure and period, held against the log.

    Raises:
        VerificationError: What stands in the table is not what was taken.
    """
    cells: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in state.execute(text("SELECT * FROM holdord_figure ORDER BY figure, period, number")):
        cell = {
            "period": row.period,
            "group": json.loads(row.cell),
            "rows": int(row.rows_counted),
            "sums": json.loads(row.sums),
        }
        cells.setdefault((row.figure, row.period), []).append(cell)
    first, found = log.first(state), []
    for row in state.execute(text("SELECT * FROM holdord_figure_taken ORDER BY figure, period")):
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
        )
        found.append(one)
    if cells:
        figure, period = next(iter(cells))
        raise VerificationError(f"The figure {figure} has groups of {period}, which was never taken.")
    _check(state, found)
    return tuple(found)


def _check(state: Connection, found: Sequence[Taken]) -> None:
    """Hold what was taken at once against the entry that says so.

    Raises:
        VerificationError: The two differ.
    """
    together: dict[int, list[Taken]] = {}
    for one in found:
        if not one.pruned:
            together.setdefault(one.entry, []).append(one)
    size = log.size(state)
    for index, parts in together.items():
        said = next(iter(log.read(state, index, index + 1))).value if index < size else {}
        cells = [cell for part in parts for cell in part.cells]
        is_it = said.get("kind") == "figures" and {part.figure for part in parts} == {said["figure"]}
        if not is_it or said["periods"]["count"] != len(parts) or said["digest"] != _digest(cells):
            names = ", ".join(sorted({part.figure for part in parts}))
            raise VerificationError(f"The figures {names} are not those that entry {index} of the ledger says.")
